//! Lines of a log that are handed to a program: the user's pager, or a command.

use std::env;
use std::io;
use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::domain::Failure;

/// What stands for `$PAGER` where that is not set: keeps colours, and leaves what was shown on screen.
const PAGER: &str = "less -R";

/// A program of the user's shell.
pub(in crate::runtime) struct Program {
    /// As it was typed, or as `$PAGER` says.
    pub(in crate::runtime) line: String,
    /// Whether it ends by itself, so that what it printed has to be left on screen for a while.
    pub(in crate::runtime) ends: bool,
}

impl Program {
    /// The user's pager.
    pub(in crate::runtime) fn pager() -> Self {
        let set = env::var("PAGER").ok();
        Self {
            line: set
                .filter(|set| !set.trim().is_empty())
                .unwrap_or_else(|| PAGER.to_owned()),
            ends: false,
        }
    }

    /// Runs it with the text on its standard input; the terminal has to be the user's.
    pub(in crate::runtime) async fn run(&self, text: &str) -> Result<(), Failure> {
        let what = format!("run {}", crate::domain::text::visible(&self.line));
        let failed = |error: io::Error| Failure::new(&what, error.to_string());
        let mut child = Command::new("/bin/sh")
            .args(["-c", &self.line])
            .stdin(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        if let Some(mut input) = child.stdin.take() {
            // A program need not read to the end.
            let _ = input.write_all(text.as_bytes()).await;
        }
        let status = child.wait().await.map_err(failed)?;
        match status.code() {
            Some(0) => Ok(()),
            // It was not found, or may not be run.
            Some(code @ (126 | 127)) => {
                let why = format!("it ended with {code}");
                Err(Failure::new(&what, why).hint("$PAGER names the pager, such as less"))
            }
            _ if self.ends => Ok(()),
            Some(code) => Err(Failure::new(&what, format!("it ended with {code}"))),
            None => Err(Failure::new(&what, "it was killed")),
        }
    }
}
