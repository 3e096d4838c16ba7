//! In: a file or folder of this machine, which is read back before it counts as copied.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::Copying;
use super::pack::{Owner, pack};
use crate::backend::{BackendError, StatKind};
use crate::backup::{Depth, scan};
use crate::domain::file::join;
use crate::domain::text::visible;
use crate::domain::{Failure, FileCopy};
use crate::files::{self, Through};
use crate::jobs::World;
use crate::jobs::stream::{Pace, feed, incoming, outgoing};
use crate::jobs::tell::Teller;
use crate::jobs::volumes::restore::differences;

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sent {
    /// Nothing was written.
    Nothing,
    /// It is about to be.
    Begun,
    /// Something may have been, to this folder.
    Some {
        folder: String,
        /// Whether something of that name was there before.
        existed: bool,
    },
    /// All of it was, and was seen to be.
    All,
}

/// Where something is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// The folder's whole path in the container, without links.
    pub(super) folder: String,
    /// Whether there is a file that it takes the place of.
    pub(super) existed: bool,
}

/// Whether it can be a name in a folder.
pub(super) fn is_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains(['/', '\0']) && name.len() <= 255
}

/// Whether a file or folder can be written where it is to be.
pub(super) async fn is_free(through: &Through<'_>, copy: &FileCopy) -> Result<Spot, Failure> {
    let folder = through.locate(&copy.place.path).await?;
    if folder.kind != StatKind::Folder {
        let why = format!("{} is no folder", visible(&copy.place.path));
        return Err(Failure::new("", why));
    }
    let there = join(&folder.path, copy.name_there());
    let stat = through
        .backend
        .stat_archive(&through.container, &there)
        .await;
    let shown = visible(&copy.path_there()).into_owned();
    let existed = match stat {
        // A link that leads nowhere is not seen; the engine takes it away.
        Err(BackendError::NotFound(_)) => false,
        Err(error) => return Err(error.failure("")),
        Ok(stat) if stat.kind == StatKind::Folder => {
            let failure = Failure::new("", format!("there is a folder {shown} already"));
            return Err(failure.hint("copy what is in it, or remove it there first"));
        }
        Ok(_) if copy.overwrite => true,
        Ok(_) => {
            let failure = Failure::new("", format!("there is {shown} already"));
            return Err(failure.hint("say that it may be written over, or give it another name"));
        }
    };
    let folder = folder.path;
    Ok(Spot { folder, existed })
}

