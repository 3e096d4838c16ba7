//! What has to come true after the steps, and how long that may take.

use std::time::Duration;

use super::observed::Observed;
use crate::domain::{Container, Gate, Operation, ServiceId, Step, StepKind};

/// How long a container without a health check has to run, unless somebody says otherwise.
const GRACE: Duration = Duration::from_secs(10);
/// How long a gate may take besides its grace.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How long stopped or removed containers may take to be seen so: the steps before have waited for them.
const SETTLE: Duration = Duration::from_secs(30);

/// Watches until `at_least` containers of the service have proven themselves.
pub(super) fn running(
    observed: &Observed,
    service: &ServiceId,
    containers: &[&Container],
    at_least: u32,
    notes: &mut Vec<String>,
) -> Step {
    let wishes = observed.wishes(service, containers, notes);
    let grace = wishes.gate.unwrap_or(GRACE);
    step(
        format!("watch {} until it has proven itself", service.name),
        service,
        Gate::Running {
            grace,
            timeout: grace + TIMEOUT,
            at_least: at_least.max(1),
        },
    )
}

/// Watches until the service's containers run, for what can only be started then. Whether they stay so is for
/// [`running`] to say.
pub(super) fn up(service: &ServiceId, at_least: u32) -> Step {
    let gate = Gate::Up {
        timeout: TIMEOUT,
        at_least: at_least.max(1),
    };
    Step {
        // Cut short here, what comes next would be left without a network.
        kind: StepKind::Committing,
        ..step(format!("see that {} runs", service.name), service, gate)
    }
}

/// Watches until none of the service's containers runs.
pub(super) fn stopped(service: &ServiceId) -> Step {
    step(
        format!("see that {} is stopped", service.name),
        service,
        Gate::Stopped { timeout: SETTLE },
    )
}

/// Watches until the target's containers are gone.
pub(super) fn gone(service: &ServiceId) -> Step {
    step(
        format!("see that {} is gone", service.name),
        service,
        Gate::Gone { timeout: SETTLE },
    )
}

fn step(title: String, service: &ServiceId, gate: Gate) -> Step {
    Step {
        title,
        operation: Operation::Gate {
            service: service.clone(),
            gate,
        },
        kind: StepKind::Cancellable,
    }
}
