//! `D` brings the new image up, and says so when it is so.

use crate::dashboard::{ACTION, WEB, open, quit, select};
use crate::fixtures::engine::{docker, image_id, other_image, short_image_id};
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;

#[test]
fn a_changed_image_under_the_same_tag_is_brought_up() {
    let project = Project::up("redeploy", WEB);
    let old = project.running_image("web");
    let home = Home::new();
    let terminal = open(&home);
    select(&terminal, &project);

    project.retag(&other_image());
    assert_ne!(
        image_id(&project.image()),
        old,
        "the tag means another image now"
    );
    terminal.send("D");
    let new = short_image_id(&other_image());
    terminal.wait_for("the new image's id", ACTION, |screen| {
        screen.contains(&new) && screen.contains("now runs")
    });

    assert_eq!(project.running_image("web"), image_id(&other_image()));
    let state = docker(&[
        "inspect",
        "--format",
        "{{.State.Status}}",
        &project.container("web"),
    ]);
    assert_eq!(state, "running");
    // What it ran before is kept for the way back.
    assert!(docker(&["image", "ls", "--all", "--quiet", "--no-trunc"]).contains(&old));
    quit(&terminal);
}
