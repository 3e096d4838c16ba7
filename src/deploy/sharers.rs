//! Services that live in the network namespace of another one's container.
//!
//! dockerd makes a new namespace whenever a container is started. Who shared the old one keeps running in it, "Up" and
//! without a network [ran, Engine 20.10.24]: a restart of the owner needs a restart of the sharers, a recreation needs
//! them recreated.

use std::collections::BTreeMap;

use super::observed::{ComposeObserved, Observed, is_active};
use super::{compose, gates, in_place};
use crate::domain::{Container, ServiceId, Step};

/// What is done about the sharers of a network.
#[derive(Default)]
pub(super) struct Taken {
    /// What gives them their network back, as soon as the owner runs.
    steps: Vec<Step>,
    /// What shows that they are fine with it.
    gates: Vec<Step>,
}

impl Taken {
    /// The steps around the gate of the owner: the sharers are not left without a network while it is watched, and not
    /// at all when it fails to prove itself.
    pub(super) fn around(self, owner: Step, service: &ServiceId, at_least: u32) -> Vec<Step> {
        let mut steps = Vec::new();
        if !self.steps.is_empty() {
            steps.push(gates::up(service, at_least));
            steps.extend(self.steps);
        }
        steps.push(owner);
        steps.extend(self.gates);
        steps
    }
}

/// Restarts what shares the network of a container that is started anew.
pub(super) fn restart(observed: &Observed, notes: &mut Vec<String>) -> Taken {
    let mut taken = Taken::default();
    for (service, mut containers) in active_by_service(observed) {
        // A restart would end it for good: the container that it names is gone.
        let joined = |c: &&Container| {
            observed
                .containers
                .iter()
                .any(|ours| c.uses_network_of(ours))
        };
        containers.retain(joined);
        if containers.is_empty() {
            notes.push(format!("{service} has lost its network: redeploy it"));
            continue;
        }
        notes.push(format!(
            "{} shares the network of {} and is restarted after it",
            service.name,
            observed.name()
        ));
        let restarts = containers.iter().map(|c| in_place::restart_step(c));
        taken.steps.extend(restarts);
        taken.gates.push(gates::running(
            observed,
            &service,
            &containers,
            containers.len() as u32,
            notes,
        ));
    }
    taken
}

/// Brings up after it what shares the network of a recreated container; what Compose cannot recreate gets a note.
pub(super) fn recreate(
    observed: &Observed,
    compose: &ComposeObserved,
    notes: &mut Vec<String>,
) -> Taken {
    let mut taken = Taken::default();
    for (service, containers) in active_by_service(observed) {
        let of_this_project = service.project == observed.service.project
            && containers
                .iter()
                .all(|c| c.compose.as_ref().is_some_and(|i| !i.one_off));
        if !of_this_project {
            notes.push(format!(
                "{service} shares the network of {} and is not of its project: if {} is recreated, recreate it by hand",
                observed.name(),
                observed.name()
            ));
            continue;
        }
        notes.push(format!(
            "{} shares the network of {} and is brought up after it",
            service.name,
            observed.name()
        ));
        let existing = containers.len() as u32;
        let scale = compose::Scale::of(compose, &service.name, existing);
        let up = compose::up_step(compose, &service.name, scale);
        taken.steps.push(up);
        if scale.expected() > 0 {
            let gate = gates::running(observed, &service, &containers, scale.expected(), notes);
            taken.gates.push(gate);
        }
    }
    for (service, containers) in by_service(observed) {
        if !containers.iter().any(|c| is_active(c)) {
            notes.push(format!(
                "{} shares the network of {} and does not run: it is left as it is",
                service.name,
                observed.name()
            ));
        }
    }
    taken
}

/// Says who loses its network when the service stops.
pub(super) fn warn(observed: &Observed, notes: &mut Vec<String>) {
    for service in active_by_service(observed).into_keys() {
        notes.push(format!(
            "{} shares the network of {} and will have none",
            service.name,
            observed.name()
        ));
    }
}

fn by_service(observed: &Observed) -> BTreeMap<ServiceId, Vec<&Container>> {
    let mut services: BTreeMap<ServiceId, Vec<&Container>> = BTreeMap::new();
    for container in &observed.sharers {
        services
            .entry(container.service_id())
            .or_default()
            .push(container);
    }
    services
}

fn active_by_service(observed: &Observed) -> BTreeMap<ServiceId, Vec<&Container>> {
    let mut services = by_service(observed);
    for containers in services.values_mut() {
        containers.retain(|container| is_active(container));
    }
    services.retain(|_, containers| !containers.is_empty());
    services
}
