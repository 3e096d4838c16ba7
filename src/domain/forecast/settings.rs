//! What a client's files and its call come to: when a certificate is due for it, and when it is run.

use jiff::{SignedDuration, Timestamp};

use super::before;
use crate::domain::endpoint::names_of;
use crate::domain::{AcmeClient, Certificate, RenewalCall, RenewalSchedule, RunTimes, Runs};

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// What certbot before version 4, lego 4 and dehydrated take where nobody says more.
const USUAL: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Under this lifetime certbot 4 and lego 5 renew at the half instead of the third.
const SHORT: SignedDuration = SignedDuration::from_hours(10 * 24);

/// What is known of how a certificate is renewed.
pub(super) struct Settings<'a> {
    pub client: AcmeClient,
    /// From when on the client renews it.
    pub due: Option<Timestamp>,
    /// How long before its end that is, where a person or a default says so; none where the client planned a date.
    pub window: Option<SignedDuration>,
    /// Whether its CA may have it renewed earlier than that (ARI, RFC 9773).
    pub asks_ca: bool,
    pub is_off: bool,
    /// Whether what runs by itself renews it due or not.
    pub is_forced: bool,
    /// When cron runs it; empty where that is not known.
    pub runs: Vec<&'a RunTimes>,
    /// What runs it by itself.
    pub run_by: Option<&'a str>,
    pub hook: Option<&'a str>,
    /// Where the settings stand.
    pub schedule: Option<&'a RenewalSchedule>,
    pub call: Option<&'a RenewalCall>,
}

impl<'a> Settings<'a> {
    /// None where nothing is known at all.
    pub fn of(
        client: AcmeClient,
        certificate: &Certificate,
        schedule: Option<&'a RenewalSchedule>,
        calls: &[&'a RenewalCall],
    ) -> Option<Self> {
        if schedule.is_none() && calls.is_empty() {
            return None;
        }
        // What runs by itself is what happens; a label is only how we are to call it.
        let by_itself = calls.iter().find(|call| call.runs != Runs::WhenAsked);
        let call = by_itself.or(calls.first()).copied();
        let options = Options::of(call);
        let lifetime = certificate.lifetime();
        let window = match client {
            AcmeClient::Certbot => schedule.and_then(|own| certbot_window(own, lifetime)),
            AcmeClient::Dehydrated => schedule.map(|own| own.renews_before.unwrap_or(USUAL)),
            AcmeClient::Lego if options.has(&["--dynamic", "-dynamic"]) => Some(part_of(lifetime)),
            AcmeClient::Lego => {
                call.and_then(|_| options.days(&["--days", "-days"]).or(Some(USUAL)))
            }
            AcmeClient::Lego5 => {
                call.and_then(|_| options.days(&["--renew-days"]).or(Some(part_of(lifetime))))
            }
            AcmeClient::Uacme => options.days(&["--days", "-d"]),
            _ => None,
        };
        let planned = schedule.and_then(|own| own.next);
        let due = window.map(|window| before(certificate.not_after, window));
        Some(Self {
            client,
            due: planned.or(due),
            window: window.filter(|_| planned.is_none()),
            asks_ca: asks_ca(client, schedule, &options),
            is_off: schedule.is_some_and(|own| own.is_off),
            is_forced: by_itself.is_some() && options.has(forcing(client)),
            runs: run_times(calls),
            run_by: by_itself.map(|call| call.by.as_str()),
            hook: schedule
                .and_then(|own| own.hook.as_deref())
                .or(options.value(hooks(client))),
            schedule,
            call,
        })
    }
}

impl Settings<'_> {
    /// Who says how it is called.
    pub fn call_by(&self) -> Option<&str> {
        self.call.map(|call| call.by.as_str())
    }
}

/// When a client is run, where all that runs it tells its times.
fn run_times<'a>(calls: &[&'a RenewalCall]) -> Vec<&'a RunTimes> {
    if calls.iter().any(|call| call.runs == Runs::Sometime) {
        return Vec::new();
    }
    let times = |call: &&'a RenewalCall| match &call.runs {
        Runs::At(times) => Some(times),
        Runs::WhenAsked | Runs::Sometime => None,
    };
    calls.iter().filter_map(times).collect()
}

/// A third of the lifetime, or the half of a short one (certbot 4, lego 5, lego 4 with `--dynamic`).
fn part_of(lifetime: SignedDuration) -> SignedDuration {
    lifetime / if lifetime < SHORT { 2 } else { 3 }
}

/// certbot's own words, else what its version does by itself: 30 days, since 4.0 a part of the lifetime.
fn certbot_window(schedule: &RenewalSchedule, lifetime: SignedDuration) -> Option<SignedDuration> {
    schedule.renews_before.or_else(|| {
        let (major, _) = version(schedule.version.as_deref()?)?;
        Some(if major < 4 { USUAL } else { part_of(lifetime) })
    })
}

