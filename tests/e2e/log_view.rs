//! Logs in the dashboard: history on scrolling up, a writer at full speed, searching, taking away.

use std::fs;

use crate::dashboard::{filter, open_at, quit};
use crate::fixtures::container::Container;
use crate::fixtures::engine::{self, docker};
use crate::fixtures::home::Home;
use crate::fixtures::terminal::{PATIENCE, Terminal, keys};

/// A container that runs a script, and a dashboard that shows its log.
fn shown(name: &str, options: &[&str], script: &str) -> (Container, Home, Terminal) {
    let name = format!("{name}-{}", std::process::id());
    let image = engine::image();
    let mut run = vec!["--name", name.as_str()];
    run.extend(options);
    run.extend([image.as_str(), "sh", "-c", script]);
    let container = Container::run(&run);
    let home = Home::new();
    let terminal = open_at(&engine::address(), &home);
    terminal.wait_text(&name);
    filter(&terminal, &name);
    terminal.send("l");
    terminal.wait_text("following");
    (container, home, terminal)
}

const WAIT: &str = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done";

#[test]
fn scrolling_up_leads_to_the_first_line() {
    let script = format!("i=10000; while [ $i -lt 16000 ]; do echo n$i; i=$((i+1)); done; {WAIT}");
    let (_container, _home, terminal) = shown("log-up", &[], &script);
    terminal.wait_text("n15999");
    // Each time as far up as is known; what is older comes meanwhile.
    for _ in 0..60 {
        terminal.send("g");
        terminal.wait_quiet(std::time::Duration::from_millis(150), PATIENCE);
        if terminal.screen().contains("n10000") {
            break;
        }
    }
    let screen = terminal.wait_text("n10000");
    assert!(screen.contains("paused"), "{screen}");
    let lines = screen
        .lines()
        .filter_map(|line| line.split_once(" n"))
        .map(|(_, rest)| {
            rest.split_whitespace()
                .next()
                .and_then(|n| n.parse::<u32>().ok())
                .unwrap_or(0)
        });
    let lines: Vec<u32> = lines.filter(|n| *n >= 10_000).collect();
    assert!(
        lines.windows(2).all(|pair| pair[1] == pair[0] + 1),
        "no hole: {lines:?}"
    );
    terminal.send("G");
    terminal.wait_text("n15999");
    quit(&terminal);
}

#[test]
fn a_writer_at_full_speed_leaves_the_keys_alone() {
    let script = "trap 'exit 0' TERM; yes 'GET /index.html 200 full speed' & wait $!";
    let limit = ["--log-opt", "max-size=4m"];
    let (_container, _home, terminal) = shown("log-fast", &limit, script);
    terminal.wait_text("full speed");
    terminal.wait_text("older dropped");
    terminal.send("?");
    terminal.wait_text("pause, or go on following");
    terminal.leave("pause, or go on following");
    terminal.send("p");
    terminal.wait_text("paused");
    terminal.send("g");
    terminal.wait_for("what is looked at to stay", PATIENCE, |screen| {
        screen.contains("newer lines wait") || screen.contains("paused")
    });
    terminal.send("G");
    terminal.wait_for("the end again", PATIENCE, |screen| {
        screen.contains("following") || screen.contains("reading")
    });
    quit(&terminal);
}

#[test]
fn what_is_found_is_shown_alone_and_saved() {
    let script = format!(
        "i=0; while [ $i -lt 300 ]; do echo served $i; [ $((i % 100)) = 7 ] && echo \"needle $i\" >&2; i=$((i+1)); done; {WAIT}"
    );
    let (container, home, terminal) = shown("log-find", &[], &script);
    terminal.wait_text("served 299");
    terminal.send("/");
    terminal.send("needle");
    terminal.wait_text("3 of 3");
    terminal.send("\r");
    terminal.send("f");
    terminal.wait_for("matches alone", PATIENCE, |screen| {
        screen.contains("only matches") && screen.contains("needle 7") && !screen.contains("served")
    });
    terminal.send("n");
    terminal.wait_text("1 of 3");
    terminal.send("E");
    terminal.wait_text("save the lines shown");
    let file = home.state().join("saved.log");
    terminal.send("\x15");
    terminal.send(&file.to_string_lossy());
    terminal.send("\r");
    terminal.wait_text("3 lines written");
    let saved = fs::read_to_string(&file).unwrap();
    let texts: Vec<&str> = saved
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(_, text)| text)
        .collect();
    assert_eq!(texts, ["needle 7", "needle 107", "needle 207"]);
    // A file that is there is asked about first.
    terminal.send("E");
    terminal.wait_text("save the lines shown");
    terminal.send("\x15");
    terminal.send(&file.to_string_lossy());
    terminal.send("\t");
    terminal.wait_text("all of the log");
    terminal.send("\r");
    terminal.wait_text("is it to go?");
    terminal.send("y");
    terminal.wait_text("303 lines written");
    let saved = fs::read_to_string(&file).unwrap();
    let engine = docker(&["logs", "--timestamps", container.short_id()]);
    // docker logs prints the two streams apart; here they are one, by time.
    let count = |text: &str, word: &str| text.lines().filter(|line| line.contains(word)).count();
    assert_eq!(count(&saved, "served"), count(&engine, "served"));
    assert_eq!(count(&saved, "needle"), 3);
    terminal.press(keys::ESC);
    quit(&terminal);
}

#[test]
fn a_restart_and_a_time_are_seen() {
    let script = format!("echo begun; {WAIT}");
    let (container, _home, terminal) = shown("log-again", &[], &script);
    terminal.wait_text("begun");
    docker(&["restart", "--time", "5", container.short_id()]);
    terminal.wait_for("the border and the next run", PATIENCE, |screen| {
        screen.contains("ended with 0")
            && screen.contains("started")
            && screen.matches("begun").count() == 2
    });
    terminal.send("t");
    terminal.wait_text("go to a time");
    terminal.send("1h ago\r");
    terminal.wait_text("paused");
    terminal.wait_text("begun");
    quit(&terminal);
}
