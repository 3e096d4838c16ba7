//! A config that cannot be read is said with its place, in a terminal that stays usable.

use crate::dashboard::quit;
use crate::fixtures::engine;
use crate::fixtures::home::Home;
use crate::fixtures::terminal::{PATIENCE, Terminal};

#[test]
fn a_broken_config_is_said_with_file_and_line() {
    let home = Home::with_config("# fine\n\nrefresh = = 3\n");
    let address = engine::address();
    let terminal = Terminal::spawn(&["--host", &address], &home.environment(), 40, 140);
    terminal.wait_for("the file and its line", PATIENCE, |screen| {
        screen.contains("config.toml") && screen.contains('3')
    });
    let screen = terminal.leave("config.toml");
    assert!(screen.contains("Services"), "the defaults serve:\n{screen}");
    quit(&terminal);
}
