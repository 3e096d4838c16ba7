//! What is out of date, on a real engine with real Compose and a real registry: as `topside status --json` says it,
//! and as the dashboard shows it.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::dashboard::{ACTION, open, select};
use crate::fixtures::engine::{self, docker};
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;
use crate::fixtures::registry::Registry;

/// One service, one that shares its network, one behind a profile that is brought up more than once.
const THREE: &str = "
services:
  web:
    image: {image}
    pull_policy: never
    environment:
      WORD: ${WORD:-one}
    env_file: web.env
  side:
    image: {image}
    pull_policy: never
    network_mode: service:web
  many:
    image: {image}
    pull_policy: never
    profiles: [more]
";

fn three(name: &str) -> Project {
    let project = Project::prepare(name);
    project.write(THREE);
    project.write_file("web.env", "OTHER=1\n");
    let up = ["--profile", "more", "up", "--detach", "--scale", "many=2"];
    project.compose(&up);
    project
}

/// What `status --json` prints with these arguments besides.
#[track_caller]
fn status(home: &Home, arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_topside"))
        .args(["status", "--json", "--host", &engine::address()])
        .args(arguments)
        .env_clear()
        .envs(home.environment())
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {errors}"))
}

/// What it says of a service in a field.
#[track_caller]
fn says(picture: &Value, project: &Project, service: &str, field: &str) -> Value {
    let services = picture["services"].as_array().unwrap();
    let found = services
        .iter()
        .find(|s| s["project"] == json!(project.name) && s["service"] == json!(service));
    let found = found.unwrap_or_else(|| panic!("{service} is not in {picture}"));
    found
        .get(field)
        .unwrap_or_else(|| panic!("{field} is not in {found}"))
        .clone()
}

/// What is found of a project.
fn findings(picture: &Value, project: &Project) -> Vec<String> {
    let all = picture["findings"].as_array().unwrap().iter();
    let what = all.map(|finding| finding["what"].as_str().unwrap().to_owned());
    what.filter(|what| what.contains(&project.name)).collect()
}

#[test]
fn drift_is_told_by_composes_own_hashes() {
    let project = three("drift");
    let home = Home::new();
    let drift = |picture: &Value, service: &str| says(picture, &project, service, "drift");

    let picture = status(&home, &[]);
    assert_eq!(drift(&picture, "web"), json!(false));
    // Behind a profile, and more of them than its files say: neither is a change.
    assert_eq!(drift(&picture, "many"), json!(false));
    // Compose hashes it with the other container's id.
    assert_eq!(drift(&picture, "side"), Value::Null);
    assert_eq!(findings(&picture, &project), Vec::<String>::new());

    for (file, text, back) in [
        ("compose.yaml", THREE.replace("-one", "-two"), THREE),
        ("web.env", "OTHER=2\n".to_owned(), "OTHER=1\n"),
        (".env", "WORD=three\n".to_owned(), "\n"),
    ] {
        project.write_file(file, &text);
        let picture = status(&home, &[]);
        assert_eq!(drift(&picture, "web"), json!(true), "{file}");
        assert_eq!(drift(&picture, "many"), json!(false), "{file}");
        let what = format!(
            "{}/web runs with another configuration than its Compose file",
            project.name
        );
        assert_eq!(findings(&picture, &project), [what]);
        project.write_file(file, back);
        assert_eq!(drift(&status(&home, &[]), "web"), json!(false), "{file}");
    }

    project.write("services: [");
    let picture = status(&home, &[]);
    assert_eq!(drift(&picture, "web"), Value::Null);
    let found = findings(&picture, &project);
    let [what] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert!(
        what.starts_with("Compose does not take the files of"),
        "{what}"
    );
    assert!(what.contains("compose.yaml"), "{what}");

    // Not on this machine any more: no finding, and nothing is known.
    fs::remove_file(project.file()).unwrap();
    let picture = status(&home, &[]);
    assert_eq!(drift(&picture, "web"), Value::Null);
    assert_eq!(findings(&picture, &project), Vec::<String>::new());
}

