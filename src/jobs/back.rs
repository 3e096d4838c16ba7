//! What is done when a deploy did not prove itself: whether there is a way back, and what is said at its end.

use super::changes::Snapshot;
use super::{World, releases};
use crate::deploy::{self, Observed};
use crate::domain::{Failure, ImageId, Outcome, Step};

/// The way back from a failed deploy.
pub(super) struct Way {
    /// What leads back.
    pub(super) steps: Vec<Step>,
    failure: Failure,
    log: Vec<String>,
    name: String,
    image: String,
}

/// Whether there is one.
pub(super) enum Found {
    /// There is.
    Way(Way),
    /// There is none, or none is needed.
    None(Outcome),
}

/// Looks for the way back to what ran when the deploy was planned.
pub(super) async fn find(
    world: &World,
    observed: &Observed,
    failure: Failure,
    log: Vec<String>,
) -> Found {
    let none = |failure: Failure| {
        Found::None(Outcome::Failed {
            failure,
            log: log.clone(),
        })
    };
    let service = &observed.service;
    let now = deploy::members(world.backend.as_ref(), service).await;
    if let Ok(now) = &now {
        if Snapshot::of(now) == Snapshot::of(&observed.containers) {
            // It failed before it changed anything: what ran runs on.
            return none(failure);
        }
        let ran = observed.running_image();
        let newest = now.iter().max_by_key(|container| container.created);
        if let Some(newest) = newest.filter(|newest| Some(&newest.image_id) != ran) {
            releases::failed(world, service, newest).await;
        } else if newest.is_some() && observed.compose.is_some() {
            return none(failure.hint(
                "its image is the one that ran before: put back what was changed in the Compose file, then redeploy",
            ));
        }
    }
    match deploy::way_back(observed) {
        Ok(steps) => Found::Way(Way {
            steps,
            failure,
            log,
            name: service.name.to_string(),
            image: observed
                .running_image()
                .map(ImageId::short)
                .unwrap_or_default()
                .to_owned(),
        }),
        Err(none_there) => none(Failure {
            hint: Some(format!("there is no way back: {}", none_there.why)),
            ..failure
        }),
    }
}

impl Way {
    /// What ran before runs again.
    pub(super) fn succeeded(self, proof: &str) -> Outcome {
        Outcome::RolledBack {
            failure: self.failure,
            log: self.log,
            summary: format!("{} runs {} again; {proof}", self.name, self.image),
        }
    }

    /// Somebody cancelled while what ran before was watched.
    pub(super) fn unwatched(self) -> Outcome {
        let hint = format!(
            "{} was brought back to {}, and not watched to the end: look whether it runs",
            self.name, self.image
        );
        Outcome::Failed {
            failure: self.failure.hint(hint),
            log: self.log,
        }
    }

    /// The way back failed as well.
    pub(super) fn failed(self, second: &Failure) -> Outcome {
        let why = format!(
            "{}; and the way back to {} failed: {}",
            self.failure.why, self.image, second.why
        );
        let again = format!("look at {}, then roll it back (Z)", self.name);
        Outcome::Failed {
            failure: Failure::new(self.failure.what, why)
                .hint(second.hint.clone().unwrap_or(again)),
            log: self.log,
        }
    }
}
