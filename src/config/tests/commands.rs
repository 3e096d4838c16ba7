//! Commands of the user's own as the config has them.

use super::*;
use crate::app::action::{Action, Context};
use crate::domain::command::{CommandOn, CommandPlace};
use crate::keymap::Step;

#[test]
fn a_command_says_what_where_on_what_and_by_which_key() {
    let text = "[commands.psql]\nrun = 'psql {service}'\nkey = ['x p', 'F6']\nwhere = 'container'\nforeground = true\n\
                [commands.du]\nrun = ['du', '-sh', '{volume}']\non = 'volume'\nwhere = 'here'\nconfirm = true\n";
    let (config, keymap) = parse(text).unwrap();
    let commands = config.commands();
    let names: Vec<&str> = commands.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["du", "psql"]);
    let (du, psql) = (&commands[0], &commands[1]);
    assert_eq!(
        (du.on, du.place, du.confirm),
        (CommandOn::Volume, CommandPlace::Here, true)
    );
    assert_eq!(
        (psql.on, psql.place),
        (CommandOn::Service, CommandPlace::Container)
    );
    assert!(psql.foreground && !du.foreground);
    let typed = ["x", "p"].map(|key| key.parse().unwrap());
    let at = [Context::Services];
    assert_eq!(keymap.step(&at, &typed), Step::Do(Action::Command(1)));
    assert_eq!(keymap.step(&[Context::Volumes], &typed), Step::Nothing);
}

#[test]
fn what_is_wrong_with_a_command_is_told_with_its_place() {
    for (text, at, said, closest) in [
        (
            "run = 'echo {volume}'",
            (2, 7),
            "{service}, {container}",
            None,
        ),
        ("run = ''", (2, 7), "nothing to run", None),
        ("run = []", (2, 7), "nothing to run", None),
        ("run = 3", (2, 7), "a line for a shell", None),
        ("about = 'x'", (1, 1), "missing field `run`", None),
        (
            "run = 'x'\nwehre = 'here'",
            (3, 1),
            "`wehre`",
            Some("where"),
        ),
        ("run = 'x'\nwhere = 'hots'", (3, 9), "`hots`", Some("host")),
        (
            "run = 'x'\non = 'servce'",
            (3, 6),
            "`servce`",
            Some("service"),
        ),
        (
            "run = 'x'\nkey = ['F5', 'hyper-x']",
            (3, 7),
            "hyper-x",
            None,
        ),
        (
            "run = 'x'\nkey = 'D'",
            (3, 7),
            "`redeploy` and `mine`",
            None,
        ),
        (
            "run = 'x'\nkey = 'D x'",
            (3, 7),
            "begins D x of `mine`",
            None,
        ),
        (
            "run = 'x'\non = 'volume'\nwhere = 'container'",
            (4, 9),
            "no container",
            None,
        ),
    ] {
        let error = parse(&format!("[commands.mine]\n{text}\n")).unwrap_err();
        assert_eq!(error.at, Some(at), "{error}");
        assert!(error.message.contains(said), "{error}");
        assert_eq!(error.suggestion.as_deref(), closest, "{error}");
    }
    let error = parse("[commands.restart]\nrun = 'x'\n").unwrap_err();
    assert!(error.message.contains("is an action"), "{error}");
    let error = parse("[commands.'a b']\nrun = 'x'\n").unwrap_err();
    assert_eq!(error.at, Some((1, 11)), "{error}");
}

#[test]
fn a_conflict_points_at_what_the_file_says() {
    let text = "[commands.one]\nrun = 'x'\nkey = 'F7'\n[commands.two]\nrun = 'x'\nkey = 'F7'\n";
    let error = parse(text).unwrap_err();
    assert_eq!(error.at, Some((6, 7)), "{error}");
    assert!(error.message.contains("`one` and `two`"), "{error}");
    let error = parse("[keys]\ntop = 'g g'\ndown = ['j', 'g']\n").unwrap_err();
    assert!(
        error
            .message
            .contains("key g of `down` begins g g of `top`"),
        "{error}"
    );
    assert_eq!(error.at, Some((2, 1)), "{error}");
}
