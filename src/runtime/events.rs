//! Writes down what happens on a host, asks its engine for what was missed, and recalls what was written.
//!
//! One task a host, beside the one that follows it: a slow disk holds up nobody. What it is behind with is dropped, and
//! asked of the engine again, which remembers it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_util::task::TaskTracker;

use crate::app::events::{EventsMsg, EventsWanted};
use crate::app::{HostMsg, Msg};
use crate::backend::{Backend, BackendError};
use crate::domain::{Event, Failure, HostId};
use crate::store::{EventPage, EventsOf, RecordedEvent, Store};

use super::host::Inbox;
use super::records::Records;

/// Told and not written yet, at most.
const WAITING: usize = 1_024;
/// Events are written together when there are so many, …
const BATCH: usize = 128;
/// … or so long after the first of them.
const PAUSE: Duration = Duration::from_secs(2);
/// What was missed is asked for again after so long.
const AGAIN: Duration = Duration::from_secs(30);
/// So far back an engine is asked for what happened while nobody listened.
const MISSED: SignedDuration = SignedDuration::from_hours(14 * 24);

/// What the task that follows a host tells.
enum Told {
    /// A connection begins: what comes is held back until it is known what was missed before it.
    Connected,
    /// The engine behind it.
    Engine(String, Arc<dyn Backend>),
    /// What happened.
    Happened(Event),
}

/// From when on something is missing in the records.
type Gap = Arc<Mutex<Option<Timestamp>>>;

/// Notes that something is missing from a moment on.
fn missing(gap: &Gap, from: Timestamp) {
    let mut gap = gap.lock().unwrap_or_else(PoisonError::into_inner);
    *gap = Some(gap.map_or(from, |known| known.min(from)));
}

/// Where the task that follows a host puts what happens.
pub struct Journal {
    tell: mpsc::Sender<Told>,
    gap: Gap,
}

impl Journal {
    /// Starts the task that writes; it ends when the journal is dropped and all is written.
    pub fn open(host: HostId, records: Arc<Records>, inbox: Inbox, tracker: &TaskTracker) -> Self {
        let (tell, told) = mpsc::channel(WAITING);
        let gap = Gap::default();
        let writer = Writer {
            past: Past { host, records },
            inbox,
            engine: None,
            backend: None,
            gap: Arc::clone(&gap),
            waiting: Vec::new(),
        };
        tracker.spawn(writer.keep(told));
        Self { tell, gap }
    }

    /// A connection begins.
    pub fn connected(&self) {
        let _ = self.tell.try_send(Told::Connected);
    }

    /// The engine behind it answered who it is.
    pub fn engine(&self, id: String, backend: Arc<dyn Backend>) {
        let _ = self.tell.try_send(Told::Engine(id, backend));
    }

    /// Something happened.
    pub fn happened(&self, event: Event) {
        let at = event.at;
        if self.tell.try_send(Told::Happened(event)).is_err() {
            missing(&self.gap, at);
            tracing::warn!("an event is not written down now: the records are behind");
        }
    }
}

struct Writer {
    past: Past,
    inbox: Inbox,
    /// The engine, once what was missed is written.
    engine: Option<String>,
    /// The same to be asked again.
    backend: Option<Arc<dyn Backend>>,
    gap: Gap,
    waiting: Vec<Event>,
}

impl Writer {
    async fn keep(mut self, mut told: mpsc::Receiver<Told>) {
        let mut due = Instant::now();
        let mut again = Instant::now();
        loop {
            let is_due = self.engine.is_some() && !self.waiting.is_empty();
            let lacks = self.engine.is_some() && self.gap().is_some();
            tokio::select! {
                next = told.recv() => match next {
                    Some(Told::Connected) => {
                        self.write().await;
                        self.engine = None;
                        self.backend = None;
                    }
                    Some(Told::Engine(id, backend)) => {
                        self.catch_up(id, &*backend).await;
                        self.backend = Some(backend);
                        again = Instant::now() + AGAIN;
                    }
                    Some(Told::Happened(event)) => {
                        if self.waiting.is_empty() {
                            due = Instant::now() + PAUSE;
                        }
                        self.waiting.push(event);
                        if self.waiting.len() >= BATCH {
                            self.write().await;
                        }
                    }
                    None => break,
                },
                () = sleep_until(due), if is_due => self.write().await,
                () = sleep_until(again), if lacks => {
                    if let (Some(engine), Some(backend)) = (self.engine.clone(), self.backend.clone()) {
                        self.catch_up(engine, &*backend).await;
                    }
                    again = Instant::now() + AGAIN;
                }
            }
        }
        self.write().await;
    }

