//! From a container's lines to lines that are safe to show, each with what those before it say about it.

use std::collections::HashMap;

use super::{Level, Line, continues};
use crate::domain::{ContainerId, LogStream, RawLogLine};

/// The line before, of one stream of a container.
#[derive(Debug, Clone)]
struct Before {
    text: Box<str>,
    level: Option<Level>,
}

/// Reads the lines of containers in the order in which each wrote them.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    before: HashMap<(ContainerId, LogStream), Before>,
}

impl Reader {
    /// Makes lines safe, finds out how grave they are, and which of them go on with the one before.
    pub fn read(&mut self, raw: Vec<RawLogLine>) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::with_capacity(raw.len());
        // Where the last line of each stream is among these.
        let mut last: Vec<usize> = Vec::new();
        for raw in raw {
            let mut line = Line::from_raw(raw);
            let is_theirs = |at: &usize| {
                let before = &lines[*at];
                before.source == line.source && before.stream == line.stream
            };
            let slot = last.iter().position(is_theirs);
            let kept = || self.before.get(&(line.source.clone(), line.stream));
            let before = match slot {
                Some(slot) => {
                    let before = &lines[last[slot]];
                    Some((&*before.text, before.level))
                }
                None => kept().map(|before| (&*before.text, before.level)),
            };
            match before.filter(|(text, _)| continues(text, &line.text)) {
                Some((_, level)) => {
                    line.continues = true;
                    line.level = level;
                }
                None => line.level = Level::of(&line.text),
            }
            match slot {
                Some(slot) => last[slot] = lines.len(),
                None => last.push(lines.len()),
            }
            lines.push(line);
        }
        for at in last {
            let line = &lines[at];
            let before = Before {
                text: head(&line.text).into(),
                level: line.level,
            };
            self.before
                .insert((line.source.clone(), line.stream), before);
        }
        lines
    }
}

/// So much of a line as another one can go on with.
fn head(text: &str) -> &str {
    const MOST: usize = 1_024;
    let mut end = text.len().min(MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
