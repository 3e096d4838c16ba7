//! What parts add up to, and limits as people write them.

use super::super::limit::duration;
use super::super::observed::Disk;
use super::super::report::{Report, State};
use super::*;
use crate::domain::{ByteSize, Failure, Fraction, Limit};

fn disk(used: u64) -> Disk {
    Disk {
        path: "/var/lib/docker".to_owned(),
        size: ByteSize(110),
        available: ByteSize(100 - used),
        used: ByteSize(used),
    }
}

#[test]
fn the_worst_of_the_parts_is_the_state() {
    let report = |change: fn(&mut Observed)| {
        let mut observed = well();
        change(&mut observed);
        Report::of(observed, &thresholds())
    };
    let failed = |observed: &mut Observed| {
        let failure = Failure::new("reach the engine", "no such file");
        observed.failures.push(failure);
    };
    let broken = |observed: &mut Observed, severity| {
        let one = service("web", severity, Some("wezm/web ended with exit code 1"));
        observed.services = Some(vec![one]);
    };
    assert_eq!(report(|_| ()).state, State::Ok);
    assert_eq!(report(|seen| seen.disk = Some(disk(79))).state, State::Ok);
    assert_eq!(
        report(|seen| seen.disk = Some(disk(80))).state,
        State::Warning
    );
    assert_eq!(
        report(|seen| seen.disk = Some(disk(90))).state,
        State::Critical
    );
    let states = [
        (Severity::Fine, State::Unknown),
        (Severity::Warning, State::Warning),
        (Severity::Critical, State::Critical),
    ];
    for (severity, state) in states {
        let mut observed = well();
        failed(&mut observed);
        broken(&mut observed, severity);
        let report = Report::of(observed, &thresholds());
        // What is known to be wrong comes first.
        assert_eq!(report.state, state, "{severity:?}");
        assert_eq!(report.problems[0].state, state, "{severity:?}");
    }
}

#[test]
fn unreadable_places_are_no_state() {
    let mut observed = well();
    let found = observed.found.as_mut().unwrap();
    found.unreadable.push(crate::domain::Unreadable {
        container: "web".into(),
        service: None,
        server: None,
        path: "/etc/certs".to_owned(),
        why: "too large".to_owned(),
    });
    let report = Report::of(observed, &thresholds());
    assert_eq!(report.state, State::Ok);
    assert_eq!(
        report.notes,
        ["web:/etc/certs could not be read: too large"]
    );
}

#[test]
fn a_disk_is_as_full_as_df_says() {
    assert!((disk(63).used_percent() - 63.0).abs() < 1e-9);
    let nothing = Disk {
        used: ByteSize(0),
        available: ByteSize(0),
        ..disk(0)
    };
    assert!(nothing.used_percent().abs() < 1e-9);
}

#[test]
fn limits_are_times_or_parts() {
    let time = |days| Limit::Time(super::days(days));
    assert_eq!("14d".parse(), Ok(time(14)));
    assert_eq!("2 weeks".parse(), Ok(time(14)));
    assert_eq!("25%".parse(), Ok(Limit::Part(Fraction::of(25, 100))));
    assert_eq!("25 %".parse(), Ok(Limit::Part(Fraction::of(25, 100))));
    for wrong in [
        "",
        "14",
        "-3d",
        "3 months",
        "101%",
        "-1%",
        "NaN%",
        "inf%",
        "%",
        "d",
        "9999999999999d",
    ] {
        assert!(wrong.parse::<Limit>().is_err(), "{wrong}");
    }
    assert_eq!(duration("1m30s"), Ok(std::time::Duration::from_secs(90)));
    assert!(duration("0s").is_err() && duration("2d").is_err());
}
