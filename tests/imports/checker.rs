//! The checker on made-up sources: it finds each kind of breach, and nothing in what only looks like one.

use crate::check::breaches;
use crate::rules::LONGEST_FILE;

/// The one breach of a made-up file.
#[track_caller]
fn breach(file: &str, source: &str) -> String {
    match breaches(file, source).as_slice() {
        [one] => one.clone(),
        other => panic!("not one breach, but {other:?}"),
    }
}

#[track_caller]
fn fine(file: &str, source: &str) {
    assert_eq!(breaches(file, source), Vec::<String>::new());
}

#[test]
fn says_file_and_line() {
    assert_eq!(
        breach("logs/buffer.rs", "//! Doc.\n\nuse crate::app::Msg;\n"),
        "src/logs/buffer.rs:3: `logs` may import domain, but names `crate::app::Msg`"
    );
    assert!(breach("domain/host.rs", "use crate::ui;").contains("nothing of the crate"));
}

#[test]
fn takes_groups_apart() {
    let found = breaches(
        "app/update/mod.rs",
        "use crate::{\n    domain::{HostId, Service},\n    ui::Frame,\n    backend::{self, Backend},\n};",
    );
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("src/app/update/mod.rs:3:") && found[0].contains("crate::ui"));
    assert!(
        found[1].starts_with("src/app/update/mod.rs:4:") && found[1].contains("crate::backend")
    );
}

#[test]
fn reads_paths_outside_of_use_lines() {
    breach(
        "domain/host.rs",
        "fn f() -> crate::backend::BackendError { todo!() }",
    );
    breach(
        "domain/host.rs",
        "fn f() { super::super::backend::is_pinned(x) }",
    );
    breach("domain/mod.rs", "fn f() { super::backend::is_pinned(x) }");
    breach("theme/mod.rs", "pub use crate::ui::*;");
    breach("main.rs", "fn main() { topside::runtime::run() }");
    fine("main.rs", "fn main() { topside::cli::run() }");
    fine(
        "domain/host.rs",
        "use super::backend; use crate::domain::Host;",
    );
}

#[test]
fn a_row_may_allow_a_submodule_only() {
    fine("keymap/mod.rs", "use crate::app::action::Action;");
    fine(
        "keymap/mod.rs",
        "use crate::app::{action::{Action, Context}};",
    );
    breach("keymap/mod.rs", "use crate::app::model::Model;");
    breach("keymap/mod.rs", "use crate::app::{action::Action, Model};");
    breach("keymap/mod.rs", "use crate::app;");
}

#[test]
fn a_module_without_a_row_is_a_breach() {
    assert!(breach("helpers/mod.rs", "").contains("no row"));
    assert!(breach("helpers.rs", "").contains("no row"));
    fine("lib.rs", "pub mod helpers;");
}

#[test]
fn libraries_stay_in_their_place() {
    breach("backend/endpoint.rs", "use bollard::Docker;");
    breach("backend/dockerish.rs", "use bollard::Docker;");
    breach("jobs/executor.rs", "let x: rusqlite::Connection;");
    breach("deploy/mod.rs", "use x509_parser::prelude::*;");
    breach("cli/status.rs", "use ratatui::text::Line;");
    breach("keymap/mod.rs", "use crossterm::event::KeyCode;");
    breach("theme/mod.rs", "use ratatui::crossterm::style::Color;");
    breach(
        "theme/mod.rs",
        "use ratatui::{crossterm::style::Color, text::Line};",
    );
    breach("theme/mod.rs", "use crossterm;");
    fine("backend/docker/mod.rs", "use bollard::Docker;");
    fine("store/mod.rs", "use rusqlite::Connection;");
    fine(
        "ui/mod.rs",
        "use ratatui::text::Line; use crossterm::event::Event;",
    );
    fine("runtime/mod.rs", "use ratatui::crossterm::event::Event;");
}

#[test]
fn pure_modules_do_no_io_and_ask_no_clock() {
    for module in ["domain", "app", "logs"] {
        let file = format!("{module}/x.rs");
        breach(&file, "use tokio::sync::mpsc;");
        breach(&file, "#[tokio::test] async fn f() {}");
        breach(&file, "let now = Timestamp::now();");
        breach(&file, "let now = jiff::Zoned::now();");
        breach(&file, "let now = std::time::Instant::now();");
        breach(&file, "let now = std::time::SystemTime::now();");
        breach(&file, "use std::{fs, sync::Arc};");
        fine(
            &file,
            "use std::net::IpAddr; fn at(now: Timestamp) -> Instant { now }",
        );
    }
    fine(
        "runtime/mod.rs",
        "use tokio::sync::mpsc; fn f() { Timestamp::now(); }",
    );
}

#[test]
fn comments_and_literals_are_no_imports() {
    fine(
        "domain/host.rs",
        r###"
        //! As `crate::backend::Backend` says.
        // use crate::ui;
        /* use crate::ui; /* nested */ use tokio::fs; */
        fn f<'a>(x: &'a str) -> char {
            let _ = ("use crate::ui;", "\" crate::ui::x", r#"" crate::ui::x"#, b"crate::ui::x");
            let _ = br##"crate::ui::"# x"##;
            '"'
        }
        "###,
    );
    // … and code after them is read again.
    breach(
        "domain/host.rs",
        "let c = '\"'; let d: &'static str = crate::ui::NAME;",
    );
    breach("domain/host.rs", "let c = '\\''; crate::ui::x();");
    breach("domain/host.rs", "let c = \"\\\\\"; crate::ui::x();");
    breach("domain/host.rs", "/* a */ use crate::ui::x; // b");
}

#[test]
fn long_files_are_listed_with_their_length() {
    let long = "\n".repeat(LONGEST_FILE + 1);
    assert!(breach("app/model.rs", &long).contains("401 lines"));
    assert!(breach("lib.rs", &long).contains("401 lines"));
    fine("app/model.rs", &"\n".repeat(LONGEST_FILE));
    fine("app/tests.rs", &long);
    fine("app/tests/jobs.rs", &long);
}
