//! How fast something grows, from samples of its size.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::ByteSize;

/// A size at a moment.
pub type SizeSample = (Timestamp, ByteSize);

/// How a size changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Growth {
    /// Bytes a week; negative when it shrinks.
    pub per_week: i64,
}

/// Samples of less than this say more of the hour than of the week.
const SHORTEST: SignedDuration = SignedDuration::from_hours(20);
/// What was before says little of what will be.
const LONGEST: SignedDuration = SignedDuration::from_hours(28 * 24);
/// At most so many samples are compared with each other.
const MOST: usize = 120;
const WEEK: f64 = 7.0 * 86_400.0;

impl Growth {
    /// The growth of the last four weeks: the median of the slopes between all pairs of samples (Theil and Sen), so that
    /// one night's backup or clean-up does not make a trend. None when the samples cover less than a day.
    pub fn of(samples: &[SizeSample]) -> Option<Self> {
        let newest = samples.iter().map(|(at, _)| *at).max()?;
        let recent: Vec<&SizeSample> = samples
            .iter()
            .filter(|(at, _)| newest.duration_since(*at) <= LONGEST)
            .collect();
        let oldest = recent.iter().map(|(at, _)| *at).min()?;
        if newest.duration_since(oldest) < SHORTEST {
            return None;
        }
        let step = recent.len().div_ceil(MOST);
        let chosen: Vec<(f64, f64)> = recent
            .iter()
            .rev()
            .step_by(step)
            .map(|(at, size)| (at.as_second() as f64, size.0 as f64))
            .collect();
        let mut slopes = Vec::with_capacity(chosen.len() * chosen.len() / 2);
        for (index, (a_at, a)) in chosen.iter().enumerate() {
            for (b_at, b) in chosen.iter().skip(index + 1) {
                let span = b_at - a_at;
                if span != 0.0 {
                    slopes.push((b - a) / span);
                }
            }
        }
        let middle = slopes.len() / 2;
        if slopes.is_empty() {
            return None;
        }
        let (_, median, _) = slopes.select_nth_unstable_by(middle, f64::total_cmp);
        let per_week = (*median * WEEK) as i64;
        Some(Self { per_week })
    }

    /// How long until so much is filled; none when it does not grow, or in more than ten years.
    pub fn fills(self, available: ByteSize) -> Option<SignedDuration> {
        const FAR: f64 = 10.0 * 365.0 * 86_400.0;
        if self.per_week <= 0 {
            return None;
        }
        let seconds = available.0 as f64 / self.per_week as f64 * WEEK;
        (seconds < FAR).then(|| SignedDuration::from_secs(seconds as i64))
    }
}

impl fmt::Display for Growth {
    /// `+1.2G`, `-30M`, `0B`: a week's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = ByteSize(self.per_week.unsigned_abs());
        let sign = match self.per_week {
            0 => "",
            1.. => "+",
            _ => "-",
        };
        f.pad(&format!("{sign}{size}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(hours_and_sizes: &[(i64, u64)]) -> Vec<SizeSample> {
        hours_and_sizes
            .iter()
            .map(|(hour, size)| {
                let at = Timestamp::from_second(1_800_000_000 + hour * 3_600).unwrap();
                (at, ByteSize(*size))
            })
            .collect()
    }

    fn per_week(hours_and_sizes: &[(i64, u64)]) -> Option<i64> {
        Growth::of(&samples(hours_and_sizes)).map(|growth| growth.per_week)
    }

    #[test]
    fn a_steady_growth_is_told_a_week() {
        let days: Vec<(i64, u64)> = (0..8)
            .map(|day| (day * 24, 100 + 10 * day as u64))
            .collect();
        assert_eq!(per_week(&days), Some(70));
        let falling: Vec<(i64, u64)> = (0..8)
            .map(|day| (day * 24, 700 - 10 * day as u64))
            .collect();
        assert_eq!(per_week(&falling), Some(-70));
        assert_eq!(per_week(&[(0, 5), (24, 5)]), Some(0));
    }

    #[test]
    fn one_night_is_no_trend() {
        let mut days: Vec<(i64, u64)> = (0..14).map(|day| (day * 24, 100)).collect();
        days[13].1 = 100_000;
        assert_eq!(per_week(&days), Some(0));
    }

    #[test]
    fn a_short_or_empty_history_says_nothing() {
        assert_eq!(per_week(&[]), None);
        assert_eq!(per_week(&[(0, 5)]), None);
        assert_eq!(per_week(&[(0, 5), (3, 50)]), None);
        assert_eq!(per_week(&[(0, 5), (0, 50)]), None);
    }

    #[test]
    fn what_was_long_ago_does_not_count() {
        let mut all: Vec<(i64, u64)> = (0..10).map(|day| (day * 24, 1_000_000)).collect();
        all.extend((100..120).map(|day| (day * 24, 500)));
        assert_eq!(per_week(&all), Some(0));
    }

    #[test]
    fn many_samples_are_thinned() {
        let hours: Vec<(i64, u64)> = (0..600).map(|hour| (hour, hour as u64)).collect();
        assert_eq!(per_week(&hours), Some(168));
    }

    #[test]
    fn it_is_told_when_it_is_full() {
        let growth = Growth { per_week: 100 };
        assert_eq!(
            growth.fills(ByteSize(50)),
            Some(SignedDuration::from_secs(302_400))
        );
        assert_eq!(growth.fills(ByteSize(u64::MAX)), None);
        assert_eq!(Growth { per_week: 0 }.fills(ByteSize(5)), None);
        assert_eq!(Growth { per_week: -9 }.fills(ByteSize(5)), None);
    }
}
