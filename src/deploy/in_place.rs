//! Restart, start, stop, remove: what is done to the containers that exist, whoever made them.

use super::observed::{Observed, is_active};
use super::{gates, sharers};
use crate::domain::{
    ActionName, Container, ContainerState, Failure, Operation, Plan, Step, StepKind,
};

/// Stops and starts every container of the service.
pub(super) fn restart(observed: &Observed) -> Result<Plan, Failure> {
    let containers = existing(observed, ActionName::Restart)?;
    let mut notes = Vec::new();
    let mut steps: Vec<Step> = containers.iter().map(|c| restart_step(c)).collect();
    steps.extend(watched(observed, &containers, &mut notes));
    Ok(observed.plan(ActionName::Restart, steps, notes))
}

/// Watches the containers that were started, and takes along what shares their network.
fn watched(observed: &Observed, containers: &[&Container], notes: &mut Vec<String>) -> Vec<Step> {
    let count = containers.len() as u32;
    let gate = gates::running(observed, &observed.service, containers, count, notes);
    sharers::restart(observed, notes).around(gate, &observed.service, count)
}

/// Starts the containers that do not run.
pub(super) fn start(observed: &Observed) -> Result<Plan, Failure> {
    let containers = existing(observed, ActionName::Start)?;
    if let Some(paused) = containers
        .iter()
        .find(|c| c.state == ContainerState::Paused)
    {
        let why = format!("{} is paused", paused.name);
        return Err(Failure::new(what(ActionName::Start, observed), why)
            .hint("restart it, or let it go on with docker unpause"));
    }
    let idle: Vec<&Container> = containers
        .iter()
        .copied()
        .filter(|c| !is_active(c))
        .collect();
    if idle.is_empty() {
        let note = format!("{} runs already", observed.name());
        return Ok(observed.plan(ActionName::Start, Vec::new(), vec![note]));
    }
    let mut notes = Vec::new();
    let mut steps: Vec<Step> = idle.iter().map(|c| start_step(c)).collect();
    steps.extend(watched(observed, &containers, &mut notes));
    Ok(observed.plan(ActionName::Start, steps, notes))
}

/// Stops the containers that run.
pub(super) fn stop(observed: &Observed) -> Plan {
    let active = observed.containers.iter().filter(|c| is_active(c));
    let mut steps: Vec<Step> = active.map(stop_step).collect();
    let mut notes = Vec::new();
    if steps.is_empty() {
        notes.push(format!("{} does not run", observed.name()));
    } else {
        steps.push(gates::stopped(&observed.service));
        sharers::warn(observed, &mut notes);
    }
    observed.plan(ActionName::Stop, steps, notes)
}

/// Removes every container, after stopping it: the engine's removal of a running one is a SIGKILL.
pub(super) fn remove(observed: &Observed) -> Plan {
    let mut steps = Vec::new();
    let mut notes = Vec::new();
    for container in observed.containers.iter().chain(&observed.set_aside) {
        if is_active(container) {
            steps.push(stop_step(container));
        }
        steps.push(step(
            format!("remove {}", container.name),
            Operation::RemoveContainer {
                container: container.id.clone(),
            },
        ));
    }
    if steps.is_empty() {
        notes.push(format!("{} has no containers", observed.name()));
    } else {
        steps.push(gates::gone(&observed.service));
        notes.push("named volumes are kept".to_owned());
        sharers::warn(observed, &mut notes);
    }
    observed.plan(ActionName::Remove, steps, notes)
}

/// The containers that can be acted upon; not having any is a failure: the service is not there.
fn existing(observed: &Observed, action: ActionName) -> Result<Vec<&Container>, Failure> {
    let containers: Vec<&Container> = observed
        .containers
        .iter()
        .filter(|c| !matches!(c.state, ContainerState::Removing | ContainerState::Dead))
        .collect();
    if containers.is_empty() {
        return Err(no_containers(observed, action));
    }
    if observed.lost_network {
        let why = "the container whose network it shares is gone; it cannot be started without";
        let hint = if containers.iter().any(|c| c.compose.is_some()) {
            "redeploy it: that puts it into the network of the new one"
        } else {
            "create it anew, with the network of a container that is there"
        };
        return Err(Failure::new(what(action, observed), why).hint(hint));
    }
    Ok(containers)
}

pub(super) fn no_containers(observed: &Observed, action: ActionName) -> Failure {
    Failure::new(what(action, observed), "it has no containers any more")
        .hint("bring it up with docker compose up -d, or docker run")
}

pub(super) fn what(action: ActionName, observed: &Observed) -> String {
    action.title(&observed.service)
}

pub(super) fn restart_step(container: &Container) -> Step {
    step(
        format!("restart {}", container.name),
        Operation::RestartContainer {
            container: container.id.clone(),
        },
    )
}

fn start_step(container: &Container) -> Step {
    step(
        format!("start {}", container.name),
        Operation::StartContainer {
            container: container.id.clone(),
        },
    )
}

fn stop_step(container: &Container) -> Step {
    step(
        format!("stop {}", container.name),
        Operation::StopContainer {
            container: container.id.clone(),
        },
    )
}

/// A call of the engine cannot be taken back half-way.
fn step(title: String, operation: Operation) -> Step {
    Step {
        title,
        operation,
        kind: StepKind::Committing,
    }
}
