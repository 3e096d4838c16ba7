//! Redeploy of a service that Compose made: pull, bring up this service only, watch; then what shares its network.

use super::observed::{ComposeObserved, Observed};
use super::{gates, in_place, pull, sharers};
use crate::domain::{ActionName, Container, Failure, Operation, Plan, Step, StepKind};

/// How many containers a service is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// What the Compose files say.
    Declared(u32),
    /// What was asked for on a command line earlier, and would be lost without saying it again.
    Kept(u32),
    /// One, as nobody said otherwise.
    One,
}

impl Scale {
    pub(super) fn of(compose: &ComposeObserved, service: &str, existing: u32) -> Self {
        let declared = compose
            .facts
            .as_ref()
            .and_then(|facts| facts.get(service)?.scale);
        match declared {
            Some(count) => Self::Declared(count),
            None if existing > 1 => Self::Kept(existing),
            None => Self::One,
        }
    }

    const fn on_command_line(self) -> Option<u32> {
        match self {
            Self::Kept(count) => Some(count),
            Self::Declared(_) | Self::One => None,
        }
    }

    pub(super) const fn expected(self) -> u32 {
        match self {
            Self::Declared(count) | Self::Kept(count) => count,
            Self::One => 1,
        }
    }
}

/// Brings up what the Compose files and the registry say now.
pub(super) fn redeploy(observed: &Observed) -> Result<Plan, Failure> {
    let what = in_place::what(ActionName::Redeploy, observed);
    if observed.containers.is_empty() {
        return Err(in_place::no_containers(observed, ActionName::Redeploy));
    }
    let Some(compose) = &observed.compose else {
        return Err(Failure::new(
            what,
            "it was not made by Compose; redeploying such a container comes with a later version",
        )
        .hint("restart it instead"));
    };
    let name = observed.name();
    if compose
        .facts
        .as_ref()
        .is_some_and(|facts| !facts.contains_key(name))
    {
        return Err(Failure::new(
            what,
            format!(
                "the Compose files have no service {name} any more ({})",
                compose.project.files.join(", ")
            ),
        )
        .hint("put it back into the file, or remove its containers"));
    }

    let mut notes = Vec::new();
    let mut steps = Vec::new();
    match pull::reason_to_skip(observed, compose) {
        Some(note) => notes.push(note),
        None => steps.push(pull_step(compose, name)),
    }
    let scale = Scale::of(compose, name, observed.containers.len() as u32);
    steps.push(up_step(compose, name, scale));
    if scale.expected() == 0 {
        notes.push(format!(
            "the Compose file wants no container of {name}: those it has will go"
        ));
        steps.push(gates::gone(&observed.service));
        sharers::warn(observed, &mut notes);
    } else {
        let containers: Vec<&Container> = observed.containers.iter().collect();
        let count = scale.expected();
        let gate = gates::running(&observed.service, &containers, count, &mut notes);
        let sharers = sharers::recreate(observed, compose, &mut notes);
        steps.extend(sharers.around(gate, &observed.service, count));
    }
    Ok(observed.plan(ActionName::Redeploy, steps, notes))
}

/// A cut-short pull leaves everything as it was.
fn pull_step(compose: &ComposeObserved, service: &str) -> Step {
    Step {
        title: format!("pull {service}"),
        operation: Operation::ComposePull {
            project: compose.project.clone(),
            service: service.to_owned(),
        },
        kind: StepKind::Cancellable,
    }
}

/// Cut short between removing the old container and starting the new one, it would leave neither.
pub(super) fn up_step(compose: &ComposeObserved, service: &str, scale: Scale) -> Step {
    Step {
        title: format!("bring up {service}"),
        operation: Operation::ComposeUp {
            project: compose.project.clone(),
            service: service.to_owned(),
            scale: scale.on_command_line(),
        },
        kind: StepKind::Committing,
    }
}
