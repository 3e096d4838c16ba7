//! Finds out where the disk of a host went, and writes down what was measured.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, timeout};

use crate::app::storage::{FILESYSTEM, Found, Series, StorageEffect, StorageMsg};
use crate::app::{HostMsg, Msg};
use crate::disk::{self, HostDisk, Measured, Told};
use crate::domain::{ByteSize, Failure, Filesystem, HostId, MeasuredBy, StorageKind};
use crate::jobs::engine_id;
use crate::store::{SizeKey, Store};

use super::host::{HostHandle, Inbox};
use super::records::Records;

/// `topside check` measures a volume again after so much time: runs of it a day apart come a little early sometimes.
const SAMPLED_DAILY: SignedDuration = SignedDuration::from_hours(20);
/// It waits so long for one volume.
const EACH: Duration = Duration::from_secs(1);

/// So far back samples are shown.
const RECALLED: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Does what is wanted, and tells what is found.
pub(super) fn carry_out(
    host: &HostHandle,
    wanted: StorageEffect,
    records: Arc<Records>,
    inbox: Inbox,
) -> impl Future<Output = ()> + use<> {
    let (engine, id) = (host.engine.clone(), host.id.clone());
    let stop = Arc::clone(&host.stop_measuring);
    if wanted == StorageEffect::StopMeasuring {
        stop.notify_waiters();
    }
    let can_be_stopped = matches!(wanted, StorageEffect::Measure(_));
    async move {
        let stopped = stop.notified();
        let tell = async |answer| {
            let message = Msg::Host(id.clone(), HostMsg::Storage(answer));
            let _ = inbox.send(message).await;
        };
        match engine.now("find out where the disk went") {
            Ok(backend) => {
                let disk = HostDisk {
                    backend,
                    is_local: engine.is_local,
                };
                let id = id.clone();
                let disk = Disk { disk, id, records };
                tokio::select! {
                    () = disk.ask(wanted, tell) => {}
                    // What was measured until then was told, and is measured again only when it is old.
                    () = stopped, if can_be_stopped => {}
                }
            }
            Err(failure) => {
                if let Some(answer) = failed(&wanted, failure) {
                    tell(answer).await;
                }
            }
        }
    }
}

/// A host's disk, and where its samples are.
pub struct Disk {
    /// How it is measured.
    pub disk: HostDisk,
    /// The host.
    pub id: HostId,
    /// The samples of before, and those to come.
    pub records: Arc<Records>,
}

impl Disk {
    /// Does what is wanted, and tells what is found: at last the answer, or that all were measured.
    pub async fn ask<F: Future<Output = ()>>(
        &self,
        wanted: StorageEffect,
        mut tell: impl FnMut(StorageMsg) -> F,
    ) {
        let disk = &self.disk;
        let answer = match wanted {
            StorageEffect::StopMeasuring => return,
            StorageEffect::Recall => self.recall().await,
            StorageEffect::AskFilesystems(paths) => {
                let answer = disk.filesystems(&paths).await;
                if let Ok(filesystems) = &answer {
                    self.remember_filesystems(filesystems).await;
                }
                let answer = answer.map_err(|error| error.failure("ask how full the disks are"));
                StorageMsg::Filesystems(answer)
            }
            StorageEffect::AskEngine => {
                let answer = disk.backend.disk_usage().await;
                let answer = answer.map_err(|error| error.failure("ask what the engine counts"));
                StorageMsg::Engine(Box::new(answer))
            }
            StorageEffect::AskLogs(data_root) => {
                let answer = disk.logs(&data_root).await;
                StorageMsg::Logs(answer.map_err(|error| error.failure("measure the logs")))
            }
            StorageEffect::Measure(places) => {
                let mut sizes = Vec::new();
                let measuring = disk.measure(&places, |told| {
                    let answer = match told {
                        Told::Progress(id, files, bytes) => StorageMsg::Measuring(id, files, bytes),
                        Told::Done(id, answer) => {
                            let answer = answer.map(found);
                            if let Ok(found) = &answer {
                                sizes.push((key(id.kind, &id.name), found.by.counts(&found.size)));
                            }
                            StorageMsg::Measured(id, answer)
                        }
                    };
                    tell(answer)
                });
                measuring.await;
                self.remember(sizes).await;
                StorageMsg::AllMeasured
            }
        };
        tell(answer).await;
    }

