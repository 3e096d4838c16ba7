//! However the program is ended, the terminal is usable after it.

use rustix::process::Signal;

use crate::dashboard::{WEB, open};
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;
use crate::fixtures::terminal::{PATIENCE, keys};

fn ends_well_on(signal: Signal) {
    let project = Project::up("signal", WEB);
    let home = Home::new();
    let terminal = open(&home);
    terminal.wait_text(&project.name);
    terminal.signal(signal);
    terminal.wait_exit(PATIENCE);
    terminal.assert_restored();
}

#[test]
fn sigterm_restores_the_terminal() {
    ends_well_on(Signal::TERM);
}

#[test]
fn sighup_restores_the_terminal() {
    ends_well_on(Signal::HUP);
}

#[test]
fn ctrl_c_ends_it_like_q() {
    let project = Project::up("ctrlc", WEB);
    let home = Home::new();
    let terminal = open(&home);
    terminal.wait_text(&project.name);
    terminal.send(keys::CTRL_C);
    terminal.wait_exit(PATIENCE);
    terminal.assert_restored();
}
