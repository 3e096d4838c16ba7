//! The one place that writes to standard output and error. A reader that goes away (`| head`) is no error.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::Value;

use crate::domain::Failure;
use crate::domain::text::{is_unsafe, visible};

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

/// The same of a line among others; whether somebody reads on.
pub(super) fn went_out(line: &str) -> bool {
    let mut out = io::stdout().lock();
    out.write_all(line.as_bytes())
        .and_then(|()| out.flush())
        .is_ok()
}

/// Writes a value as indented JSON.
pub(super) fn json(value: &Value) -> serde_json::Result<ExitCode> {
    let text = serde_json::to_string_pretty(value)?;
    Ok(out(&format!("{}\n", safe_json(&text))))
}

/// JSON as a terminal may see it: what is unsafe there (DEL, C1, bidirectional overrides) stands only within strings,
/// where it can be written as an escape.
pub(super) fn safe_json(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) && c != '\n' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    safe
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

#[cfg(test)]
mod tests {
    use super::safe_json;

    #[test]
    fn json_holds_no_byte_that_a_terminal_acts_upon() {
        let value = serde_json::json!({"line": "a\u{9b}31m\u{7f}\u{202e}\u{e0001}\n"});
        let text = serde_json::to_string_pretty(&value).unwrap();
        let safe = safe_json(&text);
        assert!(
            safe.chars().all(|c| c == '\n' || !super::is_unsafe(c)),
            "{safe:?}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&safe).unwrap(),
            value
        );
    }
}
