//! Sizes and spans of time, with how people read them.

use std::fmt;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde::{Deserialize, Serialize};

/// A number of bytes.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ByteSize(pub u64);

impl fmt::Display for ByteSize {
    /// At most four digits and a binary unit: `0B`, `512B`, `1.5K`, `21M`, `4.2G`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 6] = ["B", "K", "M", "G", "T", "P"];
        let mut value = self.0 as f64;
        let mut unit = 0;
        while value >= 999.5 && unit + 1 < UNITS.len() {
            value /= 1024.0;
            unit += 1;
        }
        let text = if unit == 0 {
            format!("{}B", self.0)
        } else if value < 9.95 {
            format!("{value:.1}{}", UNITS[unit])
        } else {
            format!("{value:.0}{}", UNITS[unit])
        };
        f.pad(&text)
    }
}

impl std::ops::Add for ByteSize {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::iter::Sum for ByteSize {
    fn sum<I: Iterator<Item = Self>>(sizes: I) -> Self {
        sizes.fold(Self::default(), std::ops::Add::add)
    }
}

/// A span in its largest unit: `4s`, `12m`, `3h`, `2d`, `5w`, `3y`. Negative spans read as `0s`.
pub fn short_span(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        86_400..1_209_600 => format!("{}d", seconds / 86_400),
        1_209_600..63_072_000 => format!("{}w", seconds / 604_800),
        _ => format!("{}y", seconds / 31_536_000),
    }
}

/// A span in words, as precise as it matters: `12 minutes`, `47 hours`, `6 days`, `7 years`. Its sign does not count.
pub fn in_words(span: SignedDuration) -> String {
    let seconds = span.as_secs().unsigned_abs();
    let (count, unit) = match seconds {
        0..3_600 => (seconds / 60, "minute"),
        3_600..172_800 => (seconds / 3_600, "hour"),
        172_800..86_400_000 => (seconds / 86_400, "day"),
        _ => (seconds / 31_536_000, "year"),
    };
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{s}")
}

/// How long ago `then` was, in the largest unit.
pub fn age(then: Timestamp, now: Timestamp) -> String {
    short_span(now.duration_since(then))
}

/// Whole days of a span, rounded towards zero; negative when it is in the past.
pub fn days(span: SignedDuration) -> i64 {
    span.as_secs() / 86_400
}

/// A span of time that is not negative: `30s`, `14d`, `2 weeks`.
pub fn parse_span(text: &str) -> Result<SignedDuration, String> {
    let wrong = |_| "write a time, such as 14d or 36h".to_owned();
    let span: Span = text.trim().parse().map_err(wrong)?;
    // Days of 24 hours: nobody's clock change moves a limit. Months have no length of their own and are refused.
    let length = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(wrong)?;
    if length.is_negative() {
        return Err("it cannot be negative".to_owned());
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_in_words() {
        for (seconds, words) in [
            (0, "0 minutes"),
            (60, "1 minute"),
            (3_600, "1 hour"),
            (172_799, "47 hours"),
            (172_800, "2 days"),
            (-172_800, "2 days"),
            (90 * 86_400, "90 days"),
            (3_650 * 86_400, "10 years"),
        ] {
            assert_eq!(in_words(SignedDuration::from_secs(seconds)), words);
        }
    }
}
