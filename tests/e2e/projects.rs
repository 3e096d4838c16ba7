//! Whole projects on the command line.

use crate::commands::run;
use crate::fixtures::engine::{docker, image_id, other_image};
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;

/// One needs the other, against the order of their names.
const CHAIN: &str = "
services:
  api:
    image: {image}
    pull_policy: never
    labels: {topside.gate: 1s}
    depends_on: [db]
  db:
    image: {image}
    pull_policy: never
    labels: {topside.gate: 1s}
";

#[test]
fn a_project_goes_up_and_down_by_its_name() {
    let project = Project::up("whole", CHAIN);
    let home = Home::new();
    let name = project.name.as_str();
    project.retag(&other_image());

    let (code, said, _) = run(&home, &["up", name, "--plan"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("bring up api, db"), "{said}");
    let (code, said, errors) = run(&home, &["up", name]);
    assert_eq!(code, 0, "{said}{errors}");
    assert_eq!(project.running_image("api"), image_id(&other_image()));
    let (code, said, _) = run(&home, &["up", name]);
    assert_eq!(code, 3, "{said}");

    let (code, said, errors) = run(&home, &["down", name]);
    assert_eq!(code, 2, "{said}");
    assert!(errors.contains("--yes"), "{errors}");
    let (code, said, errors) = run(&home, &["down", name, "--yes"]);
    assert_eq!(code, 0, "{said}{errors}");
    let filter = format!("label=com.docker.compose.project={name}");
    assert_eq!(docker(&["ps", "-aq", "--filter", &filter]), "");
    let (code, _, errors) = run(&home, &["up", name]);
    assert_eq!(code, 2, "{errors}");
}

#[test]
fn a_failure_ends_what_is_done_to_a_project_and_says_what_was_not_begun() {
    let project = Project::up("ends", CHAIN);
    let home = Home::new();
    let broken = CHAIN.replace(
        "    depends_on: [db]\n  db:\n",
        "    depends_on: [db]\n  db:\n    command: 'false'\n",
    );
    project.write(&broken);
    let before = project.running_image("api");
    let (code, said, _) = run(&home, &["redeploy", &project.name]);
    assert!(matches!(code, 4 | 5), "{code}: {said}");
    let not_begun = format!("not begun after that: redeploy {}/api", project.name);
    assert!(said.contains(&not_begun), "{said}");
    assert_eq!(project.running_image("api"), before);
}
