//! When registries are asked whether they have something newer: every few hours, and when somebody wants to know.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};

use crate::app::effect::Effect;
use crate::app::freshness::FreshEffect;
use crate::app::host::{Connection, Host};
use crate::app::model::Model;
use crate::app::toast::Tone;
use crate::domain::text::visible;
use crate::domain::update::short_digest;
use crate::domain::{ContainerId, HostId, RegistryRecord, ServiceId};

use super::{freshness, toast};

/// The first round in the background begins so long after what was said before is known: who looks in for a moment
/// asks nobody.
const FIRST_AFTER: SignedDuration = SignedDuration::from_mins(3);
/// What came due meanwhile is asked for together, so often.
const ROUND_EVERY: SignedDuration = SignedDuration::from_mins(10);

pub(super) fn tick(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.now;
    let every = model.settings.updates;
    for host in &mut model.hosts {
        if !matches!(host.connection, Connection::Connected { .. }) {
            continue;
        }
        let references = host.fresh.references().len();
        let registries = &mut host.fresh.registries;
        // Not before there is anything that a registry could be asked about.
        if references > 0 && registries.recalled.begin_where_wanted() {
            out.push(Effect::Fresh(host.id.clone(), FreshEffect::Recall));
        }
        let Some(every) = every else { continue };
        if registries.round
            || !registries.waiting.is_empty()
            || registries.limited_until.is_some_and(|until| until > now)
            || registries.round_due.is_none_or(|due| due > now)
        {
            continue;
        }
        registries.round_due = Some(now + ROUND_EVERY);
        let references = due(host, every, now);
        if !references.is_empty() {
            host.fresh.registries.round = true;
            let ask = FreshEffect::AskRegistries {
                references,
                on_demand: false,
            };
            out.push(Effect::Fresh(host.id.clone(), ask));
        }
    }
}

/// The references that were not asked about for so long, whatever was answered.
fn due(host: &Host, every: SignedDuration, now: Timestamp) -> Vec<String> {
    let answers = &host.fresh.registries.answers;
    let is_due = |reference: &&str| {
        answers.get(*reference).is_none_or(|answer| {
            let age = now.duration_since(answer.checked_at);
            // From a clock that was ahead.
            age >= every || age.is_negative()
        })
    };
    let references = host.fresh.references().into_iter().filter(is_due);
    references.map(str::to_owned).collect()
}

/// Takes in what they said before.
pub(super) fn recalled(host: &mut Host, record: RegistryRecord, now: Timestamp) {
    let registries = &mut host.fresh.registries;
    registries.recalled.answer(Ok(()), now);
    registries.limited_until = record.limited_until;
    registries.round_due = Some(now + FIRST_AFTER);
    for answer in record.answers {
        // What was asked since is newer.
        let reference = answer.reference.clone();
        registries.answers.entry(reference).or_insert(answer);
    }
}

/// The asking ended.
pub(super) fn asked(
    model: &mut Model,
    id: &HostId,
    on_demand: bool,
    limited_until: Option<Timestamp>,
) {
    let Some(host) = model.host_mut(id) else {
        return;
    };
    let registries = &mut host.fresh.registries;
    registries.limited_until = limited_until.or(registries.limited_until);
    if !on_demand {
        registries.round = false;
        return;
    }
    let waiting = std::mem::take(&mut registries.waiting);
    host.work_out();
    let (said, tone) = outcome(model, id, &waiting, limited_until);
    toast(model, said, tone);
}

/// What was found for the services that somebody asked about.
fn outcome(
    model: &Model,
    id: &HostId,
    services: &[ServiceId],
    limited_until: Option<Timestamp>,
) -> (String, Tone) {
    if let Some(until) = limited_until {
        return (enough(model, until), Tone::Failed);
    }
    let Some(host) = model.host(id) else {
        return (String::new(), Tone::Note);
    };
    let found: Vec<Found> = services
        .iter()
        .map(|service| found(host, service))
        .collect();
    if let ([service], [found]) = (services, found.as_slice()) {
        return match found {
            Found::Newer(digest) => (
                format!("{service}: update available, its registry has {digest}"),
                Tone::Note,
            ),
            Found::Current => (
                format!("{service}: its registry has nothing newer"),
                Tone::Done,
            ),
            Found::Failed(why) => (
                format!("{service}: its registry could not be asked: {why}"),
                Tone::Failed,
            ),
            Found::NotAsked => (not_asked(&service.to_string()), Tone::Warning),
        };
    }
    let count = |wanted: fn(&Found) -> bool| found.iter().filter(|found| wanted(found)).count();
    let newer = count(|found| matches!(found, Found::Newer(_)));
    let failed = count(|found| matches!(found, Found::Failed(_)));
    let mut said = format!("{newer} of {} services have an update", services.len());
    if failed > 0 {
        let _ = write!(said, ", {failed} could not be asked about");
    }
    (said, if failed > 0 { Tone::Failed } else { Tone::Note })
}

