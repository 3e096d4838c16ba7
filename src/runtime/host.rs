//! One task a host: connect, list, follow events, and start over when the connection is lost.
//!
//! The list is one atomic snapshot; events only say which container to ask about again. What an inspect alone knows
//! is asked for in the background, a few at a time, what runs first.

use std::collections::{BTreeSet, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use jiff::Timestamp;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::events::EventsMsg;
use crate::app::{HostMsg, Msg, NetworkMsg};
use crate::backend::{Backend, BackendError, Connector, EngineEvent, Watched};
use crate::certs::Scanner;
use crate::domain::{Container, ContainerId, Event, Failure, HostId};

use super::counters;
use super::events::Journal;

/// Where tasks put what they have to tell. Bounded: a task waits when the loop is behind.
pub type Inbox = mpsc::Sender<Msg>;

/// What the loop holds of a host's task.
pub struct HostHandle {
    /// The host.
    pub id: HostId,
    /// Its engine.
    pub engine: Engine,
    /// Connect now, or list anew.
    pub again: Arc<Notify>,
    /// The containers whose counters are wanted.
    pub watched: watch::Sender<Vec<Watched>>,
    /// Ends the measuring of sizes.
    pub stop_measuring: Arc<Notify>,
    /// Looks for its certificates, and remembers what it read.
    pub scanner: Arc<Scanner>,
}

/// The engine of a host: another connection after each loss. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    /// Where it is, for people.
    pub address: String,
    /// Whether it runs on this machine, so that its folders are ours.
    pub is_local: bool,
    /// The connection, while there is one.
    pub backend: watch::Receiver<Option<Arc<dyn Backend>>>,
}

impl Engine {
    /// The engine as it is connected now, or why there is none.
    pub fn now(&self, what: &str) -> Result<Arc<dyn Backend>, Failure> {
        self.backend.borrow().clone().ok_or_else(|| {
            let why = format!("the engine at {} does not answer", self.address);
            Failure::new(what, why)
        })
    }
}

/// Inspects under way at once: enough to be quick, few enough not to be felt.
const AT_ONCE: usize = 4;
/// How long changes are gathered into one message while others are under way.
const GATHER: Duration = Duration::from_millis(20);
/// How long an engine may be silent before it is asked whether it is still there: a connection whose other end froze,
/// or was cut off by a router, looks like an idle one.
const SILENCE: Duration = Duration::from_secs(30);
/// Changes told in one message at most.
const BATCH: usize = 64;

/// Starts the task of a host; it ends with `cancel`.
pub fn spawn(
    connector: Arc<dyn Connector>,
    scanner: Scanner,
    journal: Journal,
    inbox: Inbox,
    refresh: watch::Receiver<Duration>,
    tracker: &TaskTracker,
    cancel: CancellationToken,
) -> HostHandle {
    let (publish, backend) = watch::channel(None);
    let (watched, wanted) = watch::channel(Vec::new());
    let again = Arc::new(Notify::new());
    let handle = HostHandle {
        id: connector.host().clone(),
        engine: Engine {
            address: connector.address(),
            is_local: connector.is_local(),
            backend: backend.clone(),
        },
        again: Arc::clone(&again),
        watched,
        stop_measuring: Arc::default(),
        scanner: Arc::new(scanner),
    };
    tracker.spawn(counters::keep(
        handle.id.clone(),
        backend,
        wanted,
        refresh,
        inbox.clone(),
        cancel.clone(),
    ));
    let task = HostTask {
        connector,
        inbox,
        publish,
        again,
        journal,
    };
    tracker.spawn(async move {
        let _ = cancel.run_until_cancelled(task.keep()).await;
    });
    handle
}

struct HostTask {
    connector: Arc<dyn Connector>,
    inbox: Inbox,
    publish: watch::Sender<Option<Arc<dyn Backend>>>,
    again: Arc<Notify>,
    journal: Journal,
}