impl Copying {
    /// Writes it there.
    pub(super) async fn send(
        &mut self,
        world: &World,
        teller: &Teller,
    ) -> Result<Option<String>, Failure> {
        self.sent = Sent::Begun;
        let backend = world.backend.as_ref();
        let through = self.through(world, backend).await?;
        let spot = is_free(&through, &self.copy).await;
        let spot = spot.map_err(|failure| self.named(failure))?;
        let like = if spot.existed {
            join(&spot.folder, self.copy.name_there())
        } else {
            spot.folder.clone()
        };
        let like = through.member(&like).await;
        let like = like.map_err(|failure| self.named(failure))?;
        let owner = Owner {
            uid: like.uid,
            gid: like.gid,
        };
        let (path, name) = (
            PathBuf::from(&self.copy.local),
            self.copy.name_there().to_owned(),
        );
        let size = tokio::fs::metadata(&path).await.ok();
        let size = size
            .filter(std::fs::Metadata::is_file)
            .map(|about| about.len());
        let left_out = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&left_out);
        let (copied, reader) = incoming();
        let scanning = spawn_blocking(move || scan(reader, Depth::Content));
        let pace = Pace::new(teller, "copied:", size);
        let tar = outgoing(pace, move |to| {
            let mut both = Both { to, copied };
            counted.store(pack(&path, &name, owner, &mut both)?, Ordering::Relaxed);
            both.end();
            Ok(())
        });
        self.sent = Sent::Some {
            folder: spot.folder.clone(),
            existed: spot.existed,
        };
        let unpacked = backend.unpack(&through.container, &spot.folder, tar).await;
        unpacked.map_err(|error| self.not_sent(&error))?;
        let contents = scanning.await.map_err(|error| self.failed(error))?;
        self.contents = Some(contents.map_err(|damage| self.failed(damage))?);
        let left_out = left_out.load(Ordering::Relaxed);
        Ok((left_out > 0).then(|| format!("{left_out} devices, pipes and sockets were left out")))
    }

    fn not_sent(&self, error: &BackendError) -> Failure {
        let failure = error.failure(self.what.clone());
        let why = error.to_string();
        if why.contains("invalid symlink") {
            return failure
                .hint("a link in it leads out of the folder: the engine takes none such");
        }
        if why.contains("read-only") {
            return failure.hint(
                "nothing can be written there; where a volume is mounted, copy it into that",
            );
        }
        failure
    }

    /// Reads it back, and compares each entry with what was sent.
    pub(super) async fn compare(
        &mut self,
        world: &World,
        teller: &Teller,
    ) -> Result<Option<String>, Failure> {
        let (Some(contents), Sent::Some { folder, .. }) = (self.contents.take(), &self.sent) else {
            return Err(self.failed("nothing was written"));
        };
        let path = join(folder, self.copy.name_there());
        let backend = world.backend.as_ref();
        let through = self.through(world, backend).await?;
        let answer = backend.archive_of(&through.container, &path).await;
        let answer = answer.map_err(|error| error.failure(self.what.clone()))?;
        let said = contents.to_string();
        let (chunks, reader) = incoming();
        let comparing = spawn_blocking(move || differences(&contents, reader, "there"));
        let pace = Pace::new(teller, "compared:", None);
        let fed = feed(answer, chunks, pace).await;
        fed.map_err(|error| error.failure(self.what.clone()))?;
        let differences = comparing.await.map_err(|error| self.failed(error))?;
        if let Some(differences) = differences.map_err(|failure| self.named(failure))? {
            let why = format!("what is there now is not what was sent: {differences}");
            return Err(self
                .failed(why)
                .hint("is its disk full, or did something else write there?"));
        }
        self.sent = Sent::All;
        let there = visible(&self.copy.path_there()).into_owned();
        Ok(Some(format!("{there} has {said}, the same as here")))
    }

    /// Takes away what was written, where it is not all.
    pub(super) async fn undo(&mut self, world: &World, teller: &Teller) {
        let Sent::Some { folder, existed } = std::mem::replace(&mut self.sent, Sent::Nothing)
        else {
            return;
        };
        let (name, place) = (self.copy.name_there().to_owned(), self.copy.place.clone());
        let shown = visible(&self.copy.path_there()).into_owned();
        if existed {
            let said =
                "may be cut short, or another one than was sent: what it took the place of is gone";
            teller.say(format!("{shown} {said}"));
            return;
        }
        // An engine does one thing at a time with a container's files: once this is answered nothing is written any more.
        let container = match &self.carrier {
            Some(container) => container.clone(),
            None => match &place.of {
                crate::domain::FilesOf::Container(id) => id.clone(),
                crate::domain::FilesOf::Volume(_) => return,
            },
        };
        let there = join(&folder, &name);
        let stat = world.backend.stat_archive(&container, &there).await;
        if matches!(stat, Err(BackendError::NotFound(_))) {
            return;
        }
        if files::remove(world.backend.as_ref(), &place, &name).await {
            teller.say(format!("{shown} is gone again"));
        } else {
            teller.say(format!(
                "{shown} is not whole, and cannot be removed from here: remove it there"
            ));
        }
    }
}

/// What is sent, and a copy of it for who notes what it is.
struct Both<W> {
    to: W,
    copied: mpsc::Sender<Vec<u8>>,
}

impl<W> Both<W> {
    fn end(&self) {
        let _ = self.copied.blocking_send(Vec::new());
    }
}

impl<W: Write> Write for Both<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write_all(bytes)?;
        let noted = self.copied.blocking_send(bytes.to_vec());
        noted.map_err(|_| io::Error::other("what is sent cannot be noted"))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
