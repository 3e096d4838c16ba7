//! What happened on engines, for some days: several dashboards and checks may write the same.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Row, ToSql, TransactionBehavior, params, params_from_iter};

use super::{Store, StoreError, keep_newest};
use crate::domain::{Event, EventKind, HostId};

/// Events are kept for so long, …
const KEPT: SignedDuration = SignedDuration::from_hours(14 * 24);
/// … and no more of one engine than this: 20 MB at most, 5 as a rule.
const MOST: i64 = 50_000;
/// An engine whose clock is ahead must not hide what comes after: what lies further ahead is not what is asked from.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// An event as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// The host, by the name that it had then.
    pub host: HostId,
    /// What happened.
    pub event: Event,
}

/// Whose events are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventsOf<'a> {
    /// Those of every engine.
    All,
    /// Those of an engine by its id, whatever it was called.
    Engine(&'a str),
    /// Those of a host by its name: its engine need not answer.
    Host(&'a str),
}

/// Which of them are read: the newest of those in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPage {
    /// None that is older.
    pub since: Option<Timestamp>,
    /// Only those before.
    pub before: Option<Timestamp>,
    /// No more than so many.
    pub most: usize,
}

impl Store {
    /// Writes events of an engine down, but for those that are there, and forgets what is long past. Those that are
    /// new.
    pub fn put_events(
        &self,
        engine: &str,
        host: &HostId,
        events: &[Event],
        now: Timestamp,
    ) -> Result<Vec<Event>, StoreError> {
        let oldest = now - KEPT;
        let mut added = Vec::new();
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut insert = transaction.prepare(
                "INSERT OR IGNORE INTO events
                 (engine, at, id, kind, verb, host, name, project, service, attributes)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?;
            for event in events.iter().filter(|event| event.at > oldest) {
                let (project, service) = event.service.clone().unzip();
                let attributes: Vec<(&str, &str)> = event
                    .attributes
                    .iter()
                    .map(|(name, value)| (&**name, &**value))
                    .collect();
                let row = params![
                    engine,
                    nanoseconds(event.at),
                    &*event.id,
                    event.kind.word(),
                    &*event.verb,
                    host.as_str(),
                    &*event.name,
                    project.as_deref(),
                    service.as_deref(),
                    serde_json::to_string(&attributes)?,
                ];
                if insert.execute(row)? > 0 {
                    added.push(event.clone());
                }
            }
        }
        if !added.is_empty() {
            transaction.execute(
                "DELETE FROM events WHERE engine = ?1 AND at < ?2",
                params![engine, nanoseconds(oldest)],
            )?;
            keep_newest(&transaction, "events", engine, MOST)?;
        }
        transaction.commit()?;
        Ok(added)
    }

    /// When the last event of an engine was that is known, not counting what lies ahead.
    pub fn last_event(
        &self,
        engine: &str,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let last: Option<i64> = self.connection().query_row(
            "SELECT max(at) FROM events WHERE engine = ?1 AND at <= ?2",
            params![engine, nanoseconds(now + AHEAD)],
            |row| row.get(0),
        )?;
        Ok(last.and_then(time_of))
    }

    /// Events, the oldest first.
    pub fn events(
        &self,
        of: EventsOf<'_>,
        page: EventPage,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let since = page.since.map_or(i64::MIN, nanoseconds);
        let before = page.before.map_or(i64::MAX, nanoseconds);
        let most = i64::try_from(page.most).unwrap_or(i64::MAX);
        let (which, name) = match of {
            EventsOf::All => ("", None),
            EventsOf::Engine(engine) => ("engine = ?4 AND ", Some(engine)),
            EventsOf::Host(host) => ("host = ?4 AND ", Some(host)),
        };
        let connection = self.connection();
        let mut statement = connection.prepare(&format!(
            "SELECT host, at, kind, verb, id, name, project, service, attributes FROM events
             WHERE {which}at >= ?1 AND at < ?2 ORDER BY at DESC LIMIT ?3"
        ))?;
        let values: [&dyn ToSql; 3] = [&since, &before, &most];
        let name = name.as_ref().map(|name| name as &dyn ToSql);
        let values = params_from_iter(values.into_iter().chain(name));
        let rows = statement.query_map(values, event_of)?;
        let mut found = rows.collect::<Result<Vec<_>, _>>()?;
        found.reverse();
        Ok(found)
    }
}

fn event_of(row: &Row<'_>) -> rusqlite::Result<RecordedEvent> {
    let kind: String = row.get(2)?;
    let text = |at| row.get::<_, String>(at).map(Into::into);
    let project: Option<String> = row.get(6)?;
    let service: Option<String> = row.get(7)?;
    let attributes: String = row.get(8)?;
    // What a later version wrote may not be readable here: the event is shown without it.
    let attributes: Vec<(String, String)> = serde_json::from_str(&attributes).unwrap_or_default();
    Ok(RecordedEvent {
        host: HostId::from(row.get::<_, String>(0)?),
        event: Event {
            at: time_of(row.get(1)?).unwrap_or_default(),
            kind: EventKind::of_word(&kind),
            verb: text(3)?,
            id: text(4)?,
            name: text(5)?,
            service: project.map(Into::into).zip(service.map(Into::into)),
            attributes: attributes
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        },
    })
}

/// Until the year 2262.
fn nanoseconds(at: Timestamp) -> i64 {
    let all = at.as_nanosecond();
    i64::try_from(all).unwrap_or(if all < 0 { i64::MIN } else { i64::MAX })
}

fn time_of(nanoseconds: i64) -> Option<Timestamp> {
    Timestamp::from_nanosecond(nanoseconds.into()).ok()
}

#[cfg(test)]
mod tests;
