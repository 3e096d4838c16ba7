//! ssh that does not get there says why and what to do, asks nothing, and leaves the keys working.

use crate::dashboard::{ACTION, WEB, quit};
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;
use crate::fixtures::sshd::Sshd;
use crate::fixtures::terminal::{PATIENCE, keys};
use crate::ssh::open_on;

/// Opens the dashboard, waits for these words of a person who can act on them, and leaves.
#[track_caller]
fn says(machine: &Sshd, words: &[&str]) {
    let home = Home::new();
    let terminal = open_on(machine, &home);
    for word in words {
        terminal.wait_text(word);
    }
    // Not any change: the next attempt makes some, too.
    let help = "Marks of services";
    terminal.send("?");
    terminal.wait_text(help);
    terminal.send(keys::ESC);
    terminal.wait_for("end of the help", PATIENCE, |screen| !screen.contains(help));
    let bytes = terminal.bytes();
    let printed = String::from_utf8_lossy(&bytes);
    assert!(!printed.contains("yes/no"), "ssh asks the terminal");
    quit(&terminal);
    machine.wait_no_clients();
}

#[test]
fn an_unknown_host_is_not_trusted() {
    let machine = Sshd::start();
    machine.forget();
    says(&machine, &["Host key verification failed", "`ssh -p "]);
    assert_eq!(machine.logins(), 0);
}

#[test]
fn a_host_with_another_key_is_not_trusted() {
    let machine = Sshd::start();
    machine.mistake();
    says(&machine, &["Host key verification failed", "`ssh -p "]);
    assert_eq!(machine.logins(), 0);
}

#[test]
fn a_refused_key_is_said() {
    let machine = Sshd::start();
    machine.let_in(false);
    says(&machine, &["Permission denied (publickey)", "`ssh -p "]);
}

#[test]
fn a_host_that_is_down_is_said() {
    let machine = Sshd::start();
    machine.stop();
    says(&machine, &["Connection refused", "`ssh -p "]);
}

#[test]
fn a_host_without_an_engine_is_said_and_found_when_it_has_one() {
    let machine = Sshd::start();
    machine.engine(false);
    let home = Home::new();
    let terminal = open_on(&machine, &home);
    terminal.wait_text("nobody answers at /var/run/docker.sock");
    terminal.wait_text("start the engine over there");
    let project = Project::up("ssh-late", WEB);
    machine.engine(true);
    terminal.wait_for("the engine", ACTION, |screen| {
        screen.contains(&project.name)
    });
    quit(&terminal);
    machine.wait_no_clients();
}
