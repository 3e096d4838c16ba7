//! One line of a log as it is kept and shown.

use std::borrow::Cow;

use jiff::Timestamp;

use super::{Level, Run, fields, sanitize};
use crate::domain::{ContainerId, LogStream, RawLogLine};

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// A line that a container wrote.
    Text,
    /// A line of our own, such as "web-1 exited (137)".
    Border,
}

/// A line that is safe to show: no controls, no escape sequences, no tabs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When the engine got it.
    pub at: Timestamp,
    /// Who wrote it, or whom a border is about.
    pub source: ContainerId,
    /// Which stream it was written to.
    pub stream: LogStream,
    /// What was written.
    pub text: Box<str>,
    /// Its styles.
    pub runs: Box<[Run]>,
    /// How many bytes were cut off its end.
    pub cut: usize,
    /// Who speaks.
    pub kind: LineKind,
    /// How grave it is, where it says so.
    pub level: Option<Level>,
    /// Whether it goes on with what the line before says, as the lines of a stack trace do.
    pub continues: bool,
}

impl Line {
    /// Makes a line of a container safe.
    pub fn from_raw(raw: RawLogLine) -> Self {
        let (text, runs) = sanitize::owned(raw.bytes);
        Self {
            at: raw.at,
            source: raw.container,
            stream: raw.stream,
            text: text.into_boxed_str(),
            runs: runs.into_boxed_slice(),
            cut: raw.cut,
            kind: LineKind::Text,
            level: None,
            continues: false,
        }
    }

    /// A line of our own. Names in it are untrusted, so it is made safe as well, without styles.
    pub fn border(at: Timestamp, source: ContainerId, text: String) -> Self {
        let (text, _) = sanitize::owned(text.into_bytes());
        Self {
            at,
            source,
            stream: LogStream::Out,
            text: text.into_boxed_str(),
            runs: Box::default(),
            cut: 0,
            kind: LineKind::Border,
            level: None,
            continues: false,
        }
    }
}

/// A line's text as it is shown: as it was written, or where it has fields, these in short.
pub fn shown_text(line: &Line, as_fields: bool) -> Cow<'_, str> {
    if as_fields
        && line.kind == LineKind::Text
        && let Some(fields) = fields::parse(&line.text)
    {
        return Cow::Owned(fields.brief());
    }
    Cow::Borrowed(&line.text)
}
