//! From when on a certificate is due, a warning, critical: by how much is left of it.
//!
//! Parts of the lifetime make sense for 6-day and 90-day certificates alike; a time keeps at least a day to act in. Those
//! that are made for a few days have levels of their own, as their clients renew them earlier (lego, certbot 4: at half
//! of the lifetime under ten days, else at a third).

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use serde::Deserialize;

use crate::domain::units::parse_span;

/// A part of a lifetime, from nothing to all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    numerator: u32,
    denominator: u32,
}

/// How little may be left: a part of the lifetime, or a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// This long.
    Time(SignedDuration),
    /// This part of its lifetime.
    Part(Fraction),
}

/// How little may be left: a part of the lifetime, a time, or the more of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Level {
    part: Option<Fraction>,
    time: Option<SignedDuration>,
}

/// How little may be left for each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels {
    /// Its client should renew it about now.
    pub due: Level,
    /// It should have been renewed.
    pub warning: Level,
    /// There is hardly time left.
    pub critical: Level,
}

/// From when on a certificate is due, a warning, critical.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// Of certificates that last.
    pub long: Levels,
    /// Of those with a shorter lifetime than `short_under`.
    pub short: Levels,
    /// From which lifetime on a certificate lasts.
    pub short_under: SignedDuration,
}

impl Fraction {
    /// So many parts of so many.
    pub const fn of(numerator: u32, denominator: u32) -> Self {
        Self {
            numerator,
            denominator,
        }
    }

    fn of_lifetime(self, lifetime: SignedDuration) -> SignedDuration {
        let nanos = lifetime.as_nanos() * i128::from(self.numerator);
        SignedDuration::from_nanos_i128(nanos / i128::from(self.denominator.max(1)))
    }
}

impl Limit {
    /// Whether this is reached before the other one or with it; none where that depends on the certificate.
    pub fn is_more_than(self, other: Self) -> Option<bool> {
        match (self, other) {
            (Self::Time(own), Self::Time(other)) => Some(own >= other),
            (Self::Part(own), Self::Part(other)) => {
                let day = SignedDuration::from_hours(24);
                Some(own.of_lifetime(day) >= other.of_lifetime(day))
            }
            _ => None,
        }
    }
}

impl Level {
    const fn new(part: Fraction, time: Option<SignedDuration>) -> Self {
        Self {
            part: Some(part),
            time,
        }
    }

    /// How little may be left of a certificate with this lifetime.
    pub fn left(&self, lifetime: SignedDuration) -> SignedDuration {
        let part = self.part.map(|part| part.of_lifetime(lifetime));
        part.max(self.time).unwrap_or_default()
    }

    /// Whether so little is left.
    pub fn is_reached(&self, left: SignedDuration, lifetime: SignedDuration) -> bool {
        left <= self.left(lifetime)
    }
}

impl From<Limit> for Level {
    fn from(limit: Limit) -> Self {
        let (part, time) = match limit {
            Limit::Part(part) => (Some(part), None),
            Limit::Time(time) => (None, Some(time)),
        };
        Self { part, time }
    }
}

impl Levels {
    /// What is out of order for a certificate with this lifetime: a state, and the milder one that should come before it.
    pub fn disorder(&self, lifetime: SignedDuration) -> Option<(&'static str, &'static str)> {
        let [due, warning, critical] =
            [self.due, self.warning, self.critical].map(|level| level.left(lifetime));
        if warning < critical {
            Some(("critical", "warning"))
        } else if due < warning {
            Some(("warning", "due"))
        } else {
            None
        }
    }
}

impl Thresholds {
    /// Those for a certificate with this lifetime.
    pub fn of(&self, lifetime: SignedDuration) -> &Levels {
        if lifetime < self.short_under {
            &self.short
        } else {
            &self.long
        }
    }

    /// The same with other limits for every lifetime, where there are some.
    #[must_use]
    pub fn overruled(mut self, warning: Option<Limit>, critical: Option<Limit>) -> Self {
        for levels in [&mut self.long, &mut self.short] {
            levels.warning = warning.map_or(levels.warning, Level::from);
            levels.critical = critical.map_or(levels.critical, Level::from);
        }
        self
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        let levels = |due, hours| Levels {
            due: Level::new(due, None),
            warning: Level::new(Fraction::of(1, 4), None),
            critical: Level::new(Fraction::of(1, 10), Some(SignedDuration::from_hours(hours))),
        };
        Self {
            long: levels(Fraction::of(1, 3), 24),
            short: levels(Fraction::of(1, 2), 12),
            short_under: SignedDuration::from_hours(10 * 24),
        }
    }
}

impl FromStr for Fraction {
    type Err = String;

    /// `1/3`, `25%`, `12.5%`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is no part: write one like 1/3 or 25%");
        let parsed = match text.split_once('/') {
            Some((numerator, denominator)) => numerator
                .trim()
                .parse()
                .ok()
                .zip(denominator.trim().parse().ok()),
            None => text.strip_suffix('%').and_then(percent),
        };
        let (numerator, denominator) = parsed.ok_or_else(wrong)?;
        if denominator == 0 {
            return Err(wrong());
        }
        if numerator > denominator {
            return Err(format!("`{text}` is more than the whole lifetime"));
        }
        Ok(Self::of(numerator, denominator))
    }
}

/// A percentage as a fraction.
fn percent(text: &str) -> Option<(u32, u32)> {
    let text = text.trim();
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{decimals}");
    if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let places = u32::try_from(decimals.len()).ok()?;
    let hundred = 10_u32.checked_pow(places)?.checked_mul(100)?;
    Some((digits.parse().ok()?, hundred))
}

impl FromStr for Limit {
    type Err = String;

    /// A part, or a time: `14d`, `36h`, `2 weeks`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.ends_with('%') || text.contains('/') {
            return text.parse().map(Self::Part);
        }
        let time = parse_span(text).map(Self::Time);
        time.map_err(|_| format!("`{text}` is neither a part (25%) nor a time (14d)"))
    }
}

impl FromStr for Level {
    type Err = String;

    /// A limit, or a part and a time: `1/10 or 24h`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let forms = |why: String| {
            format!(
                "{why}; valid are a part (1/3, 25%), a time (14d), and the more of both (1/10 or 24h)"
            )
        };
        let Some((one, other)) = text.split_once(" or ") else {
            return text.parse::<Limit>().map(Self::from).map_err(forms);
        };
        let limits = one.parse::<Limit>().and_then(|one| {
            let other = other.parse()?;
            match (one, other) {
                (Limit::Part(part), Limit::Time(time)) | (Limit::Time(time), Limit::Part(part)) => {
                    Ok(Self::new(part, Some(time)))
                }
                _ => Err(format!("`{text}` is not a part and a time")),
            }
        });
        limits.map_err(forms)
    }
}

impl TryFrom<String> for Level {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

#[cfg(test)]
mod tests;
