//! The lines of one log view, in time order over all its containers, within a budget.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use super::{Line, LineKind, Run};
use crate::domain::ContainerId;

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
            lines: 20_000,
            bytes: 16 * 1024 * 1024,
        }
    }
}

/// A line and where it belongs.
#[derive(Debug, Clone)]
struct Entry {
    /// The line's time, but never before the line that its container wrote before: an engine's clock that is set
    /// back must not reorder what one container said.
    place: Timestamp,
    line: Line,
}

impl Entry {
    fn cost(&self) -> usize {
        size_of::<Self>() + self.line.text.len() + self.line.runs.len() * size_of::<Run>()
    }
}

/// What is known of a container beyond the lines still held.
#[derive(Debug, Clone, Copy)]
struct Seen {
    place: Timestamp,
    last_at: Option<Timestamp>,
}

/// Lines in time order, numbered.
///
/// A number stays with its line while that is held, unless a late line is inserted before it. Numbers grow as old
/// lines leave, and are not given out again.
#[derive(Debug, Clone)]
pub struct Buffer {
    budget: Budget,
    entries: VecDeque<Entry>,
    first: u64,
    dropped: u64,
    bytes: usize,
    seen: HashMap<ContainerId, Seen>,
}

impl Default for Buffer {
    fn default() -> Self {
        Self::new(Budget::default())
    }
}

impl Buffer {
    /// An empty buffer.
    pub fn new(budget: Budget) -> Self {
        Self {
            budget,
            entries: VecDeque::new(),
            first: 0,
            dropped: 0,
            bytes: 0,
            seen: HashMap::new(),
        }
    }

    /// Adds lines in the order they came. Late ones go where they belong in time; at equal times what came first
    /// stays first, and lines of one container are never reordered.
    pub fn push(&mut self, lines: Vec<Line>) {
        let mut batch: Vec<Entry> = lines.into_iter().map(|line| self.place(line)).collect();
        // Stable, and linear for what is in order already.
        batch.sort_by_key(|entry| entry.place);
        self.bytes += batch.iter().map(Entry::cost).sum::<usize>();
        let leading = self.merge(batch);
        self.drop_excess(leading);
    }

    /// How many lines are held.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no line is held.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The number of the first line held.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// A line by its number; none when it left or has not come yet.
    pub fn get(&self, number: u64) -> Option<&Line> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.entries.get(index).map(|entry| &entry.line)
    }

    /// At most `count` lines with their numbers, from `from` on, or from the first held when that one left.
    pub fn range(&self, from: u64, count: usize) -> impl Iterator<Item = (u64, &Line)> {
        let from = from.clamp(self.first, self.first + self.entries.len() as u64);
        let start = usize::try_from(from - self.first)
            .unwrap_or(usize::MAX)
            .min(self.entries.len());
        let end = start.saturating_add(count).min(self.entries.len());
        (from..).zip(self.entries.range(start..end).map(|entry| &entry.line))
    }

    /// How many lines left because of the budget.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How much memory the lines take.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The time of the last line a container wrote, held or not: from there on a lost stream is taken up again.
    /// Borders do not count; their time is not the engine's.
    pub fn last_at(&self, source: &ContainerId) -> Option<Timestamp> {
        self.seen.get(source)?.last_at
    }

    /// Forgets every line and every container. Numbers go on.
    pub fn clear(&mut self) {
        self.first += self.entries.len() as u64;
        self.entries.clear();
        self.bytes = 0;
        self.seen.clear();
    }

    fn place(&mut self, line: Line) -> Entry {
        let seen = self.seen.entry(line.source.clone()).or_insert(Seen {
            place: line.at,
            last_at: None,
        });
        let place = seen.place.max(line.at);
        // A border can be told before the last lines that belong before it.
        if line.kind == LineKind::Text {
            seen.place = place;
            seen.last_at = seen.last_at.max(Some(line.at));
        }
        Entry { place, line }
    }

    /// Puts a sorted batch among the lines held; costs as much as the batch and what is later than its first line.
    /// Returns how many of the batch came before every line held.
    fn merge(&mut self, batch: Vec<Entry>) -> usize {
        let Some(earliest) = batch.first().map(|entry| entry.place) else {
            return 0;
        };
        if self
            .entries
            .back()
            .is_none_or(|last| last.place <= earliest)
        {
            self.entries.extend(batch);
            return 0;
        }
        let at = self
            .entries
            .partition_point(|entry| entry.place <= earliest);
        let mut later = self.entries.split_off(at).into_iter().peekable();
        let mut leading = 0;
        for (index, entry) in batch.into_iter().enumerate() {
            while let Some(held) = later.next_if(|held| held.place <= entry.place) {
                self.entries.push_back(held);
            }
            if self.entries.len() == index {
                leading += 1;
            }
            self.entries.push_back(entry);
        }
        self.entries.extend(later);
        leading
    }

    /// Drops old lines over the budget. Of the first `leading` lines, which just came, those dropped never had a
    /// number, so that lines too old for a full buffer do not move the others.
    fn drop_excess(&mut self, leading: usize) {
        let mut gone: usize = 0;
        while self.entries.len() > self.budget.lines || self.bytes > self.budget.bytes {
            let Some(entry) = self.entries.pop_front() else {
                break;
            };
            self.bytes -= entry.cost();
            gone += 1;
        }
        self.dropped += gone as u64;
        self.first += gone.saturating_sub(leading) as u64;
    }
}
