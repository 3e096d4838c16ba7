//! Limits as people write them: `80%`, `30s`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;

use crate::domain::units::parse_span;

/// A part of a hundred: from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Percent(pub f64);

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

/// How long something may take; at least something.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let length = parse_span(text)?;
    if length < SignedDuration::from_millis(1) || length > SignedDuration::from_hours(24) {
        return Err("write a time up to 24h, such as 30s".to_owned());
    }
    Duration::try_from(length).map_err(|why| why.to_string())
}
