//! One sentence that says what was done and how it was verified.

use super::changes::Change;
use super::steps::Steps;
use crate::domain::{ActionName, Operation, Outcome, Plan, ServiceId};

/// The outcome of a plan whose steps all ended well.
pub(super) fn of(plan: &Plan, service: &ServiceId, steps: &Steps<'_>) -> Outcome {
    let (changes, proofs) = (&steps.changes, &steps.proofs);
    let release = steps.release.map(|number| format!(" (release {number})"));
    let release = release.unwrap_or_default();
    let proof = proofs.get(service).map_or("", String::as_str);
    let name = &service.name;
    let after: Vec<&str> = proofs
        .keys()
        .filter(|other| *other != service && changes.of(other) != Some(&Change::Nothing))
        .map(|other| &*other.name)
        .collect();
    let has =
        |wanted: fn(&Operation) -> bool| plan.steps.iter().any(|step| wanted(&step.operation));
    let puts_back = has(|operation| matches!(operation, Operation::PutBack { .. }));
    let finishes = !has(|operation| matches!(operation, Operation::SetAside { .. }))
        && has(|operation| matches!(operation, Operation::StartNamed { .. }));
    let done = match plan.action {
        _ if puts_back => format!("the container of before was put back as {name}; {proof}"),
        _ if finishes => format!("{name} has taken the place of the container of before; {proof}"),
        ActionName::Redeploy | ActionName::Rebuild | ActionName::RollBack => {
            match changes.of(service) {
                Some(Change::Image { old, new }) if plan.action == ActionName::RollBack => {
                    format!("{name} runs {new}{release} again, before {old}; {proof}")
                }
                Some(Change::Image { old, new }) if proof != GONE => {
                    format!("{name} now runs {new}{release}, before {old}; {proof}")
                }
                Some(Change::Recreated { image }) => {
                    format!(
                        "{name} was recreated with its new configuration, still of {image}; {proof}"
                    )
                }
                Some(Change::Started) => format!("{name} was brought up; {proof}"),
                None | Some(Change::Nothing) if after.is_empty() => return nothing(plan, name),
                None | Some(Change::Nothing) => format!("{name} was up to date; {proof}"),
                Some(Change::Image { .. }) => format!("{name} is {proof}"),
            }
        }
        ActionName::Restart => format!("{name} was restarted; {proof}"),
        ActionName::Start => format!("{name} was started; {proof}"),
        ActionName::Stop
        | ActionName::Remove
        | ActionName::Prune
        | ActionName::RemoveImage
        | ActionName::RemoveVolume => format!("{name} is {proof}"),
        // Of a certificate, or of a whole project.
        ActionName::Renew
        | ActionName::Reload
        | ActionName::BackUp
        | ActionName::Restore
        | ActionName::CopyOut
        | ActionName::CopyIn
        | ActionName::Run
        | ActionName::TagImage
        | ActionName::SaveImage
        | ActionName::PullImage => {
            return of_said(plan, &steps.said);
        }
        ActionName::Up | ActionName::Down | ActionName::Pull => return of_said(plan, &[]),
    };
    let summary = if after.is_empty() {
        done
    } else {
        format!("{done}; after it came {}", after.join(", "))
    };
    Outcome::Done { summary }
}

/// The outcome of a plan that is not about one service.
pub(super) fn of_said(plan: &Plan, said: &[String]) -> Outcome {
    let summary = if said.is_empty() {
        format!("{} is done", plan.action.title(&plan.target))
    } else {
        said.join("; ")
    };
    Outcome::Done { summary }
}

/// How a removal is proven.
const GONE: &str = "gone";

fn nothing(plan: &Plan, name: &str) -> Outcome {
    let pulled = plan
        .steps
        .iter()
        .any(|step| matches!(step.operation, Operation::ComposePull { .. }));
    let sources = if pulled {
        "the Compose file and the registry say"
    } else if plan.action == ActionName::Rebuild {
        "was built: the build made the same image as before"
    } else {
        "the Compose file says"
    };
    Outcome::NothingToDo {
        summary: format!("{name} already runs what {sources}"),
    }
}