#[test]
fn an_image_that_moved_on_and_one_that_lost_its_tag_are_told_apart() {
    let project = three("moved");
    let home = Home::new();
    let of = |picture: &Value, field: &str| says(picture, &project, "web", field);
    let picture = status(&home, &[]);
    assert_eq!(of(&picture, "rebuilt"), json!(false));
    assert_eq!(of(&picture, "lost_tag"), json!(false));
    // Only built here.
    assert_eq!(of(&picture, "update"), Value::Null);

    let first = project.build("first", "ENV N=1");
    let second = project.build("second", "ENV N=2");
    project.retag(&first);
    project.compose(&["up", "--detach", "--no-deps", "web"]);
    project.retag(&second);
    let picture = status(&home, &[]);
    assert_eq!(of(&picture, "rebuilt"), json!(true));
    assert_eq!(of(&picture, "lost_tag"), json!(false));
    assert_eq!(of(&picture, "drift"), json!(false));
    let found = findings(&picture, &project);
    let what = "means by now: it was built and not deployed";
    assert!(found.iter().any(|found| found.ends_with(what)), "{found:?}");

    docker(&[
        "tag",
        &first,
        &format!("topside.keep/{}/web:1-x", project.name),
    ]);
    docker(&["rmi", "--force", &project.image(), &first]);
    let picture = status(&home, &[]);
    assert_eq!(of(&picture, "rebuilt"), json!(false));
    assert_eq!(of(&picture, "lost_tag"), json!(true));
    let found = findings(&picture, &project);
    let what = "means nothing here any more";
    assert!(found.iter().any(|found| found.ends_with(what)), "{found:?}");
}

#[test]
fn updates_are_asked_for_once_and_remembered() {
    let registry = Registry::start();
    let project = Project::prepare("updates");
    let first = project.build("first", "ENV N=1");
    let second = project.build("second", "ENV N=2");
    let reference = registry.push(&first, &format!("{}:1", project.name));
    project.write(&format!("services:\n  web:\n    image: {reference}\n"));
    project.compose(&["up", "--detach", "--quiet-pull"]);
    let home = Home::new();
    let update = |picture: &Value| says(picture, &project, "web", "update");

    let nothing = json!({"available": null, "digest": null, "checked_at": null, "error": null});
    assert_eq!(update(&status(&home, &[])), nothing);
    let current = update(&status(&home, &["--updates"]));
    assert_eq!(current["available"], json!(false), "{current}");

    let remembered = update(&status(&home, &[]));
    assert_eq!(remembered["digest"], current["digest"]);
    registry.push(&second, &format!("{}:1", project.name));
    docker(&["tag", &first, &reference]);
    // Nobody asks before it is time.
    assert_eq!(update(&status(&home, &[])), remembered);
    let picture = status(&home, &["--updates"]);
    let found = update(&picture);
    assert_eq!(found["available"], json!(true), "{found}");
    assert_ne!(found["digest"], current["digest"]);
    // It needs nobody.
    assert_eq!(findings(&picture, &project), Vec::<String>::new());

    let terminal = open(&home);
    select(&terminal, &project);
    terminal.wait_for("the mark", ACTION, |screen| {
        screen.contains("running") && screen.contains('⇡')
    });

    drop(registry);
    let gone = update(&status(&home, &["--updates"]));
    assert_eq!(
        gone["available"],
        json!(true),
        "what was known holds: {gone}"
    );
    assert!(
        gone["error"].as_str().is_some_and(|why| !why.is_empty()),
        "{gone}"
    );
    docker(&["rmi", "--force", &reference]);
}

#[test]
fn files_that_an_image_names_are_not_read() {
    let project = Project::prepare("lent");
    // Read, it would be a finding.
    project.write("services: [");
    let labels = [
        ("project", project.name.clone()),
        ("service", "web".to_owned()),
        ("config-hash", "0".repeat(64)),
        ("version", "5.6.1".to_owned()),
        (
            "project.working_dir",
            project.folder().display().to_string(),
        ),
        ("project.config_files", project.file().display().to_string()),
    ];
    let lines: Vec<String> = labels
        .iter()
        .map(|(name, value)| format!("LABEL com.docker.compose.{name}={value}"))
        .collect();
    let image = project.build("lent", &lines.join("\n"));
    docker(&[
        "run",
        "--detach",
        "--name",
        &project.container("web"),
        &image,
    ]);
    let picture = status(&Home::new(), &[]);
    assert_eq!(says(&picture, &project, "web", "drift"), Value::Null);
    assert_eq!(findings(&picture, &project), Vec::<String>::new());
}
