//! When clients will renew, and what is wrong with that: as their own files, their calls and crontabs say.
//!
//! Nothing is said where that is not known. A client that asks its CA (ARI, RFC 9773) may renew earlier than its settings
//! say, never later; so settings alone never make it late.
//!
//! | file | duty |
//! | --- | --- |
//! | `settings` | what a client's files and its call come to |
//! | `words` | what is said of it, and what to change |

mod settings;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{
    AcmeClient, Certificate, CertificatesFound, RenewalCall, RenewalSchedule, Thresholds, Urgency,
};
use settings::Settings;

/// The forecasts for a host, by the fingerprints of its certificates.
pub type Forecasts = BTreeMap<String, Forecast>;

/// What is known of a certificate's next renewal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// Who renews.
    pub client: AcmeClient,
    /// When at the latest, as far as its settings say: on the next run where that is past. None where they are not known.
    pub at: Option<Timestamp>,
    /// What runs it by itself: a crontab, or its container's own command.
    pub run_by: Option<String>,
    /// What is run then.
    pub hook: Option<String>,
    /// What is wrong with it.
    pub concern: Option<Concern>,
    /// What would have to be changed, where somebody said how it is.
    pub remedy: Option<String>,
}

/// What is wrong with a renewal to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Concern {
    /// It is due, and its client was told not to renew it.
    Off,
    /// Its settings are met already when it is new: each run renews it, until the CA's limit is reached.
    EveryRun,
    /// The client was told to renew it each time, due or not.
    Forced,
    /// Its client's settings leave next to nothing of it, or nothing at all.
    TooLate,
    /// Cron does not run its client again in time.
    RunsTooLate {
        /// When it does.
        next: Timestamp,
    },
    /// It was due some time ago, and was not renewed.
    Missed {
        /// When.
        due: Timestamp,
    },
}

/// How often a CA allows another certificate for the same names: Let's Encrypt gives one back in 34 hours.
const CA_REFILL: SignedDuration = SignedDuration::from_hours(34);

/// What will become of the certificates of a host. What was replaced is nobody's concern: leave it out.
pub fn forecasts<'a>(
    certificates: impl IntoIterator<Item = &'a Certificate>,
    found: &CertificatesFound,
    thresholds: &Thresholds,
    now: Timestamp,
) -> Forecasts {
    let mut schedules: HashMap<Option<&Arc<str>>, Vec<&RenewalSchedule>> = HashMap::new();
    for schedule in &found.schedules {
        let of_holder = schedules.entry(schedule.container.as_ref()).or_default();
        of_holder.push(schedule);
    }
    let mut calls: HashMap<&Arc<str>, Vec<&RenewalCall>> = HashMap::new();
    for call in &found.calls {
        calls.entry(&call.container).or_default().push(call);
    }
    let mut forecasts = Forecasts::new();
    for certificate in certificates {
        let known = Known {
            schedules: &schedules,
            calls: &calls,
        };
        if let Some(forecast) = known.forecast(certificate, thresholds, now) {
            forecasts.insert(certificate.sha256.clone(), forecast);
        }
    }
    forecasts
}

/// What is known of a host's clients, by the containers that tell it.
struct Known<'a> {
    schedules: &'a HashMap<Option<&'a Arc<str>>, Vec<&'a RenewalSchedule>>,
    calls: &'a HashMap<&'a Arc<str>, Vec<&'a RenewalCall>>,
}

impl Known<'_> {
    fn forecast(
        &self,
        certificate: &Certificate,
        thresholds: &Thresholds,
        now: Timestamp,
    ) -> Option<Forecast> {
        let mut ordered = certificate.places.iter();
        let client = ordered.find_map(|place| place.client)?;
        // The same file is seen by the client and by the servers that share its folder.
        let places = certificate
            .places
            .iter()
            .filter(|place| place.client == Some(client));
        let schedule = places.clone().find_map(|place| {
            let of_holder = self.schedules.get(&place.container.as_ref())?;
            let mut about = of_holder.iter().filter(|one| one.is_about(place));
            // What is said of this one comes before what is said of all.
            about
                .clone()
                .find(|one| one.lineage.is_some())
                .or(about.next())
        });
        let calls = places.filter_map(|place| self.calls.get(place.container.as_ref()?));
        let mut calls: Vec<&RenewalCall> = calls
            .flatten()
            .copied()
            .filter(|call| settings::is_for(call, client, certificate))
            .collect();
        calls.dedup_by(|a, b| a == b);
        let settings = Settings::of(client, certificate, schedule.copied(), &calls)?;
        Some(judge(certificate, &settings, thresholds, now))
    }
}

