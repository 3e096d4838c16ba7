//! How these tests open the dashboard, and the few words on its screen that they hold it to.

use std::time::Duration;

use crate::fixtures::engine;
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;
use crate::fixtures::terminal::{PATIENCE, Terminal, keys};

/// An action takes as long as the engine takes, on a busy machine.
pub const ACTION: Duration = Duration::from_secs(90);

/// One service that says who it is and runs until it is stopped.
pub const WEB: &str = "
services:
  web:
    image: {image}
    pull_policy: never
";

/// Opens the dashboard on the engine at an address.
#[track_caller]
pub fn open_at(address: &str, home: &Home) -> Terminal {
    Terminal::spawn(&["--host", address], &home.environment(), 40, 140)
}

/// Opens the dashboard on the tests' engine and waits for its first rows.
#[track_caller]
pub fn open(home: &Home) -> Terminal {
    let terminal = open_at(&engine::address(), home);
    terminal.wait_text("web");
    terminal
}

/// Narrows the list to one project and selects its service: other tests have theirs on the same engine.
#[track_caller]
pub fn select(terminal: &Terminal, project: &Project) {
    filter(terminal, &project.name);
    terminal.wait_for("the project alone", PATIENCE, |screen| {
        let others = screen
            .lines()
            .filter(|line| line.contains("▾ ts-") && !line.contains(&project.name));
        screen.contains(&project.name) && others.count() == 0
    });
}

/// Types a filter and takes it.
#[track_caller]
pub fn filter(terminal: &Terminal, text: &str) {
    terminal.press("/");
    terminal.send(text);
    terminal.wait_text(text);
    terminal.send(keys::ENTER);
}

/// Quits with `q`, and holds the program to leaving well.
#[track_caller]
pub fn quit(terminal: &Terminal) {
    terminal.send("q");
    let exit = terminal.wait_exit(PATIENCE);
    assert!(exit.success(), "q ended with {exit:?}");
    terminal.assert_restored();
}

/// Whether the screen says that the engine is not there.
pub fn says_lost(screen: &str) -> bool {
    let screen = screen.to_lowercase();
    [
        "stale",
        "reconnect",
        "lost",
        "unreachable",
        "retry",
        "nothing listens",
        "hung up",
        "as of ",
    ]
    .iter()
    .any(|word| screen.contains(word))
}
