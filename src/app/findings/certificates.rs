//! What is wrong with a certificate: how soon it ends, and where another one is served in its place.

use jiff::Timestamp;

use crate::app::host::Host;
use crate::domain::units::in_words;
use crate::domain::{
    ActionName, Certificate, Finding, Job, JobState, Severity, Subject, Urgency, Verdict,
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
    now: Timestamp,
) -> Option<Finding> {
    let wrong = wrong(host, certificate, now);
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
    Some(Finding {
        severity: Severity::Critical,
        subject: Subject::Certificate(certificate.sha256.clone()),
        what,
        // Whatever it got to: done again it goes on from what is stored, and orders nothing that is not due.
        action: wrong.and_then(|wrong| wrong.action).or(job.action),
    })
}

fn wrong(host: &Host, certificate: &Certificate, now: Timestamp) -> Option<Finding> {
    let verdict = host.verdicts.get(&certificate.sha256);
    if matches!(verdict, Some(Verdict::Replaced { .. })) {
        return None;
    }
    let of_verdict = verdict.and_then(|verdict| of_verdict(verdict, certificate, now));
    let is_newer_served = matches!(verdict, Some(Verdict::NewerServed { .. }));
    let of_time = of_time(certificate, now).filter(|_| !is_newer_served);
    // Of two that are as bad the one whose cure is nearer: what was renewed need only be served.
    of_time
        .into_iter()
        .chain(of_verdict)
        .max_by_key(|finding| finding.severity)
}

fn of_verdict(verdict: &Verdict, certificate: &Certificate, now: Timestamp) -> Option<Finding> {
    let severity = verdict.severity(now);
    (severity > Severity::Fine).then(|| Finding {
        severity,
        subject: Subject::Certificate(certificate.sha256.clone()),
        what: verdict.sentence(now),
        action: verdict.helps(),
    })
}

fn of_time(certificate: &Certificate, now: Timestamp) -> Option<Finding> {
    let name = certificate.title();
    let span = in_words(certificate.left(now));
    let (severity, what) = match certificate.urgency(now) {
        Urgency::Fine | Urgency::Due => return None,
        Urgency::Warning => (Severity::Warning, format!("expires in {span}")),
        Urgency::Critical => (Severity::Critical, format!("expires in {span}")),
        Urgency::NotYetValid => (Severity::Warning, "is not valid yet".to_owned()),
        Urgency::Expired => (Severity::Critical, format!("expired {span} ago")),
    };
    let mut clients = certificate.places.iter().filter_map(|place| place.client);
    let is_told = clients.any(|client| !client.serves_itself());
    Some(Finding {
        severity,
        subject: Subject::Certificate(certificate.sha256.clone()),
        what: format!("the certificate of {name} {what}"),
        // A certificate that is not valid yet is new already.
        action: (is_told && certificate.not_before <= now).then_some(ActionName::Renew),
    })
}

#[cfg(test)]
mod tests;
