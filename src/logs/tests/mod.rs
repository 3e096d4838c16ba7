//! What the log types promise, by example and for inputs nobody thought of.

mod buffer;
mod fields;
mod index;
mod level;
mod older;
mod query;
mod sanitize;
mod search;
mod sgr;
mod trace;
mod watch;
mod wrap;

use jiff::Timestamp;

use super::{Line, LineKind};
use crate::domain::{LogStream, RawLogLine};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// A line of a container at a second.
fn line(source: &str, second: i64, text: &str) -> Line {
    let line = Line::from_raw(RawLogLine {
        container: source.into(),
        at: at(second),
        stream: LogStream::Out,
        bytes: text.as_bytes().to_vec(),
        cut: 0,
    });
    assert_eq!(line.kind, LineKind::Text);
    line
}