    fn gap(&self) -> Option<Timestamp> {
        *self.gap.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Before anything of this connection is written: what is known last says from where on something was missed.
    async fn catch_up(&mut self, engine: String, backend: &dyn Backend) {
        let gap = std::mem::take(&mut *self.gap.lock().unwrap_or_else(PoisonError::into_inner));
        let since = self.past.since(&engine).await;
        let since = gap.map_or(since, |gap| gap.min(since));
        match self.past.ask(&engine, backend, since).await {
            Ok(missed) if missed.is_empty() => {}
            Ok(missed) => {
                let answer = HostMsg::Events(EventsMsg::Happened(missed));
                // The loop is gone only when everything ends.
                let _ = self
                    .inbox
                    .try_send(Msg::Host(self.past.host.clone(), answer));
            }
            Err(error) => {
                missing(&self.gap, since);
                tracing::warn!(%error, "events that were missed");
            }
        }
        self.engine = Some(engine);
        self.write().await;
    }

    async fn write(&mut self) {
        let Some(engine) = &self.engine else {
            // Whose they are is not known yet; nobody waits for ever.
            let most = self.waiting.len().saturating_sub(WAITING);
            self.waiting.drain(..most);
            return;
        };
        let events = std::mem::take(&mut self.waiting);
        self.past.put(engine, events).await;
    }
}

/// The events of a host in the records.
pub struct Past {
    /// The host.
    pub host: HostId,
    /// The records.
    pub records: Arc<Records>,
}

impl Past {
    /// Asks an engine for what happened since the last that is known, and writes it down. What was not known.
    pub async fn catch_up(
        &self,
        engine: &str,
        backend: &dyn Backend,
    ) -> Result<Vec<Event>, BackendError> {
        let since = self.since(engine).await;
        self.ask(engine, backend, since).await
    }

    /// From where on something may be missing: after the last that is known.
    async fn since(&self, engine: &str) -> Timestamp {
        let now = Timestamp::now();
        let known = self.last(engine, now).await;
        known.unwrap_or(now - MISSED)
    }

    async fn ask(
        &self,
        engine: &str,
        backend: &dyn Backend,
        since: Timestamp,
    ) -> Result<Vec<Event>, BackendError> {
        let missed = match backend.past_events(since, Timestamp::now()).await {
            Err(BackendError::Unsupported(_)) => return Ok(Vec::new()),
            answer => answer?,
        };
        Ok(self.put(engine, missed).await)
    }

    /// Reads what was written of every host, the oldest first.
    pub async fn read_all(&self, page: EventPage) -> Result<Vec<RecordedEvent>, Failure> {
        let (store, _) = self.records.existing().await;
        let Some(store) = store else {
            return Ok(Vec::new());
        };
        let read = tokio::task::spawn_blocking(move || store.events(EventsOf::All, page));
        match read.await {
            Ok(answer) => {
                answer.map_err(|error| Failure::new("read what happened", error.to_string()))
            }
            // The runtime is ending.
            Err(_) => Ok(Vec::new()),
        }
    }

    async fn last(&self, engine: &str, now: Timestamp) -> Option<Timestamp> {
        let (store, _) = self.records.existing().await;
        let (store, engine) = (store?, engine.to_owned());
        let read = tokio::task::spawn_blocking(move || store.last_event(&engine, now));
        read.await.ok()?.ok()?
    }

    /// Writes events down; those that are new. All of them where nothing can be written: they are told all the same.
    pub async fn put(&self, engine: &str, events: Vec<Event>) -> Vec<Event> {
        if events.is_empty() {
            return events;
        }
        let (Some(store), _) = self.records.store().await else {
            return events;
        };
        let (engine, host) = (engine.to_owned(), self.host.clone());
        let write = move || {
            let now = Timestamp::now();
            match store.put_events(&engine, &host, &events, now) {
                Ok(new) => new,
                Err(error) => {
                    tracing::warn!(%error, "events cannot be written down");
                    events
                }
            }
        };
        tokio::task::spawn_blocking(write).await.unwrap_or_default()
    }

    /// Reads what was written; the oldest first, and whether there is more before it.
    pub async fn read(
        &self,
        engine: Option<String>,
        page: EventPage,
    ) -> Result<(Vec<Event>, bool), Failure> {
        let (store, _) = self.records.existing().await;
        let Some(store) = store else {
            return Ok((Vec::new(), false));
        };
        let host = self.host.clone();
        let read = tokio::task::spawn_blocking(move || {
            read(&store, engine.as_deref(), host.as_str(), page)
        });
        match read.await {
            Ok(answer) => {
                answer.map_err(|error| Failure::new("read what happened before", error.to_string()))
            }
            // The runtime is ending.
            Err(_) => Ok((Vec::new(), false)),
        }
    }
}

fn read(
    store: &Store,
    engine: Option<&str>,
    host: &str,
    page: EventPage,
) -> Result<(Vec<Event>, bool), crate::store::StoreError> {
    let of = engine.map_or(EventsOf::Host(host), EventsOf::Engine);
    let events = store.events(of, page)?;
    let more = events.len() == page.most;
    Ok((events.into_iter().map(|one| one.event).collect(), more))
}

/// Recalls what happened on a host before.
pub(super) async fn recall(
    host: HostId,
    wanted: EventsWanted,
    records: Arc<Records>,
    inbox: Inbox,
) {
    let past = Past {
        host: host.clone(),
        records,
    };
    let page = EventPage {
        since: wanted.since,
        before: wanted.before,
        most: wanted.most,
    };
    let answer = match past.read(wanted.engine, page).await {
        Ok((events, more)) => EventsMsg::Recalled { events, more },
        Err(failure) => {
            let _ = inbox.send(Msg::Notice(failure)).await;
            let (events, more) = (Vec::new(), false);
            EventsMsg::Recalled { events, more }
        }
    };
    let _ = inbox.send(Msg::Host(host, HostMsg::Events(answer))).await;
}
