//! What is done when a deploy did not prove itself: whether there is a way back, and what is said at its end.

use std::time::Duration;

use super::{World, releases};
use crate::deploy::{self, Observed};
use crate::domain::{Container, Failure, ImageId, Outcome, Step};

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
    // A deploy may have failed because the engine went away; what leads back needs it.
    wait_for_engine(world).await;
    if let Ok(now) = deploy::members(world.backend.as_ref(), service).await {
        if observed.set_aside.is_empty() && is_untouched(&observed.containers, &now) {
            // It failed before it changed anything: what ran runs on.
            return none(failure);
        }
        let ran = observed.running_image();
        let newest = now.iter().max_by_key(|container| container.created);
        if let Some(newest) = newest.filter(|newest| Some(&newest.image_id) != ran) {
            releases::failed(world, service, newest).await;
        } else if observed.compose.is_some() && is_replaced(&observed.containers, &now) {
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

/// Waits until the engine answers, for a while.
async fn wait_for_engine(world: &World) {
    const PATIENCE: Duration = Duration::from_secs(120);
    const PAUSE: Duration = Duration::from_secs(1);
    let answers = async {
        while world.backend.ping().await.is_err() {
            tokio::time::sleep(PAUSE).await;
        }
    };
    // When it does not come back, the first step of the way back says so.
    let _ = tokio::time::timeout(PATIENCE, answers).await;
}

/// Whether the containers are the same ones, under their names, and each of them runs that did.
fn is_untouched(before: &[Container], now: &[Container]) -> bool {
    let same = |old: &Container| {
        now.iter().any(|new| {
            let started = |c: &Container| c.detail.as_ref().and_then(|detail| detail.started_at);
            new.id == old.id
                && new.name == old.name
                && started(new) == started(old)
                && new.is_up() == old.is_up()
        })
    };
    now.len() == before.len() && before.iter().all(same)
}

/// Whether there are containers, and none of those of before.
fn is_replaced(before: &[Container], now: &[Container]) -> bool {
    !now.is_empty()
        && now
            .iter()
            .all(|new| before.iter().all(|old| old.id != new.id))
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

    /// The way back failed as well.
    pub(super) fn failed(self, second: &Failure) -> Outcome {
        let why = format!(
            "{}; and the way back to {} failed: {}",
            self.failure.why, self.image, second.why
        );
        let again = format!(
            "look at {}; topside releases lists what is kept, topside rollback --to N brings that up",
            self.name
        );
        Outcome::Failed {
            failure: Failure::new(self.failure.what, why)
                .hint(second.hint.clone().unwrap_or(again)),
            log: self.log,
        }
    }
}
