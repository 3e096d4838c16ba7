//! Searching lines for a literal.

use std::ops::Range;

use super::{Buffer, Line};

/// What is searched for: a literal, without regard to case unless it has an upper-case letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    text: String,
    /// The query in lower case; none when the case matters.
    folded: Option<Vec<char>>,
}

impl Query {
    /// A query of what was typed; none when nothing was.
    pub fn new(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let folded = (!text.chars().any(char::is_uppercase))
            .then(|| text.chars().flat_map(char::to_lowercase).collect());
        Some(Self {
            text: text.to_owned(),
            folded,
        })
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands in a line, as byte ranges in its text that do not overlap.
    pub fn matches(&self, line: &Line) -> Vec<Range<usize>> {
        self.ranges(&line.text)
    }

    /// Where it stands in a text, as byte ranges that do not overlap.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(range) = self.next_match(text, from) {
            from = range.end;
            found.push(range);
        }
        found
    }

    /// Whether it stands in a line.
    pub fn is_match(&self, line: &Line) -> bool {
        self.next_match(&line.text, 0).is_some()
    }

    fn next_match(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let rest = text.get(from..)?;
        let Some(folded) = &self.folded else {
            let start = from + rest.find(&self.text)?;
            return Some(start..start + self.text.len());
        };
        rest.char_indices().find_map(|(at, _)| {
            let len = folded_prefix(&rest[at..], folded)?;
            Some(from + at..from + at + len)
        })
    }
}

/// How many bytes of the text, in lower case, spell the query; none when it does not begin with it.
fn folded_prefix(text: &str, query: &[char]) -> Option<usize> {
    let mut wanted = query.iter().copied();
    for (at, c) in text.char_indices() {
        if wanted.len() == 0 {
            return Some(at);
        }
        if c.is_ascii() {
            if wanted.next() != Some(c.to_ascii_lowercase()) {
                return None;
            }
        } else {
            // A letter can become several: `İ` is an `i` and a dot above it.
            for lower in c.to_lowercase() {
                if wanted.next() != Some(lower) {
                    return None;
                }
            }
        }
    }
    (wanted.len() == 0).then_some(text.len())
}

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
