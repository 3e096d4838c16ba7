use jiff::SignedDuration;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn service(name: &str) -> Subject {
    Subject::Service(ServiceId {
        host: HostId::from("home"),
        project: Some("wezm".into()),
        name: name.into(),
    })
}

fn found(kind: FindingKind, severity: Severity, name: &str, since: Option<i64>) -> Finding {
    Finding::new(kind, severity, service(name), name).since(since.map(at))
}

#[test]
fn the_worst_is_first_then_the_most_urgent_then_what_began_last() {
    use FindingKind::{CertificateExpired, CrashLoop, Drift, HostLost, Unhealthy};
    use Severity::{Critical, Warning};
    let mut all = vec![
        found(Drift, Warning, "drifted", Some(99)),
        found(CertificateExpired, Critical, "expired", Some(500)),
        found(Unhealthy, Critical, "ill long", Some(1)),
        found(Unhealthy, Critical, "b, nobody knows", None),
        found(Unhealthy, Critical, "a, nobody knows", None),
        found(Unhealthy, Critical, "ill now", Some(7)),
        found(CrashLoop, Warning, "a loop that is only a warning", None),
        found(CrashLoop, Critical, "loop", None),
        found(HostLost, Critical, "lost", None),
    ];
    rank(&mut all);
    let said: Vec<&str> = all.iter().map(|finding| finding.what.as_str()).collect();
    assert_eq!(
        said,
        [
            "lost",
            "loop",
            "ill now",
            "ill long",
            "a, nobody knows",
            "b, nobody knows",
            "expired",
            "a loop that is only a warning",
            "drifted",
        ]
    );
}

#[test]
fn every_kind_has_its_rank_and_its_word() {
    assert!(
        FindingKind::ALL.is_sorted(),
        "the table is the order of the enum"
    );
    let mut words: Vec<&str> = FindingKind::ALL.iter().map(|kind| kind.word()).collect();
    for kind in FindingKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
    }
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), FindingKind::ALL.len());
}

#[test]
fn an_id_is_the_same_at_every_run_and_no_other_has_it() {
    let id = |subject| Finding::new(FindingKind::DiskFull, Severity::Warning, subject, "x").id;
    let home = HostId::from("home");
    assert_eq!(id(service("web")), "disk_full:home/wezm/web");
    assert_eq!(id(Subject::Host(home.clone())), "disk_full:home");
    assert_eq!(
        id(Subject::Filesystem(home, "/srv".to_owned())),
        "disk_full:home:/srv"
    );
    assert_eq!(
        id(Subject::Certificate("ab12".to_owned())),
        "disk_full:ab12"
    );
    let line = found(FindingKind::LogLine, Severity::Warning, "web", None);
    assert_eq!(
        line.named("out of space").id,
        "log_line:home/wezm/web/out of space"
    );
}

#[test]
fn a_snooze_ends_with_its_time_and_with_a_change_for_the_worse() {
    let disk = found(FindingKind::DiskFull, Severity::Warning, "disk", None);
    let hour = Nap::For(SignedDuration::from_hours(1));
    let snooze = Snooze::new(&disk, hour, at(0));
    assert!(snooze.holds(&disk, at(3_599)));
    assert!(!snooze.holds(&disk, at(3_600)));
    let worse = Finding {
        severity: Severity::Critical,
        ..disk.clone()
    };
    assert!(!snooze.holds(&worse, at(1)));
    let other = found(FindingKind::DiskFull, Severity::Warning, "other", None);
    assert!(!snooze.holds(&other, at(1)));
    // What was critical and is a warning now is no worse.
    let was_worse = Snooze::new(&worse, hour, at(0));
    assert!(was_worse.holds(&disk, at(1)));
}

#[test]
fn what_begins_anew_is_told_where_no_time_was_said() {
    let failed = found(
        FindingKind::ServiceFailed,
        Severity::Critical,
        "web",
        Some(0),
    );
    let snooze = Snooze::new(&failed, Nap::UntilWorse, at(10));
    assert!(snooze.holds(&failed, at(1_000_000)));
    let again = failed.clone().since(Some(at(20)));
    assert!(!snooze.holds(&again, at(21)));
    // Who said a day wants a day of peace from what comes and goes.
    let day = Snooze::new(&failed, Nap::ALL[2], at(10));
    assert!(day.holds(&again, at(21)));
    assert_eq!(
        Snooze::new(&failed, Nap::For(SignedDuration::MAX), at(0)).until,
        None
    );
}
