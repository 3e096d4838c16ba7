//! Planners: from what was observed to the steps that an action takes.
//!
//! [`observe()`] asks the engine and Compose; [`plan()`] is pure. Each way of deploying has a file: `in_place` for what
//! is done to the containers that exist, `compose` for what Compose brings up. Rebuild, roll back and renew will be
//! files of their own beside these, and so will other ways to redeploy (lone containers, Swarm): `plan` chooses.

mod compose;
mod gates;
mod in_place;
mod observe;
mod observed;
mod pull;
#[cfg(test)]
pub(crate) mod sample;
mod sharers;
#[cfg(test)]
mod tests;

pub use observe::{members, observe};
pub use observed::{ComposeObserved, Observed, is_member};

use crate::domain::{ActionName, Failure, Plan};

/// What an action will do to the service, given what was observed. A plan without steps has nothing to do; its notes
/// say why. Fails when the action cannot be carried out at all.
pub fn plan(action: ActionName, observed: &Observed) -> Result<Plan, Failure> {
    match action {
        ActionName::Restart => in_place::restart(observed),
        ActionName::Start => in_place::start(observed),
        ActionName::Stop => Ok(in_place::stop(observed)),
        ActionName::Remove => Ok(in_place::remove(observed)),
        ActionName::Redeploy => compose::redeploy(observed),
    }
}
