//! Jobs under way: started one after the other on a host, cancelled, waited for at the end.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::Msg;
use crate::backend::Backend;
use crate::compose::Finder;
use crate::domain::{ActionName, Failure, HostId, JobEvent, JobId, Outcome, ServiceId};
use crate::jobs::{Origin, Who, World, carry_out};

use super::host::Inbox;
use super::records::Records;

/// Events of a job that may wait for the loop; beyond that, output is dropped.
const EVENTS: usize = 256;

/// What every job of this process works with.
#[derive(Clone)]
pub struct Shared {
    /// Finds the Compose CLI once.
    pub compose: Arc<Finder>,
    /// Where jobs are recorded.
    pub records: Arc<Records>,
    /// Where the locks lie.
    pub lock_dir: PathBuf,
    /// The user's name.
    pub user: String,
}

impl Shared {
    /// The world of a job on a host, and what has to be said about it.
    async fn world(&self, backend: Arc<dyn Backend>, host: HostId) -> (World, Option<Failure>) {
        let (store, said) = self.records.store().await;
        let world = World {
            backend,
            host,
            compose: Arc::clone(&self.compose),
            store,
            lock_dir: self.lock_dir.clone(),
            who: Who {
                user: self.user.clone(),
                from: Origin::Dashboard,
            },
        };
        (world, said)
    }
}

/// The jobs of the dashboard.
pub(super) struct Jobs {
    shared: Shared,
    inbox: Inbox,
    tracker: TaskTracker,
    cancels: HashMap<JobId, CancellationToken>,
    turns: HashMap<HostId, Arc<Semaphore>>,
}

impl Jobs {
    pub(super) fn new(shared: Shared, inbox: Inbox) -> Self {
        Self {
            shared,
            inbox,
            tracker: TaskTracker::new(),
            cancels: HashMap::new(),
            turns: HashMap::new(),
        }
    }

    /// Starts a job; it waits for those before it on the same host.
    pub(super) fn start(
        &mut self,
        backend: Arc<dyn Backend>,
        job: JobId,
        action: ActionName,
        service: ServiceId,
    ) {
        let cancel = CancellationToken::new();
        self.cancels.retain(|_, token| !token.is_cancelled());
        self.cancels.insert(job, cancel.clone());
        let turn = self
            .turns
            .entry(service.host.clone())
            .or_insert_with(|| Arc::new(Semaphore::new(1)));
        let turn = Arc::clone(turn);
        let shared = self.shared.clone();
        let inbox = self.inbox.clone();
        self.tracker.spawn(async move {
            let Some(_turn) = cancel.run_until_cancelled(turn.acquire()).await else {
                let event = JobEvent::Finished {
                    outcome: Outcome::Cancelled,
                    at: Timestamp::now(),
                };
                let _ = inbox.send(Msg::Job(job, event)).await;
                return;
            };
            let (world, said) = shared.world(backend, service.host.clone()).await;
            if let Some(failure) = said {
                let _ = inbox.send(Msg::Notice(failure)).await;
            }
            let (tell, mut told) = mpsc::channel(EVENTS);
            let forward = async {
                // After the loop's end there is nobody to tell, but the job goes on: keep draining.
                while let Some(event) = told.recv().await {
                    let _ = inbox.send(Msg::Job(job, event)).await;
                }
            };
            tokio::join!(
                carry_out(&world, action, &service, tell, cancel.clone()),
                forward
            );
        });
    }

    /// Cancels a job where it can be.
    pub(super) fn cancel(&mut self, job: JobId) {
        if let Some(cancel) = self.cancels.get(&job) {
            cancel.cancel();
        }
    }

    /// Whether a job has not ended.
    pub(super) fn any(&self) -> bool {
        !self.tracker.is_empty()
    }

    /// Cancels what can be cancelled and waits for the rest: a committing step finishes first.
    pub(super) async fn finish(&mut self) {
        for cancel in self.cancels.values() {
            cancel.cancel();
        }
        self.tracker.close();
        self.tracker.wait().await;
    }
}
