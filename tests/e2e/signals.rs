//! However the program is ended, the terminal is usable after it.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use topside::store::{JobRecord, Store};

use crate::dashboard::{ACTION, WEB, filter, open};
use crate::fixtures::container::Container;
use crate::fixtures::engine::{self, docker};
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;
use crate::fixtures::terminal::{PATIENCE, Terminal, keys};

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

/// The last job of a home's records, once it is as wanted. The records are another process's: there is nothing to wait
/// on but time.
#[track_caller]
fn last_job(home: &Home, what: &str, wanted: impl Fn(&JobRecord) -> bool) -> JobRecord {
    let path = home.state().join("topside/topside.db");
    let deadline = Instant::now() + ACTION;
    while Instant::now() < deadline {
        if path.exists() {
            let (store, _) = Store::open(&path).expect("the records can be read");
            let last = store.jobs(1).expect("the records can be read").pop();
            if let Some(job) = last.filter(&wanted) {
                return job;
            }
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("no job {what} after {ACTION:?}");
}

#[test]
fn a_terminal_that_hangs_up_ends_no_job_half_done() {
    let home = Home::new();
    hangs_up_in_a_job(&engine::address(), &home, &home.environment());
}

/// Opens the dashboard on the engine at an address, takes its terminal away in the middle of a job, and holds the
/// program to finishing it.
#[track_caller]
pub fn hangs_up_in_a_job(address: &str, home: &Home, environment: &[(String, String)]) {
    let name = format!("hang-up-{}", std::process::id());
    let image = engine::image();
    // It does not heed TERM: its restart takes as long as the engine is patient.
    let stubborn = "trap '' TERM; while :; do sleep 1; done";
    let container = Container::run(&[
        "--name",
        &name,
        "--stop-timeout",
        "3",
        &image,
        "sh",
        "-c",
        stubborn,
    ]);
    let started = || docker(&["inspect", "--format", "{{.State.StartedAt}}", &container.id]);
    let before = started();
    // A terminal within the terminal, which can be ended without its program knowing.
    // Below a shell that stays: it leads the session, and with its end all in the foreground are hung up on.
    let program = format!("{} --host {address}; true", env!("CARGO_BIN_EXE_topside"));
    let inner = ["-q", "-f", "-e", "-c", &program, "/dev/null"];
    let terminal = Terminal::spawn_program("script", &inner, environment, 40, 140);
    terminal.wait_text(&name);
    filter(&terminal, &name);
    terminal.send("R");
    last_job(home, "at its first step", |job| {
        job.steps.first().is_some_and(|step| step.ok.is_none())
    });
    terminal.signal(Signal::KILL);
    let job = last_job(home, "that ended", |job| job.outcome.is_some());
    assert_eq!(job.steps[0].ok, Some(true), "{job:?}");
    assert_ne!(started(), before, "it was restarted");
}
