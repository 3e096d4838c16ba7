//! What a config may say, and what is told when it says something else.

mod commands;
mod documented;

use super::*;
use crate::domain::{Policy, Wishes};

fn parse(text: &str) -> Result<(Config, Keymap), Mistake> {
    Config::parse(text, Path::new("config.toml"))
}

#[test]
fn the_commented_defaults_are_the_defaults() {
    let (config, keymap) = parse(DEFAULT_FILE).unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(keymap, Keymap::default());
}

#[test]
fn the_example_keys_are_valid() {
    let text: String = DEFAULT_FILE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(example) if example.contains("= [") => format!("{example}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let (_, keymap) = parse(&text).unwrap();
    assert_ne!(keymap, Keymap::default());
}

#[test]
fn an_unknown_key_names_line_column_choices_and_the_closest() {
    let error = parse("[ui]\ntheme = \"light\"\nthem = 3\n").unwrap_err();
    assert_eq!(error.at, Some((3, 1)));
    assert!(error.message.contains("unknown field `them`"), "{error}");
    assert!(error.message.contains("`refresh`"), "{error}");
    assert_eq!(error.suggestion.as_deref(), Some("theme"));
    assert!(
        error.to_string().starts_with("config.toml:3:1: "),
        "{error}"
    );
}

#[test]
fn a_bad_value_names_the_valid_ones() {
    let error = parse("[ui]\nsort = \"colour\"\n").unwrap_err();
    assert_eq!(error.at, Some((2, 8)));
    assert!(error.message.contains("`restarts`"), "{error}");
}

#[test]
fn broken_toml_names_the_place() {
    let error = parse("[ui]\nmouse = tru\n").unwrap_err();
    assert_eq!(error.at.map(|(line, _)| line), Some(2), "{error}");
}

#[test]
fn an_unknown_action_names_the_closest() {
    let error = parse("[keys]\nredploy = \"F5\"\n").unwrap_err();
    assert_eq!(error.at, Some((2, 1)));
    assert_eq!(error.suggestion.as_deref(), Some("redeploy"));
    assert!(error.message.contains("stop_start"), "{error}");
}

#[test]
fn a_bad_key_says_how_keys_are_written() {
    let error = parse("[keys]\nredeploy = [\"D\", \"hyper-9\"]\n").unwrap_err();
    assert_eq!(error.at.map(|(line, _)| line), Some(2));
    assert!(error.message.contains("hyper-9"), "{error}");
}

#[test]
fn a_key_used_twice_names_both_actions() {
    let error = parse("[keys]\nredeploy = \"q\"\n").unwrap_err();
    assert_eq!(error.at, Some((2, 1)));
    assert!(
        error.message.contains("`redeploy`") && error.message.contains("`quit`"),
        "{error}"
    );
}

#[test]
fn a_refresh_that_would_heat_the_host_is_refused() {
    for text in ["0s", "10ms", "2h", "soon", "-2s"] {
        assert!(
            parse(&format!("[ui]\nrefresh = \"{text}\"\n")).is_err(),
            "{text}"
        );
    }
    assert_eq!(
        parse("[ui]\nrefresh = \"1500ms\"\n").unwrap().0.ui.refresh,
        Duration::from_millis(1_500)
    );
}

#[test]
fn updates_are_asked_for_every_few_hours_or_never() {
    let check = |text: &str| {
        let parsed = parse(&format!("[updates]\ncheck = \"{text}\"\n"));
        parsed.map(|(config, _)| config.updates.check)
    };
    assert_eq!(check("never").unwrap(), None);
    let half_a_day = jiff::SignedDuration::from_hours(12);
    assert_eq!(check("12h").unwrap(), Some(half_a_day));
    for text in ["1m", "0s", "-6h", "1000h", "often", ""] {
        assert!(check(text).is_err(), "{text}");
    }
}

#[test]
fn a_file_that_is_not_there_is_the_defaults_unless_it_was_named() {
    let path = Path::new("/nonexistent/topside.toml");
    assert_eq!(Config::load(path, false).unwrap().0, Config::default());
    assert!(Config::load(path, true).is_err());
}

#[test]
fn a_theme_that_is_not_there_names_its_place_and_those_that_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, "[ui]\nmouse = true\ntheme = \"lihgt\"\n").unwrap();
    let (config, _) = Config::load(&path, true).unwrap();
    let error = config.check_themes(&path, None).unwrap_err();
    assert_eq!(error.at, Some((3, 9)));
    assert!(error.message.contains("nord"), "{error}");
    assert_eq!(error.suggestion.as_deref(), Some("light"));
}

#[test]
fn a_file_that_is_no_utf8_names_the_byte() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, b"# fine\n# caf\xe9\n").unwrap();
    let error = Config::load(&path, true).unwrap_err();
    assert_eq!(error.at, Some((2, 6)));
    assert!(error.message.contains("UTF-8"), "{error}");
}

/// The commented examples, each line taken for meant.
fn uncommented() -> String {
    let is_example = |line: &str| line.starts_with('[') || line.contains(" = ");
    let meant = |line: &'static str| match line.strip_prefix("# ") {
        Some(example) if is_example(example) => example,
        _ => line,
    };
    DEFAULT_FILE
        .lines()
        .map(meant)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_example_wishes_are_valid_and_the_general_ones_are_the_defaults() {
    let preferences = parse(&uncommented()).unwrap().0.preferences();
    let everywhere = &preferences.everywhere;
    assert_eq!(everywhere.policy, Some(Policy::default()));
    assert_eq!(everywhere.gate, Some(Duration::from_secs(10)));
    assert_eq!(everywhere.keep, Some(Wishes::KEEP));
    assert_eq!(preferences.hosts.len(), 1);
    let db = &preferences.services["wezm/db"];
    assert_eq!((db.policy, db.keep), (Some(Policy::ReadOnly), Some(3)));
    assert_eq!(db.prebuild.as_deref(), Some("git pull --ff-only"));
    assert_eq!(db.push, Some(false));
}

