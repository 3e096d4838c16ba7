//! What needs somebody and what happened, on a real engine and from one run to the next.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::commands::run;
use crate::dashboard::{filter, open, quit};
use crate::fixtures::engine;
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;
use crate::fixtures::terminal::PATIENCE;

const CRASH: &str = "
services:
  web:
    image: {image}
    pull_policy: never
  crash:
    image: {image}
    pull_policy: never
    command: [sh, -c, exit 3]
";

#[track_caller]
fn json(home: &Home, arguments: &[&str]) -> Value {
    let (code, said, errors) = run(home, arguments);
    assert!(code <= 2, "{said}{errors}");
    serde_json::from_str(&said).unwrap_or_else(|why| panic!("{why}: {said}{errors}"))
}

/// The ids of a project's findings, and what each says.
fn of(project: &Project, all: &Value) -> BTreeSet<(String, String)> {
    let all = all.as_array().expect("a list").iter();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    all.filter(|one| text(one, "id").contains(&project.name))
        .map(|one| (text(one, "id"), text(one, "what")))
        .collect()
}

#[test]
fn check_status_and_findings_agree_and_a_snooze_holds_for_all() {
    let project = Project::up("agree", CRASH);
    engine::docker(&["wait", &project.container("crash")]);
    // Its file says something else by now.
    let file = project.file();
    let said = std::fs::read_to_string(&file).expect("the file is there");
    let changed = said.replacen(
        "    pull_policy",
        "    environment: {A: b}\n    pull_policy",
        1,
    );
    std::fs::write(&file, changed).expect("it can be written");

    let home = Home::new();
    let status = json(&home, &["status", "--json"]);
    let status = of(&project, &status["findings"]);
    assert_eq!(status.len(), 2, "{status:?}");
    let kinds: Vec<&str> = status
        .iter()
        .map(|(id, _)| id.split(':').next().unwrap_or(""))
        .collect();
    assert_eq!(kinds, ["drift", "service_failed"]);
    let check = [
        "check",
        "--json",
        "--only",
        "services,freshness",
        &project.name,
    ];
    let checked = json(&home, &check);
    assert_eq!(checked["code"], 2);
    assert_eq!(of(&project, &checked["problems"]), status);
    let listed = json(&home, &["findings", "--json"]);
    assert_eq!(of(&project, &listed["findings"]), status);

    let id = status
        .iter()
        .find(|(id, _)| id.starts_with("service_failed"))
        .map(|(id, _)| id);
    let id = id.expect("the crash");
    let (code, said, errors) = run(&home, &["findings", "snooze", id, "1d"]);
    assert_eq!(code, 0, "{said}{errors}");
    let checked = json(&home, &check);
    assert_eq!(checked["code"], 1, "the drift is a warning");
    assert_eq!(checked["snoozed"][0]["id"], id.as_str());
    let all = json(&home, &[&check[..], &["--all"]].concat());
    assert_eq!(all["code"], 2);
    let (code, said, _) = run(&home, &["check", "--only", "services", &project.name]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("(1 snoozed)"), "{said}");
    let listed = json(&home, &["status", "--json"]);
    let snoozed = listed["findings"].as_array().expect("a list").iter();
    let snoozed: Vec<&Value> = snoozed.filter(|one| one["snoozed"] == true).collect();
    assert_eq!(snoozed.len(), 1, "{listed}");

    // The dashboard goes by it, and wakes it for all.
    let terminal = open(&home);
    filter(&terminal, &project.name);
    terminal.wait_text("1 snoozed");
    terminal.send("!");
    terminal.wait_text("snoozed 1");
    terminal.send("G");
    terminal.wait_text("w wake");
    terminal.send("w");
    terminal.wait_for("it is awake", PATIENCE, |screen| {
        !screen.contains("snoozed")
    });
    terminal.send("\u{1b}");
    // An Esc with a letter behind it would be another key.
    terminal.wait_for("the list to close", PATIENCE, |screen| {
        !screen.contains("what needs you")
    });
    quit(&terminal);
    let (code, said, _) = run(&home, &["check", "--only", "services", &project.name]);
    assert_eq!(code, 2, "{said}");
    let (code, _, _) = run(&home, &["findings", "wake", id]);
    assert_eq!(code, 2, "it is not snoozed any more");
}

#[test]
fn what_happened_at_night_is_there_in_the_morning() {
    let project = Project::up("night", CRASH);
    engine::docker(&["wait", &project.container("crash")]);
    let home = Home::new();
    // Nobody looked: a check asks the engine for what it remembers, and writes it down.
    let (code, said, _) = run(&home, &["check", "--only", "services", &project.name]);
    assert_eq!(code, 2, "{said}");
    let who = format!("{}/crash", project.name);
    let night = |arguments: &[&str]| {
        let (code, said, errors) = run(&home, &[&["events", "--problems"], arguments].concat());
        assert_eq!(code, 0, "{said}{errors}");
        said.lines().filter(|line| line.contains(&who)).count()
    };
    let deaths = night(&["--recorded"]);
    assert_eq!(deaths, 1);
    assert_eq!(night(&[]), deaths, "asked again, each is known once");
    assert_eq!(night(&["--since", "10m", "--until", "now", &who]), deaths);
    assert_eq!(night(&[&format!("!{who}")]), 0);

    let terminal = open(&home);
    terminal.send("9");
    terminal.wait_text("events ");
    filter(&terminal, &who);
    terminal.wait_text("died with exit code 3");
    // What comes is on top; Enter goes to the service.
    engine::docker(&["start", &project.container("crash")]);
    // Two rows, and the detail pane that tells of one of them.
    terminal.wait_for("another death", PATIENCE, |screen| {
        screen.matches("died with exit code 3").count() == 3
    });
    terminal.send("\r");
    terminal.wait_text("1 Services");
    terminal.wait_text("crash");
    quit(&terminal);
    assert!(
        night(&["--recorded"]) > deaths,
        "the dashboard wrote it down"
    );
}
