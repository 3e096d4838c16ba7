//! The rows of the events view: what engines did beside what we did, the newest first.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::events::{Entry, EntryId, EntryOf};
use crate::app::filter::narrow;
use crate::app::model::Model;
use crate::domain::event::bursts;
use crate::domain::{Job, JobState, Outcome};

/// Makes them anew. Whoever is at the newest stays at the newest; whoever looks at another one stays there.
pub(super) fn refresh(model: &mut Model) {
    let mut entries = of_engines(model);
    entries.extend(model.jobs.iter().map(of_job));
    let list = &model.events.list;
    let left: Vec<(EntryId, &Entry)> = entries
        .iter()
        .filter(|(_, entry)| !list.only_problems || entry.is_problem)
        .map(|(id, entry)| (*id, entry))
        .collect();
    let mut left = narrow(left, &list.filter, |(_, entry)| haystack(model, entry));
    left.sort_by_key(|(id, entry)| (Reverse(entry.at), Reverse(*id)));
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

fn of_engines(model: &Model) -> BTreeMap<EntryId, Entry> {
    let all: Vec<_> = model.events.log.iter().collect();
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
