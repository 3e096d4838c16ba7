//! What a plan's steps mean for each other and for who cancels.

use std::collections::BTreeSet;

use crate::domain::plan::RenewalStep;
use crate::domain::{Gate, Operation, Plan, ServiceId, Step, StepKind, Target};

/// Whether the committing steps after this one have to follow, whoever cancels: a container's end wants its successor's
/// start, a re-pointed reference the container that goes with it, a passed gate its record.
pub(super) const fn binds(step: &Step) -> bool {
    matches!(
        step.operation,
        Operation::Gate { .. } | Operation::SetAside { .. } | Operation::TagImage { .. }
    )
}

pub(super) const fn is_up_gate(step: &Step) -> bool {
    matches!(
        step.operation,
        Operation::Gate {
            gate: Gate::Up { .. },
            ..
        }
    )
}

/// Whether a step's title tells somebody who cancelled what was changed. What was pulled or built is what the next one
/// who brings the service up gets.
pub(super) const fn says_itself(step: &Step) -> bool {
    match step.operation {
        // What is half done with a volume or a file is undone by the job itself.
        Operation::Volume(_)
        | Operation::Files(_)
        | Operation::SaveImage { .. }
        | Operation::KeepSaved { .. }
        | Operation::KeepRelease { .. }
        | Operation::Gate { .. }
        | Operation::CompareImage { .. } => false,
        Operation::ComposePull { .. }
        | Operation::ComposeBuild { .. }
        | Operation::PullImage { .. }
        | Operation::ProjectPull { .. } => true,
        _ => matches!(step.kind, StepKind::Committing),
    }
}

/// What somebody who cancelled a step has to know of it: what a command of the user's own did by then, nobody knows.
pub(super) fn cut_short(step: &Step) -> Option<String> {
    let is_own = matches!(step.operation, Operation::OwnCommand(_));
    is_own.then(|| format!("{}, cut short", step.title))
}

/// The services besides the target that the plan acts upon: each is watched after it, or named by a call of Compose for
/// the whole project.
pub(super) fn others(plan: &Plan, target: &Target) -> BTreeSet<ServiceId> {
    let mut all = BTreeSet::new();
    for step in &plan.steps {
        match &step.operation {
            Operation::Gate { service, .. }
            | Operation::Renewal(RenewalStep::Reload { service, .. }) => {
                all.insert(service.clone());
            }
            Operation::ProjectPull { project, services }
            | Operation::ProjectUp {
                project, services, ..
            } => all.extend(services.iter().map(|name| ServiceId {
                host: target.host().clone(),
                project: Some(project.name.as_str().into()),
                name: name.as_str().into(),
            })),
            _ => {}
        }
    }
    all.retain(|service| target.service() != Some(service));
    all
}
