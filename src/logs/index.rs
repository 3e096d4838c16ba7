//! Which lines of a buffer match, and which are shown, kept up to date as lines come and go.
//!
//! Both are found in steps of so many lines, so that a key never waits for a million of them.

use std::collections::VecDeque;

use super::{Buffer, Filter, Line, LineKind, Query};

/// Lines that belong together are looked at together, but no more of them than this.
const LONGEST_GROUP: u64 = 500;

/// Which way to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Towards later lines.
    Forward,
    /// Towards earlier lines.
    Backward,
}

/// Numbers of lines, rising, up to a line that was not looked at yet.
#[derive(Debug, Clone, Default)]
pub struct Index {
    numbers: VecDeque<u64>,
    next: u64,
}

impl Index {
    /// The numbers.
    pub const fn numbers(&self) -> &VecDeque<u64> {
        &self.numbers
    }

    /// The number of the first line that was not looked at yet.
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// The first number that is at least this one.
    pub fn at_or_after(&self, number: u64) -> Option<u64> {
        let at = self.numbers.partition_point(|held| *held < number);
        self.numbers.get(at).copied()
    }

    /// The last number that is lower.
    pub fn before(&self, number: u64) -> Option<u64> {
        let at = self.numbers.partition_point(|held| *held < number);
        at.checked_sub(1).map(|at| self.numbers[at])
    }

    /// The next number after this one, or before it; round the end, so that it comes last itself.
    pub fn around(&self, from: u64, direction: Direction) -> Option<u64> {
        match direction {
            Direction::Forward => {
                let after = self.at_or_after(from.saturating_add(1));
                after.or_else(|| self.numbers.front().copied())
            }
            Direction::Backward => self.before(from).or_else(|| self.numbers.back().copied()),
        }
    }

    /// The how manieth a number is, from 0.
    pub fn position(&self, number: u64) -> Option<usize> {
        self.numbers.binary_search(&number).ok()
    }

    /// How many numbers lie in between.
    pub fn count(&self, from: u64, to: u64) -> usize {
        let at = |number| self.numbers.partition_point(|held| *held < number);
        at(to).saturating_sub(at(from))
    }

    /// Forgets everything from this number on.
    fn cut(&mut self, from: u64) {
        let keep = self.numbers.partition_point(|held| *held < from);
        self.numbers.truncate(keep);
        self.next = self.next.min(from);
    }

    /// Forgets what left at the old end.
    fn leave(&mut self, first: u64) {
        let gone = self.numbers.partition_point(|held| *held < first);
        self.numbers.drain(..gone);
        self.next = self.next.max(first);
    }
}

/// The lines that a text stands in, of those that may be shown.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    /// Their numbers.
    pub index: Index,
}

impl Hits {
    /// Lines from this number on are others than before.
    pub fn changed(&mut self, from: u64) {
        self.index.cut(from);
    }

    /// Looks at so many more lines.
    pub fn advance(&mut self, buffer: &Buffer, filter: &Filter, query: &Query, most: usize) {
        self.index.leave(buffer.first());
        for (number, line) in buffer.range(self.index.next, most) {
            if line.kind == LineKind::Text && filter.takes(line) && query.is_match(line) {
                self.index.numbers.push_back(number);
            }
            self.index.next = number + 1;
        }
    }
}

/// The lines that are shown. Those of one stack trace are shown together or not at all.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Their numbers.
    pub index: Index,
    /// Lines before what comes, to be shown where that matches.
    before: VecDeque<u64>,
    /// So many lines more are shown after a match.
    after: usize,
    /// So many lines around a match are shown.
    context: usize,
    /// Lines before this one were told already.
    told: u64,
}

impl Shown {
    /// Lines from this number on are others than before.
    pub fn changed(&mut self, buffer: &Buffer, filter: &Filter, from: u64) {
        if from >= self.index.next {
            // What comes may go on with the last lines.
            let begin = group_start(buffer, from.min(self.index.next));
            if begin == self.index.next {
                return;
            }
        }
        // What stands there now may have torn apart what the line before began.
        let before = from.min(self.index.next).saturating_sub(1);
        let from = group_start(buffer, before.max(buffer.first()));
        let restart = back(buffer, filter, from, self.context);
        self.told = restart;
        self.index.cut(restart);
        self.before.clear();
        self.after = 0;
        self.index.next = back(buffer, filter, restart, self.context);
    }

    /// Looks at so many more lines, or a few more.
    pub fn advance(
        &mut self,
        buffer: &Buffer,
        filter: &Filter,
        query: Option<&Query>,
        most: usize,
    ) {
        self.index.leave(buffer.first());
        self.before.retain(|number| *number >= buffer.first());
        let text = filter.text(query);
        self.context = match text {
            Some((_, true)) => filter.context,
            _ => 0,
        };
        let until = self
            .index
            .next
            .saturating_add(most as u64)
            .min(buffer.end());
        while self.index.next < until {
            let number = self.index.next;
            let end = group_end(buffer, number);
            self.index.next = end;
            let Some(head) = buffer.get(number).filter(|line| filter.takes(line)) else {
                continue;
            };
            let is_shown = text.is_none_or(|(query, wanted)| {
                let lines = || buffer.range(number, usize::try_from(end - number).unwrap_or(1));
                lines().any(|(_, line)| query.is_match(line)) == wanted
                    && (head.kind == LineKind::Text || !wanted)
            });
            self.tell(number..end, is_shown, self.context);
        }
    }

    fn tell(&mut self, group: std::ops::Range<u64>, is_shown: bool, context: usize) {
        if is_shown {
            for number in std::mem::take(&mut self.before) {
                self.push(number);
            }
            self.after = context;
            group.for_each(|number| self.push(number));
            return;
        }
        for number in group {
            if self.after > 0 {
                self.after -= 1;
                self.push(number);
            } else {
                self.before.push_back(number);
                if self.before.len() > context {
                    self.before.pop_front();
                }
            }
        }
    }

    fn push(&mut self, number: u64) {
        if number >= self.told {
            self.index.numbers.push_back(number);
        }
    }
}

/// The first line of what this one belongs to.
fn group_start(buffer: &Buffer, number: u64) -> u64 {
    let mut at = number;
    while at > buffer.first() && number - at < LONGEST_GROUP && goes_on(buffer, at) {
        at -= 1;
    }
    at
}

/// The line after the last of what begins here.
fn group_end(buffer: &Buffer, number: u64) -> u64 {
    let mut at = number + 1;
    while at < buffer.end() && at - number < LONGEST_GROUP && goes_on(buffer, at) {
        at += 1;
    }
    at
}

/// Whether a line goes on with the one before.
fn goes_on(buffer: &Buffer, number: u64) -> bool {
    let Some(line) = buffer.get(number).filter(|line| line.continues) else {
        return false;
    };
    let is_same = |before: &Line| before.source == line.source && before.stream == line.stream;
    number
        .checked_sub(1)
        .and_then(|before| buffer.get(before))
        .is_some_and(is_same)
}

/// So many lines back that may be shown.
fn back(buffer: &Buffer, filter: &Filter, from: u64, count: usize) -> u64 {
    let (mut at, mut left) = (from, count);
    while left > 0 && at > buffer.first() {
        at -= 1;
        if buffer.get(at).is_some_and(|line| filter.takes(line)) {
            left -= 1;
        }
    }
    group_start(buffer, at)
}
