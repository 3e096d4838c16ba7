//! Limits as people write them: `14d`, `25%`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

use crate::domain::Certificate;

/// How little may be left of a certificate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// This long.
    Time(SignedDuration),
    /// This part of its lifetime.
    Part(Percent),
}

/// A part of a hundred: from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Percent(pub f64);

impl Limit {
    /// Whether so little or less is left.
    pub fn is_reached(self, certificate: &Certificate, now: Timestamp) -> bool {
        match self {
            Self::Time(least) => certificate.left(now) <= least,
            Self::Part(least) => certificate.fraction_left(now) * 100.0 <= least.0,
        }
    }

    /// Whether this is reached before the other one; none where that depends on the certificate.
    pub fn is_more_than(self, other: Self) -> Option<bool> {
        match (self, other) {
            (Self::Time(own), Self::Time(other)) => Some(own >= other),
            (Self::Part(own), Self::Part(other)) => Some(own >= other),
            _ => None,
        }
    }
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim_end().ends_with('%') {
            return text.parse().map(Self::Part);
        }
        Ok(Self::Time(span(text)?))
    }
}

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.trim().trim_end_matches('%').trim_end();
        let value: Option<f64> = number.parse().ok();
        let value = value.filter(|value| (0.0..=100.0).contains(value));
        value
            .map(Self)
            .ok_or_else(|| "write a percentage, such as 80%".to_owned())
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A span of time that is not negative: `30s`, `14d`, `2 weeks`.
fn span(text: &str) -> Result<SignedDuration, String> {
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

/// How long something may take; at least something.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let length = span(text)?;
    if length < SignedDuration::from_millis(1) || length > SignedDuration::from_hours(24) {
        return Err("write a time up to 24h, such as 30s".to_owned());
    }
    Duration::try_from(length).map_err(|why| why.to_string())
}
