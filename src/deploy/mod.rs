//! Planners: from what was observed to the steps that an action takes.
//!
//! [`observe()`] asks the engine and Compose; [`plan()`] is pure, and so is [`way_back()`]. Each way of deploying has a
//! file: `in_place` for what is done to the containers that exist, `compose` and `roll_back` for what Compose brings
//! up, `lone` for a container that somebody made by hand. Other ways (Swarm, Kubernetes) will be files beside these.

mod compose;
mod gates;
mod in_place;
mod lone;
mod observe;
mod observed;
mod project;
mod prune;
mod pull;
mod releases;
mod roll_back;
#[cfg(test)]
pub(crate) mod sample;
mod sharers;
mod stock;
#[cfg(test)]
mod tests;

pub use observe::{Look, borrowed_label, members, observe};
pub use observed::{ComposeObserved, ImagesObserved, Observed, is_member};
pub use project::{
    LookAtProject, ProjectObserved, merged_config, observe_project, plan_project, profiles,
    project_files,
};
pub use prune::{is_unused_volume, plan as plan_prune};
pub use releases::merged;
pub use stock::{Kept, Stock, take_stock};

use crate::domain::{ActionName, Failure, Plan, Step};

/// What an action will do to the service, given what was observed. A plan without steps has nothing to do; its notes
/// say why. `to` is the release that a roll back is to lead to. Fails when the action cannot be carried out at all.
pub fn plan(action: ActionName, to: Option<u64>, observed: &Observed) -> Result<Plan, Failure> {
    let gone = observed.containers.is_empty() && observed.set_aside.is_empty();
    if gone && action.deploys() {
        return Err(in_place::no_containers(observed, action));
    }
    match (action, &observed.compose) {
        (ActionName::Restart, _) => in_place::restart(observed),
        (ActionName::Start, _) => in_place::start(observed),
        (ActionName::Stop, _) => Ok(in_place::stop(observed)),
        (ActionName::Remove, _) => Ok(in_place::remove(observed)),
        (ActionName::Redeploy, Some(compose)) => compose::redeploy(observed, compose),
        (ActionName::Redeploy, None) => lone::redeploy(observed),
        (ActionName::Rebuild, Some(compose)) => compose::rebuild(observed, compose),
        (ActionName::Rebuild, None) => lone::rebuild(observed),
        (ActionName::RollBack, Some(compose)) => roll_back::plan(observed, compose, to),
        (ActionName::RollBack, None) => lone::roll_back(observed, to),
        (ActionName::Up | ActionName::Down | ActionName::Pull, _) => {
            let why = "it is for a whole project, not for a service";
            Err(Failure::new(action.title(&observed.service), why))
        }
        (ActionName::Renew | ActionName::Reload, _) => {
            let why = "it is for a certificate, not for a service";
            Err(Failure::new(action.title(&observed.service), why))
        }
        (ActionName::BackUp | ActionName::Restore, _) => {
            let why = "it is for a volume, not for a service";
            Err(Failure::new(action.title(&observed.service), why))
        }
        (ActionName::CopyOut | ActionName::CopyIn, _) => {
            let why = "it is for a file, and none is named";
            Err(Failure::new(action.title(&observed.service), why))
        }
        (ActionName::TagImage | ActionName::SaveImage | ActionName::PullImage, _) => {
            let why = "it is for an image, not for a service";
            Err(Failure::new(action.title(&observed.service), why))
        }
        (ActionName::Run, _) => {
            let why = "no command of yours is named";
            Err(Failure::new(action.title(&observed.service), why))
        }
        (ActionName::Prune | ActionName::RemoveImage | ActionName::RemoveVolume, _) => {
            let why = "it is for a host, not for a service";
            Err(Failure::new(action.title(&observed.service), why))
        }
    }
}

/// The steps that bring back what ran when a deploy was planned. `observed` is what it was planned from.
pub fn way_back(observed: &Observed) -> Result<Vec<Step>, Failure> {
    match &observed.compose {
        Some(compose) => roll_back::way_back(observed, compose),
        None => lone::way_back(observed),
    }
}
