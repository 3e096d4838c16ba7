//! The README is always true: its key table and its config are made from the code. `TOPSIDE_UPDATE_README=1` writes
//! them anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test: it fails by panicking"
)]

use std::fmt::Write;
use std::fs;
use std::path::Path;

use topside::app::{ACTIONS, Context};
use topside::config::DEFAULT_FILE;
use topside::keymap::Keymap;

const CONTEXTS: [Context; 14] = [
    Context::Everywhere,
    Context::Services,
    Context::Files,
    Context::Detail,
    Context::Logs,
    Context::Jobs,
    Context::Certificates,
    Context::Volumes,
    Context::Images,
    Context::Cache,
    Context::Hosts,
    Context::Networks,
    Context::Findings,
    Context::Events,
];

/// A table of the actions, by where they work first.
fn keys() -> String {
    let keymap = Keymap::default();
    let mut text =
        String::from("| key | action | what it does | where |\n| --- | --- | --- | --- |\n");
    for context in CONTEXTS {
        for spec in ACTIONS
            .iter()
            .filter(|spec| spec.contexts.first() == Some(&context))
        {
            let keys: Vec<String> = keymap
                .keys(spec.action)
                .iter()
                .map(|key| format!("`{key}`"))
                .collect();
            let places: Vec<String> = spec
                .contexts
                .iter()
                .map(|context| context.title().to_lowercase())
                .collect();
            writeln!(
                text,
                "| {} | `{}` | {} | {} |",
                keys.join(" ").replace('|', "\\|"),
                spec.name,
                spec.about,
                places.join(", ")
            )
            .unwrap();
        }
    }
    text
}

fn replace(readme: &str, name: &str, content: &str) -> String {
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = readme
        .split_once(&open)
        .unwrap_or_else(|| panic!("no {open:?}"));
    let (_, after) = rest
        .split_once(&close)
        .unwrap_or_else(|| panic!("no {close:?}"));
    format!("{before}{open}\n{content}\n{close}{after}")
}

#[test]
fn the_readme_says_what_the_code_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let wanted = replace(&readme, "keys", &keys());
    let wanted = replace(&wanted, "config", &format!("```toml\n{DEFAULT_FILE}```\n"));
    if std::env::var_os("TOPSIDE_UPDATE_README").is_some() {
        fs::write(&path, &wanted).unwrap();
        return;
    }
    assert!(
        readme == wanted,
        "README.md is behind the code: TOPSIDE_UPDATE_README=1 cargo nextest run --test readme"
    );
}

#[test]
fn every_context_has_a_heading_in_the_table() {
    for spec in ACTIONS {
        let first = spec.contexts.first().unwrap();
        assert!(
            CONTEXTS.contains(first),
            "{} is missing from the table",
            spec.name
        );
    }
}

#[test]
fn every_file_the_readme_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let links: Vec<&str> = readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|link| !link.contains("://") && !link.starts_with('#'))
        .collect();
    assert!(!links.is_empty());
    for link in links {
        assert!(
            root.join(link).exists(),
            "README.md names {link}, which is not there"
        );
    }
}