/// `2.1.0` as its first two numbers.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next().flatten().unwrap_or(0)))
}

/// Whether the client asks its CA when to renew, or may do so as far as is known: certbot since 4.1, lego in most of its
/// versions. acme.sh writes the CA's answer into the date it plans.
fn asks_ca(client: AcmeClient, schedule: Option<&RenewalSchedule>, options: &Options<'_>) -> bool {
    match client {
        AcmeClient::Certbot => {
            let own = schedule.and_then(|own| own.version.as_deref());
            own.and_then(version)
                .is_none_or(|version| version >= (4, 1))
        }
        AcmeClient::Lego | AcmeClient::Lego5 => !options.has(&["--ari-disable", "-ari-disable"]),
        AcmeClient::AcmeSh | AcmeClient::AcmeCompanion | AcmeClient::Dehydrated => false,
        _ => true,
    }
}

/// The options with which a client renews what is not due.
const fn forcing(client: AcmeClient) -> &'static [&'static str] {
    match client {
        AcmeClient::Certbot => &["--force-renewal", "--force-renew", "--renew-by-default"],
        AcmeClient::Lego5 => &["--renew-force"],
        AcmeClient::Dehydrated => &["--force", "-x"],
        AcmeClient::AcmeSh | AcmeClient::Uacme => &["--force", "-f"],
        _ => &[],
    }
}

/// The options that name what is run after a renewal.
const fn hooks(client: AcmeClient) -> &'static [&'static str] {
    match client {
        AcmeClient::Certbot => &["--deploy-hook", "--renew-hook"],
        AcmeClient::Lego => &["--renew-hook"],
        AcmeClient::Lego5 => &["--deploy-hook"],
        AcmeClient::Dehydrated => &["--hook", "-k"],
        AcmeClient::AcmeSh => &["--reloadcmd"],
        _ => &[],
    }
}

/// Whether a call runs this client, and for this certificate as far as it names one.
pub(super) fn is_for(call: &RenewalCall, client: AcmeClient, certificate: &Certificate) -> bool {
    let options = Options::of(Some(call));
    let program = match client {
        AcmeClient::Lego | AcmeClient::Lego5 => "lego",
        AcmeClient::AcmeCompanion => return false,
        other => other.name(),
    };
    // `renew` is gone since lego 5, and `run` of lego 4 renews nothing.
    let renews = match client {
        AcmeClient::Lego => options.words.contains(&"renew"),
        _ => true,
    };
    let options_with_names: &[&str] = match client {
        AcmeClient::Certbot => &["--cert-name"],
        AcmeClient::Lego | AcmeClient::Lego5 => &["--domains", "-domains", "-d"],
        AcmeClient::AcmeSh => &["--domain", "-d"],
        _ => &[],
    };
    let wanted = options.values(options_with_names);
    let mut lineages = certificate
        .places
        .iter()
        .filter_map(|place| place.lineage.as_deref());
    let is_own = |name: &&str| {
        lineages.any(|own| own == *name) || names_of(certificate).any(|own| own == *name)
    };
    options.runs(program) && renews && wanted.first().is_none_or(is_own)
}

/// The words of a command line. Quotes are stripped, not heeded: numbers and names need none.
struct Options<'a> {
    words: Vec<&'a str>,
}

impl<'a> Options<'a> {
    fn of(call: Option<&'a RenewalCall>) -> Self {
        let words = call
            .map_or("", |call| call.command.as_str())
            .split_whitespace();
        Self {
            words: words
                .map(|word| word.trim_matches(['"', '\'', ';']))
                .collect(),
        }
    }

    fn runs(&self, program: &str) -> bool {
        let mut words = self.words.iter();
        words.any(|word| word.rsplit('/').next() == Some(program))
    }

    fn has(&self, names: &[&str]) -> bool {
        self.words.iter().any(|word| names.contains(word))
    }

    /// What follows options with one of these names, or stands behind their `=`.
    fn values(&self, names: &[&str]) -> Vec<&'a str> {
        let mut values = Vec::new();
        for (at, word) in self.words.iter().enumerate() {
            if names.contains(word) {
                values.extend(self.words.get(at + 1).copied());
            } else if let Some((name, value)) = word.split_once('=')
                && names.contains(&name)
            {
                values.push(value.trim_matches(['"', '\'']));
            }
        }
        values
    }

    fn value(&self, names: &[&str]) -> Option<&'a str> {
        self.values(names).last().copied()
    }

    fn days(&self, names: &[&str]) -> Option<SignedDuration> {
        let days: u16 = self.value(names)?.parse().ok()?;
        Some(DAY * i32::from(days))
    }
}
