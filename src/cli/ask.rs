//! A question on the terminal, for what cannot be taken back.

use std::io::{self, BufRead, IsTerminal, Write};

/// What somebody answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    /// Nobody is there to be asked: a pipe, cron.
    Nobody,
}

/// Asks on standard error, so that what is printed for programs stays clean. Only `y` and `yes` are a yes. Waits for
/// the line: call it where nothing else waits.
pub(super) fn ask(question: &str) -> Answer {
    if !is_somebody_there() {
        return Answer::Nobody;
    }
    let (input, mut screen) = (io::stdin(), io::stderr());
    let asked = write!(screen, "{question} [y/N] ").and_then(|()| screen.flush());
    let mut line = String::new();
    if asked.is_err() || input.lock().read_line(&mut line).is_err() {
        return Answer::Nobody;
    }
    match line.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Answer::Yes,
        _ => Answer::No,
    }
}

/// Whether there is somebody to ask.
pub(super) fn is_somebody_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}