impl HostTask {
    /// Connects again and again until cancelled.
    async fn keep(self) {
        let mut attempt = 0;
        loop {
            let error = match self.connector.connect().await {
                Ok(backend) => {
                    self.publish.send_replace(Some(Arc::clone(&backend)));
                    self.tell(HostMsg::Connected).await;
                    let mut listed = false;
                    let error = self.session(&backend, &mut listed).await;
                    self.publish.send_replace(None);
                    if listed {
                        attempt = 0;
                    }
                    error
                }
                Err(error) => error,
            };
            let pause = backoff(attempt);
            attempt += 1;
            let retry_at = Timestamp::now() + pause;
            self.tell(HostMsg::Lost {
                failure: error.failure("reach the engine"),
                retry_at,
            })
            .await;
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.again.notified() => {}
            }
        }
    }

    async fn tell(&self, message: HostMsg) {
        // The loop is gone only when we are being cancelled.
        let _ = self
            .inbox
            .send(Msg::Host(self.connector.host().clone(), message))
            .await;
    }

    /// Follows one connection until it is lost; says why.
    async fn session(&self, backend: &Arc<dyn Backend>, listed: &mut bool) -> BackendError {
        self.journal.connected();
        match self.follow(backend, listed).await {
            Ok(never) => match never {},
            Err(error) => error,
        }
    }

    async fn follow(
        &self,
        engine: &Arc<dyn Backend>,
        listed: &mut bool,
    ) -> Result<std::convert::Infallible, BackendError> {
        let backend = &**engine;
        // Events first: what happens while the list is made is not missed.
        let mut events = backend.events().await?;
        let mut inspections = Inspections::default();
        inspections.all(&self.list(backend).await?);
        *listed = true;
        let mut running = FuturesUnordered::new();
        let mut info = std::pin::pin!(backend.info().fuse());
        let mut changed: Vec<Container> = Vec::new();
        let mut happened: Vec<Event> = Vec::new();
        let mut pings = FuturesUnordered::new();
        let silence = tokio::time::sleep(SILENCE);
        tokio::pin!(silence);
        loop {
            while running.len() < AT_ONCE
                && let Some(id) = inspections.next()
            {
                running.push(async move {
                    let answer = backend.inspect(&id).await;
                    (id, answer)
                });
            }
            if !changed.is_empty() && (running.is_empty() || changed.len() >= BATCH) {
                self.tell(HostMsg::Changed(std::mem::take(&mut changed)))
                    .await;
            }
            if happened.len() >= BATCH {
                self.tell_events(&mut happened).await;
            }
            tokio::select! {
                Some((id, answer)) = running.next(), if !running.is_empty() => {
                    let wanted = inspections.done(&id);
                    match answer {
                        // Removed while it was asked about: it must not come back.
                        Ok(_) if !wanted => {}
                        Ok(container) => changed.push(container),
                        Err(BackendError::NotFound(_)) => self.tell(HostMsg::Removed(id)).await,
                        Err(error) if error.is_lost() => return Err(error),
                        // One container that can't be inspected hides no other.
                        Err(error) => tracing::warn!(%id, %error, "inspect"),
                    }
                }
                event = events.next() => {
                    silence.as_mut().reset(Instant::now() + SILENCE);
                    match event {
                    Some(Ok(EngineEvent::ContainerChanged(id))) => inspections.again(id),
                    Some(Ok(EngineEvent::ContainerRemoved(id))) => {
                        inspections.forget(&id);
                        changed.retain(|container| container.id != id);
                        self.tell(HostMsg::Removed(id)).await;
                    }
                    Some(Ok(EngineEvent::ImagesChanged)) => self.tell(HostMsg::ImagesChanged).await,
                    Some(Ok(EngineEvent::VolumesChanged)) => self.tell(HostMsg::VolumesChanged).await,
                    Some(Ok(EngineEvent::NetworksChanged)) => self.tell(HostMsg::Network(NetworkMsg::Changed)).await,
                    Some(Ok(EngineEvent::Happened(event))) => {
                        self.journal.happened((*event).clone());
                        happened.push(*event);
                    }
                    Some(Err(error)) => return Err(error),
                    None => return Err(BackendError::CutOff {
                        why: "the events ended".to_owned(),
                    }),
                    }
                }
                answer = &mut info => match answer {
                    Ok(info) => {
                        let id = info.id.clone().filter(|id| !id.is_empty());
                        let id = id.unwrap_or_else(|| self.connector.host().to_string());
                        self.journal.engine(id, Arc::clone(engine));
                        self.tell(HostMsg::Info(Box::new(info))).await;
                    }
                    // The hosts view says less; nothing else hangs on it.
                    Err(error) => tracing::warn!(%error, "info"),
                },
                // An inspect can wait for seconds on a container that is being stopped: the others are told without it.
                () = tokio::time::sleep(GATHER), if !(changed.is_empty() && happened.is_empty()) => {
                    if !changed.is_empty() {
                        self.tell(HostMsg::Changed(std::mem::take(&mut changed))).await;
                    }
                    self.tell_events(&mut happened).await;
                }
                () = self.again.notified() => inspections.all(&self.list(backend).await?),
                () = &mut silence => {
                    silence.as_mut().reset(Instant::now() + SILENCE);
                    if pings.is_empty() {
                        pings.push(backend.ping());
                    }
                }
                Some(answer) = pings.next(), if !pings.is_empty() => answer?,
            }
        }
    }

    async fn tell_events(&self, happened: &mut Vec<Event>) {
        if !happened.is_empty() {
            let happened = std::mem::take(happened);
            self.tell(HostMsg::Events(EventsMsg::Happened(happened)))
                .await;
        }
    }

    async fn list(&self, backend: &dyn Backend) -> Result<Vec<Container>, BackendError> {
        let containers = backend.containers().await?;
        self.tell(HostMsg::Listed(containers.clone())).await;
        Ok(containers)
    }
}

