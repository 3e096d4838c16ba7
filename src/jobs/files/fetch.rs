//! Out: a file, or a folder with all that is in it, to this machine.

use std::fs::{FileTimes, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use tar::EntryType;
use tokio::task::spawn_blocking;

use super::Copying;
use super::tree::Tree;
use crate::backend::{BackendError, StatKind};
use crate::backup::{Part, hex};
use crate::domain::text::visible;
use crate::domain::{ByteSize, Failure};
use crate::jobs::World;
use crate::jobs::stream::{Pace, feed, incoming};
use crate::jobs::tell::Teller;
use crate::tape::{Tape, TapeError};

/// Why something was not copied out.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfetched {
    /// The engine's answer ended in the middle.
    #[error("the engine could not read all of it: a file became shorter meanwhile, perhaps")]
    CutOff,
    /// It is not what the archive API sends.
    #[error("unexpected answer of the engine: {0}")]
    Garbage(String),
    /// A name in it would be written elsewhere.
    #[error("{0} in it leads out of it: nothing of it is kept")]
    LeadsOut(String),
    /// This machine's words.
    #[error("{0}: {1}")]
    Unwritten(String, io::Error),
}

impl Unfetched {
    pub(super) fn unwritten(path: &Path, error: io::Error) -> Self {
        Self::Unwritten(path.display().to_string(), error)
    }
}

impl From<TapeError> for Unfetched {
    fn from(error: TapeError) -> Self {
        match error {
            TapeError::Read(_) => Self::CutOff,
            TapeError::Garbage(why) => Self::Garbage(why),
        }
    }
}

/// What was copied, and has its name not yet. Dropped, it is gone.
#[derive(Debug)]
pub(super) enum Fetched {
    /// A file.
    File {
        part: Part,
        size: ByteSize,
        sum: String,
    },
    /// A folder.
    Folder(Tree),
}

impl Copying {
    /// Writes what is there beside where it will be.
    pub(super) async fn fetch(
        &mut self,
        world: &World,
        teller: &Teller,
    ) -> Result<Option<String>, Failure> {
        let backend = world.backend.as_ref();
        let through = self.through(world, backend).await?;
        let located = through.locate(&self.copy.place.path).await;
        let located = located.map_err(|failure| self.named(failure))?;
        let is_folder = match located.kind {
            StatKind::File => false,
            StatKind::Folder => true,
            StatKind::Link(_) | StatKind::Other => {
                return Err(self.failed("it is a device, a pipe or a socket: nothing is in it"));
            }
        };
        let container = &through.container;
        let answer = if is_folder {
            backend.archive(container, &located.path).await
        } else {
            backend.archive_of(container, &located.path).await
        };
        let failed = |error: BackendError| error.failure(self.what.clone());
        let answer = answer.map_err(failed)?;
        let (chunks, reader) = incoming();
        let path = PathBuf::from(&self.copy.local);
        let writing = self.writing.insert(spawn_blocking(move || {
            if is_folder {
                Ok(Fetched::Folder(Tree::write(&path, reader)?))
            } else {
                file(&path, reader)
            }
        }));
        let size = (!is_folder).then_some(located.size);
        let pace = Pace::new(teller, "copied:", size);
        let fed = feed(answer, chunks, pace).await;
        let written = writing.await;
        self.writing = None;
        fed.map_err(|error| error.failure(self.what.clone()))?;
        let written = written.map_err(|error| self.failed(error))?;
        self.fetched = Some(written.map_err(|error| self.not_fetched(&error))?);
        Ok(None)
    }

    fn not_fetched(&self, error: &Unfetched) -> Failure {
        let failure = self.failed(error);
        match error {
            Unfetched::CutOff => failure.hint("try again, or stop what writes to it first"),
            Unfetched::Unwritten(_, error) if error.kind() == io::ErrorKind::StorageFull => {
                failure.hint("nothing of it was kept; topside df says what fills the disk")
            }
            _ => failure,
        }
    }

    /// Gives it its name.
    pub(super) async fn keep(&mut self) -> Result<Option<String>, Failure> {
        let Some(fetched) = self.fetched.take() else {
            return Err(self.failed("nothing was read"));
        };
        let (path, replace) = (self.local().to_owned(), self.copy.overwrite);
        let kept = spawn_blocking(move || match fetched {
            Fetched::File { part, size, sum } => {
                part.name(&path, replace)?;
                Ok(format!("{size}, SHA-256 {sum}"))
            }
            Fetched::Folder(tree) => tree.keep(&path),
        });
        let kept: io::Result<String> = kept.await.map_err(|error| self.failed(error))?;
        let local = visible(&self.copy.local);
        let said =
            kept.map_err(|error| self.failed(format!("{local} cannot get its name: {error}")))?;
        Ok(Some(format!("{local} is {said}")))
    }
}

/// Writes the one file of a tar.
pub(super) fn file(path: &Path, tar: impl Read) -> Result<Fetched, Unfetched> {
    let unwritten = |error| Unfetched::unwritten(path, error);
    let mut part = Part::begin(path).map_err(unwritten)?;
    let mut tape = Tape::new(tar);
    let Some(member) = tape.next_member()? else {
        return Err(Unfetched::CutOff);
    };
    if !matches!(member.kind, EntryType::Regular | EntryType::Continuous) {
        let why = format!("a file was expected, not {:?}", member.kind);
        return Err(Unfetched::Garbage(why));
    }
    let mut digest = Sha256::new();
    let size = copy(&mut tape.body(), |bytes| {
        digest.update(bytes);
        part.file().write_all(bytes).map_err(unwritten)
    })?;
    while tape.next_member()?.is_some() {}
    if !tape.is_whole() {
        return Err(Unfetched::CutOff);
    }
    let file = part.file();
    let mode = Permissions::from_mode(member.mode & 0o777);
    let times = FileTimes::new().set_modified(time(member.modified));
    let finished = file
        .set_permissions(mode)
        .and_then(|()| file.set_times(times))
        .and_then(|()| file.sync_all());
    finished.map_err(unwritten)?;
    Ok(Fetched::File {
        part,
        size: ByteSize(size),
        sum: hex(digest.finalize()),
    })
}

/// Reads a body to its end, and gives it on in pieces; how much it was.
pub(super) fn copy(
    body: &mut impl Read,
    mut write: impl FnMut(&[u8]) -> Result<(), Unfetched>,
) -> Result<u64, Unfetched> {
    let mut buffer = vec![0; 64 * 1024];
    let mut total = 0;
    loop {
        match body.read(&mut buffer) {
            Ok(0) => return Ok(total),
            Ok(count) => {
                write(&buffer[..count])?;
                total += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(Unfetched::CutOff),
        }
    }
}

pub(super) fn time(seconds: i64) -> SystemTime {
    let span = Duration::from_secs(seconds.unsigned_abs());
    let epoch = SystemTime::UNIX_EPOCH;
    let moved = if seconds < 0 {
        epoch.checked_sub(span)
    } else {
        epoch.checked_add(span)
    };
    moved.unwrap_or(epoch)
}
