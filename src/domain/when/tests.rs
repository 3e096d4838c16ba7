//! What people type is the time they mean.

use super::*;

/// A Saturday, at noon in Vienna.
const NOW: &str = "2026-11-21T11:00:00Z";

fn vienna() -> TimeZone {
    TimeZone::get("Europe/Vienna").unwrap()
}

fn at(text: &str, now: &str) -> String {
    let at = When::parse(text, now.parse().unwrap(), &vienna());
    at.map_or_else(|no| no.to_string(), |at| at.to_string())
}

fn assert_all(times: &[(&str, &str)]) {
    for (text, expected) in times {
        assert_eq!(at(text, NOW), *expected, "{text}");
    }
}

#[test]
fn a_time_of_day_is_the_last_that_was() {
    assert_all(&[
        ("09:30", "2026-11-21T08:30:00Z"),
        ("9:30", "2026-11-21T08:30:00Z"),
        (" 09:30:15 ", "2026-11-21T08:30:15Z"),
        ("12:00", NOW),
        ("12:00:01", "2026-11-20T11:00:01Z"),
        ("23:59", "2026-11-20T22:59:00Z"),
        ("09:30:15.5", "2026-11-21T08:30:15.5Z"),
    ]);
}

#[test]
fn days() {
    assert_all(&[
        ("today", "2026-11-20T23:00:00Z"),
        ("today 08:00", "2026-11-21T07:00:00Z"),
        ("yesterday", "2026-11-19T23:00:00Z"),
        ("Yesterday 18:00", "2026-11-20T17:00:00Z"),
        ("mon 08:00", "2026-11-16T07:00:00Z"),
        ("Monday  08:00:30", "2026-11-16T07:00:30Z"),
        ("thurs", "2026-11-18T23:00:00Z"),
        ("sat 11:00", "2026-11-21T10:00:00Z"),
        ("sat 13:00", "2026-11-14T12:00:00Z"),
        ("sun", "2026-11-14T23:00:00Z"),
    ]);
}

#[test]
fn dates() {
    assert_all(&[
        ("2026-11-20", "2026-11-19T23:00:00Z"),
        ("2026-11-20 14:00", "2026-11-20T13:00:00Z"),
        ("2026-11-20 14:00:05", "2026-11-20T13:00:05Z"),
        ("2026-11-20T14:00", "2026-11-20T13:00:00Z"),
        ("2026-07-20 14:00", "2026-07-20T12:00:00Z"),
        ("2027-01-01", "2026-12-31T23:00:00Z"),
        ("2026-11-20T14:00:00Z", "2026-11-20T14:00:00Z"),
        (
            "2026-11-20t14:00:00.123456789+05:30",
            "2026-11-20T08:30:00.123456789Z",
        ),
        ("1763676000", "2025-11-20T22:00:00Z"),
        ("1763676000.25", "2025-11-20T22:00:00.25Z"),
        ("1763676000.123456789999", "2025-11-20T22:00:00.123456789Z"),
        ("now", NOW),
    ]);
}

#[test]
fn spans_are_ago() {
    assert_all(&[
        ("2h", "2026-11-21T09:00:00Z"),
        ("2h ago", "2026-11-21T09:00:00Z"),
        ("90m", "2026-11-21T09:30:00Z"),
        ("1d12h", "2026-11-19T23:00:00Z"),
        ("1d 12h", "2026-11-19T23:00:00Z"),
        ("15 min ago", "2026-11-21T10:45:00Z"),
        ("15 minutes ago", "2026-11-21T10:45:00Z"),
        ("30s", "2026-11-21T10:59:30Z"),
        ("1 hour 30 minutes ago", "2026-11-21T09:30:00Z"),
        ("2 weeks", "2026-11-07T11:00:00Z"),
    ]);
}

#[test]
fn clocks_change() {
    // 2026-10-25: 03:00 becomes 02:00; 2026-03-29: 02:00 becomes 03:00.
    assert_eq!(at("1d", "2026-10-25T11:00:00Z"), "2026-10-24T10:00:00Z");
    assert_eq!(at("24h", "2026-10-25T11:00:00Z"), "2026-10-24T11:00:00Z");
    assert_eq!(at("02:30", "2026-10-25T11:00:00Z"), "2026-10-25T00:30:00Z");
    assert_eq!(at("02:30", "2026-03-29T11:00:00Z"), "2026-03-29T01:30:00Z");
}

#[test]
fn what_is_no_time_says_what_is() {
    for text in [
        "",
        "soon",
        "25:00",
        "09:60",
        "2026-13-01",
        "2026-02-30",
        "yesterday noon",
        "mo",
        "5",
        "12345",
        "-2h",
        "in 2h",
        "2h hence",
        "ago",
        "99999999999999999999h",
        "1e9",
        "1763676000.x",
        "99999999999",
        "9999999999y",
    ] {
        let said = at(text, NOW);
        assert!(said.contains("is no time: write 09:30"), "{text}: {said}");
    }
    let hostile = at("\u{1b}]52;c;x\u{7}", NOW);
    assert!(!hostile.contains('\u{1b}'), "{hostile}");
    assert!(at(&"9".repeat(100_000), NOW).len() < 400);
}

#[test]
fn it_can_be_parsed_before_it_is_asked_when() {
    let when: When = "09:30".parse().unwrap();
    assert_eq!(when, "9:30".parse().unwrap());
    assert_ne!(when, "9:31".parse().unwrap());
    let now = NOW.parse().unwrap();
    assert_eq!(
        when.at(now, &TimeZone::UTC).unwrap().to_string(),
        "2026-11-21T09:30:00Z"
    );
}
