//! A line of a container's log as the engine hands it over: bytes, not yet made safe.

use jiff::Timestamp;

use super::ContainerId;

/// Which of a container's streams a line was written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogStream {
    /// Standard output; everything, for a container with a terminal.
    Out,
    /// Standard error.
    Err,
}

/// One line, without its line end. Its bytes are untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLogLine {
    /// Who wrote it.
    pub container: ContainerId,
    /// When the engine got it.
    pub at: Timestamp,
    /// Where it was written.
    pub stream: LogStream,
    /// What was written.
    pub bytes: Vec<u8>,
    /// How many bytes were cut off its end, when it was longer than a line may be.
    pub cut: usize,
}

impl RawLogLine {
    /// How many of the engine's messages it was: Docker splits long lines, and counts the parts (`defaultBufSize` of its
    /// log copier).
    pub fn messages(&self) -> usize {
        const PART: usize = 16 * 1024;
        1 + (self.bytes.len() + self.cut) / PART
    }
}
