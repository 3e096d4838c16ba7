//! Keys are read as they are written; the table has no key twice.

use super::*;

#[test]
fn every_default_key_parses_and_reads_back() {
    for spec in ACTIONS {
        for text in spec.keys {
            let key: Key = text.parse().unwrap();
            assert_eq!(
                key.to_string().parse::<Key>().unwrap(),
                key,
                "{}",
                spec.name
            );
        }
    }
}

#[test]
fn the_table_has_no_conflict() {
    assert_eq!(Keymap::with(&[]).unwrap(), Keymap::default());
}

#[test]
fn a_replaced_key_works_and_the_old_one_does_not() {
    let redeploy = Action::by_name("redeploy").unwrap().action;
    let keymap = Keymap::with(&[(redeploy, vec!["F5".parse().unwrap()])]).unwrap();
    let at = [Context::Services];
    assert_eq!(
        keymap.lookup(&at, Key::plain(KeyCode::Function(5))),
        Some(redeploy)
    );
    assert_eq!(keymap.lookup(&at, Key::char('D')), None);
}

#[test]
fn a_key_of_another_action_is_a_conflict_that_names_both() {
    let redeploy = Action::by_name("redeploy").unwrap().action;
    let error = Keymap::with(&[(redeploy, vec![Key::char('q')])]).unwrap_err();
    assert_eq!((error.first, error.second), ("redeploy", "quit"));
}

#[test]
fn actions_that_never_meet_may_share_a_key() {
    let cancel = Action::by_name("cancel_job").unwrap().action;
    assert!(Keymap::with(&[(cancel, vec![Key::char('D')])]).is_ok());
}

#[test]
fn keys_are_read_in_any_spelling() {
    for (text, shown) in [
        ("ctrl-x", "C-x"),
        ("C-a", "C-a"),
        ("alt+enter", "A-Enter"),
        ("pageup", "PgUp"),
        ("-", "-"),
        ("f12", "F12"),
    ] {
        assert_eq!(text.parse::<Key>().unwrap().to_string(), shown);
    }
    for bad in ["", "F0", "F99", "hyper-x", "xx", "\u{1b}"] {
        assert!(bad.parse::<Key>().is_err(), "{bad:?}");
    }
}
