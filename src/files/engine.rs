//! What is at a path of a container, through the archive API: also of one that does not run, on whatever machine.

use std::collections::BTreeMap;
use std::io::Read;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::listed::{self, Listed};
use crate::backend::{Backend, BackendError, StatKind};
use crate::domain::file::{absolute, join};
use crate::domain::{ByteSize, ContainerId, Failure, Folder, Opened};
use crate::tape::{Chunks, Member, Tape, TapeError};

/// Chunks on their way from the engine to the reader.
const QUEUE: usize = 8;
/// How far it is is told after so many bytes.
const OFTEN: u64 = 1 << 20;
/// To list a folder no more than this is read of what is below it …
const MOST_READ: u64 = 4 << 30;
/// … and for no longer.
const LONGEST: Duration = Duration::from_secs(120);
/// So many links are followed (`MAXSYMLINKS` of Linux).
const MOST_LINKS: usize = 40;

/// A container, or the part of one that is mounted at a path.
pub struct Through<'a> {
    /// The engine.
    pub backend: &'a dyn Backend,
    /// The container.
    pub container: ContainerId,
    /// Where what is looked at begins, without a slash at its end; empty for all of the container.
    pub base: String,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Its whole path in the container, without a link at its end.
    pub path: String,
    /// What it is.
    pub kind: StatKind,
    /// Its size in bytes; of a folder something else.
    pub size: u64,
}

impl Through<'_> {
    /// What a path leads to, links resolved. One that leads out of a volume leads to nothing.
    pub async fn locate(&self, path: &str) -> Result<Reached, Failure> {
        let what = format!("open {path}");
        self.find(path).await.map_err(|error| match error {
            Lost::Engine(error) => error.failure(what),
            Lost::LeadsOut(to) => Failure::new(what, leads_out(&to)),
        })
    }

    /// Opens what is at a path: lists a folder, reads at most so many bytes of a file. Tells how many bytes passed.
    pub(super) async fn open<F: Future<Output = ()>>(
        &self,
        path: &str,
        limit: u64,
        tell: impl FnMut(ByteSize) -> F,
    ) -> Result<Opened, Failure> {
        let what = format!("open {path}");
        let found = self.locate(path).await?;
        let failed = |error: BackendError| error.failure(&what);
        let path = self.below(&found.path);
        match found.kind {
            StatKind::Folder => {
                let stream = self.backend.archive(&self.container, &found.path).await;
                let listed = list(stream.map_err(failed)?, tell).await;
                let (folder, below) = listed.map_err(failed)?;
                let below = below.into_iter();
                let below = below.map(|(name, folder)| (join(&path, &name), folder));
                let below = below.collect();
                Ok(Opened::Folder {
                    path,
                    folder,
                    below,
                })
            }
            StatKind::File => {
                let stream = self.backend.archive_of(&self.container, &found.path).await;
                let content = head(stream.map_err(failed)?, limit).await;
                let content = content.map_err(failed)?;
                let size = ByteSize(found.size);
                Ok(Opened::File {
                    path,
                    content,
                    size,
                })
            }
            StatKind::Link(_) | StatKind::Other => Ok(Opened::Other {
                path,
                word: "device, pipe or socket",
            }),
        }
    }

    /// What is at a path of the container, with its owner and mode; a link itself.
    pub async fn member(&self, path: &str) -> Result<Member, Failure> {
        let what = format!("look at {}", self.below(path));
        let failed = |error: BackendError| error.failure(&what);
        let stream = self.backend.archive_of(&self.container, path).await;
        let read = first(stream.map_err(failed)?, 0, Tape::next_member).await;
        let member = read.map_err(failed)?;
        member.ok_or_else(|| Failure::new(what, "the engine's answer broke off"))
    }

    /// The engine resolves the links of a path itself. In a volume each step is looked at: one could lead out of it.
    async fn find(&self, path: &str) -> Result<Reached, Lost> {
        let path = absolute(path);
        if self.base.is_empty() {
            return self.look(path).await;
        }
        let mut found = self.look(self.base.clone()).await?;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            found = self.look(join(&found.path, part)).await?;
        }
        Ok(found)
    }

    /// What a path leads to. The target of a link that the engine names is resolved already.
    async fn look(&self, path: String) -> Result<Reached, Lost> {
        let mut path = path;
        for _ in 0..MOST_LINKS {
            let stat = self.backend.stat_archive(&self.container, &path).await?;
            match stat.kind {
                StatKind::Link(target) => {
                    path = absolute(&target);
                    // Before it is looked at: what is outside is none of the volume's business.
                    if !self.is_within(&path) {
                        return Err(Lost::LeadsOut(path));
                    }
                }
                kind => {
                    let size = stat.size;
                    return Ok(Reached { path, kind, size });
                }
            }
        }
        let why = "too many links on the way".to_owned();
        Err(Lost::Engine(BackendError::NotFound(why)))
    }

    fn is_within(&self, path: &str) -> bool {
        let rest = path.strip_prefix(&self.base);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    fn below(&self, path: &str) -> String {
        absolute(path.strip_prefix(&self.base).unwrap_or(path))
    }
}

