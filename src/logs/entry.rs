//! A line and its place, and what is known of a container beyond the lines held.

use jiff::{SignedDuration, Timestamp};

use super::{Line, Run};

/// How much is kept. What does not fit leaves at the old end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// How many lines.
    pub lines: usize,
    /// How many bytes of memory, the lines' own overhead included.
    pub bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            lines: 50_000,
            bytes: 24 * 1024 * 1024,
        }
    }
}

/// Lines of a stack trace come this soon after each other.
pub(super) const TOGETHER: SignedDuration = SignedDuration::from_secs(1);

/// A line and where it belongs.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The how manieth line to come it was: with its place, what it is known by while numbers move.
    pub(super) arrival: u64,
    /// The line's time, but never before the line that its container wrote before: an engine's clock that is set
    /// back must not reorder what one container said.
    pub(super) place: Timestamp,
    pub(super) line: Line,
}

impl Entry {
    pub(super) fn cost(&self) -> usize {
        size_of::<Self>() + self.line.text.len() + self.line.runs.len() * size_of::<Run>()
    }
}

/// What is known of a container beyond the lines still held.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) place: Timestamp,
    /// The time of its last line, and how many lines of that time there were.
    pub(super) last: Option<(Timestamp, usize)>,
    /// Whether lines left at the new end: `last` is then where those begin.
    pub(super) is_cut: bool,
}

impl Seen {
    pub(super) const NOTHING: Self = Self {
        place: Timestamp::MIN,
        last: None,
        is_cut: false,
    };

    /// Takes in the time of the next line.
    pub(super) fn line_at(&mut self, at: Timestamp) {
        self.last = match self.last {
            Some((last, count)) if at == last => Some((last, count + 1)),
            Some((last, count)) if at < last => Some((last, count)),
            _ => Some((at, 1)),
        };
    }
}

/// What a line is known by, whatever its number becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    pub(super) place: Timestamp,
    pub(super) arrival: u64,
}

/// From where on a container's log is missing, or up to where: a time, and how many lines of that very time are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The time.
    pub at: Timestamp,
    /// How many lines of exactly this time are held.
    pub held: usize,
}
