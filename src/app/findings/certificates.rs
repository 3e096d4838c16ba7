//! What is wrong with a certificate: how soon it ends, and where another one is served in its place.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::services::how_far;
use crate::app::host::Host;
use crate::domain::{
    Certificate, Finding, FindingKind, Job, JobState, Remedy, Severity, Subject, Thresholds,
    interrupted, standing,
};

/// Whether a job that was cut off is told of with the certificate that it was about.
pub(super) fn tells_of(host: &Host, job: &Job) -> bool {
    let found = host.certificates.value.iter();
    let mut all = found.flat_map(|found| &found.certificates);
    all.any(|certificate| interrupted::is_renewal_of(job, certificate))
}

/// What is wrong with certificates that endpoints show and no file has any more, or only one that was replaced; what is
/// known to be in use where a newer one should be is told of that one.
pub(super) fn served_alone(host: &Host, thresholds: &Thresholds, now: Timestamp) -> Vec<Finding> {
    let Some(found) = &host.certificates.value else {
        return Vec::new();
    };
    let stored = found.certificates.iter();
    let stored: HashMap<&str, &Certificate> =
        stored.map(|one| (one.sha256.as_str(), one)).collect();
    let in_use = host.verdicts.values();
    let in_use: HashSet<&str> = in_use
        .filter_map(|verdict| Some(verdict.in_use()?.sha256.as_str()))
        .collect();
    let mut told = HashSet::new();
    let answers = host.serving.current();
    let alone = answers.filter_map(|answer| {
        let leaf = answer.answer.chain()?.leaf.read.as_ref().ok()?;
        let is_replaced = match stored.get(leaf.sha256.as_str()) {
            Some(stored) => host.is_replaced(stored),
            None => false,
        };
        let counts = is_replaced || !stored.contains_key(leaf.sha256.as_str());
        let is_new = !in_use.contains(leaf.sha256.as_str()) && told.insert(leaf.sha256.as_str());
        let endpoint = answer.endpoint.to_string();
        let wrong = || standing::of_served(leaf, &endpoint, is_replaced, thresholds, now);
        (counts && is_new).then(wrong).flatten()
    });
    alone.collect()
}

/// What was left half done with it, and the worst that is wrong with it; nothing of what was replaced.
pub(super) fn finding(
    host: &Host,
    certificate: &Certificate,
    jobs: &[Job],
    thresholds: &Thresholds,
    now: Timestamp,
) -> Option<Finding> {
    let wrong = host.standing(certificate).finding(thresholds, now);
    let Some(job) = interrupted::cut_off_renewal(jobs, certificate) else {
        return wrong;
    };
    let is_at_it =
        |job: &Job| job.state == JobState::Running && interrupted::is_renewal_of(job, certificate);
    if jobs.iter().any(is_at_it) {
        return wrong;
    }
    let name = format!("the certificate of {}", certificate.title());
    let said = interrupted::sentence_of(job, name)?;
    let mut what = format!("{said}, {} ago", super::ago(job, now));
    if let Some(wrong) = &wrong {
        what = format!("{what}; {}", wrong.what);
    }
    let subject = Subject::Certificate(certificate.sha256.clone());
    let (kind, severity) = (FindingKind::JobInterrupted, Severity::Critical);
    let found = Finding::new(kind, severity, subject, what);
    let found = found
        .because(how_far(job))
        .since(Some(super::ended_at(job)));
    // Whatever it got to: done again it goes on from what is stored, and orders nothing that is not due.
    let helps = wrong.and_then(|wrong| wrong.action);
    Some(found.helped(helps.or(job.action.map(Remedy::Do))))
}

#[cfg(test)]
mod tests;