/// Said of a link in a volume.
pub(super) fn leads_out(to: &str) -> String {
    format!("a link on the way leads out of the volume, to {to}")
}

/// Why nothing was found.
enum Lost {
    Engine(BackendError),
    LeadsOut(String),
}

impl From<BackendError> for Lost {
    fn from(error: BackendError) -> Self {
        Self::Engine(error)
    }
}

type Stream = BoxStream<'static, Result<Vec<u8>, BackendError>>;

/// Reads all that is below a folder, to say what is in it. What could not be read to its end is told as far as it was.
async fn list<F: Future<Output = ()>>(
    stream: Stream,
    tell: impl FnMut(ByteSize) -> F,
) -> Result<(Folder, BTreeMap<String, Folder>), BackendError> {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let reading = tokio::task::spawn_blocking(move || listed::read(Chunks::new(receiver)));
    let fed = feed(stream, sender, MOST_READ, tell).await?;
    let read = reading.await;
    let (listed, outcome) = read.map_err(|error| BackendError::Garbage(error.to_string()))?;
    let Listed { mut folder, below } = listed;
    match (fed, outcome) {
        (Fed::Stopped(why), _) => folder.unfinished = Some(why),
        (Fed::All, Ok(())) => {}
        // An engine that fails in the middle ends its answer, and says nothing.
        (Fed::All, Err(TapeError::Read(_))) => {
            folder.unfinished = Some("the engine's answer broke off".to_owned());
        }
        (Fed::All, Err(TapeError::Garbage(why))) => return Err(BackendError::Garbage(why)),
    }
    Ok((folder, below))
}

/// Reads the beginning of a file, which is the only one of its tar.
async fn head(stream: Stream, limit: u64) -> Result<Vec<u8>, BackendError> {
    let read = first(stream, limit, move |tape| {
        let mut content = Vec::new();
        if tape.next_member()?.is_some() {
            tape.body().take(limit).read_to_end(&mut content)?;
        }
        Ok(content)
    });
    read.await
}

/// Reads so much of what a tar begins with.
async fn first<T: Send + 'static>(
    stream: Stream,
    limit: u64,
    read: impl FnOnce(&mut Tape<Chunks>) -> Result<T, TapeError> + Send + 'static,
) -> Result<T, BackendError> {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let reading = tokio::task::spawn_blocking(move || read(&mut Tape::new(Chunks::new(receiver))));
    // With room for headers.
    let most = limit.saturating_add(1 << 20);
    feed(stream, sender, most, |_| std::future::ready(())).await?;
    let read = reading.await;
    let read = read.map_err(|error| BackendError::Garbage(error.to_string()))?;
    read.map_err(|error| BackendError::Garbage(error.to_string()))
}

/// How far a stream was read.
enum Fed {
    /// To its end, or to where the reader had enough.
    All,
    /// To a bound, which is said.
    Stopped(String),
}

/// Passes chunks on until their end, a bound, or until the reader has enough.
async fn feed<F: Future<Output = ()>>(
    mut stream: Stream,
    sender: mpsc::Sender<Vec<u8>>,
    most: u64,
    mut tell: impl FnMut(ByteSize) -> F,
) -> Result<Fed, BackendError> {
    let end = Instant::now() + LONGEST;
    let (mut count, mut told) = (0, 0);
    loop {
        let Ok(next) = timeout_at(end, stream.next()).await else {
            let seconds = LONGEST.as_secs();
            let (of, read) = (ByteSize(count), "of what is below it");
            let why = format!("after {seconds} s and {of} {read}");
            return Ok(Fed::Stopped(why));
        };
        let Some(chunk) = next else {
            return Ok(Fed::All);
        };
        let chunk = chunk?;
        count += chunk.len() as u64;
        if sender.send(chunk).await.is_err() {
            return Ok(Fed::All);
        }
        if count >= most {
            let why = format!("after {} of what is below it", ByteSize(count));
            return Ok(Fed::Stopped(why));
        }
        if count - told >= OFTEN {
            told = count;
            tell(ByteSize(count)).await;
        }
    }
}
