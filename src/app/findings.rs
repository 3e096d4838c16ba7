//! What needs somebody, made anew from the last picture: nothing is remembered, nothing can go stale on its own. The one
//! place for the dashboard, `topside status`, `topside findings` and `topside check` alike.

mod began;
mod certificates;
mod disk;
mod services;

use jiff::Timestamp;

use crate::domain::finding::{Snooze, rank};
use crate::domain::{Finding, FindingKind, Job, JobState, Remedy, Severity, Subject, Thresholds};

use super::freshness;
use super::host::{Connection, Host};
use super::logged::Logged;

pub use began::Witness;
pub use services::of_service;

/// Everything that needs somebody, the worst first.
pub fn findings(
    hosts: &[Host],
    jobs: &[Job],
    logged: &Logged,
    thresholds: &Thresholds,
    now: Timestamp,
) -> Vec<Finding> {
    let mut all: Vec<Finding> = logged.findings(now).collect();
    for host in hosts {
        all.extend(of_host(host));
        all.extend(
            host.services
                .iter()
                .filter_map(|service| of_service(host, service, jobs, now)),
        );
        all.extend(freshness::of_projects(host));
        all.extend(disk::findings(host));
        all.extend(disk::logs(host));
        let certificates = host
            .certificates
            .value
            .iter()
            .flat_map(|found| &found.certificates);
        all.extend(certificates.filter_map(|certificate| {
            certificates::finding(host, certificate, jobs, thresholds, now)
        }));
        all.extend(certificates::served_alone(host, thresholds, now));
    }
    rank(&mut all);
    // What two hosts keep is one certificate.
    all.dedup_by(|a, b| a.id == b.id);
    all
}

/// That a host does not answer. When it was last heard of is known where it ever was.
fn of_host(host: &Host) -> Option<Finding> {
    let Connection::Lost { since, failure, .. } = &host.connection else {
        return None;
    };
    let subject = Subject::Host(host.id.clone());
    let what = format!("{}: {}", host.id, failure.why);
    let found = Finding::new(FindingKind::HostLost, Severity::Critical, subject, what);
    let found = found.helped(Some(Remedy::AskAgain));
    let found = found.because(failure.hint.clone());
    Some(found.since(host.listed.then_some(*since)))
}

/// A finding that somebody wants to hear of later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snoozed {
    /// What is so.
    pub finding: Finding,
    /// Until when it is not told.
    pub snooze: Snooze,
}

/// Takes out what somebody wants to hear of later; both keep their order.
pub fn put_to_sleep<'a>(
    findings: Vec<Finding>,
    of: impl Fn(&str) -> Option<&'a Snooze>,
    now: Timestamp,
) -> (Vec<Finding>, Vec<Snoozed>) {
    let (mut told, mut snoozed) = (Vec::new(), Vec::new());
    for finding in findings {
        match of(&finding.id).filter(|snooze| snooze.holds(&finding, now)) {
            Some(snooze) => snoozed.push(Snoozed {
                snooze: snooze.clone(),
                finding,
            }),
            None => told.push(finding),
        }
    }
    (told, snoozed)
}

/// When a job ended.
fn ended_at(job: &Job) -> Timestamp {
    match job.state {
        JobState::Finished { at, .. } => at,
        _ => job.asked_at,
    }
}

/// How long ago a job ended.
fn ago(job: &Job, now: Timestamp) -> String {
    crate::domain::units::in_words(now.duration_since(ended_at(job)))
}
