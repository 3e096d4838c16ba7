//! Going from one line that matches to the next.

use super::{Buffer, Query};

/// Which way to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Towards later lines.
    Forward,
    /// Towards earlier lines.
    Backward,
}

/// The next line that matches, after (or before) the line `from`, around the end; `from` itself comes last.
pub fn find(buffer: &Buffer, query: &Query, from: u64, direction: Direction) -> Option<u64> {
    let (first, end) = (buffer.first(), buffer.first() + buffer.len() as u64);
    let is_match = |number: &u64| buffer.get(*number).is_some_and(|line| query.is_match(line));
    match direction {
        Direction::Forward => {
            let start = from.saturating_add(1).clamp(first, end);
            (start..end).chain(first..start).find(is_match)
        }
        Direction::Backward => {
            let start = from.clamp(first, end);
            (first..start)
                .rev()
                .chain((start..end).rev())
                .find(is_match)
        }
    }
}
