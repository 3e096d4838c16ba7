//! Names and log lines written by an enemy: the terminal gets text, and nothing else.

use crate::dashboard::{filter, open_at, quit};
use crate::fixtures::container::Container;
use crate::fixtures::engine;
use crate::fixtures::escapes::{Sequence, foreign};
use crate::fixtures::home::Home;
use crate::fixtures::terminal::Terminal;

/// Title, clipboard, link, DCS, APC, answers, hard reset, C1, bell, shift out, a cleared screen, reordered text.
const ATTACKS: &str = concat!(
    "\x1b]0;pwned\x07",
    "\x1b]52;c;cHduZWQ=\x07",
    "\x1b]8;;file:///etc/passwd\x1b\\link\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\",
    "\x1b_Gpwned\x1b\\",
    "\x1b[6n\x1b[c\x1b[21t",
    "\x1bc",
    "\u{9b}31m\u{9d}0;pwned\u{9c}",
    "\x07\x0e\x7f",
    "\x1b[2J\x1b[1;1H",
    "\u{202e}desrever\u{202c}",
    "\x1b[?1049l\x1b[?3h\x1b[4h",
);

/// Fails when the terminal was asked for anything that text could not ask for.
#[track_caller]
fn assert_harmless(terminal: &Terminal) {
    // Topside itself asks whether the background is dark or light.
    let own = |asked: &Sequence| *asked == Sequence::Osc(b"11;?".to_vec());
    let found = foreign(&terminal.bytes(), own);
    assert!(found.is_empty(), "the terminal was asked for {found:?}");
    let screen = terminal.screen();
    assert!(!screen.contains('\u{202e}'), "{screen}");
}

#[test]
fn hostile_labels_are_shown_as_text() {
    let project = format!("com.docker.compose.project=evil-name{ATTACKS}tail");
    let service = format!("com.docker.compose.service=svc{ATTACKS}");
    let other = format!("note={ATTACKS}");
    let image = engine::image();
    // With a number it is taken for a container of Compose.
    let number = "com.docker.compose.container-number=1";
    let labels = [project.as_str(), &service, &other, number];
    let mut run: Vec<&str> = labels
        .iter()
        .flat_map(|label| ["--label", *label])
        .collect();
    run.push(&image);
    let _container = Container::run(&run);
    let home = Home::new();
    let terminal = open_at(&engine::address(), &home);
    terminal.wait_text("evil-name");
    filter(&terminal, "evil-name");
    for key in ["\r", "]", "]", "]", "i", "1"] {
        terminal.send(key);
    }
    quit(&terminal);
    assert_harmless(&terminal);
}

#[test]
fn hostile_log_lines_are_shown_as_text() {
    let script = "trap 'exit 0' TERM; printf '%s\\n' \"$ATTACK\" \"$ATTACK\"; \
        head -c 4096 /dev/urandom; printf '\\nlast-line\\n'; while :; do sleep 1 & wait $!; done";
    let name = format!("evil-log-{}", std::process::id());
    let attack = format!("ATTACK={ATTACKS}");
    let image = engine::image();
    let _container = Container::run(&[
        "--name", &name, "--env", &attack, &image, "sh", "-c", script,
    ]);
    let home = Home::new();
    let terminal = open_at(&engine::address(), &home);
    terminal.wait_text(&name);
    filter(&terminal, &name);
    terminal.send("l");
    // The overview names the command, and so the last line too: wait for the log itself.
    terminal.wait_text("following");
    terminal.wait_text("last-line");
    terminal.send("gG");
    // Esc and a key in one write are Alt and that key: wait until Esc was taken.
    terminal.press("\x1b");
    terminal.wait_text("NAME");
    quit(&terminal);
    assert_harmless(&terminal);
}
