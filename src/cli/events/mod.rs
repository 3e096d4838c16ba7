//! `topside events`: what happened on the engine, beside what was done here.
//!
//! | file | duty |
//! | --- | --- |
//! | `arguments` | what it may be told |
//! | `line` | an event or a job as a line, or as JSON; pure |
//! | `follow` | what comes |

mod arguments;
mod follow;
mod line;

use std::collections::HashSet;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::app::filter::Filter;
use crate::backend::{Backend, Connector};
use crate::domain::event::unasked;
use crate::domain::{Event, Failure, HostId, When};
use crate::jobs::engine_id;
use crate::runtime::events::Past;
use crate::runtime::jobs::Shared;
use crate::runtime::zone;
use crate::store::EventPage;

pub use arguments::Wanted;

use super::{Arguments, Exit, connector, print, refuse};
use line::Told;

/// So far back it goes unless somebody says how far.
const LATELY: SignedDuration = SignedDuration::from_hours(24);
/// So long an engine may take to say what it remembers: what was recorded does not wait for ever.
const PATIENCE: Duration = Duration::from_secs(5);
/// So many are read at most: as many as are kept of one engine.
const MOST: usize = 50_000;

/// What is to be told, and how.
struct Telling<'a> {
    wanted: &'a Wanted,
    filter: Filter,
    zone: TimeZone,
}

