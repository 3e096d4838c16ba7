//! Look around and leave.

use crate::dashboard::{WEB, open, quit, select};
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;
use crate::fixtures::terminal::{PATIENCE, keys};

#[test]
fn start_see_logs_back_quit() {
    let project = Project::up("look", WEB);
    let home = Home::new();
    let terminal = open(&home);
    select(&terminal, &project);

    terminal.send("l");
    terminal.wait_text("started variant 1");
    terminal.send(keys::ESC);
    terminal.wait_for("the list again", PATIENCE, |screen| {
        screen.contains(&project.name) && screen.contains("NAME")
    });
    quit(&terminal);
}

#[test]
fn help_opens_and_closes() {
    let project = Project::up("help", WEB);
    let home = Home::new();
    let terminal = open(&home);
    select(&terminal, &project);

    terminal.send("?");
    let help = terminal.wait_text("Marks of services");
    assert!(
        help.contains("redeploy: ") && help.contains("restart: "),
        "{help}"
    );
    terminal.leave("Marks of services");
    terminal.wait_text(&project.name);
    quit(&terminal);
}

#[test]
fn what_starts_and_stops_elsewhere_appears_and_goes() {
    let home = Home::new();
    let first = Project::up("first", WEB);
    let terminal = open(&home);
    let second = Project::up("second", WEB);
    terminal.wait_text(&second.name);
    let gone = second.name.clone();
    drop(second);
    terminal.wait_for("removal", PATIENCE, |screen| {
        !screen.contains(&gone) && screen.contains(&first.name)
    });
    quit(&terminal);
}

#[test]
fn restart_makes_the_container_run_anew() {
    use crate::fixtures::engine::docker;
    let project = Project::up("restart", WEB);
    let started = || {
        docker(&[
            "inspect",
            "--format",
            "{{.State.StartedAt}}",
            &project.container("web"),
        ])
    };
    let before = started();
    let home = Home::new();
    let terminal = open(&home);
    select(&terminal, &project);
    terminal.send("R");
    terminal.wait_for(
        "the end of the restart",
        crate::dashboard::ACTION,
        |screen| screen.contains("was restarted"),
    );
    assert_ne!(started(), before);
    quit(&terminal);
}
