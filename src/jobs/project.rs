//! What is special about a job on a whole project.

use std::collections::{BTreeMap, BTreeSet};

use tokio_util::sync::CancellationToken;

use super::changes::{Change, Changes, Snapshot};
use super::{Stop, World, releases};
use crate::deploy::{self, LookAtProject, ProjectObserved};
use crate::domain::{
    ActionName, Container, Failure, Gate, Operation, Outcome, Plan, Policy, ProjectId, Request,
    ServiceId,
};

/// Looks at the project and says what will be done.
pub(super) async fn make_plan(
    world: &World,
    request: &Request,
    project: &ProjectId,
    cancel: &CancellationToken,
) -> Result<(ProjectObserved, Plan), Stop> {
    let mut observed = look(world, request.action, project, cancel).await?;
    for service in observed.members() {
        let recorded = releases::recorded(world, &service).await;
        observed.recorded(&service.name, recorded);
    }
    let plan = deploy::plan_project(request, &observed)?;
    Ok((observed, plan))
}

/// The project as it is now, without what is recorded of it.
pub(super) async fn look(
    world: &World,
    action: ActionName,
    project: &ProjectId,
    cancel: &CancellationToken,
) -> Result<ProjectObserved, Stop> {
    let look = LookAtProject {
        backend: world.backend.as_ref(),
        compose: &world.compose,
        action,
        project,
        preferences: &world.preferences,
        cancel,
    };
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(Stop::Cancelled),
        observed = deploy::observe_project(&look) => Ok(observed?),
    }
}

/// Fails when one of its services may not be changed: it cannot be left out of what Compose does to all of them.
pub(super) fn allowed(request: &Request, observed: &ProjectObserved) -> Result<(), Failure> {
    if observed.policy() < Policy::ReadOnly {
        return Ok(());
    }
    let why = "one of its services is read-only, by the config or by its label topside.policy";
    Err(Failure::new(request.title(), why).hint("act on the other services one by one"))
}

/// The containers of each service of the project, as they were or are.
pub(super) async fn snapshots(
    world: &World,
    project: &ProjectId,
) -> Result<BTreeMap<ServiceId, Snapshot>, Failure> {
    let failed = |error: crate::backend::BackendError| {
        error.failure(format!("look at the containers of {}", project.name))
    };
    let all = world.backend.containers().await.map_err(failed)?;
    let ours = |c: &&Container| c.service_id().project_id().as_ref() == Some(project);
    let services: BTreeSet<ServiceId> =
        all.iter().filter(ours).map(Container::service_id).collect();
    let mut snapshots = BTreeMap::new();
    for service in services {
        let members = deploy::members(world.backend.as_ref(), &service).await;
        snapshots.insert(service, Snapshot::of(&members.map_err(failed)?));
    }
    Ok(snapshots)
}

/// One sentence that says what was done to the project and how it was verified.
pub(super) fn summary(
    plan: &Plan,
    changes: &Changes,
    proofs: &BTreeMap<ServiceId, String>,
) -> Outcome {
    let name = &plan.target;
    let said = match plan.action {
        ActionName::Down => format!(
            "{name} is down: {} gone, its volumes are kept",
            count(plan.containers.len(), "container")
        ),
        ActionName::Pull => {
            format!("the images of {name} were pulled; redeploy it to bring up what is new")
        }
        _ => {
            let touched: Vec<&str> = proofs
                .keys()
                .filter(|service| changes.of(service) != Some(&Change::Nothing))
                .map(|service| &*service.name)
                .collect();
            let all = count(proofs.len(), "service");
            if touched.is_empty() {
                let summary = format!("{all} of {name} run already as the Compose files say");
                return Outcome::NothingToDo { summary };
            }
            format!(
                "{all} of {name} proved themselves; new or changed: {}",
                touched.join(", ")
            )
        }
    };
    Outcome::Done { summary: said }
}

/// A service of the project that did not prove itself: the others stay as they are, and it has its own way back.
pub(super) async fn failed(world: &World, plan: &Plan, operation: &Operation, stop: Stop) -> Stop {
    let (Stop::Failed { failure, log }, Operation::Gate { service, gate }) = (stop, operation)
    else {
        return Stop::Cancelled;
    };
    if plan.action != ActionName::Up || !matches!(gate, Gate::Running { .. }) {
        return Stop::Failed { failure, log };
    }
    // Recorded as what did not prove itself, so that going back leads to what ran before it.
    let now = deploy::members(world.backend.as_ref(), service).await;
    let newest = now
        .ok()
        .and_then(|now| now.into_iter().max_by_key(|c| c.created));
    if let Some(newest) = newest.filter(|newest| !plan.containers.contains(&newest.id)) {
        releases::failed(world, service, &newest).await;
    }
    let failure = Failure {
        why: format!("{}: {}", service.name, failure.why),
        ..failure
    }
    .hint(format!(
        "roll back {service} (Z) to what it ran before; the rest of the project stays as it is now"
    ));
    Stop::Failed { failure, log }
}

fn count(n: usize, what: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {what}{s}")
}