pub(super) async fn run(
    arguments: &Arguments,
    shared: &Shared,
    wanted: &Wanted,
) -> color_eyre::Result<ExitCode> {
    let (now, zone) = (Timestamp::now(), zone::system());
    let page = match span(wanted, now, &zone) {
        Ok(page) => page,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let mut telling = Telling {
        wanted,
        filter: Filter::literal(&wanted.filter.join(" ")),
        zone,
    };
    if wanted.recorded {
        let past = Past {
            host: HostId::from(""),
            records: Arc::clone(&shared.records),
        };
        let all = match past.read_all(page).await {
            Ok(all) => all,
            Err(failure) => return Ok(refuse(&failure, Exit::Engine)),
        };
        let all = all.into_iter().map(|one| (one.host, one.event)).collect();
        return Ok(tell_past(&mut telling, shared, None, all, page).await);
    }
    let connector = match connector(arguments) {
        Ok(connector) => connector,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let past = Past {
        host: connector.host().clone(),
        records: Arc::clone(&shared.records),
    };
    // Events first: what happens meanwhile is not missed.
    let mut reached = match reach(&*connector, &past).await {
        Ok(reached) => Some(reached),
        // What was recorded is told all the same: why it does not answer may be in it.
        Err(failure) => {
            print::failure(&failure);
            None
        }
    };
    let engine = reached.as_ref().map(|reached| reached.id.clone());
    let recorded = match past.read(engine, page).await {
        Ok((recorded, _)) => recorded,
        Err(failure) => return Ok(refuse(&failure, Exit::Engine)),
    };
    let missed = reached
        .as_mut()
        .map(|reached| std::mem::take(&mut reached.missed));
    let recorded = joined(recorded, missed.unwrap_or_default(), page);
    let host = past.host.clone();
    let last = follow::last_of(&recorded);
    let all = recorded.into_iter().map(|event| (host.clone(), event));
    let told = tell_past(&mut telling, shared, Some(&host), all.collect(), page).await;
    if told != ExitCode::SUCCESS || !wanted.follow {
        return Ok(told);
    }
    Ok(follow::follow(&mut telling, &*connector, &past, (reached, last)).await)
}

/// An engine that answers, and what it tells from now on.
struct Reached {
    id: String,
    backend: Arc<dyn Backend>,
    events: follow::Stream,
    /// What happened while nobody listened. Where nothing can be recorded, nobody else has it.
    missed: Vec<Event>,
}

/// What was recorded and what was missed, each once, the oldest first.
fn joined(recorded: Vec<Event>, missed: Vec<Event>, page: EventPage) -> Vec<Event> {
    let key = |event: &Event| (event.at, event.id.clone(), event.verb.clone());
    let known: HashSet<_> = recorded.iter().map(key).collect();
    let is_wanted = |event: &Event| {
        page.since.is_none_or(|since| since <= event.at)
            && page.before.is_none_or(|before| event.at < before)
            && !known.contains(&key(event))
    };
    let mut all: Vec<Event> = missed.into_iter().filter(is_wanted).collect();
    all.extend(recorded);
    all.sort_by_key(|event| event.at);
    all
}

/// Connects, begins to listen, and writes down what was missed.
async fn reach(connector: &dyn Connector, past: &Past) -> Result<Reached, Failure> {
    let asked = async {
        let connected = connector.connect().await;
        let backend = connected.map_err(|error| error.failure("reach the engine"))?;
        let events = backend.events().await;
        let events = events.map_err(|error| error.failure("listen to the engine"))?;
        let id = engine_id(&*backend, connector.host()).await?;
        let missed = past.catch_up(&id, &*backend).await;
        let missed = missed.map_err(|error| error.failure("ask what happened before"))?;
        Ok(Reached {
            id,
            backend,
            events,
            missed,
        })
    };
    let reached = tokio::time::timeout(PATIENCE, asked).await;
    reached.unwrap_or_else(|_| {
        let why = format!("no answer within {PATIENCE:?}; what was recorded is printed");
        Err(Failure::new("reach the engine", why))
    })
}

fn span(wanted: &Wanted, now: Timestamp, zone: &TimeZone) -> Result<EventPage, Failure> {
    let time = |when: &Option<When>, option: &str| match when {
        Some(when) => match when.at(now, zone) {
            Some(at) => Ok(Some(at)),
            None => Err(Failure::new(option, "no calendar goes that far")),
        },
        None => Ok(None),
    };
    let since = time(&wanted.since, "--since")?;
    Ok(EventPage {
        since: Some(since.unwrap_or(now - LATELY)),
        // Inclusive, as people mean it.
        before: time(&wanted.until, "--until")?.map(|at| {
            at.saturating_add(SignedDuration::from_nanos(1))
                .unwrap_or(at)
        }),
        most: MOST,
    })
}

/// Tells of what was, the oldest first: events and jobs by time.
async fn tell_past(
    telling: &mut Telling<'_>,
    shared: &Shared,
    host: Option<&HostId>,
    events: Vec<(HostId, Event)>,
    page: EventPage,
) -> ExitCode {
    let problems = unasked(events.iter().map(|(host, event)| (host, event)));
    let mut all: Vec<(Timestamp, Told)> = Vec::with_capacity(events.len());
    for (at, (host, event)) in events.into_iter().enumerate() {
        let is_problem = problems.contains(&at);
        all.push((event.at, Told::event(&host, &event, is_problem)));
    }
    let (jobs, said) = shared.records.jobs().await;
    if let Some(failure) = said {
        print::failure(&failure);
    }
    let is_meant = |at: Timestamp| {
        page.since.is_none_or(|since| at >= since) && page.before.is_none_or(|before| at < before)
    };
    for job in &jobs {
        let told = Told::job(job);
        let of_host = host.is_none_or(|host| job.target.host() == host);
        if of_host && is_meant(told.at) {
            all.push((told.at, told));
        }
    }
    all.sort_by_key(|(at, _)| *at);
    let mut lines = Vec::new();
    for (_, told) in all {
        lines.extend(telling.line(&told));
    }
    if let Some(last) = telling.wanted.last {
        lines.drain(..lines.len().saturating_sub(last));
    }
    print::out(&lines.concat())
}

impl Telling<'_> {
    /// What is printed; none of what is not wanted.
    fn line(&mut self, told: &Told) -> Option<String> {
        if self.wanted.problems && !told.is_problem {
            return None;
        }
        if !self.wanted.filter.is_empty() && !self.filter.matches(&told.haystack()) {
            return None;
        }
        Some(if self.wanted.json {
            told.json()
        } else {
            told.text(&self.zone)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_missed_is_told_once_and_in_its_place() {
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
        let event = |second, id: &str| {
            let attributes = [("name".to_owned(), id.to_owned())];
            Event::of_engine(at(second), "container", "die", id, attributes).unwrap()
        };
        let page = EventPage {
            since: Some(at(0)),
            before: Some(at(9)),
            most: MOST,
        };
        let recorded = vec![event(1, "a"), event(5, "b")];
        let missed = vec![
            event(-1, "old"),
            event(1, "a"),
            event(3, "new"),
            event(9, "late"),
        ];
        let all = joined(recorded, missed.clone(), page);
        let ids: Vec<&str> = all.iter().map(|event| &*event.id).collect();
        assert_eq!(ids, ["a", "new", "b"]);
        // Where nothing can be recorded.
        assert_eq!(joined(Vec::new(), missed, page).len(), 2);
    }
}
