//! The one place that writes to standard output and error. A reader that goes away (`| head`) is no error.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::domain::Failure;
use crate::domain::text::visible;

use super::Exit;

/// Writes a text to standard output; a closed pipe ends quietly.
pub(super) fn out(text: &str) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(_) => Exit::Engine.into(),
    }
}

/// Writes a failure to standard error: what, why, and what to do.
pub(super) fn failure(failure: &Failure) {
    let mut text = format!(
        "topside: {}: {}\n",
        visible(&failure.what),
        visible(&failure.why)
    );
    if let Some(hint) = &failure.hint {
        let _ = writeln!(text, "  {}", visible(hint));
    }
    let _ = io::stderr().write_all(text.as_bytes());
}