enum Found {
    Newer(String),
    Current,
    Failed(String),
    NotAsked,
}

fn found(host: &Host, service: &ServiceId) -> Found {
    let containers = host.service(service).map(|service| &service.containers);
    let mut updates = containers
        .into_iter()
        .flatten()
        .filter_map(|id| host.fresh.update(id));
    // The first that is to be told of: most services have one container.
    let Some(update) = updates.next() else {
        return Found::NotAsked;
    };
    let answer = host.fresh.registries.answers.get(&update.reference);
    match (answer, update.available) {
        (Some(answer), _) if answer.error.is_some() => {
            let why = answer.error.as_deref().unwrap_or_default();
            Found::Failed(visible(why).into_owned())
        }
        (Some(answer), Some(true)) => {
            let digest = answer.digest.as_deref().unwrap_or_default();
            Found::Newer(visible(short_digest(digest)).into_owned())
        }
        (Some(_), Some(false)) => Found::Current,
        _ => Found::NotAsked,
    }
}

fn not_asked(who: &str) -> String {
    format!("{who}: no registry to ask (it does not run, was built here, or is pinned)")
}

fn enough(model: &Model, until: Timestamp) -> String {
    let until = until.to_zoned(model.zone.clone());
    format!(
        "the registry has answered enough for now; asked again after {}",
        until.strftime("%a %H:%M")
    )
}

/// Asks for the services under the cursor or marked, and reads their files again.
pub(super) fn ask(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.now;
    let targets = model.targets();
    let mut said = None;
    for host in &mut model.hosts {
        if host.is_stale() {
            continue;
        }
        let services: Vec<ServiceId> = targets
            .iter()
            .filter(|id| id.host == host.id)
            .cloned()
            .collect();
        let of = |id: &ServiceId| host.service(id).map(|service| service.containers.clone());
        let containers: Vec<ContainerId> = services.iter().filter_map(of).flatten().collect();
        if containers.is_empty() {
            continue;
        }
        freshness::files_now(host, &containers, now);
        let of = |id: &ContainerId| Some(host.fresh.update(id)?.reference.clone());
        let mut references: Vec<String> = containers.iter().filter_map(of).collect();
        references.sort();
        references.dedup();
        let who = match services.as_slice() {
            [one] => one.to_string(),
            many => format!("{} services", many.len()),
        };
        let registries = &mut host.fresh.registries;
        let limited = registries.limited_until.filter(|until| *until > now);
        said = Some(match limited {
            _ if !registries.waiting.is_empty() => Said::Already,
            // Which digest runs is known by the images.
            _ if references.is_empty() && host.images.at.is_none() => {
                host.fresh.images_due = Some(now);
                Said::Soon
            }
            _ if references.is_empty() => Said::Nobody(who),
            Some(until) => Said::Enough(until),
            None => {
                registries.waiting = services;
                let ask = FreshEffect::AskRegistries {
                    references,
                    on_demand: true,
                };
                out.push(Effect::Fresh(host.id.clone(), ask));
                Said::Asking(who)
            }
        });
    }
    let (text, tone) = match said {
        None => return,
        Some(Said::Already) => ("registries are being asked already".to_owned(), Tone::Note),
        Some(Said::Soon) => (
            "the images are being listed first: press again in a moment".to_owned(),
            Tone::Note,
        ),
        Some(Said::Nobody(who)) => (not_asked(&who), Tone::Note),
        Some(Said::Enough(until)) => (enough(model, until), Tone::Warning),
        Some(Said::Asking(who)) => (format!("asking for updates of {who} …"), Tone::Note),
    };
    toast(model, text, tone);
}

enum Said {
    Already,
    Soon,
    Nobody(String),
    Enough(Timestamp),
    Asking(String),
}
