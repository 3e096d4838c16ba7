//! The rows of the events view: what engines did beside what we did, the newest first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::events::{Entry, EntryId, EntryOf, Happening};
use crate::app::filter::narrow;
use crate::app::model::Model;
use crate::domain::event::bursts;
use crate::domain::{Job, JobState, Outcome, ServiceId};

/// Makes them anew. Whoever is at the newest stays at the newest; whoever looks at another one stays there.
pub(super) fn refresh(model: &mut Model) {
    let mut entries = of_engines(&model.events.log.iter().collect::<Vec<_>>());
    entries.extend(model.jobs.iter().map(of_job));
    let list = &model.events.list;
    let left: Vec<(EntryId, &Entry)> = entries
        .iter()
        .filter(|(_, entry)| !list.only_problems || entry.is_problem)
        .map(|(id, entry)| (*id, entry))
        .collect();
    let mut left = narrow(left, &list.filter, |(_, entry)| haystack(model, entry));
    let places = places(&entries);
    let place = |entry: &Entry| place(&places, entry);
    left.sort_by_key(|(id, entry)| (Reverse(place(entry)), Reverse(*id)));
    let rows: Vec<EntryId> = left.into_iter().map(|(id, _)| id).collect();
    let events = &mut model.events;
    let at_newest = events.list.cursor.index == 0 && events.list.cursor.away.is_none();
    events.list.set(rows);
    if at_newest {
        let rows = &events.list.rows;
        events.list.cursor.select(rows, 0);
    }
    events.entries = entries;
}

/// Of whom something happens again and again, and when it last did.
type Places = HashMap<Arc<str>, Timestamp>;

fn places(entries: &BTreeMap<EntryId, Entry>) -> Places {
    let mut places = Places::new();
    for entry in entries.values() {
        if let EntryOf::Engine {
            last, times: 2.., ..
        } = &entry.of
        {
            let at = places.entry(Arc::clone(&last.event.id)).or_insert(entry.at);
            *at = entry.at.max(*at);
        }
    }
    places
}

/// The time that a row stands for: what happens to one again and again stands together, and changes no places each time.
fn place(places: &Places, entry: &Entry) -> Timestamp {
    match &entry.of {
        EntryOf::Engine {
            last, times: 2.., ..
        } => places.get(&last.event.id).copied().unwrap_or(entry.at),
        EntryOf::Engine { .. } | EntryOf::Job(_) => entry.at,
    }
}

/// What happened to a service, and what was done to it; the newest first.
pub fn of_service(model: &Model, service: &ServiceId) -> Vec<Entry> {
    let is_its = |one: &&Arc<Happening>| {
        one.host == service.host && one.event.service_id(&one.host).as_ref() == Some(service)
    };
    let all: Vec<_> = model.events.log.iter().filter(is_its).collect();
    let mut entries: Vec<(EntryId, Entry)> = of_engines(&all).into_iter().collect();
    let jobs = model.jobs.iter();
    let jobs = jobs.filter(|job| job.service() == Some(service));
    entries.extend(jobs.map(of_job));
    entries.sort_by_key(|(id, entry)| (Reverse(entry.at), Reverse(*id)));
    entries.into_iter().map(|(_, entry)| entry).collect()
}

fn of_engines(all: &[&Arc<Happening>]) -> BTreeMap<EntryId, Entry> {
    let told = all.iter().map(|one| (one.host.as_str(), &one.event));
    let bursts = bursts(told).into_iter();
    bursts
        .filter_map(|burst| {
            let first = all.get(*burst.events.first()?)?;
            let last = all.get(*burst.events.last()?)?;
            let entry = Entry {
                at: last.event.at,
                is_problem: burst.is_problem,
                of: EntryOf::Engine {
                    last: Arc::clone(last),
                    times: burst.times(),
                    first: first.event.at,
                },
            };
            Some((EntryId::Event(first.number), entry))
        })
        .collect()
}

fn of_job(job: &Job) -> (EntryId, Entry) {
    let at = match &job.state {
        JobState::Finished { at, .. } => *at,
        _ => job.asked_at,
    };
    let is_problem = matches!(
        job.outcome(),
        Some(Outcome::Failed { .. } | Outcome::RolledBack { .. } | Outcome::Interrupted { .. })
    );
    let of = EntryOf::Job(job.id);
    (EntryId::Job(job.id), Entry { at, is_problem, of })
}

/// What a filter looks at.
fn haystack(model: &Model, entry: &Entry) -> String {
    match &entry.of {
        EntryOf::Engine { last, .. } => {
            let event = &last.event;
            let (who, phrase) = (event.who(), event.phrase());
            let image = event.attribute("image").unwrap_or_default();
            format!(
                "{who} {phrase} {} {} {} {image} {}",
                event.kind.word(),
                event.verb,
                event.name,
                last.host
            )
        }
        EntryOf::Job(id) => model.job(*id).map_or_else(String::new, |job| {
            let outcome = job.outcome().map_or("", Outcome::word);
            format!("{} {outcome} job", job.title)
        }),
    }
}
