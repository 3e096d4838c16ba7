//! One line that is being put together, bounded however long it gets.

use jiff::Timestamp;

/// So many bytes of a line are kept.
pub(super) const KEPT: usize = 1 << 20;
/// A line that is longer still is handed over, so that one that never ends is seen too.
const GIVEN_UP: usize = 16 << 20;

/// The line of one stream that has begun and not ended.
#[derive(Default)]
pub(super) struct Line {
    /// When its first part came; none when it has not begun.
    pub(super) at: Option<Timestamp>,
    pub(super) bytes: Vec<u8>,
    pub(super) cut: usize,
}

impl Line {
    /// Adds to its end; what is over the limit is only counted.
    pub(super) fn push(&mut self, piece: &[u8]) {
        let room = KEPT.saturating_sub(self.bytes.len()).min(piece.len());
        self.bytes.extend_from_slice(&piece[..room]);
        self.cut += piece.len() - room;
    }

    /// Whether it has to go although it has not ended.
    pub(super) fn is_endless(&self) -> bool {
        self.bytes.len() + self.cut >= GIVEN_UP
    }

    /// The line without the carriage return of its end.
    pub(super) fn take(&mut self) -> (Vec<u8>, usize) {
        let mut bytes = std::mem::take(&mut self.bytes);
        if self.cut == 0 && bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        self.at = None;
        (bytes, std::mem::take(&mut self.cut))
    }
}