/// Which containers have yet to be inspected: each once, and never two inspects of one at a time, since their answers
/// could overtake each other.
#[derive(Debug, Default)]
struct Inspections {
    waiting: VecDeque<ContainerId>,
    under_way: BTreeSet<ContainerId>,
    /// Removed while their inspect was under way.
    gone: BTreeSet<ContainerId>,
}

impl Inspections {
    /// All of a list, what runs first.
    fn all(&mut self, containers: &[Container]) {
        let (up, down): (Vec<_>, Vec<_>) = containers.iter().partition(|c| c.is_up());
        self.waiting = up.into_iter().chain(down).map(|c| c.id.clone()).collect();
    }

    /// One that changed; before all that did not.
    fn again(&mut self, id: ContainerId) {
        self.waiting.retain(|other| *other != id);
        self.waiting.push_front(id);
    }

    fn forget(&mut self, id: &ContainerId) {
        self.waiting.retain(|other| other != id);
        if self.under_way.contains(id) {
            self.gone.insert(id.clone());
        }
    }

    fn next(&mut self) -> Option<ContainerId> {
        let at = self
            .waiting
            .iter()
            .position(|id| !self.under_way.contains(id))?;
        let id = self.waiting.remove(at)?;
        self.under_way.insert(id.clone());
        Some(id)
    }

    /// Its inspect was answered; whether the answer is wanted still.
    fn done(&mut self, id: &ContainerId) -> bool {
        self.under_way.remove(id);
        !self.gone.remove(id)
    }
}

/// How long to wait before trying again: doubling from ¼ s to 15 s, with up to a quarter of it by chance, so that
/// several dashboards do not knock at once.
fn backoff(attempt: u32) -> Duration {
    let base = Duration::from_millis(250 * (1 << attempt.min(6))).min(Duration::from_secs(15));
    let chance = RandomState::new().hash_one(attempt) % 256;
    base + base * u32::try_from(chance).unwrap_or(0) / 1_024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_removed_while_it_is_asked_about_does_not_come_back() {
        let id = |name: &str| ContainerId::from(name);
        let mut inspections = Inspections::default();
        inspections.again(id("a"));
        assert_eq!(inspections.next(), Some(id("a")));
        inspections.forget(&id("a"));
        assert!(!inspections.done(&id("a")));
        // Nothing of it is remembered.
        inspections.again(id("a"));
        inspections.next();
        assert!(inspections.done(&id("a")));
    }

    #[test]
    fn a_container_is_asked_about_once_at_a_time_and_again_when_it_changed_meanwhile() {
        let id = |name: &str| ContainerId::from(name);
        let mut inspections = Inspections::default();
        inspections.again(id("a"));
        inspections.again(id("a"));
        assert_eq!(inspections.next(), Some(id("a")));
        inspections.again(id("a"));
        assert_eq!(inspections.next(), None);
        inspections.done(&id("a"));
        assert_eq!(inspections.next(), Some(id("a")));
        assert_eq!(inspections.next(), None);
    }
}
