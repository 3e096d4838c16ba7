//! `--host ssh://…`: everything works over one login, and nothing of it stays behind.

use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::dashboard::{ACTION, WEB, quit, says_lost, select};
use crate::fixtures::engine::{docker, image_id, other_image};
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;
use crate::fixtures::sshd::{ALIAS, Sshd};
use crate::fixtures::terminal::{PATIENCE, Terminal, keys};
use crate::signals::hangs_up_in_a_job;

/// Opens the dashboard on the machine's engine.
#[track_caller]
pub fn open_on(machine: &Sshd, home: &Home) -> Terminal {
    let arguments = ["--host", &machine.address()];
    Terminal::spawn(&arguments, &machine.environment(home), 40, 140)
}

/// What a tunnel leaves in the folder where it puts its socket.
fn left_in(home: &Home) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(home.runtime()).expect("the runtime folder is there");
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}

#[test]
fn events_logs_shells_and_jobs_share_one_login() {
    let machine = Sshd::start();
    let home = Home::new();
    let project = Project::up("ssh", WEB);
    let terminal = open_on(&machine, &home);
    terminal.wait_text(&project.name);

    let later = Project::up("ssh-later", WEB);
    terminal.wait_text(&later.name);
    drop(later);

    select(&terminal, &project);
    terminal.send("l");
    terminal.wait_text("started variant 1");
    docker(&[
        "exec",
        &project.container("web"),
        "sh",
        "-c",
        "echo followed over ssh > /proc/1/fd/1",
    ]);
    terminal.wait_text("followed over ssh");
    terminal.send(keys::ESC);
    terminal.wait_text("NAME");

    terminal.send("e");
    // The shell's own words, not the echo of what was typed.
    terminal.wait_text("/ #");
    terminal.send("echo at $((6 * 7)) once\r");
    terminal.wait_text("at 42 once");
    terminal.send("exit\r");
    terminal.wait_text("NAME");

    project.retag(&other_image());
    terminal.send("D");
    terminal.wait_for("the end of the redeploy", ACTION, |screen| {
        screen.contains("now runs")
    });
    assert_eq!(project.running_image("web"), image_id(&other_image()));

    assert_eq!(machine.logins(), 1, "{}", machine.log());
    machine.wait_clients(1);
    quit(&terminal);
    machine.wait_no_clients();
    assert!(left_in(&home).is_empty());
}

#[test]
fn a_name_of_the_ssh_config_and_a_socket_do_too() {
    let project = Project::up("ssh-name", WEB);
    let machine = Sshd::start();
    // The user's own session may hold what they forward always.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("its number").port();
    machine.configure(&format!("LocalForward {port} localhost:1"));
    for address in [
        format!("ssh://{ALIAS}"),
        format!("ssh://root@{ALIAS}/run/docker.sock"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_topside"))
            .args(["status", "--json", "--host", &address])
            .env_clear()
            .envs(machine.environment(&Home::new()))
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        assert!(String::from_utf8_lossy(&output.stdout).contains(&project.name));
    }
    assert_eq!(machine.logins(), 2);
    machine.wait_no_clients();
}

#[test]
fn a_broken_connection_is_made_anew() {
    let machine = Sshd::start();
    let home = Home::new();
    let project = Project::up("ssh-cut", WEB);
    let terminal = open_on(&machine, &home);
    terminal.wait_text(&project.name);

    machine.let_in(false);
    machine.drop_connections();
    let screen = terminal.wait_for("word of the loss", PATIENCE, says_lost);
    assert!(
        screen.contains(&project.name),
        "the last picture stays:\n{screen}"
    );
    terminal.wait_text("Permission denied");
    let later = Project::up("ssh-found", WEB);

    machine.let_in(true);
    terminal.wait_for("the engine again", ACTION, |screen| {
        screen.contains(&later.name) && !says_lost(screen)
    });
    machine.wait_clients(1);
    quit(&terminal);
    machine.wait_no_clients();
}

#[test]
fn no_ssh_outlives_us_however_we_end() {
    let machine = Sshd::start();
    let project = Project::up("ssh-end", WEB);
    for signal in [Signal::TERM, Signal::HUP, Signal::KILL] {
        let home = Home::new();
        let terminal = open_on(&machine, &home);
        terminal.wait_text(&project.name);
        machine.wait_clients(1);
        terminal.signal(signal);
        terminal.wait_exit(PATIENCE);
        machine.wait_no_clients();
        assert!(left_in(&home).is_empty(), "after {signal:?}");
    }
}

/// A hangup is for all in the terminal's foreground; ssh is not to be among them.
#[test]
fn a_terminal_that_hangs_up_does_not_cut_off_the_running_job() {
    let machine = Sshd::start();
    let home = Home::new();
    hangs_up_in_a_job(&machine.address(), &home, &machine.environment(&home));
    assert_eq!(machine.logins(), 1, "{}", machine.log());
    machine.wait_no_clients();
}
