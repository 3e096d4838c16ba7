//! Copies files out of containers and volumes, and into them, through the archive API. What a copy that does not end
//! well made is taken away again, as far as that can be done.

mod fetch;
mod pack;
mod plan;
mod send;
#[cfg(test)]
mod tests;
mod tree;

use std::path::Path;

use tokio::task::JoinHandle;

use super::tell::Teller;
use super::volumes::carrier;
use super::{Stop, World};
use crate::backend::{Backend, BackendError, VOLUME_PATH, any_image};
use crate::backup::Contents;
use crate::domain::plan::FileStep;
use crate::domain::text::visible;
use crate::domain::{ContainerId, Failure, FileCopy, FilesOf, ImageId, Operation, Plan};
use crate::files::Through;

use self::fetch::{Fetched, Unfetched};
use self::send::Sent;

pub(super) use plan::plan;

/// What a job copies, and what its steps have come to.
pub(super) struct Copying {
    copy: FileCopy,
    /// What the job is called in its failures.
    what: String,
    /// Of which the container is made that shows a volume; none of a container's files.
    image: Option<ImageId>,
    /// That container.
    carrier: Option<ContainerId>,
    /// The same while it is being made. That is not cut short: nobody would know of it.
    creating: Option<JoinHandle<Result<ContainerId, BackendError>>>,
    /// The thread that writes what is copied out.
    writing: Option<JoinHandle<Result<Fetched, Unfetched>>>,
    /// What was copied out, without its name yet.
    fetched: Option<Fetched>,
    /// How far copying in is.
    sent: Sent,
    /// What was copied in.
    contents: Option<Contents>,
}

impl Copying {
    /// What a plan needs for it; none of a plan without a step of it.
    pub(super) async fn begin(world: &World, plan: &Plan) -> Result<Option<Self>, Stop> {
        let copies = plan.steps.iter().find_map(|step| match &step.operation {
            Operation::Files(step) => Some(step.copy().clone()),
            _ => None,
        });
        let Some(copy) = copies else {
            return Ok(None);
        };
        let what = copy.title(plan.action, &plan.target);
        let mut image = None;
        if let FilesOf::Volume(name) = &copy.place.of {
            let failed = |error: BackendError| error.failure(what.clone());
            let containers = world.backend.containers().await.map_err(failed)?;
            image = any_image(world.backend.as_ref(), &containers)
                .await
                .map_err(failed)?;
            if image.is_none() {
                let why = "it is reached through a container that never runs, and there is no image to make one of";
                let failure = Failure::new(what, why).hint("pull any image, however small");
                return Err(failure.into());
            }
            // Under the volume's lock: what an earlier job of ours left nobody needs.
            carrier::clear(world, name).await.map_err(failed)?;
        }
        Ok(Some(Self {
            copy,
            what,
            image,
            carrier: None,
            creating: None,
            writing: None,
            fetched: None,
            sent: Sent::Nothing,
            contents: None,
        }))
    }

    /// Takes a step; what it has to say for the end.
    pub(super) async fn perform(
        &mut self,
        world: &World,
        teller: &Teller,
        step: &FileStep,
    ) -> Result<Option<String>, Failure> {
        match step {
            FileStep::Fetch { .. } => self.fetch(world, teller).await,
            FileStep::Keep { .. } => self.keep().await,
            FileStep::Send { .. } => self.send(world, teller).await,
            FileStep::Compare { .. } => self.compare(world, teller).await,
        }
    }

    /// The job ends: what was only for it goes, and what is half done.
    pub(super) async fn end(mut self, world: &World, teller: &Teller) {
        if let Some(creating) = self.creating.take() {
            drop(creating.await);
        }
        if let Some(writing) = self.writing.take() {
            // It ends by itself, for nobody feeds it; what it wrote goes with what it answers.
            drop(writing.await);
        }
        if let Some(fetched) = self.fetched.take() {
            // A large folder takes a while.
            drop(tokio::task::spawn_blocking(move || drop(fetched)).await);
        }
        self.undo(world, teller).await;
        if let FilesOf::Volume(name) = &self.copy.place.of
            && let Err(error) = carrier::clear(world, name).await
        {
            teller.say(format!(
                "a container that shows {} stays until the next job on it: {}",
                visible(name),
                visible(&error.to_string()),
            ));
        }
    }

    /// The way to the files: their container, or one that is made to show the volume.
    async fn through<'a>(
        &mut self,
        world: &World,
        backend: &'a dyn Backend,
    ) -> Result<Through<'a>, Failure> {
        let (container, base) = match &self.copy.place.of {
            FilesOf::Container(id) => (id.clone(), String::new()),
            FilesOf::Volume(name) => {
                let name = name.clone();
                let made = self.carrier(world, name).await;
                let made = made.map_err(|error| error.failure(self.what.clone()))?;
                (made, VOLUME_PATH.to_owned())
            }
        };
        Ok(Through {
            backend,
            container,
            base,
        })
    }

    async fn carrier(
        &mut self,
        world: &World,
        volume: String,
    ) -> Result<ContainerId, BackendError> {
        if let Some(container) = &self.carrier {
            return Ok(container.clone());
        }
        let Some(image) = self.image.clone() else {
            return Err(BackendError::NotFound("there is no image".to_owned()));
        };
        let world = world.clone();
        // A job that only reads gets one that can only read.
        let writes = !matches!(self.sent, Sent::Nothing);
        let creating = async move { carrier::make(&world, &volume, &image, writes).await };
        let made = self.creating.insert(tokio::spawn(creating)).await;
        self.creating = None;
        let made = made.unwrap_or_else(|error| Err(BackendError::Garbage(error.to_string())))?;
        self.carrier = Some(made.clone());
        Ok(made)
    }

    fn failed(&self, why: impl std::fmt::Display) -> Failure {
        Failure::new(self.what.clone(), visible(&why.to_string()))
    }

    /// A failure of another part, under the job's own name.
    fn named(&self, failure: Failure) -> Failure {
        Failure {
            what: self.what.clone(),
            ..failure
        }
    }

    fn local(&self) -> &Path {
        Path::new(&self.copy.local)
    }
}
