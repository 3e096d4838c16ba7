//! Where one has got to in a container's log, so that it is taken up again without losing or doubling a line.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

/// How far back a log is read again. An engine takes the time of a line before its turn to write it, so that lines of
/// the two streams can stand in each other's past by as much as it was busy.
const OVERLAP: SignedDuration = SignedDuration::from_millis(100);
/// The most lines remembered; what is written faster than that is read again less far.
const REMEMBERED: usize = 100_000;

/// Where one has got to in the log of one container.
///
/// Several lines can have the very same time, so a time alone does not say which were seen: the log is asked for again
/// from a little earlier, and what was seen is passed over, as often as it was.
#[derive(Debug, Clone, Default)]
pub struct Cursor {
    /// The times of the lines seen that a new reading gives again.
    recent: VecDeque<Timestamp>,
    /// The latest of all lines seen.
    last: Option<Timestamp>,
    /// Up to here (inclusive) a new reading gives nothing.
    from: Option<Timestamp>,
    /// The same as it was when the log was last taken up.
    floor: Option<Timestamp>,
    /// While the log is read again: how many lines of a time come that were seen.
    seen: HashMap<Timestamp, u32>,
}

impl Cursor {
    /// After this time (exclusive) the log is to be read again; none before the first line: then as the first time.
    pub const fn since(&self) -> Option<Timestamp> {
        self.from
    }

    /// Begins to read the log again, from [`Cursor::since`] on.
    pub fn again(&mut self) {
        self.floor = self.from;
        self.seen.clear();
        for at in &self.recent {
            *self.seen.entry(*at).or_default() += 1;
        }
    }

    /// Takes note of the next line; whether it is a new one.
    pub fn is_new(&mut self, at: Timestamp) -> bool {
        if !self.seen.is_empty() {
            if self.floor.is_some_and(|floor| at <= floor) {
                return false;
            }
            if let Some(count) = self.seen.get_mut(&at) {
                *count -= 1;
                if *count == 0 {
                    self.seen.remove(&at);
                }
                return false;
            }
        }
        self.note(at);
        true
    }

    fn note(&mut self, at: Timestamp) {
        self.recent.push_back(at);
        if self.last.is_some_and(|last| at <= last) {
            return;
        }
        self.last = Some(at);
        let overlap = at.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN);
        self.from = self.from.max(Some(overlap));
        while self.recent.len() > REMEMBERED {
            // All lines of a time are remembered, or none.
            self.from = self.from.max(self.recent.pop_front());
        }
        while self
            .recent
            .front()
            .is_some_and(|first| Some(*first) <= self.from)
        {
            self.recent.pop_front();
        }
    }
}
