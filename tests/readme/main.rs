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

/// A row for each module of `src`: its name and the first sentence of its documentation.
fn modules(src: &Path) -> String {
    let mut rows: Vec<String> = fs::read_dir(src)
        .unwrap()
        .filter_map(|entry| {
            let path = entry.unwrap().path().join("mod.rs");
            let text = fs::read_to_string(&path).ok()?;
            let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
            let said = lines.take_while(|line| !line.trim().is_empty());
            let said = said.map(str::trim).collect::<Vec<_>>().join(" ");
            let first = said.split_inclusive(". ").next().unwrap().trim();
            let folder = path.parent().unwrap().file_name().unwrap();
            Some(format!("| `{}` | {first} |", folder.to_str().unwrap()))
        })
        .collect();
    rows.sort();
    format!("| module | duty |\n| --- | --- |\n{}\n", rows.join("\n"))
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

/// Compares a document with what it should say, or writes that.
#[track_caller]
fn says(path: &Path, made: impl Fn(&str) -> String) {
    let text = fs::read_to_string(path).unwrap();
    let wanted = made(&text);
    if std::env::var_os("TOPSIDE_UPDATE_README").is_some() {
        fs::write(path, &wanted).unwrap();
        return;
    }
    assert!(
        text == wanted,
        "{} is behind the code: TOPSIDE_UPDATE_README=1 cargo nextest run --test readme",
        path.display()
    );
}

#[test]
fn the_readme_says_what_the_code_does() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    says(&root.join("README.md"), |readme| {
        let wanted = replace(readme, "keys", &keys());
        replace(&wanted, "config", &format!("```toml\n{DEFAULT_FILE}```\n"))
    });
}

#[test]
fn the_guide_knows_every_module() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    says(&src.join("README.md"), |guide| {
        replace(guide, "modules", &modules(&src))
    });
}

/// What the guide puts into backquotes and looks like a path is there: below `src`, or below the root.
#[test]
fn every_path_of_the_guide_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = fs::read_to_string(root.join("src/README.md")).unwrap();
    let quoted = guide.split('`').skip(1).step_by(2);
    let paths: Vec<&str> = quoted
        .filter(|text| text.contains('/') && !text.contains([' ', '*', '\n']))
        .collect();
    assert!(paths.len() > 10, "{paths:?}");
    for path in paths {
        let there = root.join("src").join(path).exists() || root.join(path).exists();
        assert!(there, "src/README.md names {path}, which is not there");
    }
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

/// The commands of a text, each from the word `topside` on: of the README's blocks for a shell, of units and crontabs.
fn commands(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().map(|line| {
        let line = line.trim_start_matches(['#', ' ']);
        let line = line.split_once(" #").map_or(line, |(command, _)| command);
        line.split_once('|').map_or(line, |(command, _)| command)
    });
    let words = |line: &str| {
        // What may be left out or said again stands in brackets.
        let plain = line.replace(['[', ']', '…'], "");
        let words = plain.split_whitespace().map(str::to_owned);
        let mut words = words.skip_while(|word| word.rsplit('/').next() != Some("topside"));
        words.next().map(|_| words.collect::<Vec<_>>())
    };
    lines.filter_map(words).collect()
}

#[track_caller]
fn parses(command: &[String]) {
    use clap::Parser;
    let words = std::iter::once("topside").chain(command.iter().map(String::as_str));
    if let Err(error) = topside::cli::Arguments::try_parse_from(words) {
        panic!("topside {}: {error}", command.join(" "));
    }
}

#[test]
fn every_command_the_readme_shows_is_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let blocks = readme.split("```sh\n").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split("```").next());
    let shown: Vec<Vec<String>> = blocks
        .flat_map(commands)
        .filter(|command| !command.is_empty())
        .collect();
    assert!(shown.len() > 20, "{shown:?}");
    for command in &shown {
        parses(command);
    }
}

#[test]
fn what_runs_by_itself_is_a_command() {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    let service = fs::read_to_string(assets.join("systemd/topside-check.service")).unwrap();
    let starts = service
        .lines()
        .filter(|line| line.starts_with("ExecStart="));
    let started = commands(&starts.collect::<Vec<_>>().join("\n").replace('=', " "));
    assert_eq!(started.len(), 1);
    let cron = fs::read_to_string(assets.join("cron/topside")).unwrap();
    let scheduled: Vec<&str> = cron.lines().filter(|line| line.contains(" * * ")).collect();
    let scheduled = commands(&scheduled.join("\n"));
    assert_eq!(scheduled.len(), 2);
    for command in started.iter().chain(&scheduled) {
        parses(command);
    }
}
