//! Which part of a log is wanted.

use jiff::Timestamp;

/// Which part of a log is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogRequest {
    /// At most so many of the last lines; none is all.
    pub tail: Option<usize>,
    /// Only lines from there on.
    pub since: Option<Since>,
    /// Only lines up to this, inclusive.
    pub until: Option<Timestamp>,
    /// Whether to go on with lines as they are written, until the container ends.
    pub follow: bool,
}

/// Where a log is taken up: several lines can have the very same time, and some of these may be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// Lines that are older are not wanted.
    pub at: Timestamp,
    /// Of the lines of exactly this time so many, the first, are not wanted either.
    pub seen: usize,
}

impl Since {
    /// Only lines that are later.
    pub const fn after(at: Timestamp) -> Self {
        let seen = usize::MAX;
        Self { at, seen }
    }
}

impl From<Timestamp> for Since {
    /// All lines of this time and later.
    fn from(at: Timestamp) -> Self {
        Self { at, seen: 0 }
    }
}
