//! The subcommands that act: the same plans as the keys, with exit codes that scripts can tell apart.

use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::dashboard::WEB;
use crate::fixtures::engine::{self, docker, other_image};
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;

/// Proven after a second.
const QUICK: &str = "
services:
  web:
    image: {image}
    pull_policy: never
    labels: {topside.gate: 1s}
";

/// Runs the binary to its end: exit code, standard output, standard error.
#[track_caller]
pub fn run(home: &Home, arguments: &[&str]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command(home, arguments).output().expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

pub fn command(home: &Home, arguments: &[&str]) -> Command {
    command_on(&engine::address(), home, arguments)
}

/// How a process ended, and all that it said: no escape sequence where there is no terminal.
#[track_caller]
pub fn said(output: &Output) -> (Option<i32>, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let all = text(&output.stdout) + &text(&output.stderr);
    assert!(!all.contains('\u{1b}'), "{all:?}");
    (output.status.code(), all)
}

/// Starts the binary, and interrupts it as soon as something is so.
#[track_caller]
pub fn interrupted(mut command: Command, so: impl Fn() -> bool) -> (Option<i32>, String) {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !so() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    said(&child.wait_with_output().unwrap())
}

/// The binary, pointed at an engine.
pub fn command_on(engine: &str, home: &Home, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_topside"));
    command
        .args(arguments)
        .args(["--host", engine])
        .env_clear()
        .envs(home.environment())
        .stdin(Stdio::null());
    command
}

#[test]
fn redeploy_tells_done_from_nothing_to_do() {
    let project = Project::up("command", QUICK);
    let home = Home::new();
    let service = format!("{}/web", project.name);
    let before = project.running_image("web");
    project.retag(&other_image());

    let (code, said, _) = run(&home, &["redeploy", &service, "--plan"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains(". bring up web"), "{said}");
    assert_eq!(project.running_image("web"), before, "a plan does nothing");

    let (code, said, errors) = run(&home, &["redeploy", &service]);
    assert_eq!(code, 0, "{said}{errors}");
    assert!(said.contains("✔ done: web now runs"), "{said}");
    assert!(!said.contains('\x1b'), "plain lines in a pipe: {said:?}");
    assert_ne!(project.running_image("web"), before);

    let (code, said, _) = run(&home, &["redeploy", &service]);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("nothing to do"), "{said}");

    let (code, said, _) = run(&home, &["jobs", "--json"]);
    assert_eq!(code, 0);
    let jobs: Value = serde_json::from_str(&said).expect("JSON");
    let results: Vec<&str> = jobs["jobs"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|job| job["state"].as_str().expect("a word"))
        .collect();
    assert_eq!(results, ["nothing to do", "done"]);
    assert!(
        jobs["jobs"][0]["who"]
            .as_str()
            .is_some_and(|who| who.contains("command line"))
    );
}

#[test]
fn releases_are_what_can_be_gone_back_to() {
    let project = Project::up("commandr", QUICK);
    let home = Home::new();
    let service = format!("{}/web", project.name);
    let first = project.running_image("web");
    let (code, said, _) = run(&home, &["releases", &service]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("none yet"), "{said}");
    assert!(
        !home.state().join("topside/topside.db").exists(),
        "who only reads makes no records"
    );

    project.retag(&other_image());
    let (code, said, errors) = run(&home, &["redeploy", &service]);
    assert_eq!(code, 0, "{said}{errors}");
    let (code, said, _) = run(&home, &["releases", &service, "--json"]);
    assert_eq!(code, 0, "{said}");
    let listed: Value = serde_json::from_str(&said).expect("JSON");
    let shown: Vec<(u64, bool, &str)> = listed["releases"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|release| {
            let number = release["release"].as_u64().expect("a number");
            let place = release["place"].as_str().expect("a word");
            (number, release["running"] == true, place)
        })
        .collect();
    assert_eq!(shown, [(2, true, "kept"), (1, false, "kept")], "{said}");
    assert_eq!(listed["releases"][1]["image_id"], first.as_str());

    let (code, said, errors) = run(&home, &["rollback", &service, "--to", "1"]);
    assert_eq!(code, 0, "{said}{errors}");
    assert_eq!(project.running_image("web"), first);
    let (_, said, _) = run(&home, &["releases", &service]);
    let rows: Vec<&str> = said.lines().collect();
    assert!(rows[1].contains("rolled back"), "{said}");
    assert!(rows[2].contains("● 1"), "{said}");
}

#[test]
fn policies_are_heeded_before_anything_is_begun() {
    let two = format!(
        "{QUICK}  db:\n    image: {{image}}\n    pull_policy: never\n    labels: {{topside.policy: read-only}}\n"
    );
    let project = Project::up("commandp", &two);
    let (web, db) = (
        format!("{}/web", project.name),
        format!("{}/db", project.name),
    );
    let home = Home::with_config(&format!("[services.\"{web}\"]\npolicy = \"confirm\"\n"));
    let state = |service: &str| {
        let id = project.container(service);
        docker(&["inspect", "--format", "{{.State.Status}}", &id])
    };
    let (code, said, errors) = run(&home, &["stop", "--yes", &web, &db]);
    assert_eq!(code, 2, "{said}{errors}");
    assert!(
        errors.contains("read-only, by its label topside.policy"),
        "{errors}"
    );
    let (code, said, errors) = run(&home, &["stop", &web]);
    assert_eq!(code, 2, "{said}{errors}");
    let setting = format!("[services.\"{web}\"] in the config");
    assert!(
        errors.contains(&setting) && errors.contains("--yes"),
        "{errors}"
    );
    assert_eq!(
        (state("web"), state("db")),
        ("running".to_owned(), "running".to_owned())
    );

    let (code, said, _) = run(&home, &["stop", "--plan", &db]);
    assert_eq!(code, 0, "looking needs no leave: {said}");
    let (code, said, errors) = run(&home, &["stop", "--yes", &web]);
    assert_eq!(code, 0, "{said}{errors}");
    assert_eq!(state("web"), "exited");
}

#[test]
fn a_failed_redeploy_says_why_in_every_form() {
    let project = Project::up("commandf", QUICK);
    let home = Home::new();
    let service = format!("{}/web", project.name);
    let crash = "command: [sh, -c, \"echo last words; exit 7\"]\n    pull_policy: never";
    project.write(&QUICK.replace("pull_policy: never", crash));
    let (code, said, _) = run(&home, &["redeploy", &service, "--json"]);
    assert_eq!(code, 5, "{said}");
    let events: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).expect("an event a line"))
        .collect();
    assert_eq!(events[0]["event"], "planned");
    let last = events.last().expect("an end");
    assert_eq!(last["event"], "finished");
    assert_eq!(last["result"]["outcome"], "failed");
    let text = last.to_string();
    assert!(
        text.contains("exit code 7") && text.contains("last words"),
        "{text}"
    );

    let (code, said, _) = run(&home, &["restart", &service]);
    assert_eq!(code, 5, "{said}");
    assert!(
        said.contains("✖ failed") && said.contains("last words"),
        "{said}"
    );
}

