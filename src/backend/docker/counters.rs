//! Counters of many containers, as cheaply as this engine allows.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bollard::Docker;
use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;

use super::cgroup::Cgroups;
use super::stats;
use crate::backend::{CounterSource, Watched};
use crate::domain::{ByteSize, ContainerId, Counters};

/// Engines before 28 take a second for one answer; more at once would only heat the server.
const AT_ONCE: usize = 4;

/// Reads counters: files on this machine, the engine's one-shot answer elsewhere.
pub(super) struct Meter {
    /// None when the engine is on another machine. Shared with the blocking thread that reads; locked for one round.
    cgroups: Option<Arc<Mutex<Cgroups>>>,
    /// The machine's memory, once it is known: what engines say of containers without a limit.
    machine: OnceLock<ByteSize>,
}

impl Meter {
    pub(super) fn new(local: bool) -> Self {
        Self {
            cgroups: local.then(|| Arc::new(Mutex::new(Cgroups::new(Path::new("/"))))),
            machine: OnceLock::new(),
        }
    }

    /// How much memory the machine has.
    pub(super) fn machine_has(&self, memory: ByteSize) {
        self.machine.get_or_init(|| memory);
    }

    /// Whether a container's counters are in files that are ours to read.
    pub(super) async fn source(&self, watched: &Watched) -> CounterSource {
        let Some(cgroups) = &self.cgroups else {
            return CounterSource::Engine;
        };
        let (found, _) = from_files(Arc::clone(cgroups), vec![watched.clone()]).await;
        if found.is_empty() {
            CounterSource::Engine
        } else {
            CounterSource::ControlGroups
        }
    }

    pub(super) async fn read(
        &self,
        docker: &Docker,
        watched: &[Watched],
    ) -> Vec<(ContainerId, Counters)> {
        let (mut found, rest) = match &self.cgroups {
            Some(cgroups) => from_files(Arc::clone(cgroups), watched.to_vec()).await,
            None => (Vec::new(), watched.to_vec()),
        };
        // Until it is known, no limit is believed.
        let machine = self.machine.get().copied().unwrap_or_default();
        let asked = stream::iter(rest).map(|one| async move {
            let counters = stats::one_shot(docker, &one, machine).await?;
            Some((one.id, counters))
        });
        found.extend(
            asked
                .buffer_unordered(AT_ONCE)
                .filter_map(std::future::ready)
                .collect::<Vec<_>>()
                .await,
        );
        found
    }
}

/// What files say, and whom they say nothing of. The files are in memory, but 200 containers are a thousand of them:
/// not on a thread that others wait for.
async fn from_files(
    cgroups: Arc<Mutex<Cgroups>>,
    watched: Vec<Watched>,
) -> (Vec<(ContainerId, Counters)>, Vec<Watched>) {
    let all = watched.clone();
    let reading = tokio::task::spawn_blocking(move || {
        // A poisoned lock only means that a reading was cut short; the cache is checked at each use.
        let mut cgroups = cgroups.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = Vec::with_capacity(watched.len());
        let mut rest = Vec::new();
        cgroups.retain(&watched);
        for one in watched {
            match cgroups.counters(&one, Timestamp::now()) {
                Ok(counters) => found.push((one.id, counters)),
                Err(_) => rest.push(one),
            }
        }
        (found, rest)
    });
    reading.await.unwrap_or((Vec::new(), all))
}