/// When it is renewed by these settings, and whether that is well.
fn judge(
    certificate: &Certificate,
    settings: &Settings<'_>,
    thresholds: &Thresholds,
    now: Timestamp,
) -> Forecast {
    let runs = |after: Timestamp| {
        let times = settings
            .runs
            .iter()
            .filter_map(|runs| runs.first_after(after));
        times.min()
    };
    let run_at = |moment: Timestamp| {
        if settings.runs.is_empty() {
            return Some(moment);
        }
        // A run at the very moment counts.
        runs(before(moment, SignedDuration::from_secs(1)))
    };
    let due = settings.due;
    let at = match due {
        Some(due) if settings.runs.is_empty() => Some(due),
        Some(due) => run_at(due.max(now)),
        None => None,
    };
    let concern = concern(certificate, settings, thresholds, now, run_at);
    Forecast {
        client: settings.client,
        at,
        run_by: settings.run_by.map(str::to_owned),
        hook: settings.hook.map(str::to_owned),
        concern,
        remedy: concern
            .and_then(|concern| words::remedy(concern, settings, certificate, thresholds)),
    }
}

fn concern(
    certificate: &Certificate,
    settings: &Settings<'_>,
    thresholds: &Thresholds,
    now: Timestamp,
    run_at: impl Fn(Timestamp) -> Option<Timestamp>,
) -> Option<Concern> {
    let lifetime = certificate.lifetime();
    let urgency = certificate.urgency(thresholds, now);
    if urgency == Urgency::NotYetValid || lifetime <= SignedDuration::ZERO {
        return None;
    }
    if settings.is_off {
        return (urgency >= Urgency::Due).then_some(Concern::Off);
    }
    if settings.is_forced {
        return Some(Concern::Forced);
    }
    let levels = thresholds.of(lifetime);
    let critical_from = before(certificate.not_after, levels.critical.left(lifetime));
    if let Some(due) = settings.due {
        let first = CA_REFILL.min(lifetime / 10);
        if settings
            .window
            .is_some_and(|window| lifetime - window < first)
        {
            return Some(Concern::EveryRun);
        }
        if due > critical_from && !settings.asks_ca {
            return Some(Concern::TooLate);
        }
        let late = run_at(due).is_some_and(|at| now.duration_since(at) > grace(settings, lifetime));
        if late {
            return Some(Concern::Missed { due });
        }
    }
    // It cannot be renewed before the next run, whatever its CA says.
    let earliest = settings.due.filter(|_| !settings.asks_ca);
    let next = run_at(earliest.map_or(now, |due| due.max(now)))?;
    let is_known = !settings.runs.is_empty() && now < critical_from;
    (is_known && next > critical_from).then_some(Concern::RunsTooLate { next })
}

/// A moment this long before another one; the beginning of time where there is none.
fn before(moment: Timestamp, span: SignedDuration) -> Timestamp {
    moment.checked_sub(span).unwrap_or(Timestamp::MIN)
}

/// How long after it was due it is not said to be late. Where nobody knows how often the client is run, once a week may
/// well be right for a certificate of 90 days.
fn grace(settings: &Settings<'_>, lifetime: SignedDuration) -> SignedDuration {
    const DAY: SignedDuration = SignedDuration::from_hours(24);
    let part = if settings.runs.is_empty() && settings.window.is_some() {
        lifetime / 12
    } else {
        lifetime / 30
    };
    part.max(DAY)
}

#[cfg(test)]
mod tests;
