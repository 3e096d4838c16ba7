//! Finds the certificates of a host in its containers, each volume read once and only when it changed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream::{self, StreamExt};

use super::collect::{Collected, Elsewhere};
use super::examine::Reading;
use super::memory::{Asked, Memory, Next, Remembered};
use super::read::read;
use super::targets::{SECRETS, Target, is_swarm_task, targets};
use super::watch::Watch;
use super::{exec, folders, inside, volumes};
use crate::backend::{Backend, BackendError};
use crate::domain::{CertificateReach, CertificatesFound, Container, HostId};

/// The engine reads one path of a container at a time; more than this at once only queue up there.
const CONTAINERS_AT_ONCE: usize = 2;

/// One thing on the host, and by which containers and paths it is seen; the first one reads it.
type Origin<'a> = Vec<(&'a Container, Target)>;

/// Looks for the certificates of one host again and again, and reads again only what changed.
#[derive(Debug, Default)]
pub struct Scanner {
    reach: CertificateReach,
    memory: Mutex<Memory>,
}

impl Scanner {
    /// One that looks this far, and remembers nothing yet.
    pub fn new(reach: CertificateReach) -> Self {
        Self {
            reach,
            memory: Mutex::default(),
        }
    }

    /// Looks for certificates in every container, running or not. What cannot be read stops nothing else; only a lost
    /// engine is an error, since what it did not answer is not gone.
    pub async fn scan(
        &self,
        backend: &dyn Backend,
        host: &HostId,
        containers: &[Container],
    ) -> Result<CertificatesFound, BackendError> {
        // Two scans at once are rare; the second one then reads everything.
        let memory = std::mem::take(&mut *self.memory());
        let mut next = Next::default();
        let mut collected = Collected::new(host);
        volumes::sweep(backend, containers).await;
        let mut of_reader: BTreeMap<&str, Vec<Origin<'_>>> = BTreeMap::new();
        for origin in origins(containers, &mut collected).into_values() {
            if let Some((reader, _)) = origin.first() {
                of_reader
                    .entry(reader.id.as_str())
                    .or_default()
                    .push(origin);
            }
        }
        // Collected first: a stream that maps with a closure over borrows is no `Send` future (rust-lang/rust#102211).
        let readings: Vec<_> = of_reader
            .into_values()
            .map(|origins| read_all(backend, &memory, origins))
            .collect();
        let mut readings = stream::iter(readings).buffer_unordered(CONTAINERS_AT_ONCE);
        while let Some(done) = readings.next().await {
            for (origin, result) in done {
                match result {
                    Err(error) if error.is_lost() => return Err(error),
                    Err(error) => collected.failed(&origin, &error),
                    Ok(Answer { reading, learned }) => {
                        collected.add(&origin, &reading);
                        if let Some((_, target)) = origin.first() {
                            learned.pass_on(&target.origin, &reading, &mut next);
                        }
                    }
                }
            }
        }
        drop(readings);
        if self.reach.volumes {
            volumes::unmounted(backend, containers, &memory, &mut next, &mut collected).await?;
        }
        self.read_folders(&mut collected).await;
        *self.memory() = next.into_memory();
        let mut found = collected.finish();
        inside::look(backend, containers, &mut found).await;
        Ok(found)
    }