    async fn recall(&self) -> StorageMsg {
        let (store, _) = self.records.existing().await;
        let Some(store) = store else {
            return StorageMsg::Recalled(Vec::new());
        };
        let Ok(engine) = engine_id(&*self.disk.backend, &self.id).await else {
            return StorageMsg::Recalled(Vec::new());
        };
        let since = Timestamp::now() - RECALLED;
        let read = tokio::task::spawn_blocking(move || series(&store, &engine, since)).await;
        StorageMsg::Recalled(read.unwrap_or_default())
    }

    /// Writes down how full file systems are.
    pub async fn remember_filesystems(&self, filesystems: &[Filesystem]) {
        self.remember(of_filesystems(filesystems)).await;
    }

    /// Measures volumes that were not measured for a day, as far as that goes at once: who checks a host waits for the
    /// answer. Large ones are left to the dashboard and `topside volumes`.
    pub async fn sample_volumes(&self, until: Instant) {
        let disk = &self.disk;
        let Ok(engine) = engine_id(&*disk.backend, &self.id).await else {
            return;
        };
        if !disk.is_local {
            return;
        }
        let Ok(volumes) = disk.backend.volumes().await else {
            return;
        };
        let kind = StorageKind::Volume;
        let since = Timestamp::now() - SAMPLED_DAILY;
        let mut lately = BTreeSet::new();
        if let (Some(store), _) = self.records.existing().await {
            let read = move || store.sizes(&engine, kind.word(), since);
            if let Ok(Ok(known)) = tokio::task::spawn_blocking(read).await {
                lately.extend(known.into_iter().map(|(name, _)| name));
            }
        }
        let mut sizes = Vec::new();
        let due = volumes.iter().filter(|one| !lately.contains(&*one.id.name));
        for volume in due.filter(|one| !one.mountpoint.is_empty()) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let walk = disk::measure(PathBuf::from(&volume.mountpoint), Arc::default());
            if let Ok(Ok(measured)) = timeout(left.min(EACH), walk).await {
                let size = MeasuredBy::Walk.counts(&measured.size);
                sizes.push((key(kind, &volume.id.name), size));
            }
        }
        self.remember(sizes).await;
    }

    /// Writes sizes down. Growth is then not known, where that fails; nobody needs to be told.
    async fn remember(&self, sizes: Vec<(SizeKey, ByteSize)>) {
        if sizes.is_empty() {
            return;
        }
        let (Some(store), _) = self.records.store().await else {
            return;
        };
        let Ok(engine) = engine_id(&*self.disk.backend, &self.id).await else {
            return;
        };
        let write = move || store.put_sizes(&engine, Timestamp::now(), &sizes);
        if let Ok(Err(error)) = tokio::task::spawn_blocking(write).await {
            tracing::warn!(%error, "sizes cannot be written down");
        }
    }
}

fn found((measured, by): (Measured, MeasuredBy)) -> Found {
    Found {
        size: measured.size,
        by,
        biggest: measured.biggest,
    }
}

/// The answer where there is no engine to ask. What was to be measured is asked again when it is back.
fn failed(wanted: &StorageEffect, failure: Failure) -> Option<StorageMsg> {
    Some(match wanted {
        StorageEffect::StopMeasuring => return None,
        StorageEffect::Recall => StorageMsg::Recalled(Vec::new()),
        StorageEffect::AskFilesystems(_) => StorageMsg::Filesystems(Err(failure)),
        StorageEffect::AskEngine => StorageMsg::Engine(Box::new(Err(failure))),
        StorageEffect::AskLogs(_) => StorageMsg::Logs(Err(failure)),
        StorageEffect::Measure(_) => StorageMsg::AllMeasured,
    })
}

fn key(kind: StorageKind, name: &str) -> SizeKey {
    SizeKey {
        kind: kind.word(),
        name: name.to_owned(),
    }
}

fn of_filesystems(filesystems: &[Filesystem]) -> Vec<(SizeKey, ByteSize)> {
    let sample = |one: &Filesystem| {
        let key = SizeKey {
            kind: FILESYSTEM,
            name: one.mount_point.clone(),
        };
        (key, one.used)
    };
    filesystems.iter().map(sample).collect()
}

fn series(store: &Store, engine: &str, since: Timestamp) -> Vec<Series> {
    let kinds = [
        StorageKind::Volume.word(),
        StorageKind::Bind.word(),
        FILESYSTEM,
    ];
    let mut all = Vec::new();
    for kind in kinds {
        match store.sizes(engine, kind, since) {
            Ok(found) => all.extend(found.into_iter().map(|(name, samples)| Series {
                kind: kind.to_owned(),
                name,
                samples,
            })),
            Err(error) => tracing::warn!(%error, "the sizes of before cannot be read"),
        }
    }
    all
}
