//! An engine that misbehaves: the dashboard keeps drawing, says what is wrong, and comes back.

use std::time::Duration;

use topside::demo::{Demo, Fault, Options};

use crate::fixtures::home::Home;
use crate::fixtures::terminal::{PATIENCE, Terminal};

const ACTION: Duration = Duration::from_secs(60);

/// A demo in this process, and the dashboard on it in another.
struct Bed {
    demo: Option<Demo>,
    runtime: tokio::runtime::Runtime,
    terminal: Terminal,
    _home: Home,
}

impl Bed {
    /// With a fault from the start, perhaps.
    fn open(fault: Option<(&str, Fault)>) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let demo = runtime.block_on(async { Demo::start(&Options::default()).unwrap() });
        if let Some((path, fault)) = fault {
            demo.faults().inject(path, fault);
        }
        let host = format!("unix://{}", demo.socket().display());
        let home = Home::new();
        let terminal = Terminal::spawn(&["--host", &host], &home.environment(), 40, 140);
        Self {
            demo: Some(demo),
            runtime,
            terminal,
            _home: home,
        }
    }

    fn inject(&self, path: &str, fault: Fault) {
        self.demo.as_ref().unwrap().faults().inject(path, fault);
    }

    fn clear(&self) {
        self.demo.as_ref().unwrap().faults().clear();
    }

    /// Keys are answered, whatever the engine does.
    #[track_caller]
    fn answers(&self) {
        self.terminal.send("?");
        self.terminal.wait_text("Marks of services");
        self.terminal.leave("Marks of services");
    }

    fn quit(mut self) {
        self.terminal.send("q");
        let exit = self.terminal.wait_exit(PATIENCE);
        assert!(exit.success(), "{exit:?}");
        self.terminal.assert_restored();
        let demo = self.demo.take().unwrap();
        self.runtime.block_on(demo.end());
    }
}

/// From the start the list cannot be had; then it can.
#[track_caller]
fn comes_back_after(fault: Fault, words: &[&str]) {
    let bed = Bed::open(Some(("/containers/json", fault)));
    bed.terminal.wait_for("what is wrong", ACTION, |screen| {
        words.iter().any(|words| screen.contains(words))
    });
    bed.answers();
    bed.clear();
    bed.terminal
        .wait_for("the list", ACTION, |screen| screen.contains("hitch"));
    bed.quit();
}

#[test]
fn a_dropped_answer_is_told_and_asked_for_again() {
    comes_back_after(
        Fault::Dropped,
        &["hung up", "connection closed", "unexpected"],
    );
}

#[test]
fn garbage_is_told_and_shown_to_no_terminal() {
    comes_back_after(Fault::Garbage, &["unexpected answer", "not HTTP"]);
}

#[test]
fn half_an_answer_is_no_list() {
    comes_back_after(
        Fault::Half,
        &[
            "hung up",
            "unexpected answer",
            "end of file",
            "connection closed",
        ],
    );
}

#[test]
fn an_engine_that_fails_is_quoted() {
    comes_back_after(Fault::Error, &["this was made to fail"]);
}

#[test]
fn a_slow_engine_slows_nobody_down() {
    let fault = Fault::Slow(Duration::from_secs(3));
    let bed = Bed::open(Some(("/containers/json", fault)));
    // Long before its answer.
    bed.answers();
    bed.terminal
        .wait_for("the list", ACTION, |screen| screen.contains("hitch"));
    bed.quit();
}

#[test]
fn what_fails_later_is_told_and_the_last_picture_stays() {
    let bed = Bed::open(None);
    bed.terminal
        .wait_for("the list", ACTION, |screen| screen.contains("hitch"));
    bed.inject("/volumes", Fault::Error);
    bed.terminal.send("3");
    bed.terminal.wait_text("this was made to fail");
    bed.terminal.send("1");
    bed.terminal.wait_text("hitch");
    bed.answers();
    bed.clear();
    bed.quit();
}
