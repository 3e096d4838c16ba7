//! How a certificate stands, all in all: by its time, by what is served, by when it will be renewed.

use jiff::Timestamp;

use super::units::in_words;
use super::{
    ActionName, Certificate, Finding, FindingKind, Forecast, Severity, Subject, Thresholds,
    Urgency, Verdict,
};

/// A certificate with what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// The certificate.
    pub certificate: &'a Certificate,
    /// How it stands against what is served.
    pub verdict: Option<&'a Verdict>,
    /// When it will be renewed.
    pub forecast: Option<&'a Forecast>,
}

impl Standing<'_> {
    /// Whether it is kept though a newer one of its lineage is there.
    pub const fn is_replaced(&self) -> bool {
        matches!(self.verdict, Some(Verdict::Replaced { .. }))
    }

    /// The worst that is wrong with it; nothing of what was replaced.
    pub fn finding(&self, thresholds: &Thresholds, now: Timestamp) -> Option<Finding> {
        if self.is_replaced() {
            return None;
        }
        let is_newer_served = matches!(self.verdict, Some(Verdict::NewerServed { .. }));
        let of_time = self.of_time(thresholds, now);
        let of_renewal = self.of_renewal(now);
        let of_both = of_time.into_iter().chain(of_renewal);
        // Of two that are as bad the one whose cure is nearer: what was renewed need only be served.
        of_both
            .filter(|_| !is_newer_served)
            .chain(self.of_verdict(thresholds, now))
            .max_by_key(|finding| finding.severity)
    }

    fn found(
        &self,
        kind: FindingKind,
        severity: Severity,
        what: String,
        action: Option<ActionName>,
    ) -> Finding {
        let subject = Subject::Certificate(self.certificate.sha256.clone());
        let found = Finding::new(kind, severity, subject, what);
        let places = self.certificate.places.iter();
        let mut places: Vec<String> = places
            .map(|place| format!("{}:{}", place.holder(), place.path))
            .collect();
        places.dedup();
        let more = places.len().saturating_sub(1);
        let stored = places.first().map(|first| match more {
            0 => format!("stored in {first}"),
            _ => format!("stored in {first} and {more} more"),
        });
        found.helped(action).because(stored)
    }

    fn of_verdict(&self, thresholds: &Thresholds, now: Timestamp) -> Option<Finding> {
        let verdict = self.verdict?;
        let severity = verdict.severity(thresholds, now);
        let kind = FindingKind::CertificateServed;
        let found = || self.found(kind, severity, verdict.sentence(now), verdict.helps());
        (severity > Severity::Fine).then(found)
    }

    fn of_renewal(&self, now: Timestamp) -> Option<Finding> {
        let forecast = self.forecast?;
        let what = forecast.sentence(self.certificate, now)?;
        let kind = FindingKind::RenewalTrouble;
        Some(self.found(kind, Severity::Warning, what, forecast.helps()))
    }

    fn of_time(&self, thresholds: &Thresholds, now: Timestamp) -> Option<Finding> {
        let certificate = self.certificate;
        let (severity, how) = by_time(certificate, thresholds, now)?;
        let mut clients = certificate.places.iter().filter_map(|place| place.client);
        let is_told = clients.any(|client| !client.serves_itself());
        let name = certificate.title();
        let staging = certificate.staging_mark();
        // A certificate that is not valid yet is new already.
        let action = (is_told && certificate.not_before <= now).then_some(ActionName::Renew);
        let kind = of_time(certificate, now);
        let what = format!("the certificate of {name}{staging} {how}");
        let since = certificate.not_after;
        let found = self.found(kind, severity, what, action);
        Some(found.since((kind == FindingKind::CertificateExpired).then_some(since)))
    }
}

/// What is wrong with a certificate that counts only because an endpoint shows it: by its time alone. It lies in no file
/// any more, or in one that a newer one has replaced.
pub fn of_served(
    certificate: &Certificate,
    endpoint: &str,
    has_newer: bool,
    thresholds: &Thresholds,
    now: Timestamp,
) -> Option<Finding> {
    let (severity, how) = by_time(certificate, thresholds, now)?;
    let name = certificate.title();
    let staging = certificate.staging_mark();
    let newer = if has_newer {
        ", and there is a newer one"
    } else {
        ""
    };
    let what = format!("{endpoint} serves a certificate of {name}{staging} that {how}{newer}");
    let subject = Subject::Certificate(certificate.sha256.clone());
    let kind = of_time(certificate, now);
    let since = (kind == FindingKind::CertificateExpired).then_some(certificate.not_after);
    Some(Finding::new(kind, severity, subject, what).since(since))
}

/// What sort of thing is wrong with a certificate by its time alone.
pub fn of_time(certificate: &Certificate, now: Timestamp) -> FindingKind {
    if certificate.not_after <= now {
        FindingKind::CertificateExpired
    } else {
        FindingKind::CertificateExpires
    }
}

/// How bad a certificate is by its time alone, in words that follow its name; none while it is well.
pub fn by_time(
    certificate: &Certificate,
    thresholds: &Thresholds,
    now: Timestamp,
) -> Option<(Severity, String)> {
    let span = in_words(certificate.left(now));
    Some(match certificate.urgency(thresholds, now) {
        Urgency::Fine | Urgency::Due => return None,
        Urgency::Warning => (Severity::Warning, format!("expires in {span}")),
        Urgency::Critical => (Severity::Critical, format!("expires in {span}")),
        Urgency::NotYetValid => (Severity::Warning, "is not valid yet".to_owned()),
        Urgency::Expired => (Severity::Critical, format!("expired {span} ago")),
    })
}
