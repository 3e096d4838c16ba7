//! A time as a person types it.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan, Zoned};

use super::text::visible;

/// Longer than any time.
const LONGEST: usize = 64;

/// A time as it was typed. What it means depends on when and where that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When(Form);

#[derive(Debug, Clone)]
enum Form {
    Now,
    /// `2h`, `15 min ago`.
    Ago(Span),
    /// `09:30`: the last one that was.
    Time(Time),
    /// `yesterday 18:00`: so many days before today.
    Before(i32, Time),
    /// `mon 08:00`: the last one that was.
    Weekday(Weekday, Time),
    /// `2026-11-20 14:00`.
    Civil(Date, Time),
    /// RFC 3339, Unix seconds.
    Exact(Timestamp),
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Now, Self::Now) => true,
            (Self::Ago(a), Self::Ago(b)) => a.fieldwise() == b.fieldwise(),
            (Self::Time(a), Self::Time(b)) => a == b,
            (Self::Before(a, x), Self::Before(b, y)) => (a, x) == (b, y),
            (Self::Weekday(a, x), Self::Weekday(b, y)) => (a, x) == (b, y),
            (Self::Civil(a, x), Self::Civil(b, y)) => (a, x) == (b, y),
            (Self::Exact(a), Self::Exact(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Form {}

/// What was typed is no time, or one that no calendar has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no time: write 09:30, yesterday 18:00, mon 08:00, 2026-11-20 14:00, 2h or 1d12h (ago), RFC 3339 or Unix seconds"
)]
pub struct NoTime(String);

impl NoTime {
    fn of(text: &str) -> Self {
        Self(visible(text).chars().take(LONGEST).collect())
    }
}

impl std::str::FromStr for When {
    type Err = NoTime;

    fn from_str(text: &str) -> Result<Self, NoTime> {
        let typed = text.trim();
        let form = (typed.len() <= LONGEST).then(|| form(typed)).flatten();
        form.map(Self).ok_or_else(|| NoTime::of(typed))
    }
}

impl When {
    /// What a person means who types this now, in this zone. A time of day is the last one that was, a weekday too;
    /// only a date with a year can lie ahead. In the hour that a clock change leaves out, it is the one after it; in
    /// the one that it repeats, the first.
    pub fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, NoTime> {
        let when: Self = text.parse()?;
        when.at(now, zone).ok_or_else(|| NoTime::of(text.trim()))
    }

    /// The same of what was parsed before; none when no calendar goes that far.
    pub fn at(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let here = now.to_zoned(zone.clone());
        match &self.0 {
            Form::Now => Some(now),
            Form::Exact(at) => Some(*at),
            Form::Ago(span) => Some(here.checked_sub(*span).ok()?.timestamp()),
            Form::Time(time) => last(&here, 0, *time, 1),
            Form::Before(days, time) => on(&here, *days, *time),
            Form::Weekday(weekday, time) => {
                let days = here.weekday().since(*weekday);
                last(&here, i32::from(days), *time, 7)
            }
            Form::Civil(date, time) => {
                let zoned = date.to_datetime(*time).to_zoned(zone.clone()).ok()?;
                Some(zoned.timestamp())
            }
        }
    }
}

/// A time of the day so many days before, or a period earlier where that is still to come.
fn last(here: &Zoned, days: i32, time: Time, period: i32) -> Option<Timestamp> {
    let at = on(here, days, time)?;
    if at <= here.timestamp() {
        return Some(at);
    }
    on(here, days + period, time)
}

fn on(here: &Zoned, days: i32, time: Time) -> Option<Timestamp> {
    let date = here.date().checked_sub(days.days()).ok()?;
    let zoned = date.to_datetime(time).to_zoned(here.time_zone().clone());
    Some(zoned.ok()?.timestamp())
}

fn form(text: &str) -> Option<Form> {
    let lower = text.to_ascii_lowercase();
    if lower == "now" {
        return Some(Form::Now);
    }
    if let Some(time) = time(&lower) {
        return Some(Form::Time(time));
    }
    let (first, rest) = match lower.split_once(' ') {
        Some((first, rest)) => (first, Some(rest.trim_start())),
        None => (lower.as_str(), None),
    };
    let time_of_day = || rest.map_or(Some(Time::midnight()), time);
    match first {
        "today" => return Some(Form::Before(0, time_of_day()?)),
        "yesterday" => return Some(Form::Before(1, time_of_day()?)),
        _ => {}
    }
    if let Some(weekday) = weekday(first) {
        return Some(Form::Weekday(weekday, time_of_day()?));
    }
    if let Some(at) = unix(text) {
        return Some(Form::Exact(at));
    }
    if let Ok(at) = text.parse() {
        return Some(Form::Exact(at));
    }
    civil(&lower).or_else(|| ago(&lower))
}

/// `9:30`, `09:30:15`.
fn time(text: &str) -> Option<Time> {
    let known = ["%H:%M", "%H:%M:%S", "%H:%M:%S%.f"];
    known
        .iter()
        .find_map(|form| Time::strptime(form, text).ok())
}

/// `2026-11-20`, with a time after a space or a `T`.
fn civil(text: &str) -> Option<Form> {
    let (date, rest) = match text.split_once([' ', 't']) {
        Some((date, rest)) => (date, time(rest.trim_start())?),
        None => (text, Time::midnight()),
    };
    let date = Date::strptime("%Y-%m-%d", date).ok()?;
    Some(Form::Civil(date, rest))
}

/// `mon`, `tues`, `wednesday`.
fn weekday(text: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    if text.len() < 3 {
        return None;
    }
    let mut known = NAMES.iter();
    known.find_map(|(name, weekday)| name.starts_with(text).then_some(*weekday))
}

/// Seconds since 1970, as `date +%s` and `docker logs --since` have them, with or without a fraction. Fewer digits
/// than today's ten would be anything.
fn unix(text: &str) -> Option<Timestamp> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(9..=10).contains(&seconds.len()) || !are_digits(seconds) || !are_digits(fraction) {
        return None;
    }
    let nanoseconds = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    Timestamp::new(seconds.parse().ok()?, nanoseconds).ok()
}

/// A span, with or without `ago`.
fn ago(text: &str) -> Option<Form> {
    let text = text.strip_suffix("ago").unwrap_or(text).trim();
    // A bare number could be anything, and what begins with a sign says its direction, which we know already.
    if !text.starts_with(|c: char| c.is_ascii_digit()) || !text.contains(char::is_alphabetic) {
        return None;
    }
    let span: Span = text.parse().ok()?;
    (!span.is_negative()).then_some(Form::Ago(span))
}

#[cfg(test)]
mod tests;
