//! The lines of one log view, in time order over all its containers, within a budget.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::entry::{Anchor, Budget, Edge, Entry, Seen, TOGETHER};
use super::{Line, LineKind};
use crate::domain::ContainerId;

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
    arrived: u64,
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
            arrived: 0,
            seen: HashMap::new(),
        }
    }

    /// Adds lines in the order they came. Late ones go where they belong in time; at equal times what came first
    /// stays first, and lines of one container are never reordered.
    ///
    /// Returns the lowest number that stands for another line than before; a line keeps what it is known by.
    pub fn push(&mut self, lines: Vec<Line>) -> u64 {
        let mut batch: Vec<Entry> = lines.into_iter().map(|line| self.place(line)).collect();
        // Stable, and linear for what is in order already.
        batch.sort_by_key(|entry| entry.place);
        self.bytes += batch.iter().map(Entry::cost).sum::<usize>();
        let (at, leading) = self.merge(batch);
        let first = self.first;
        self.drop_excess(leading);
        (first + at as u64).max(self.first)
    }

    /// Adds lines of one container, in order, that are older than all that is held of it. What is over the budget then
    /// leaves at the new end, but nothing up to the line `keep`.
    ///
    /// Returns whether lines left there: what follows them is not to be added before they came again.
    pub fn push_older(&mut self, lines: Vec<Line>, keep: Option<Anchor>) -> bool {
        let mut place = Timestamp::MIN;
        let older: Vec<Entry> = lines
            .into_iter()
            .map(|line| {
                place = place.max(line.at);
                self.entry(place, line)
            })
            .collect();
        self.bytes += older.iter().map(Entry::cost).sum::<usize>();
        let count = older.len() as u64;
        let Some(last) = older.last().map(|entry| entry.place) else {
            return false;
        };
        let at = self.entries.partition_point(|entry| entry.place < last);
        let later = self.entries.split_off(at);
        let mut held = std::mem::take(&mut self.entries).into_iter().peekable();
        for entry in older {
            while let Some(before) = held.next_if(|held| held.place < entry.place) {
                self.entries.push_back(before);
            }
            self.entries.push_back(entry);
        }
        self.entries.extend(held);
        self.entries.extend(later);
        // Lines that were there keep their numbers as far as that goes.
        self.first = self.first.saturating_sub(count);
        let keep = keep.and_then(|keep| self.number_of(keep));
        let keep = keep.map_or(0, |keep| {
            usize::try_from(keep - self.first).unwrap_or(0) + 1
        });
        self.drop_newest(keep)
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

    /// Where a container's log is to be taken up again: the time of the last line it wrote, held or not. Borders do not
    /// count; their time is not the engine's.
    pub fn end_of(&self, source: &ContainerId) -> Option<Edge> {
        let (at, held) = self.seen.get(source)?.last?;
        Some(Edge { at, held })
    }

    /// Before which time a container's log is not held: that of its first line.
    pub fn start_of(&self, source: &ContainerId) -> Option<Edge> {
        let mut lines = self
            .entries
            .iter()
            .filter(|entry| entry.line.kind == LineKind::Text && entry.line.source == *source);
        if let Some(first) = lines.next() {
            let at = first.line.at;
            let held = 1 + lines.take_while(|entry| entry.line.at == at).count();
            return Some(Edge { at, held });
        }
        let seen = self.seen.get(source)?;
        let (at, _) = seen.last?;
        // Those that left at the new end come again from there.
        let at = match at.checked_sub(SignedDuration::from_nanos(1)) {
            Ok(before) if seen.is_cut => before,
            _ => at,
        };
        Some(Edge { at, held: 0 })
    }

    /// How many lines of a container are held.
    pub fn count_of(&self, source: &ContainerId) -> usize {
        let is_theirs =
            |entry: &&Entry| entry.line.kind == LineKind::Text && entry.line.source == *source;
        self.entries.iter().filter(is_theirs).count()
    }

    /// The time at which a line stands.
    pub fn time_of(&self, number: u64) -> Option<Timestamp> {
        self.anchor(number).map(|anchor| anchor.place)
    }

    /// What a line is known by.
    pub fn anchor(&self, number: u64) -> Option<Anchor> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.entries.get(index).map(|entry| Anchor {
            place: entry.place,
            arrival: entry.arrival,
        })
    }

    /// The number that a line has now; none when it left.
    pub fn number_of(&self, anchor: Anchor) -> Option<u64> {
        let from = self
            .entries
            .partition_point(|entry| entry.place < anchor.place);
        let mut same = self
            .entries
            .range(from..)
            .take_while(|entry| entry.place == anchor.place);
        let at = same.position(|entry| entry.arrival == anchor.arrival)?;
        Some(self.first + (from + at) as u64)
    }

    /// The number of the first line of this time or later; that after the last where there is none.
    pub fn first_since(&self, at: Timestamp) -> u64 {
        self.first + self.entries.partition_point(|entry| entry.place < at) as u64
    }

    /// Whether this very line is held.
    pub fn holds(&self, line: &Line) -> bool {
        // What goes on with a line stands where that does.
        let begin = if line.continues {
            line.at.checked_sub(TOGETHER).unwrap_or(line.at)
        } else {
            line.at
        };
        let from = self.entries.partition_point(|entry| entry.place < begin);
        let is_near = |entry: &&Entry| entry.place.duration_since(line.at) <= TOGETHER;
        let mut near = self.entries.range(from..).take_while(is_near);
        near.any(|entry| {
            let held = &entry.line;
            held.at == line.at
                && held.source == line.source
                && held.stream == line.stream
                && held.text == line.text
        })
    }

    /// The number after that of the last line.
    pub fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    /// Whether another line makes one leave.
    pub fn is_full(&self) -> bool {
        self.entries.len() >= self.budget.lines || self.bytes >= self.budget.bytes
    }

    /// Drops old lines until half of the budget is free, but none from the line `keep` on.
    pub fn make_room(&mut self, keep: u64) {
        let half = Budget {
            lines: self.budget.lines / 2,
            bytes: self.budget.bytes / 2,
        };
        while self.first < keep && (self.entries.len() > half.lines || self.bytes > half.bytes) {
            self.drop_oldest();
        }
    }

    /// Forgets every line and every container. Numbers go on.
    pub fn clear(&mut self) {
        self.first += self.entries.len() as u64;
        self.entries.clear();
        self.bytes = 0;
        self.seen.clear();
    }

    fn place(&mut self, line: Line) -> Entry {
        let seen = self
            .seen
            .entry(line.source.clone())
            .or_insert(Seen::NOTHING);
        // What goes on with a line stands right after it, whatever others said in between.
        let is_close = line.at.duration_since(seen.place) < TOGETHER;
        let place = if line.continues && is_close {
            seen.place
        } else {
            seen.place.max(line.at)
        };
        // A border can be told before the last lines that belong before it.
        if line.kind == LineKind::Text {
            seen.place = place;
            seen.line_at(line.at);
            seen.is_cut = false;
        }
        self.entry(place, line)
    }

    const fn entry(&mut self, place: Timestamp, line: Line) -> Entry {
        self.arrived += 1;
        Entry {
            arrival: self.arrived,
            place,
            line,
        }
    }

    /// Puts a sorted batch among the lines held; costs as much as the batch and what is later than its first line.
    /// Returns where the first of them is, and how many of them came before every line held.
    fn merge(&mut self, batch: Vec<Entry>) -> (usize, usize) {
        let end = self.entries.len();
        let Some(earliest) = batch.first().map(|entry| entry.place) else {
            return (end, 0);
        };
        if self
            .entries
            .back()
            .is_none_or(|last| last.place <= earliest)
        {
            self.entries.extend(batch);
            return (end, 0);
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
        (at, leading)
    }

    /// Drops old lines over the budget. Of the first `leading` lines, which just came, those dropped never had a
    /// number, so that lines too old for a full buffer do not move the others.
    fn drop_excess(&mut self, leading: usize) {
        let mut gone: usize = 0;
        while self.is_over() {
            self.drop_oldest();
            gone += 1;
        }
        self.first -= gone.min(leading) as u64;
    }

    fn is_over(&self) -> bool {
        !self.entries.is_empty()
            && (self.entries.len() > self.budget.lines || self.bytes > self.budget.bytes)
    }

    fn drop_oldest(&mut self) {
        if let Some(entry) = self.entries.pop_front() {
            self.bytes -= entry.cost();
            self.first += 1;
            self.dropped += 1;
        }
    }

    /// Drops new lines over the budget, but not the first `keep`. Each container is to be taken up where they begin.
    fn drop_newest(&mut self, keep: usize) -> bool {
        let mut cut: HashMap<ContainerId, Timestamp> = HashMap::new();
        while self.is_over() && self.entries.len() > keep {
            let Some(entry) = self.entries.pop_back() else {
                break;
            };
            self.bytes -= entry.cost();
            if entry.line.kind == LineKind::Text {
                cut.insert(entry.line.source, entry.line.at);
            }
        }
        for (source, at) in &cut {
            let is_theirs =
                |entry: &Entry| entry.line.kind == LineKind::Text && entry.line.source == *source;
            // Of lines of one very time all are held or none, else nobody could tell which.
            let is_same = |entry: &Entry| is_theirs(entry) && entry.line.at == *at;
            if self.entries.iter().skip(keep).any(is_same) {
                let (mut index, mut freed) = (0, 0);
                self.entries.retain(|entry| {
                    index += 1;
                    let goes = index > keep && is_same(entry);
                    freed += if goes { entry.cost() } else { 0 };
                    !goes
                });
                self.bytes -= freed;
            }
            let last = self.entries.iter().rev().find(|entry| is_theirs(entry));
            let seen = Seen {
                place: last.map_or(Timestamp::MIN, |entry| entry.place),
                last: Some((*at, 0)),
                is_cut: true,
            };
            self.seen.insert(source.clone(), seen);
        }
        !cut.is_empty()
    }
}
