//! Urgency follows the lifetime: what is alarming for one certificate is normal for another.

use jiff::{SignedDuration, Timestamp};

use super::{Certificate, Thresholds, Urgency};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A certificate that lives for so many seconds from the epoch on.
fn living(seconds: i64) -> Certificate {
    Certificate {
        sha256: "00".to_owned(),
        common_name: None,
        names: vec![],
        issuer: "CA".to_owned(),
        serial: "01".to_owned(),
        not_before: Timestamp::UNIX_EPOCH,
        not_after: Timestamp::from_second(seconds).unwrap(),
        self_signed: false,
        places: vec![],
    }
}

fn usual(certificate: &Certificate, now: Timestamp) -> Urgency {
    certificate.urgency(&Thresholds::default(), now)
}

/// The urgency when so many seconds of a lifetime are left.
fn with_left(lifetime: i64, left: i64) -> Urgency {
    usual(
        &living(lifetime),
        Timestamp::from_second(lifetime - left).unwrap(),
    )
}

#[test]
fn ninety_days() {
    let urgency = |left| with_left(90 * DAY, left);
    assert_eq!(urgency(90 * DAY), Urgency::Fine);
    assert_eq!(urgency(30 * DAY + 1), Urgency::Fine);
    assert_eq!(urgency(30 * DAY), Urgency::Due);
    assert_eq!(urgency(45 * DAY / 2 + 1), Urgency::Due);
    assert_eq!(urgency(45 * DAY / 2), Urgency::Warning);
    assert_eq!(urgency(9 * DAY + 1), Urgency::Warning);
    assert_eq!(urgency(9 * DAY), Urgency::Critical);
    assert_eq!(urgency(0), Urgency::Critical);
}

#[test]
fn forty_five_days() {
    let urgency = |left| with_left(45 * DAY, left);
    assert_eq!(urgency(15 * DAY + 1), Urgency::Fine);
    assert_eq!(urgency(15 * DAY), Urgency::Due);
    assert_eq!(urgency(45 * DAY / 4 + 1), Urgency::Due);
    assert_eq!(urgency(45 * DAY / 4), Urgency::Warning);
    assert_eq!(urgency(108 * HOUR + 1), Urgency::Warning);
    assert_eq!(urgency(108 * HOUR), Urgency::Critical);
}

#[test]
fn six_days() {
    // Let's Encrypt's `shortlived` profile: 160 hours, due at half of it.
    let urgency = |left| with_left(160 * HOUR, left);
    assert_eq!(urgency(80 * HOUR + 1), Urgency::Fine);
    assert_eq!(urgency(80 * HOUR), Urgency::Due);
    assert_eq!(urgency(40 * HOUR + 1), Urgency::Due);
    assert_eq!(urgency(40 * HOUR), Urgency::Warning);
    assert_eq!(urgency(16 * HOUR + 1), Urgency::Warning);
    assert_eq!(urgency(16 * HOUR), Urgency::Critical);
}

#[test]
fn a_long_life_is_critical_at_a_tenth() {
    assert_eq!(with_left(3650 * DAY, 365 * DAY + 1), Urgency::Warning);
    assert_eq!(with_left(3650 * DAY, 365 * DAY), Urgency::Critical);
}

#[test]
fn the_floor_of_hours_beats_the_tenth() {
    // Four days: a tenth is 9.6 hours, 12 hours are more.
    assert_eq!(with_left(4 * DAY, 12 * HOUR + 1), Urgency::Warning);
    assert_eq!(with_left(4 * DAY, 12 * HOUR), Urgency::Critical);
    // Ten days are not short any more: a tenth and the floor are both 24 hours.
    assert_eq!(with_left(10 * DAY, DAY + 1), Urgency::Warning);
    assert_eq!(with_left(10 * DAY, DAY), Urgency::Critical);
    // A step-ca certificate of 24 hours: half of its life is already critical.
    assert_eq!(with_left(DAY, 12 * HOUR + 1), Urgency::Fine);
    assert_eq!(with_left(DAY, 12 * HOUR), Urgency::Critical);
}

#[test]
fn ten_days_part_short_from_long() {
    assert_eq!(with_left(10 * DAY, 4 * DAY), Urgency::Fine, "⅓ counts");
    assert_eq!(with_left(10 * DAY - 1, 4 * DAY), Urgency::Due, "½ counts");
}

#[test]
fn the_last_second_is_part_of_its_life() {
    let certificate = living(90 * DAY);
    let last = certificate.not_after;
    let nanosecond = SignedDuration::from_nanos(1);
    assert_eq!(usual(&certificate, last), Urgency::Critical);
    assert_eq!(usual(&certificate, last + nanosecond), Urgency::Expired);
    assert!(certificate.left(last + nanosecond).is_negative());
}

#[test]
fn its_time_may_not_have_come() {
    let certificate = living(90 * DAY);
    let first = certificate.not_before;
    let nanosecond = SignedDuration::from_nanos(1);
    assert_eq!(usual(&certificate, first), Urgency::Fine);
    assert_eq!(
        usual(&certificate, first - nanosecond),
        Urgency::NotYetValid
    );
}

#[test]
fn a_life_that_ends_before_it_begins() {
    let mut certificate = living(DAY);
    certificate.not_before = Timestamp::from_second(2 * DAY).unwrap();
    let at = |second| usual(&certificate, Timestamp::from_second(second).unwrap());
    assert_eq!(at(3 * DAY), Urgency::Expired);
    assert_eq!(at(DAY), Urgency::NotYetValid);
    assert!(certificate.fraction_left(Timestamp::UNIX_EPOCH).abs() < f64::EPSILON);
}

#[test]
fn the_ends_of_time_do_not_overflow() {
    let mut certificate = living(0);
    certificate.not_before = Timestamp::MIN;
    certificate.not_after = Timestamp::MAX;
    assert_eq!(usual(&certificate, Timestamp::UNIX_EPOCH), Urgency::Fine);
    assert_eq!(usual(&certificate, Timestamp::MAX), Urgency::Critical);
}

#[test]
fn the_fraction_left_stays_between_nothing_and_all() {
    let certificate = living(100);
    let left = |second| certificate.fraction_left(Timestamp::from_second(second).unwrap());
    for (second, expected) in [(-50, 1.0), (0, 1.0), (25, 0.75), (100, 0.0), (150, 0.0)] {
        assert!((left(second) - expected).abs() < 1e-9);
    }
}

#[test]
fn the_worst_is_the_greatest() {
    use Urgency::{Critical, Due, Expired, Fine, NotYetValid, Warning};
    assert!([Fine, Due, Warning, Critical, NotYetValid, Expired].is_sorted());
}

#[test]
fn it_goes_by_its_first_name() {
    let mut certificate = living(1);
    assert_eq!(certificate.title(), "(no name)");
    certificate.common_name = Some("cn".to_owned());
    assert_eq!(certificate.title(), "cn");
    certificate.names = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(certificate.title(), "a");
}

#[test]
fn a_ca_for_trying_things_out_is_known_by_its_names() {
    for (issuer, staging) in [
        ("Let's Encrypt R12", false),
        ("Staging Systems Ltd", false),
        ("(STAGING) Let's Encrypt", true),
        ("(STAGING) Wannabe Watercress R11", true),
        ("Let's Encrypt (STAGING) Pseudo Plum E5", true),
        ("Fake LE Intermediate X1", true),
        ("Pebble Intermediate CA 2f0b1c", true),
    ] {
        let mut certificate = living(90 * DAY);
        certificate.issuer = issuer.to_owned();
        assert_eq!(certificate.is_staging(), staging, "{issuer}");
    }
}
