//! How far something is, in one line of a terminal that is written over; elsewhere nothing.

use std::io::{IsTerminal, Write as _};

use crate::domain::text::visible;

/// As narrow as terminals are.
const COLUMNS: usize = 78;

/// The line.
pub(super) struct Progress {
    is_shown: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        let is_shown = std::io::stderr().is_terminal();
        Self { is_shown }
    }

    /// Says how far it is; the text may be untrusted.
    pub(super) fn show(&self, said: &str) {
        if self.is_shown {
            let said = visible(said);
            write(&format!(
                "\r\x1b[K{}",
                crate::ui::text::cut_end(&said, COLUMNS)
            ));
        }
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        if self.is_shown {
            write("\r\x1b[K");
        }
    }
}

fn write(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
