//! `E` hands a Compose file to the user's editor; what it changes is seen before anything is brought up.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::dashboard::{ACTION, quit, select};
use crate::fixtures::engine::{address, docker};
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;
use crate::fixtures::terminal::{PATIENCE, Terminal, keys};

const WEB: &str = "
services:
  web:
    image: {image}
    pull_policy: never
    labels: {topside.gate: 1s}
    environment: {COLOUR: green}
";

/// The dashboard, with an editor that carries out this script on the file it is given.
fn open(home: &Home, project: &Project, script: &str) -> Terminal {
    let editor = project.folder().join("editor");
    fs::write(&editor, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    let mut environment = home.environment();
    environment.push(("EDITOR".to_owned(), format!("{} -x", editor.display())));
    let terminal = Terminal::spawn(&["--host", &address()], &environment, 40, 140);
    terminal.wait_text("web");
    select(&terminal, project);
    terminal
}

fn colour(project: &Project) -> String {
    let format = "{{range .Config.Env}}{{println .}}{{end}}";
    let all = docker(&["inspect", "--format", format, &project.container("web")]);
    let line = all.lines().find(|line| line.starts_with("COLOUR="));
    line.unwrap_or_default().to_owned()
}

#[test]
fn an_edit_is_seen_and_brought_up() {
    let project = Project::up("edit", WEB);
    let home = Home::new();
    // The editor gets its own arguments first.
    let script = "[ \"$1\" = -x ] && sed -i s/green/blue/ \"$2\"";
    let terminal = open(&home, &project, script);
    terminal.send("E");
    let screen = terminal.wait_for("the diff", ACTION, |screen| {
        screen.contains("made anew: web")
    });
    assert!(screen.contains("-       COLOUR: green"), "{screen}");
    assert!(screen.contains("+       COLOUR: blue"), "{screen}");
    assert_eq!(
        colour(&project),
        "COLOUR=green",
        "nothing is brought up yet"
    );
    terminal.send(keys::ENTER);
    terminal.wait_for("the new one to be proven", ACTION, |screen| {
        screen.contains("proved themselves")
    });
    assert_eq!(colour(&project), "COLOUR=blue");
    quit(&terminal);
    let kept = home.state().join("topside/edits").join(&project.name);
    let kept: Vec<_> = fs::read_dir(kept).unwrap().map(Result::unwrap).collect();
    assert_eq!(kept.len(), 1);
    let old = fs::read_to_string(kept[0].path()).unwrap();
    assert!(old.contains("green"));
    assert_eq!(
        kept[0].metadata().unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn a_broken_edit_is_told_and_put_back() {
    let project = Project::up("unedit", WEB);
    let before = fs::read(project.file()).unwrap();
    let home = Home::new();
    let terminal = open(&home, &project, "echo '  - nonsense' >> \"$2\"");
    terminal.send("E");
    let screen = terminal.wait_for("what Compose says", ACTION, |screen| {
        screen.contains("does not take these files")
    });
    assert!(screen.contains("put back"), "{screen}");
    assert_ne!(fs::read(project.file()).unwrap(), before);
    terminal.send("p");
    terminal.wait_for("it put back", PATIENCE, |screen| {
        screen.contains("are what they were before the edit")
    });
    assert_eq!(fs::read(project.file()).unwrap(), before);
    quit(&terminal);
}

#[test]
fn an_editor_that_is_not_there_is_told() {
    let project = Project::up("noeditor", WEB);
    let home = Home::new();
    let terminal = open(&home, &project, "exit 7");
    terminal.send("E");
    terminal.wait_for("why there was no edit", ACTION, |screen| {
        screen.contains("ended with code 7")
    });
    quit(&terminal);
}
