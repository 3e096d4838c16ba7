//! A file to a new volume, which is read back before it counts as restored.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::{Carrying, carrier};
use crate::backend::{BackendError, VOLUME_PATH};
use crate::backup::{Checked, Contents, Difference, Source, check, repack};
use crate::domain::Failure;
use crate::domain::text::visible;
use crate::jobs::World;
use crate::jobs::stream::{Pace, feed, incoming, outgoing, unless};
use crate::jobs::tell::Teller;

/// What a volume was made of: the name of the file, its checksum, and when.
const FROM: &str = "topside.restored-from";
const SUM: &str = "topside.restored-sha256";
const AT: &str = "topside.restored-at";

/// How many differences are named.
const NAMED: usize = 5;

impl Carrying {
    /// Reads the file, to know that it is whole before anything is made.
    pub(super) async fn check(
        &mut self,
        teller: &Teller,
        file: &str,
    ) -> Result<Option<String>, Failure> {
        let path = PathBuf::from(file);
        let source = spawn_blocking(move || Source::open(&path)).await;
        let source = source
            .map_err(|error| self.failed(error))?
            .map_err(|error| self.failed(format!("{file} cannot be read: {error}")))?;
        let source = Arc::new(source);
        self.source = Some(Arc::clone(&source));
        let mut pace = Pace::new(teller, "read:", Some(source.size));
        let stop = CancellationToken::new();
        let (stopped, _guard) = (stop.clone(), stop.drop_guard());
        let checked = spawn_blocking(move || {
            check(&source, |bytes| {
                pace.tell(bytes);
                unless(&stopped)
            })
        });
        let checked = checked.await.map_err(|error| self.failed(error))?;
        let checked = checked.map_err(|damage| {
            self.failed(format!("{file} is no good backup: {damage}"))
                .hint("nothing was made; another copy of it may be whole")
        })?;
        teller.say(format!(
            "{}, SHA-256 {}{}",
            checked.contents,
            checked.sum,
            if checked.compared {
                ", as it was written"
            } else {
                ", and none beside it to compare with"
            }
        ));
        self.checked = Some(Arc::new(checked));
        Ok(None)
    }

    /// Makes the volume, empty.
    pub(super) async fn make(
        &mut self,
        world: &World,
        file: &str,
    ) -> Result<Option<String>, Failure> {
        let sum = self.checked().map(|checked| checked.sum.clone())?;
        let name = Path::new(file).file_name().unwrap_or_default();
        let labels = BTreeMap::from([
            (FROM.to_owned(), name.to_string_lossy().into_owned()),
            (SUM.to_owned(), sum),
            (AT.to_owned(), Timestamp::now().to_string()),
        ]);
        let made = world.backend.create_volume(&self.volume, &labels).await;
        // One that did not answer may have made it all the same.
        if !matches!(made, Err(BackendError::Conflict(_))) {
            self.made = Some(labels);
        }
        made.map_err(|error| error.failure(self.what.clone()))?;
        Ok(None)
    }

    /// Unpacks the file in it.
    pub(super) async fn fill(
        &mut self,
        world: &World,
        teller: &Teller,
    ) -> Result<Option<String>, Failure> {
        let source = self.source()?;
        let reader = source.reader().map_err(|error| self.failed(error))?;
        let pace = Pace::new(teller, "unpacked:", Some(source.size));
        let filled = async {
            let container = self.container(world, true).await?;
            let tar = outgoing(pace, move |writer| {
                repack(reader, VOLUME_PATH.trim_start_matches('/'), writer)
            });
            world.backend.unpack(&container, "/", tar).await?;
            Ok::<_, BackendError>(())
        };
        let filled = filled.await;
        filled.map_err(|error| error.failure(self.what.clone()))?;
        Ok(None)
    }

    /// Reads the volume back and compares each entry with the file's.
    pub(super) async fn compare(
        &mut self,
        world: &World,
        teller: &Teller,
    ) -> Result<Option<String>, Failure> {
        let checked = self.checked()?;
        let what = self.what.clone();
        let failed = |error: BackendError| error.failure(what.clone());
        carrier::clear(world, &self.volume).await.map_err(failed)?;
        let container = self.container(world, false).await;
        let container = container.map_err(failed)?;
        let answer = world.backend.archive(&container, VOLUME_PATH).await;
        let answer = answer.map_err(failed)?;
        let (chunks, reader) = incoming();
        let theirs = Arc::clone(&checked);
        let comparing =
            spawn_blocking(move || differences(&theirs.contents, reader, "in the volume"));
        let pace = Pace::new(teller, "compared:", Some(self.source()?.size));
        feed(answer, chunks, pace).await.map_err(failed)?;
        let differences = comparing.await.map_err(|error| self.failed(error))?;
        if let Some(said) = differences? {
            return Err(self
                .failed(format!(
                    "what is in the volume is not what is in the file: {said}"
                ))
                .hint("the volume is not kept; is its disk full, or not well?"));
        }
        Ok(Some(format!(
            "the volume {} has {}, each the same as in the file",
            self.volume, checked.contents
        )))
    }

    fn checked(&self) -> Result<Arc<Checked>, Failure> {
        let unread = || self.failed("the file was not read");
        self.checked.clone().ok_or_else(unread)
    }

    fn source(&self) -> Result<Arc<Source>, Failure> {
        let unread = || self.failed("the file was not opened");
        self.source.clone().ok_or_else(unread)
    }
}

/// How a second tar differs from what one has, in a few words; none where it does not. `place` says where the second is.
pub(in crate::jobs) fn differences(
    contents: &Contents,
    second: impl std::io::Read,
    place: &str,
) -> Result<Option<String>, Failure> {
    let mut said = Vec::new();
    let mut more = 0_usize;
    let missing = contents.compare(second, |difference, name| {
        if said.len() == NAMED {
            more += 1;
            return;
        }
        let name = if name.is_empty() { "its folder" } else { &name };
        said.push(match difference {
            Difference::Other => format!("{name} is another one"),
            Difference::New => format!("{name} is only {place}"),
        });
    });
    let missing =
        missing.map_err(|damage| Failure::new("read it back", visible(&damage.to_string())))?;
    if missing > 0 {
        said.push(format!("{missing} of {} are missing", contents.count));
    }
    if more > 0 {
        said.push(format!("{more} more"));
    }
    Ok((!said.is_empty()).then(|| said.join(", ")))
}

/// Removes the volume if it is the one that was made.
pub(super) async fn unmake(
    world: &World,
    volume: &str,
    labels: &BTreeMap<String, String>,
) -> Result<(), BackendError> {
    let volumes = world.backend.volumes().await?;
    let is_ours = |one: &crate::domain::Volume| *one.id.name == *volume && one.labels == *labels;
    if !volumes.iter().any(is_ours) {
        return Ok(());
    }
    match world.backend.remove_volume(volume).await {
        Err(BackendError::NotFound(_)) => Ok(()),
        other => other,
    }
}
