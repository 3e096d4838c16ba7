//! How much is logged, by the minute and by how grave it is.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::{Level, Line, LineKind};

/// So many minutes are kept.
const MINUTES: usize = 240;

/// Lines of one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Beat {
    /// All of them.
    pub lines: u32,
    /// Those that are warnings.
    pub warnings: u32,
    /// Those that are errors, or worse.
    pub errors: u32,
}

/// Lines by the minute, of the last minutes in which any came.
#[derive(Debug, Clone, Default)]
pub struct Pulse {
    /// Minutes since 1970, rising.
    beats: VecDeque<(i64, Beat)>,
}

impl Pulse {
    /// Counts a line. Those that are older than all minutes kept are not counted.
    pub fn count(&mut self, line: &Line) {
        if line.kind == LineKind::Border {
            return;
        }
        let minute = minute_of(line.at);
        let at = match self.beats.back() {
            Some((last, _)) if *last == minute => self.beats.len() - 1,
            _ => match self
                .beats
                .binary_search_by_key(&minute, |(minute, _)| *minute)
            {
                Ok(at) => at,
                Err(0) if self.beats.len() == MINUTES => return,
                Err(at) => {
                    self.beats.insert(at, (minute, Beat::default()));
                    if self.beats.len() > MINUTES {
                        self.beats.pop_front();
                        at - 1
                    } else {
                        at
                    }
                }
            },
        };
        if let Some((_, beat)) = self.beats.get_mut(at) {
            beat.lines = beat.lines.saturating_add(1);
            match line.level {
                Some(Level::Warn) => beat.warnings = beat.warnings.saturating_add(1),
                Some(Level::Error | Level::Fatal) => beat.errors = beat.errors.saturating_add(1),
                _ => {}
            }
        }
    }

    /// The last so many minutes up to a time, one after the other; those without a line are empty.
    pub fn until(&self, at: Timestamp, minutes: usize) -> Vec<Beat> {
        let last = minute_of(at);
        let first = last - i64::try_from(minutes).unwrap_or(i64::MAX) + 1;
        let mut beats = vec![Beat::default(); minutes];
        for (minute, beat) in &self.beats {
            let place = usize::try_from(minute - first).ok();
            if let Some(place) = place.and_then(|place| beats.get_mut(place)) {
                *place = *beat;
            }
        }
        beats
    }
}

fn minute_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}
