//! Carries a volume to a file and back, through a container that is never started. What a job that does not end well
//! made is taken away again.

mod backup;
pub(super) mod carrier;
mod plan;
pub(super) mod restore;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::task::JoinHandle;

use super::tell::Teller;
use super::{Stop, World};
use crate::backend::{BackendError, any_image};
use crate::backup::{Checked, Damage, Source, Written};
use crate::domain::plan::VolumeStep;
use crate::domain::text::visible;
use crate::domain::{ContainerId, Failure, ImageId, Operation, Plan, Target};

pub(super) use plan::plan;

/// The volume that a job is about, and what its steps have come to.
pub(super) struct Carrying {
    volume: String,
    /// What the job is called in its failures.
    what: String,
    /// Of which the container is made.
    image: ImageId,
    /// The container while it is being made. That is not cut short: nobody would know of it.
    creating: Option<JoinHandle<Result<ContainerId, BackendError>>>,
    /// The thread that writes the file.
    writing: Option<JoinHandle<Result<Written, Damage>>>,
    /// The file that is written, without its name yet.
    written: Option<Written>,
    /// The file that is read.
    source: Option<Arc<Source>>,
    /// What is in it.
    checked: Option<Arc<Checked>>,
    /// The labels of the volume that was made, by which it is known to be ours.
    made: Option<BTreeMap<String, String>>,
}

/// Takes away what a killed job left at a volume, so that the volume can go; who cannot be told here is told by the engine,
/// which does not let it go. Only while nobody carries volumes: whoever prunes holds the host.
pub(super) async fn let_go(world: &World, volume: &str) {
    if let Err(error) = carrier::clear(world, volume).await {
        tracing::warn!(%error, volume, "what a killed job left cannot be removed");
    }
}

impl Carrying {
    /// What a plan needs for it; none of a plan without a step of it.
    pub(super) async fn begin(world: &World, plan: &Plan) -> Result<Option<Self>, Stop> {
        let carries = |operation: &Operation| matches!(operation, Operation::Volume(_));
        let Target::Volume(volume) = &plan.target else {
            return Ok(None);
        };
        if !plan.steps.iter().any(|step| carries(&step.operation)) {
            return Ok(None);
        }
        let what = plan.action.title(&plan.target);
        let failed = |error: BackendError| error.failure(what.clone());
        let containers = world.backend.containers().await.map_err(failed)?;
        let image = any_image(world.backend.as_ref(), &containers).await;
        let Some(image) = image.map_err(failed)? else {
            let why = "it is reached through a container that never runs, and there is no image to make one of";
            let failure = Failure::new(what, why).hint("pull any image, however small");
            return Err(failure.into());
        };
        // Under the volume's lock: what an earlier job of ours left nobody needs.
        carrier::clear(world, &volume.name).await.map_err(failed)?;
        Ok(Some(Self {
            volume: volume.name.to_string(),
            what,
            image,
            creating: None,
            writing: None,
            written: None,
            source: None,
            checked: None,
            made: None,
        }))
    }

    /// Takes a step; what it has to say for the end.
    pub(super) async fn perform(
        &mut self,
        world: &World,
        teller: &Teller,
        step: &VolumeStep,
    ) -> Result<Option<String>, Failure> {
        match step {
            VolumeStep::WriteBackup { file, .. } => self.write(world, teller, file).await,
            VolumeStep::KeepBackup { file } => self.keep(file).await,
            VolumeStep::CheckBackup { file } => self.check(teller, file).await,
            VolumeStep::MakeVolume { file, .. } => self.make(world, file).await,
            VolumeStep::FillVolume { .. } => self.fill(world, teller).await,
            VolumeStep::CompareVolume { .. } => self.compare(world, teller).await,
        }
    }

    /// The job ends: what was only for it goes, and what is half done.
    pub(super) async fn end(mut self, world: &World, teller: &Teller, well: bool) {
        if let Some(creating) = self.creating.take() {
            drop(creating.await);
        }
        if let Some(writing) = self.writing.take() {
            // It ends by itself, for nobody feeds it; what it wrote goes with what it answers.
            drop(writing.await);
        }
        drop(self.written.take());
        if let Err(error) = carrier::clear(world, &self.volume).await {
            teller.say(format!(
                "a container that shows {} stays until the next job on it: {}",
                visible(&self.volume),
                visible(&error.to_string()),
            ));
        }
        if !well && let Some(labels) = self.made.take() {
            match restore::unmake(world, &self.volume, &labels).await {
                Ok(()) => teller.say(format!("the volume {} is gone again", self.volume)),
                Err(error) => teller.say(format!(
                    "the volume {} is not whole and could not be removed: {}; topside prune volumes {} does",
                    self.volume,
                    visible(&error.to_string()),
                    self.volume,
                )),
            }
        }
    }

    /// Makes the container that shows the volume.
    async fn container(
        &mut self,
        world: &World,
        writes: bool,
    ) -> Result<ContainerId, BackendError> {
        let (world, volume, image) = (world.clone(), self.volume.clone(), self.image.clone());
        let creating = async move { carrier::make(&world, &volume, &image, writes).await };
        let made = self.creating.insert(tokio::spawn(creating)).await;
        self.creating = None;
        made.unwrap_or_else(|error| Err(BackendError::Garbage(error.to_string())))
    }

    fn failed(&self, why: impl std::fmt::Display) -> Failure {
        Failure::new(self.what.clone(), visible(&why.to_string()))
    }
}
