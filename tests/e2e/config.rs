//! The config: what is wrong is said with its place, what is saved is taken over, `topside config` tends it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output, Stdio};

use crate::commands::said;
use crate::dashboard::{WEB, open, quit};
use crate::fixtures::engine;
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;
use crate::fixtures::terminal::{PATIENCE, Terminal, keys};

#[test]
fn a_broken_config_is_said_with_file_and_line() {
    let home = Home::with_config("# fine\n\nrefresh = = 3\n");
    let address = engine::address();
    let terminal = Terminal::spawn(&["--host", &address], &home.environment(), 40, 140);
    terminal.wait_for("the file and its line", PATIENCE, |screen| {
        screen.contains("config.toml") && screen.contains('3')
    });
    let screen = terminal.leave("config.toml");
    assert!(screen.contains("Services"), "the defaults serve:\n{screen}");
    quit(&terminal);
}

/// Runs `topside config …`.
fn config(home: &Home, arguments: &[&str], editor: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_topside"))
        .arg("config")
        .args(arguments)
        .env_clear()
        .envs(home.environment())
        .env("EDITOR", editor)
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs")
}

#[test]
fn a_config_is_begun_checked_and_shown() {
    let home = Home::new();
    assert!(config(&home, &["check"], "").status.success());
    assert!(config(&home, &["init"], "").status.success());
    let again = config(&home, &["init"], "");
    assert_eq!(again.status.code(), Some(2), "{}", said(&again).1);
    assert!(config(&home, &["check"], "").status.success());

    let text = fs::read_to_string(home.config_file()).unwrap();
    let text = text.replace("sort = \"name\"", "sort = \"cpu\"");
    fs::write(home.config_file(), &text).unwrap();
    let shown = said(&config(&home, &["show"], "")).1;
    let sort = shown.lines().find(|line| line.starts_with("ui.sort"));
    assert!(
        sort.is_some_and(|line| line.contains("config.toml:")),
        "{shown}"
    );
    let json = config(&home, &["show", "--json"], "").stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let sort = json
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["key"] == "ui.sort");
    assert_eq!(sort.unwrap()["value"], "cpu");
    assert_eq!(sort.unwrap()["from"], "file");

    fs::write(home.config_file(), "[ui]\nsort = \"cpuu\"\n").unwrap();
    let wrong = config(&home, &["check"], "");
    assert_eq!(wrong.status.code(), Some(2));
    let wrong = said(&wrong).1;
    assert!(
        wrong.contains("config.toml:2:8") && wrong.contains("did you mean `cpu`?"),
        "{wrong}"
    );
    assert!(
        said(&config(&home, &["path"], ""))
            .1
            .contains("config.toml")
    );
    assert!(
        said(&config(&home, &["--help"], ""))
            .1
            .contains("theme_dark")
    );
}

/// An editor that carries out a script on the file it is given.
fn editor(home: &Home, script: &str) -> String {
    let editor = home.state().join("editor");
    fs::write(&editor, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    editor.display().to_string()
}

#[test]
fn an_edit_takes_the_file_s_place_only_when_it_is_right() {
    let home = Home::with_config("[ui]\nmouse = true\n");
    let right = editor(&home, "sed -i s/true/false/ \"$1\"");
    assert!(config(&home, &["edit"], &right).status.success());
    let kept = fs::read_to_string(home.config_file()).unwrap();
    assert_eq!(kept, "[ui]\nmouse = false\n");

    let wrong = editor(&home, "sed -i s/false/fals/ \"$1\"");
    let output = config(&home, &["edit"], &wrong);
    assert_eq!(output.status.code(), Some(6), "{}", said(&output).1);
    assert!(
        said(&output).1.contains("config.toml:2:"),
        "{}",
        said(&output).1
    );
    assert_eq!(fs::read_to_string(home.config_file()).unwrap(), kept);
    let folder = home.config_file().parent().unwrap().to_owned();
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "no copy is left");
}

#[test]
fn an_edit_loses_neither_what_was_saved_meanwhile_nor_what_is_no_text() {
    let home = Home::with_config("[ui]\nmouse = true\n");
    let file = home.config_file();
    let meanwhile = format!(
        "sed -i s/true/false/ \"$1\"; echo '# theirs' >> {}",
        file.display()
    );
    let output = config(&home, &["edit"], &editor(&home, &meanwhile));
    let text = said(&output).1;
    assert!(
        !output.status.success() && text.contains("meanwhile"),
        "{text}"
    );
    let kept = fs::read_to_string(&file).unwrap();
    assert_eq!(kept, "[ui]\nmouse = true\n# theirs\n");
    let yours = fs::read_dir(file.parent().unwrap()).unwrap();
    let yours = yours.map(|entry| entry.unwrap().path());
    let yours: Vec<_> = yours.filter(|path| *path != file).collect();
    assert_eq!(yours.len(), 1, "{yours:?}");
    let text = fs::read_to_string(&yours[0]).unwrap();
    assert_eq!(text, "[ui]\nmouse = false\n");

    let latin = editor(&home, "printf '# \\351\\n' >> \"$1\"");
    let output = config(&home, &["edit"], &latin);
    let text = said(&output).1;
    assert_eq!(output.status.code(), Some(6), "{text}");
    assert!(text.contains("UTF-8"), "{text}");
    assert_eq!(fs::read_to_string(&file).unwrap(), kept);
}

#[test]
fn what_is_saved_is_taken_over_and_what_is_broken_is_told() {
    let project = Project::up("reload", WEB);
    let home = Home::with_config("[ui]\ntheme = \"gruvbox\"\n");
    let terminal = open(&home);
    terminal.wait_text(&project.name);
    // Gruvbox draws its own background.
    let has = |bytes: &[u8]| {
        let all = terminal.bytes();
        all.windows(bytes.len()).any(|window| window == bytes)
    };
    assert!(has(b"48;5;235") || has(b"48;2;40;40;40"));

    fs::write(home.config_file(), "[ui]\nteme = 3\n").unwrap();
    terminal.wait_text("config.toml:2:1: unknown field `teme`; did you mean `theme`?");
    fs::write(
        home.config_file(),
        "[keys]\nhelp = \"g h\"\ntop = \"g g\"\n",
    )
    .unwrap();
    terminal.wait_text("the config was read again");
    terminal.send("g");
    terminal.wait_text("Esc leaves it");
    terminal.send("h");
    terminal.wait_text("Marks of services");
    terminal.leave("Marks of services");

    let themes = home.config_file().parent().unwrap().join("themes");
    fs::create_dir(&themes).unwrap();
    fs::write(
        themes.join("mine.toml"),
        "about = \"my own\"\ninherits = \"nord\"\n",
    )
    .unwrap();
    terminal.send(",");
    terminal.send("mine");
    terminal.wait_text("my own");
    terminal.send(keys::ENTER);
    fs::write(
        themes.join("mine.toml"),
        "inherits = \"nord\"\n[slots]\nok = \"grn\"\n",
    )
    .unwrap();
    terminal.wait_text("mine.toml:3:6");
    quit(&terminal);
    let kept = fs::read_to_string(home.state().join("topside/view.toml")).unwrap();
    assert!(kept.contains("mine"), "{kept}");
}
