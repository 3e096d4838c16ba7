//! What is wrong with a certificate: how soon it ends, and where another one is served in its place.

use jiff::Timestamp;

use super::services::how_far;
use crate::app::host::Host;
use crate::domain::{
    Certificate, Finding, FindingKind, Job, JobState, Remedy, Severity, Subject, Thresholds,
    interrupted,
};

/// Whether a job that was cut off is told of with the certificate that it was about.
pub(super) fn tells_of(host: &Host, job: &Job) -> bool {
    let found = host.certificates.value.iter();
    let mut all = found.flat_map(|found| &found.certificates);
    all.any(|certificate| interrupted::is_renewal_of(job, certificate))
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