#[test]
fn what_is_wrong_with_a_wish_is_told_with_its_place_and_the_closest() {
    for (text, at, said, closest) in [
        (
            "[deploy]\npolcy = \"free\"\n",
            (2, 1),
            "`polcy`",
            Some("policy"),
        ),
        (
            "[hosts.home]\npolicy = \"redonly\"\n",
            (2, 10),
            "`confirm`",
            Some("read-only"),
        ),
        (
            "[services.\"wezm/db\"]\nkeep = 0\n",
            (2, 8),
            "1 to 100",
            None,
        ),
        ("[deploy]\ngate = \"2 days\"\n", (2, 8), "30s", None),
        (
            "[services.db]\npre_build = \"make\"\n",
            (2, 1),
            "`prebuild`",
            Some("prebuild"),
        ),
        ("[deploy]\npush = true\n", (2, 1), "`push`", None),
        (
            "[service.db]\nkeep = 1\n",
            (1, 2),
            "`service`",
            Some("services"),
        ),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.at, Some(at), "{error}");
        assert!(error.message.contains(said), "{error}");
        assert_eq!(error.suggestion.as_deref(), closest, "{error}");
    }
}

#[test]
fn certificates_are_looked_for_where_it_says() {
    let (config, _) = parse("").unwrap();
    let reach = config.certificates.reach();
    assert!(reach.volumes && reach.folders.is_empty());
    let text = "[certificates]\npaths = [\"/etc/letsencrypt\"]\nunmounted_volumes = false\n";
    let (config, _) = parse(text).unwrap();
    let reach = config.certificates.reach();
    assert!(!reach.volumes);
    assert_eq!(reach.folders, [Path::new("/etc/letsencrypt")]);
    let error = parse("[certificates]\npaths = [\"/a\", \"certs\"]\n").unwrap_err();
    assert!(error.message.contains("no absolute path"), "{error}");
    assert_eq!(error.at, Some((2, 9)), "{error}");
}

#[test]
fn endpoints_are_named_as_in_labels() {
    let (config, keymap) = parse(&uncommented()).unwrap();
    let endpoints = config.settings(keymap).endpoints;
    let ports: Vec<u16> = endpoints.iter().map(|entry| entry.address.port).collect();
    assert_eq!(ports, [5001, 443, 25]);
    let error = parse("[certificates]\nendpoints = [\"a.example:443\", \"exa mple\"]\n");
    let error = error.unwrap_err();
    assert_eq!(error.at, Some((2, 13)), "{error}");
    assert!(error.message.contains("example.org:443"), "{error}");
    assert!(parse("[certificates]\nendpoints = \"none\"\n").is_err());
}

#[test]
fn thresholds_are_parts_times_or_the_more_of_both() {
    use crate::domain::Thresholds;
    let day = jiff::SignedDuration::from_hours(24);
    let of = |text: &str| {
        let (config, _) = parse(&format!("[certificates]\n{text}\n")).unwrap();
        config.certificates.thresholds()
    };
    assert_eq!(of(""), Thresholds::default());
    let own = of("due = \"50%\"\nwarning = \"20d\"\ncritical = \"1/30 or 5d\"");
    assert_eq!(own.long.due.left(day * 90), day * 45);
    assert_eq!(own.long.warning.left(day * 90), day * 20);
    assert_eq!(own.long.critical.left(day * 90), day * 5);
    assert_eq!(own.short, Thresholds::default().short);
    let own = of("short_lived = { under = \"30d\", due = \"3d\" }");
    assert_eq!(own.of(day * 29).due.left(day * 29), day * 3);
    assert_eq!(own.long, Thresholds::default().long);
}

#[test]
fn what_is_wrong_with_a_threshold_is_told_with_its_place_and_the_valid_forms() {
    for (text, at, said) in [
        ("due = \"a third\"", (2, 7), "1/10 or 24h"),
        ("warning = 14", (2, 11), "string"),
        ("critical = \"3 months\"", (2, 12), "14d"),
        ("criticl = \"3d\"", (2, 1), "`critical`"),
        (
            "short_lived = { under = \"soon\" }",
            (2, 25),
            "`soon` is no lifetime",
        ),
        // 30 days of 90 are due.
        (
            "warning = \"40d\"",
            (2, 11),
            "`warning` would come before `due`",
        ),
        (
            "due = \"20d\"\ncritical = \"30%\"",
            (3, 12),
            "`critical` would come before `warning`",
        ),
        (
            "[certificates.short_lived]\ncritical = \"3d\"",
            (3, 12),
            "`critical` would come before `warning`",
        ),
        // It is out of order with a default, which stands nowhere.
        ("due = \"10%\"", (2, 7), "`warning` would come before `due`"),
    ] {
        let error = parse(&format!("[certificates]\n{text}\n")).unwrap_err();
        assert_eq!(error.at, Some(at), "{error}");
        assert!(error.message.contains(said), "{error}");
    }
}
