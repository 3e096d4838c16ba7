//! What a container used lately: two readings made a rate, rates made a history.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::domain::{Counters, Usage};

/// What was used up to a moment.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// When it was read.
    pub at: Timestamp,
    /// What was used since the reading before.
    pub usage: Usage,
}

/// The usage of one container over the last minutes.
#[derive(Debug, Clone, Default)]
pub struct UsageHistory {
    last: Option<Counters>,
    samples: VecDeque<Sample>,
    smooth_cpu: Option<f64>,
}

impl UsageHistory {
    /// How many samples are kept: ten minutes at one in 2 s.
    pub const LENGTH: usize = 300;

    /// How much of a new sample goes into the smoothed CPU, so that a sort by CPU does not jump about.
    const WEIGHT: f64 = 0.4;

    /// Takes in a reading.
    pub fn push(&mut self, counters: Counters) {
        if let Some(last) = &self.last {
            match Usage::between(last, &counters) {
                Some(usage) => {
                    let smooth = |new: f64| match self.smooth_cpu {
                        Some(before) => before + Self::WEIGHT * (new - before),
                        None => new,
                    };
                    self.smooth_cpu = usage.cpu_percent.map(smooth);
                    if self.samples.len() == Self::LENGTH {
                        self.samples.pop_front();
                    }
                    let at = counters.at;
                    self.samples.push_back(Sample { at, usage });
                }
                // The same instant again says nothing; a counter that went back is a new start.
                None if counters.at <= last.at => return,
                None => {
                    self.smooth_cpu = None;
                    self.samples.clear();
                }
            }
        }
        self.last = Some(counters);
    }

    /// The samples, oldest first.
    pub fn samples(&self) -> &VecDeque<Sample> {
        &self.samples
    }

    /// The newest sample.
    pub fn latest(&self) -> Option<&Usage> {
        self.samples.back().map(|sample| &sample.usage)
    }

    /// The last reading, also when there is no rate yet.
    pub fn reading(&self) -> Option<&Counters> {
        self.last.as_ref()
    }

    /// CPU in percent of one core, smoothed.
    pub fn cpu_percent(&self) -> Option<f64> {
        self.smooth_cpu
    }
}
