//! Which certificates matter, and how badly: by the same rules as on the dashboard, and what is served counts, too.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::standing::by_time;
use crate::domain::units::in_words;
use crate::domain::{
    Certificate, CertificatesFound, ConfigTests, Forecast, Limit, Served, Severity, Standing,
    Thresholds, Urgency, Verdict, Verdicts, forecast, verdict,
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
        (one.state, one.what) = match said {
            // One thing, told once: of the one that should be in its place.
            Some((state, what)) => (*state, Some(what.clone())),
            None if is_replaced || !one.stored => of_served(one, is_replaced, thresholds, now),
            None => of_stored(one, thresholds, now),
        };
    }
    all.sort_by(|a, b| {
        let key = |one: &Assessed| (one.certificate.not_after, one.certificate.sha256.clone());
        key(a).cmp(&key(b))
    });
    all
}

/// The older certificates that are still in use where a newer one should be, by fingerprint, with what that means.
fn in_use(
    verdicts: &Verdicts,
    thresholds: &Thresholds,
    now: Timestamp,
) -> HashMap<String, (State, String)> {
    let told = verdicts.values().filter_map(|verdict| {
        let old = verdict.in_use()?;
        let state = verdict.severity(thresholds, now).into();
        Some((old.sha256.clone(), (state, verdict.sentence(now))))
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

/// What one means that counts because it is served: by its time alone.
fn of_served(
    one: &Assessed,
    has_newer: bool,
    thresholds: &Thresholds,
    now: Timestamp,
) -> (State, Option<String>) {
    let Some(endpoint) = one.served_at.first() else {
        return (State::Ok, None);
    };
    let certificate = &one.certificate;
    let Some((severity, how)) = by_time(certificate, thresholds, now) else {
        return (State::Ok, None);
    };
    let name = certificate.title();
    let staging = certificate.staging_mark();
    let newer = if has_newer {
        ", and there is a newer one"
    } else {
        ""
    };
    let what = format!("{endpoint} serves a certificate of {name}{staging} that {how}{newer}");
    (severity.into(), Some(what))
}

/// What a stored one means.
fn of_stored(one: &Assessed, thresholds: &Thresholds, now: Timestamp) -> (State, Option<String>) {
    let certificate = &one.certificate;
    let standing = Standing {
        certificate,
        verdict: one.verdict.as_ref(),
        forecast: one.forecast.as_ref(),
    };
    if let Some(finding) = standing.finding(thresholds, now) {
        return (finding.severity.into(), Some(finding.what));
    }
    let is_newer_served = matches!(one.verdict, Some(Verdict::NewerServed { .. }));
    if is_newer_served || certificate.urgency(thresholds, now) != Urgency::Due {
        return (Severity::Fine.into(), None);
    }
    // It says when it is to be renewed, not that something is wrong.
    let (name, staging) = (certificate.title(), certificate.staging_mark());
    let span = in_words(certificate.left(now));
    let what = format!("the certificate of {name}{staging} is due, and expires in {span}");
    (State::Ok, Some(what))
}
