//! A volume to a file.

use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;

use super::Carrying;
use crate::backend::VOLUME_PATH;
use crate::backup::{Damage, Part};
use crate::domain::Failure;
use crate::domain::text::visible;
use crate::jobs::World;
use crate::jobs::stream::{Pace, feed, incoming};
use crate::jobs::tell::Teller;

impl Carrying {
    /// Writes what is in the volume beside where the file will be.
    pub(super) async fn write(
        &mut self,
        world: &World,
        teller: &Teller,
        file: &str,
    ) -> Result<Option<String>, Failure> {
        let path = PathBuf::from(file);
        let part = spawn_blocking(move || Part::begin(&path)).await;
        let part = part
            .map_err(|error| self.failed(error))?
            .map_err(|error| self.failed(format!("{file} cannot be written: {error}")))?;
        let what = self.what.clone();
        let failed = |error: crate::backend::BackendError| error.failure(what.clone());
        let container = self.container(world, false).await;
        let container = container.map_err(failed)?;
        let answer = world.backend.archive(&container, VOLUME_PATH).await;
        let answer = answer.map_err(failed)?;
        let (chunks, reader) = incoming();
        let writing = self
            .writing
            .insert(spawn_blocking(move || part.write(reader)));
        let pace = Pace::new(teller, "written:", None);
        feed(answer, chunks, pace).await.map_err(failed)?;
        let written = writing.await;
        self.writing = None;
        let written = written.map_err(|error| self.failed(error))?;
        self.written = Some(written.map_err(|damage| self.not_written(file, &damage))?);
        Ok(None)
    }

    fn not_written(&self, file: &str, damage: &Damage) -> Failure {
        match damage {
            Damage::CutOff => self
                .failed("the engine could not read all of it: a file in it became shorter meanwhile, perhaps")
                .hint("stop what writes to it (topside stop) and back it up again"),
            Damage::Unreadable(error) => self.failed(format!("{file} cannot be written: {error}")),
            Damage::NoTar(_) | Damage::Wrong(_) => self.failed(damage),
        }
    }

    /// Gives the file its name.
    pub(super) async fn keep(&mut self, file: &str) -> Result<Option<String>, Failure> {
        let Some(written) = self.written.take() else {
            return Err(self.failed("nothing was written"));
        };
        let said = format!(
            "{} in {}, SHA-256 {}",
            written.contents,
            visible(file),
            written.sum
        );
        let path = Path::new(file).to_owned();
        let kept = spawn_blocking(move || written.keep(&path)).await;
        let kept = kept.map_err(|error| self.failed(error))?;
        kept.map_err(|error| self.failed(format!("{file} cannot get its name: {error}")))?;
        Ok(Some(said))
    }
}
