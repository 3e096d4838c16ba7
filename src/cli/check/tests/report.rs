//! What parts add up to, and limits as people write them.

use super::super::limit::duration;
use super::super::observed::Disk;
use super::super::report::{Report, State};
use super::*;
use crate::domain::{ByteSize, Failure, Fraction, Limit, Snooze};

fn disk(used: u64) -> Disk {
    Disk {
        path: "/var/lib/docker".to_owned(),
        mount_point: "/".to_owned(),
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
        observed.findings = found(std::slice::from_ref(&one));
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

/// A crash and a full disk, the crash snoozed until some seconds from now.
fn snoozed(until: Option<i64>, severity: Severity) -> Observed {
    let mut observed = well();
    observed.disk = Some(disk(85));
    let crash = service("web", Severity::Critical, Some("wezm/web died"));
    observed.findings = found(std::slice::from_ref(&crash));
    observed.services = Some(vec![crash]);
    observed.snoozes = vec![Snooze {
        id: "service_failed:home/wezm/web".to_owned(),
        at: now() - super::days(1),
        until: until.map(|seconds| now() + jiff::SignedDuration::from_secs(seconds)),
        severity,
        what: String::new(),
    }];
    observed
}

#[test]
fn what_is_snoozed_is_said_and_does_not_count() {
    let of = |observed| Report::of(observed, &thresholds());
    let report = of(snoozed(Some(60), Severity::Critical));
    assert_eq!(report.state, State::Warning, "the disk counts");
    assert_eq!(report.problems.len(), 1);
    assert_eq!(report.snoozed[0].what, "wezm/web died");
    assert!(
        report.looked_at().ends_with("(1 snoozed)"),
        "{}",
        report.looked_at()
    );
    assert_eq!(report.remarks, ["snoozed: wezm/web died"]);
    let value = super::super::json::json(&report);
    assert_eq!(value["snoozed"][0]["id"], "service_failed:home/wezm/web");
    assert_eq!(value["snoozed"][0]["snoozed"], true);
    assert_eq!(value["problems"][0]["id"], "disk_full:home:/");
    assert_eq!(value["problems"][0]["action"], "prune_images");
    // Its time is over, or it is worse than it was, or everything counts.
    assert_eq!(
        of(snoozed(Some(0), Severity::Critical)).state,
        State::Critical
    );
    assert_eq!(of(snoozed(None, Severity::Warning)).state, State::Critical);
    let mut all = snoozed(None, Severity::Critical);
    assert_eq!(of(snoozed(None, Severity::Critical)).state, State::Warning);
    all.count_snoozed = true;
    let report = of(all);
    assert_eq!((report.state, report.snoozed.len()), (State::Critical, 0));
    assert!(report.problems[0].snooze.is_some(), "JSON says so");
}
