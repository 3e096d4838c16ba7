//! The commented file tells of every key there is, and of no other; what is in force says where it comes from.

use std::collections::BTreeSet;

use super::*;
use crate::config::in_force::in_force;

/// The keys that a table may have, as the schema itself lists them.
fn keys_of(table: &str) -> BTreeSet<String> {
    let text = match table {
        "" => "no_such_key = 1\n".to_owned(),
        table => format!("[{table}]\nno_such_key = 1\n"),
    };
    let error = parse(&text).unwrap_err();
    let mut quoted = error.message.split('`').skip(1).step_by(2);
    assert_eq!(quoted.next(), Some("no_such_key"), "{error}");
    quoted.map(str::to_owned).collect()
}

fn documented(table: &str) -> BTreeSet<String> {
    let all: toml::Table = toml::from_str(&uncommented()).unwrap();
    let mut at = &toml::Value::Table(all);
    for part in table.split('.').filter(|part| !part.is_empty()) {
        at = &at[part.trim_matches('"')];
    }
    at.as_table().unwrap().keys().cloned().collect()
}

#[test]
fn every_key_is_documented_and_every_documented_key_is_one() {
    for table in [
        "",
        "ui",
        "logs",
        "deploy",
        "hosts.home",
        "services.\"wezm/db\"",
        "updates",
        "certificates",
        "certificates.short_lived",
        "commands.psql",
    ] {
        let known = keys_of(table);
        let mut told = documented(table);
        // Those of one host are told of with those of all.
        if table == "hosts.home" {
            told.extend(documented("deploy"));
        }
        assert_eq!(told, known, "[{table}]");
    }
}

#[test]
fn the_commented_file_names_every_theme() {
    for name in Theme::names() {
        assert!(
            DEFAULT_FILE.contains(&format!("{name},"))
                || DEFAULT_FILE.contains(&format!("{name}."))
                || DEFAULT_FILE.contains(&format!("{name} ")),
            "{name}"
        );
    }
}

#[test]
fn what_is_in_force_says_where_it_comes_from() {
    let text = "# mine\n[ui]\nsort = \"cpu\"\n[services.\"a b/c\"]\nkeep = 3\n[keys]\nquit = [\n  \"q\",\n  \"Q\",\n]\n[logs.findings]\n\"is odd\" = 'odd'\n";
    let all = in_force(text);
    let of = |key: &str| {
        let mut found = all.iter().filter(|entry| entry.key == key);
        let entry = found.next().unwrap_or_else(|| panic!("{key}: {all:?}"));
        assert!(found.next().is_none(), "{key} twice");
        (entry.value.as_str(), entry.line)
    };
    assert_eq!(of("ui.sort"), ("\"cpu\"", Some(3)));
    assert_eq!(of("ui.theme"), ("\"auto\"", None));
    assert_eq!(of("deploy.policy"), ("\"free\"", None));
    assert_eq!(of("services.\"a b/c\".keep"), ("3", Some(5)));
    assert_eq!(of("keys.quit"), ("[ \"q\", \"Q\", ]", Some(7)));
    assert_eq!(of("logs.findings.\"is odd\""), ("'odd'", Some(12)));
    assert!(!all.iter().any(|entry| entry.key.starts_with("commands")));
}

#[test]
fn a_table_in_one_line_is_its_keys_where_they_have_defaults() {
    let text = "ui = { theme = \"nord\", mouse = false }\n";
    let all = in_force(text);
    let said = |key: &str| {
        let entry = all.iter().find(|entry| entry.key == key).unwrap();
        (entry.value.as_str(), entry.line)
    };
    assert_eq!(said("ui.theme"), ("\"nord\"", Some(1)));
    assert_eq!(said("ui.mouse"), ("false", Some(1)));
    assert!(all.iter().all(|entry| entry.key != "ui"));
}