    /// Reads the folders of this machine anew each time: that costs the engine nothing.
    async fn read_folders(&self, collected: &mut Collected<'_>) {
        for folder in &self.reach.folders {
            let path = folder.clone();
            let read = tokio::task::spawn_blocking(move || folders::read(&path)).await;
            let place = Elsewhere::Folder(folder.clone());
            match read.map_err(std::io::Error::other).and_then(|read| read) {
                Ok(reading) => collected.add_elsewhere(&place, &reading),
                Err(error) => collected.failed_elsewhere(&place, error.to_string()),
            }
        }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One look without a memory.
pub async fn scan(
    backend: &dyn Backend,
    host: &HostId,
    containers: &[Container],
) -> Result<CertificatesFound, BackendError> {
    Scanner::default().scan(backend, host, containers).await
}

/// What an origin holds, and what to remember of it.
struct Answer {
    reading: Arc<Reading>,
    learned: Learned,
}

enum Learned {
    /// It was read.
    New(Asked, Watch),
    /// It has not changed.
    Unchanged(Remembered),
    /// It was read in a way that does not tell whether it changes.
    Nothing,
}

impl Learned {
    fn pass_on(self, origin: &str, reading: &Arc<Reading>, next: &mut Next) {
        match self {
            Self::New(asked, watch) => next.remember(origin, asked, reading, watch),
            Self::Unchanged(remembered) => next.keep(origin, remembered),
            Self::Nothing => {}
        }
    }
}

/// What is to be read, by where it lies on the host. Containers that are up come first: not every engine reads the
/// files of others.
fn origins<'a>(
    containers: &'a [Container],
    collected: &mut Collected<'_>,
) -> BTreeMap<String, Origin<'a>> {
    let mut origins: BTreeMap<String, Origin<'a>> = BTreeMap::new();
    let (up, down): (Vec<_>, Vec<_>) = containers
        .iter()
        .filter(|container| !container.only_reads_a_volume())
        .partition(|container| container.is_up());
    for container in up.into_iter().chain(down) {
        let found = targets(container);
        for (path, why) in found.unreadable {
            collected.unreadable(container, path, why.to_owned());
        }
        for target in found.targets {
            origins
                .entry(target.origin.clone())
                .or_default()
                .push((container, target));
        }
    }
    origins
}

/// Reads what one container is the reader of, one after the other.
async fn read_all<'a>(
    backend: &dyn Backend,
    memory: &Memory,
    origins: Vec<Origin<'a>>,
) -> Vec<(Origin<'a>, Result<Answer, BackendError>)> {
    let mut done = Vec::with_capacity(origins.len());
    for origin in origins {
        let Some((reader, target)) = origin.first() else {
            continue;
        };
        let result = if reader.is_up() || backend.capabilities().archive {
            let asked = Asked {
                reader: reader.id.clone(),
                path: target.path.clone(),
                named: origin.iter().any(|(_, target)| target.named),
            };
            let known = memory.recall(&target.origin, &asked);
            answer(backend, reader, known, asked).await
        } else {
            Err(BackendError::Unsupported(
                "this engine does not read files of containers that do not run".to_owned(),
            ))
        };
        done.push((origin, result));
    }
    done
}

async fn answer(
    backend: &dyn Backend,
    container: &Container,
    known: Option<&Remembered>,
    asked: Asked,
) -> Result<Answer, BackendError> {
    if let Some(known) = known
        && known.watch.is_unchanged(backend, &asked.reader).await?
    {
        return Ok(Answer {
            reading: Arc::clone(&known.reading),
            learned: Learned::Unchanged(known.clone()),
        });
    }
    let runs = container.is_up() && backend.capabilities().exec;
    let (reading, learned) = match read(backend, &asked.reader, &asked.path, asked.named).await {
        Ok((mut reading, watch)) => {
            if runs && asked.path == SECRETS && is_swarm_task(container) {
                exec::fill_in(backend, &asked.reader, SECRETS, &mut reading).await;
            }
            (reading, Learned::New(asked, watch))
        }
        // Named by a person, and not there for the archive API: it may be in memory.
        Err(BackendError::NotFound(why)) if asked.named && runs => {
            let tree = exec::read(backend, &asked.reader, &asked.path).await;
            let tree = tree.map_err(|_| BackendError::NotFound(why))?;
            let mut reading = Reading::default();
            reading.add_linked(&tree, &asked.path, &asked.path);
            (reading, Learned::Nothing)
        }
        Err(error) => return Err(error),
    };
    Ok(Answer {
        reading: Arc::new(reading),
        learned,
    })
}
