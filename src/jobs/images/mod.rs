//! Lets a reference mean an image, writes an image to a file, fetches one from its registry.

mod plan;
mod save;
#[cfg(test)]
mod tests;

use tokio::task::JoinHandle;

use super::tell::Teller;
use super::{Stop, World, engine};
use crate::backend::BackendError;
use crate::backup::{Damage, Written};
use crate::domain::text::visible;
use crate::domain::{Failure, Image, ImageId, Operation, Plan, Target};

pub(super) use plan::plan;

/// What the steps of such a job have come to.
pub(super) struct Imaging {
    /// What the job is called in its failures.
    what: String,
    /// The thread that writes the file.
    writing: Option<JoinHandle<Result<Written, Damage>>>,
    /// The file that is written, without its name yet.
    written: Option<Written>,
}

impl Imaging {
    /// What a plan for an image needs; none of any other.
    pub(super) fn begin(plan: &Plan) -> Option<Self> {
        matches!(plan.target, Target::Image(_)).then(|| Self {
            what: plan.action.title(&plan.target),
            writing: None,
            written: None,
        })
    }

    /// Takes a step; what it has to say for the end. Dropped in the middle, [`Imaging::end`] clears away.
    pub(super) async fn perform(
        &mut self,
        world: &World,
        teller: &Teller,
        operation: &Operation,
    ) -> Result<Option<String>, Stop> {
        match operation {
            Operation::TagImage { image, reference } => {
                Ok(Some(self.tag(world, image, reference).await?))
            }
            Operation::PullImage { reference } => self.pull(world, teller, reference).await,
            Operation::SaveImage { image, file } => {
                self.write(world, teller, image, file).await?;
                Ok(None)
            }
            Operation::KeepSaved { file } => Ok(Some(self.keep(file).await?)),
            _ => Ok(None),
        }
    }

    /// The job ends: what is half written goes.
    pub(super) async fn end(mut self) {
        if let Some(writing) = self.writing.take() {
            // It ends by itself, for nobody feeds it; what it wrote goes with what it answers.
            drop(writing.await);
        }
    }

    async fn tag(
        &self,
        world: &World,
        image: &ImageId,
        reference: &str,
    ) -> Result<String, Failure> {
        let backend = world.backend.as_ref();
        let before = self.meant(world, reference).await?;
        engine::tag(backend, image, reference).await?;
        match self.meant(world, reference).await? {
            Some(now) if now.id == *image => {}
            _ => {
                return Err(
                    self.failed("the engine took it, and the reference means another image")
                );
            }
        }
        let (shown, new) = (visible(reference), image.short());
        Ok(match before.filter(|before| before.id != *image) {
            Some(before) => format!(
                "{shown} means {new} now; {}",
                puts_back(&before.id, reference)
            ),
            None => format!("{shown} means {new} now"),
        })
    }

    async fn pull(
        &self,
        world: &World,
        teller: &Teller,
        reference: &str,
    ) -> Result<Option<String>, Stop> {
        let before = self.meant(world, reference).await?;
        // Cut short by whoever drops this: the stream goes with it, and the engine's pull with that.
        let never = tokio_util::sync::CancellationToken::new();
        engine::pull(world.backend.as_ref(), reference, teller, &never).await?;
        let shown = visible(reference);
        let Some(now) = self.meant(world, reference).await? else {
            return Err(self
                .failed("the engine says that it has it, and has it not")
                .into());
        };
        let id = now.id.short();
        match before {
            Some(before) if before.id == now.id => Err(Stop::NothingNew(format!(
                "{shown} is {id} here already, and the registry has nothing newer"
            ))),
            Some(before) => Ok(Some(format!(
                "{shown} is {id} now, {}; {}",
                now.size,
                puts_back(&before.id, reference)
            ))),
            None => Ok(Some(format!("{shown} is {id}, {}", now.size))),
        }
    }

    async fn meant(&self, world: &World, reference: &str) -> Result<Option<Image>, Failure> {
        let failed = |error: BackendError| engine::failure(&error, self.what.clone());
        world.backend.image(reference).await.map_err(failed)
    }

    fn failed(&self, why: impl std::fmt::Display) -> Failure {
        Failure::new(self.what.clone(), visible(&why.to_string()))
    }
}

/// How what a reference meant before is what it means again.
fn puts_back(before: &ImageId, reference: &str) -> String {
    let (before, reference) = (before.short(), visible(reference));
    format!("before it was {before}, which topside images tag {before} {reference} puts back")
}
