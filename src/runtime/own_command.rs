//! A command of the user's own that has the terminal: here, on the engine's machine, or in a container.

use std::io;
use std::sync::Arc;

use tokio::process::Command;

use crate::backend::Backend;
use crate::domain::Failure;
use crate::domain::command::{CommandCall, CommandPlace};
use crate::domain::text::visible;

use super::shell;
use super::terminal::say;

/// Runs it to its end; the terminal has to be the user's. Its exit code, none where the user did not want it after all.
pub async fn run(backend: Arc<dyn Backend>, call: &CommandCall) -> Result<Option<i64>, Failure> {
    let what = format!("run {}", visible(&call.name));
    if call.confirm && !is_wanted(call).await {
        return Ok(None);
    }
    if let (CommandPlace::Container, Some((container, _))) = (call.place, &call.container) {
        let failed = |error: io::Error| Failure::new(&what, error.to_string());
        crossterm::terminal::enable_raw_mode().map_err(failed)?;
        let ended = shell::run_words(backend, container.clone(), call.words.clone(), &what).await;
        crossterm::terminal::disable_raw_mode().map_err(failed)?;
        return ended.map(Some);
    }
    let words = match call.place {
        CommandPlace::Host => {
            let there = backend.host_program(&call.words);
            there.map_err(|error| error.failure(&what))?
        }
        CommandPlace::Here | CommandPlace::Container => call.words.clone(),
    };
    let Some((program, arguments)) = words.split_first() else {
        return Err(Failure::new(what, "nothing to run"));
    };
    let ended = Command::new(program)
        .args(arguments)
        .envs(backend.client_environment())
        .status()
        .await
        .map_err(|error| Failure::new(&what, format!("{}: {error}", visible(program))))?;
    // A shell says it so, too.
    let by_signal =
        std::os::unix::process::ExitStatusExt::signal(&ended).map(|signal| signal + 128);
    Ok(ended.code().or(by_signal).map(i64::from))
}

/// Whether the user says yes.
async fn is_wanted(call: &CommandCall) -> bool {
    say(&format!("{call}\nrun it? [y/N]"));
    typed_line().await.trim().eq_ignore_ascii_case("y")
}

/// Waits until what was printed was read.
pub(super) async fn until_read() {
    say("Enter comes back");
    typed_line().await;
}

async fn typed_line() -> String {
    let read = || {
        let mut line = String::new();
        // The end of input is no line.
        let _ = io::stdin().read_line(&mut line);
        line
    };
    tokio::task::spawn_blocking(read).await.unwrap_or_default()
}
