//! Which certificates matter, and how badly: by the same rules as on the dashboard, and what is served counts, too.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::units::in_words;
use crate::domain::{
    Certificate, CertificatesFound, ConfigTests, Finding, FindingKind, Forecast, Limit, Served,
    Standing, Subject, Thresholds, Urgency, Verdict, Verdicts, forecast, standing, verdict,
};

use super::report::State;

/// From when on a certificate is a warning or critical, where somebody said so on the command line.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// A warning.
    pub warning: Option<Limit>,
    /// Critical.
    pub critical: Option<Limit>,
}

/// A certificate and what it is worth.
#[derive(Debug, Clone)]
pub struct Assessed {
    /// The certificate, untrusted.
    pub certificate: Certificate,
    /// Whether it was found in a file.
    pub stored: bool,
    /// The endpoints that show it.
    pub served_at: Vec<String>,
    /// The endpoints that should show it, and show another one.
    pub missing_at: Vec<String>,
    /// How it stands against what is served; none of one that is not stored.
    pub verdict: Option<Verdict>,
    /// When it will be renewed, as far as that is known.
    pub forecast: Option<Forecast>,
    /// Whether a newer one has taken its place, so that this one does not count any more.
    pub replaced: bool,
    /// What is wrong, where something is: known by the same id as on the dashboard.
    pub finding: Option<Finding>,
    /// What it means.
    pub state: State,
    /// What is to be said of it as a sentence, untrusted; none where nothing is.
    pub what: Option<String>,
}

/// Judges all of them, the soonest to expire first.
pub fn assess(
    found: &CertificatesFound,
    served: &[Served],
    thresholds: &Thresholds,
    now: Timestamp,
) -> Vec<Assessed> {
    let mut verdicts = verdict::judge(&found.certificates, served, now);
    // A check lets no server check its files: that is another program in somebody's container.
    verdict::foresee(&mut verdicts, found, &ConfigTests::default());
    let is_current = |one: &&Certificate| {
        let verdict = verdicts.get(&one.sha256);
        !matches!(verdict, Some(Verdict::Replaced { .. }))
    };
    let current = found.certificates.iter().filter(is_current);
    let mut forecasts = forecast::forecasts(current, found, thresholds, now);
    let in_use = in_use(&verdicts, thresholds, now);
    let mut all = seen(&found.certificates, served);
    for one in &mut all {
        let sha256 = &one.certificate.sha256;
        one.verdict = verdicts.remove(sha256);
        one.forecast = forecasts.remove(sha256);
        let others = served.iter().filter(|answer| {
            answer.shows(sha256) == Some(false) && answer.concerns(&one.certificate)
        });
        one.missing_at = others.map(|one| one.endpoint.to_string()).collect();
        let said = in_use.get(sha256);
        let is_replaced = matches!(one.verdict, Some(Verdict::Replaced { .. }));
        one.replaced = is_replaced && said.is_none() && one.served_at.is_empty();
        one.finding = match said {
            // One thing, told once: of the one that should be in its place.
            Some(finding) => Some(finding.clone()),
            None if is_replaced || !one.stored => of_served(one, is_replaced, thresholds, now),
            None => of_stored(one, thresholds, now),
        };
        (one.state, one.what) = match &one.finding {
            Some(finding) => (finding.severity.into(), Some(finding.what.clone())),
            None if said.is_none() && one.stored && !is_replaced => {
                (State::Ok, is_due(one, thresholds, now))
            }
            None => (State::Ok, None),
        };
    }
    all.sort_by(|a, b| {
        let key = |one: &Assessed| (one.certificate.not_after, one.certificate.sha256.clone());
        key(a).cmp(&key(b))
    });
    all
}

/// The older certificates that are still in use where a newer one should be, by fingerprint, with what that means: said of
/// the newer one, as on the dashboard.
fn in_use(
    verdicts: &Verdicts,
    thresholds: &Thresholds,
    now: Timestamp,
) -> HashMap<String, Finding> {
    let told = verdicts.iter().filter_map(|(sha256, verdict)| {
        let old = verdict.in_use()?;
        let severity = verdict.severity(thresholds, now);
        let (kind, subject) = (
            FindingKind::CertificateServed,
            Subject::Certificate(sha256.clone()),
        );
        let found = Finding::new(kind, severity, subject, verdict.sentence(now));
        Some((old.sha256.clone(), found.helped(verdict.helps())))
    });
    told.collect()
}

/// What is stored, and what is served and in no file: overwritten since the server read it, or kept where nobody looks.
fn seen(stored: &[Certificate], served: &[Served]) -> Vec<Assessed> {
    let unjudged = |certificate: &Certificate, stored: bool| Assessed {
        certificate: certificate.clone(),
        stored,
        served_at: Vec::new(),
        missing_at: Vec::new(),
        verdict: None,
        forecast: None,
        replaced: false,
        finding: None,
        state: State::Ok,
        what: None,
    };
    let mut all: Vec<Assessed> = stored.iter().map(|one| unjudged(one, true)).collect();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (index, one) in all.iter().enumerate() {
        known.insert(one.certificate.sha256.clone(), index);
    }
    for answer in served {
        let Some(chain) = answer.answer.chain() else {
            continue;
        };
        let index = match (known.get(&chain.leaf.sha256), &chain.leaf.read) {
            (Some(&index), _) => index,
            (None, Ok(leaf)) => {
                known.insert(leaf.sha256.clone(), all.len());
                all.push(unjudged(leaf, false));
                all.len() - 1
            }
            (None, Err(_)) => continue,
        };
        all[index].served_at.push(answer.endpoint.to_string());
    }
    all
}

/// What is wrong with one that counts because it is served: by its time alone.
fn of_served(
    one: &Assessed,
    has_newer: bool,
    thresholds: &Thresholds,
    now: Timestamp,
) -> Option<Finding> {
    let endpoint = one.served_at.first()?;
    standing::of_served(&one.certificate, endpoint, has_newer, thresholds, now)
}

/// What is wrong with a stored one.
fn of_stored(one: &Assessed, thresholds: &Thresholds, now: Timestamp) -> Option<Finding> {
    let standing = Standing {
        certificate: &one.certificate,
        verdict: one.verdict.as_ref(),
        forecast: one.forecast.as_ref(),
    };
    standing.finding(thresholds, now)
}

/// When it is to be renewed, which is nothing wrong.
fn is_due(one: &Assessed, thresholds: &Thresholds, now: Timestamp) -> Option<String> {
    let certificate = &one.certificate;
    let is_newer_served = matches!(one.verdict, Some(Verdict::NewerServed { .. }));
    if is_newer_served || certificate.urgency(thresholds, now) != Urgency::Due {
        return None;
    }
    let (name, staging) = (certificate.title(), certificate.staging_mark());
    let span = in_words(certificate.left(now));
    Some(format!(
        "the certificate of {name}{staging} is due, and expires in {span}"
    ))
}
