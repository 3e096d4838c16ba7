//! The pty, with shells in the place of the binary.

use std::time::Duration;

use rustix::process::Signal;

use crate::fixtures::escapes::sequences;
use crate::fixtures::home::Home;
use crate::fixtures::terminal::{PATIENCE, Terminal, left_on};

/// A shell that runs a script.
fn shell(script: &str) -> Terminal {
    let environment = Home::new().environment();
    Terminal::spawn_program("/bin/bash", &["-c", script], &environment, 10, 40)
}

#[test]
fn shows_and_types() {
    let terminal = shell("stty -echo; echo ready; read -r line; echo \"got <$line>\"; stty size");
    terminal.wait_text("ready");
    terminal.send("some words\n");
    let screen = terminal.wait_text("10 40");
    assert!(screen.contains("got <some words>"), "{screen}");
    assert_eq!(terminal.find("words>"), Some((1, 10)));
    assert!(terminal.wait_exit(PATIENCE).success());
    assert!(terminal.bytes().starts_with(b"ready\r\n"));
}

#[test]
fn gives_nothing_of_our_environment() {
    let terminal = shell("env; echo done");
    let screen = terminal.wait_text("done");
    assert!(!screen.contains("CARGO"), "{screen}");
}

#[test]
fn answers_like_a_terminal() {
    let ask = |question: &str, until: &str| {
        let script = format!(
            "stty -echo; printf '{question}'; read -rs -d {until} answer; printf '%q' \"$answer\""
        );
        let terminal = shell(&script);
        terminal.wait_exit(PATIENCE);
        terminal.screen()
    };
    assert!(ask("xy\\033[6n", "R").contains("[1;3"));
    assert!(ask("\\033[c", "c").contains("[?62;22"));
    assert!(ask("\\033]11;?\\033\\\\", "'\\'").contains("rgb:1010/1010/1010"));
}

#[test]
fn resizes() {
    let terminal = shell("trap 'stty size' WINCH; echo ready; while :; do sleep 0.02; done");
    terminal.wait_text("ready");
    terminal.resize(1, 1);
    terminal.resize(30, 100);
    terminal.wait_text("30 100");
}

#[test]
fn sees_signals_and_exit_codes() {
    let terminal =
        shell("trap 'echo ended; exit 7' TERM; echo ready; while :; do sleep 0.02; done");
    terminal.wait_text("ready");
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.wait_exit(PATIENCE).exit_code(), 7);
    terminal.wait_text("ended");
}

#[test]
#[should_panic(expected = "the program ended")]
fn does_not_wait_for_a_dead_program() {
    shell("echo bye").wait_text("hello");
}

#[test]
#[should_panic(expected = "the time is over")]
fn does_not_wait_for_ever() {
    shell("echo busy; read -r _").wait_for("text", Duration::from_millis(200), |screen| {
        screen.contains("hello")
    });
}

#[test]
fn knows_quiet() {
    let terminal = shell("echo ready; read -r _; while :; do echo x; done");
    terminal.wait_text("ready");
    assert!(terminal.wait_quiet(Duration::from_millis(100), PATIENCE));
    terminal.send("\n");
    terminal.wait_text("x");
    assert!(!terminal.wait_quiet(Duration::from_millis(300), Duration::from_millis(600)));
}

#[test]
fn a_tidy_program_leaves_nothing() {
    let terminal = shell(
        "old=$(stty -g); stty raw -echo; printf '\\033[?1049h\\033[?25l\\033[?1000;1006h\\033[?2004h\\033[>1u'; \
         printf '\\033[<1u\\033[?2004l\\033[?1000;1006l\\033[?25h\\033[?1049l'; stty \"$old\"",
    );
    terminal.wait_exit(PATIENCE);
    terminal.assert_restored();
}

#[test]
fn an_untidy_program_is_caught() {
    let left = |bytes: &[u8]| left_on(&sequences(bytes));
    assert_eq!(left(b"\x1b[?1049h\x1b[?25l\x1b[?25h"), ["mode 1049 on"]);
    assert_eq!(left(b"\x1b[?25l"), ["mode 25 off"]);
    assert_eq!(left(b"\x1b[?1000;1006h\x1b[?1000l"), ["mode 1006 on"]);
    assert_eq!(left(b"\x1b[>1u"), ["1 keyboard modes pushed"]);
}

#[test]
#[should_panic(expected = "the line modes of the pty")]
fn changed_line_modes_are_caught() {
    let terminal = shell("stty raw -echo");
    terminal.wait_exit(PATIENCE);
    terminal.assert_restored();
}
