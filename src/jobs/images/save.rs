//! An image to a file.

use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;

use super::Imaging;
use crate::backend::BackendError;
use crate::backup::{Damage, Part};
use crate::domain::Failure;
use crate::domain::text::visible;
use crate::jobs::stream::{Pace, feed, incoming};
use crate::jobs::tell::Teller;
use crate::jobs::{World, engine};

impl Imaging {
    /// Writes an image beside where the file will be.
    pub(super) async fn write(
        &mut self,
        world: &World,
        teller: &Teller,
        image: &str,
        file: &str,
    ) -> Result<(), Failure> {
        let path = PathBuf::from(file);
        let part = spawn_blocking(move || Part::begin(&path)).await;
        let part = part
            .map_err(|error| self.failed(error))?
            .map_err(|error| self.failed(format!("{file} cannot be written: {error}")))?;
        let what = self.what.clone();
        let failed = |error: BackendError| engine::failure(&error, what.clone());
        // Engines of before 25.0 put all of it together in a folder of theirs before they send the first byte.
        teller.progress("the engine puts it together".to_owned());
        let answer = world.backend.save_image(image).await.map_err(failed)?;
        let (chunks, reader) = incoming();
        let writing = self
            .writing
            .insert(spawn_blocking(move || part.write(reader)));
        let fed = feed(answer, chunks, Pace::new(teller, "written:", None)).await;
        fed.map_err(failed)?;
        let written = writing.await;
        self.writing = None;
        let written = written.map_err(|error| self.failed(error))?;
        self.written = Some(written.map_err(|damage| self.not_written(file, &damage))?);
        Ok(())
    }

    fn not_written(&self, file: &str, damage: &Damage) -> Failure {
        match damage {
            Damage::Unreadable(error) => self.failed(format!("{file} cannot be written: {error}")),
            Damage::CutOff => self.failed("the engine ended before it had sent all of it"),
            Damage::NoTar(_) | Damage::Wrong(_) => {
                self.failed(format!("what the engine sent is no image: {damage}"))
            }
        }
    }

    /// Gives the file its name.
    pub(super) async fn keep(&mut self, file: &str) -> Result<String, Failure> {
        let Some(written) = self.written.take() else {
            return Err(self.failed("nothing was written"));
        };
        let (bytes, sum) = (written.contents.bytes, written.sum.clone());
        let path = Path::new(file).to_owned();
        let kept = spawn_blocking(move || written.keep_alone(&path)).await;
        let kept = kept.map_err(|error| self.failed(error))?;
        kept.map_err(|error| self.failed(format!("{file} cannot get its name: {error}")))?;
        let size = crate::domain::ByteSize(bytes);
        let shown = visible(file);
        Ok(format!(
            "{size} in {shown}, which docker load reads; SHA-256 {sum}"
        ))
    }
}