#[test]
fn services_go_one_after_the_other_until_the_first_failure() {
    let two = format!(
        "{QUICK}  other:\n    image: {{image}}\n    pull_policy: never\n    labels: {{topside.gate: 1s}}\n"
    );
    let project = Project::up("commands", &two);
    let home = Home::new();
    let (web, other) = (
        format!("{}/web", project.name),
        format!("{}/other", project.name),
    );
    let (code, said, _) = run(&home, &["stop", &web, &other]);
    assert_eq!(code, 0, "{said}");
    let (code, said, _) = run(&home, &["stop", &web, &other]);
    assert_eq!(code, 3, "{said}");
    let state = |service: &str| {
        let id = project.container(service);
        docker(&["inspect", "--format", "{{.State.Status}}", &id])
    };
    assert_eq!(
        (state("web"), state("other")),
        ("exited".to_owned(), "exited".to_owned())
    );
    docker(&["rm", "--force", &project.container("web")]);
    // What is gone is no service any more: nothing at all is begun.
    let (code, _, errors) = run(&home, &["start", &other, &web]);
    assert_eq!(code, 2, "{errors}");
    assert!(errors.contains(&other), "the choices are named: {errors}");
    assert_eq!(state("other"), "exited");
}

#[test]
fn sigterm_cancels_what_can_be_cancelled() {
    use rustix::process::{Pid, Signal, kill_process};
    let project = Project::up("commandt", WEB);
    let home = Home::new();
    let service = format!("{}/web", project.name);
    let mut child = command(&home, &["restart", &service])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(
        child.stdout.take().expect("a pipe"),
    ));
    let watching =
        |line: &Result<String, _>| line.as_ref().is_ok_and(|line| line.contains("… watch"));
    assert!(lines.any(|line| watching(&line)), "it comes to the gate");
    let pid = Pid::from_raw(child.id().cast_signed()).expect("a process");
    kill_process(pid, Signal::TERM).expect("it runs");
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    assert_eq!(child.wait().expect("it ends").code(), Some(6), "{rest:?}");
    assert!(rest.concat().contains("cancelled after"), "{rest:?}");
}
