//! What works here and what does not: against a real engine, without one, with a config that is wrong.

use serde_json::Value;

use crate::commands::{command_on, run, said};
use crate::dashboard::WEB;
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;

#[test]
fn doctor_finds_what_works_and_what_does_not() {
    let project = Project::up("doctor", WEB);
    let home = Home::new();
    let (code, out, errors) = run(&home, &["doctor"]);
    assert_eq!(code, 0, "{out}{errors}");
    for expected in [
        "✔ connection",
        "✔ version",
        "✔ clock",
        "✔ compose",
        "✔ projects",
    ] {
        assert!(out.contains(expected), "{expected} in:\n{out}");
    }
    // Started by the same user on the same machine: what watching costs is known.
    assert!(out.contains("✔ counters"), "{out}");

    std::fs::remove_file(project.file()).unwrap();
    let (_, out, _) = run(&home, &["doctor", "--json"]);
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["works"], "partly");
    let checks = told["checks"].as_array().unwrap();
    let projects = checks.iter().find(|check| check["name"] == "projects");
    let projects = projects.expect("projects are looked at");
    assert_eq!(projects["works"], "partly");
    assert!(projects["what"].as_str().unwrap().contains(&project.name));
}

#[test]
fn doctor_says_what_to_do_without_an_engine_and_with_a_broken_config() {
    let home = Home::with_config("[ui]\nsortt = 'name'\n");
    let mut command = command_on("unix:///nonexistent/engine.sock", &home, &["doctor"]);
    let (code, text) = said(&command.output().unwrap());
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("✖ connection"), "{text}");
    assert!(text.contains("systemctl start docker"), "{text}");
    assert!(
        text.contains("✖ config") && text.contains("sortt"),
        "{text}"
    );
}
