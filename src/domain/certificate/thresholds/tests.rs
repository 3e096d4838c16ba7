//! Limits as people write them, and what they come to.

use super::*;

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn left(text: &str, days: i32) -> SignedDuration {
    text.parse::<Level>().unwrap().left(DAY * days)
}

#[test]
fn parts_and_times_and_the_more_of_both() {
    for (text, lifetime, expected) in [
        ("1/3", 90, DAY * 30),
        ("25%", 90, DAY * 45 / 2),
        ("12.5%", 8, DAY),
        (" 14d ", 90, DAY * 14),
        ("2 weeks", 6, DAY * 14),
        ("36h", 6, DAY * 3 / 2),
        ("1/10 or 24h", 90, DAY * 9),
        ("1/10 or 24h", 5, DAY),
        ("24h or 1/10", 5, DAY),
        ("0%", 90, SignedDuration::ZERO),
        ("100%", 90, DAY * 90),
    ] {
        assert_eq!(left(text, lifetime), expected, "{text} of {lifetime} days");
    }
}

#[test]
fn what_makes_no_sense_is_told_with_the_valid_forms() {
    for text in [
        "",
        "soon",
        "4/3",
        "1/0",
        "/3",
        "-1/3",
        "101%",
        "%",
        "1.%5",
        "1e3%",
        "0.00000000001%",
        "-3d",
        "1 month",
        "1/3 or 1/4",
        "1d or 2d",
        "1/3 or 1d or 2d",
        "99999999999/99999999999",
    ] {
        let why = text.parse::<Level>().unwrap_err();
        assert!(why.contains("1/10 or 24h"), "{text}: {why}");
    }
}

#[test]
fn the_milder_state_comes_first() {
    let levels = |due: &str, warning: &str, critical: &str| Levels {
        due: due.parse().unwrap(),
        warning: warning.parse().unwrap(),
        critical: critical.parse().unwrap(),
    };
    let usual = Thresholds::default();
    assert_eq!(usual.long.disorder(DAY * 90), None);
    assert_eq!(usual.short.disorder(DAY * 6), None);
    let late = levels("1/3", "10d", "14d").disorder(DAY * 90);
    assert_eq!(late, Some(("critical", "warning")));
    let early = levels("20d", "1/4", "3d").disorder(DAY * 90);
    assert_eq!(early, Some(("warning", "due")));
    assert_eq!(levels("5d", "5d", "5d").disorder(DAY * 90), None);
}

#[test]
fn limits_of_the_moment_overrule_those_of_every_lifetime() {
    let critical = Some("3d".parse().unwrap());
    let thresholds = Thresholds::default().overruled(None, critical);
    for lifetime in [DAY * 6, DAY * 90] {
        assert_eq!(thresholds.of(lifetime).critical.left(lifetime), DAY * 3);
        let warning = thresholds.of(lifetime).warning.left(lifetime);
        assert_eq!(warning, lifetime / 4);
    }
}
