//! Keys are read as they are written; the table has no key twice.

use super::*;

#[test]
fn every_default_key_parses_and_reads_back() {
    for spec in ACTIONS {
        for text in spec.keys {
            let key: Sequence = text.parse().unwrap();
            assert_eq!(
                key.to_string().parse::<Sequence>().unwrap(),
                key,
                "{}",
                spec.name
            );
        }
    }
}

#[test]
fn the_table_has_no_conflict() {
    assert_eq!(Keymap::with(&[], &[]).unwrap(), Keymap::default());
}

#[test]
fn a_replaced_key_works_and_the_old_one_does_not() {
    let redeploy = Action::by_name("redeploy").unwrap().action;
    let keymap = Keymap::with(&[(redeploy, vec!["F5".parse().unwrap()])], &[]).unwrap();
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
    let error = Keymap::with(&[(redeploy, vec![Key::char('q').into()])], &[]).unwrap_err();
    assert_eq!((&*error.first, &*error.second), ("redeploy", "quit"));
}

#[test]
fn actions_that_never_meet_may_share_a_key() {
    let cancel = Action::by_name("cancel_job").unwrap().action;
    assert!(Keymap::with(&[(cancel, vec![Key::char('D').into()])], &[]).is_ok());
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

fn typed(text: &str) -> Vec<Key> {
    text.parse::<Sequence>().unwrap().keys().to_vec()
}

#[test]
fn a_sequence_asks_when_it_is_whole() {
    let (top, bottom) = (Action::Top, Action::Bottom);
    let keys = |text: &str| vec![text.parse().unwrap()];
    let keymap = Keymap::with(&[(top, keys("g g")), (bottom, keys("g e"))], &[]).unwrap();
    let at = [Context::Services];
    assert_eq!(keymap.step(&at, &typed("g")), Step::More);
    assert_eq!(keymap.step(&at, &typed("g g")), Step::Do(top));
    assert_eq!(keymap.step(&at, &typed("g x")), Step::Nothing);
    assert_eq!(keymap.step(&at, &typed("g g g")), Step::Nothing);
    assert_eq!(keymap.lookup(&at, Key::char('g')), None);
    let following = keymap.following(&at, &typed("g"));
    assert_eq!(following, [(typed("g"), top), (typed("e"), bottom)]);
}

#[test]
fn a_key_that_also_begins_a_sequence_is_a_conflict_that_names_both() {
    let down = Action::Down;
    let error = Keymap::with(&[(down, vec!["g g".parse().unwrap()])], &[]).unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("key g of `top` begins g g of `down`"),
        "{said}"
    );
}

#[test]
fn a_command_of_the_user_s_own_has_keys_and_conflicts_like_any() {
    let command = |keys: &str| Custom {
        action: Action::Command(0),
        name: "mine".to_owned(),
        contexts: &[Context::Services],
        keys: vec![keys.parse().unwrap()],
    };
    let keymap = Keymap::with(&[], &[command("x x")]).unwrap();
    let at = [Context::Services];
    assert_eq!(
        keymap.step(&at, &typed("x x")),
        Step::Do(Action::Command(0))
    );
    assert_eq!(
        keymap.step(&[Context::Volumes], &typed("x x")),
        Step::Nothing
    );
    let error = Keymap::with(&[], &[command("D")]).unwrap_err();
    assert_eq!((&*error.first, &*error.second), ("redeploy", "mine"));
}

#[test]
fn sequences_are_read_in_any_spelling() {
    for (text, shown) in [
        ("g g", "g g"),
        ("<space> d", "Space d"),
        ("  C-x   C-s ", "C-x C-s"),
        (" ", "Space"),
        ("<", "<"),
        ("< >", "< >"),
        ("<C-x>", "C-x"),
    ] {
        assert_eq!(text.parse::<Sequence>().unwrap().to_string(), shown);
    }
    for bad in ["", "   ", "gg", "g g g g g", "<>", "<space", "g hyper-x"] {
        assert!(bad.parse::<Sequence>().is_err(), "{bad:?}");
    }
}
