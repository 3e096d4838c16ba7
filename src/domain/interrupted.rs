//! What was cut off in the middle because the process that did it died, and which action helps.

use std::collections::BTreeSet;
use std::fmt;

use super::plan::{Operation, RenewalStep};
use super::{ActionName, Certificate, ContainerId, Job, Outcome, ServiceId, StepState};

/// The job that was cut off on a service, when no later one on it ended well. `jobs` are the newest first.
pub fn cut_off<'a>(
    jobs: impl IntoIterator<Item = &'a Job>,
    service: &ServiceId,
) -> Option<&'a Job> {
    let of_service = |job: &&Job| job.service() == Some(service);
    last_cut_off(jobs.into_iter().filter(of_service))
}

/// The renewal of a certificate, or the reload of what serves it, that was cut off, when no later one of it ended well.
/// It is known by the file that its plan reads; one that died before it had a plan did nothing.
pub fn cut_off_renewal<'a>(
    jobs: impl IntoIterator<Item = &'a Job>,
    certificate: &Certificate,
) -> Option<&'a Job> {
    let is_its = |job: &&Job| is_renewal_of(job, certificate);
    last_cut_off(jobs.into_iter().filter(is_its))
}

/// Whether a job renews a certificate or reloads what serves it, going by where that lies.
pub fn is_renewal_of(job: &Job, certificate: &Certificate) -> bool {
    let steps = job.plan.iter().flat_map(|plan| &plan.steps);
    let mut read = steps.filter_map(|step| match &step.operation {
        Operation::Renewal(RenewalStep::ReadStored { file }) => Some(file),
        _ => None,
    });
    read.any(|file| {
        certificate.places.iter().any(|place| {
            place.host == *job.target.host()
                && place.container.as_deref() == Some(&*file.name)
                && place.path == file.path
        })
    })
}

fn last_cut_off<'a>(jobs: impl Iterator<Item = &'a Job>) -> Option<&'a Job> {
    let mut telling = jobs.filter_map(|job| match job.outcome()? {
        Outcome::Interrupted { .. } => Some(Some(job)),
        // What runs was seen to run; whatever was half done before is over.
        Outcome::Done { .. } | Outcome::NothingToDo { .. } | Outcome::RolledBack { .. } => {
            Some(None)
        }
        Outcome::Failed { .. } | Outcome::Cancelled { .. } => None,
    });
    telling.next()?
}

/// What was cut off, as a sentence without its end.
pub fn sentence(job: &Job) -> Option<String> {
    sentence_of(job, &job.target)
}

/// The same of what it was about.
pub fn sentence_of(job: &Job, target: impl fmt::Display) -> Option<String> {
    let Some(Outcome::Interrupted { step }) = job.outcome() else {
        return None;
    };
    let what = job.action.map_or_else(
        || job.title.clone(),
        |action| format!("{} of {target}", action.word().replace('_', " ")),
    );
    Some(match step {
        Some(step) => format!("{what} was cut off in “{step}”"),
        None => format!("{what} was cut off between two steps"),
    })
}

/// The action that helps after a job was cut off. `containers` are those that the service has now, without those that
/// were set aside.
pub fn what_helps<'a>(
    job: &Job,
    containers: impl IntoIterator<Item = &'a ContainerId>,
) -> Option<ActionName> {
    match job.action? {
        ActionName::Redeploy | ActionName::Rebuild | ActionName::RollBack => {
            let now: BTreeSet<&ContainerId> = containers.into_iter().collect();
            Some(if has_changed(job, &now) && !is_proven(job) {
                ActionName::RollBack
            } else {
                ActionName::Redeploy
            })
        }
        ActionName::Restart => Some(ActionName::Restart),
        ActionName::Start | ActionName::Stop => Some(ActionName::Start),
        // It asks first, and not from a list of findings.
        ActionName::Remove
        | ActionName::Prune
        | ActionName::RemoveImage
        | ActionName::RemoveVolume
        // What is left of it is named, and nobody's.
        | ActionName::BackUp
        | ActionName::Restore
        | ActionName::CopyOut
        | ActionName::CopyIn
        // Of an image, which is as it was.
        | ActionName::TagImage
        | ActionName::SaveImage
        | ActionName::PullImage
        // Of a whole project: the services tell what is missing.
        | ActionName::Up
        | ActionName::Down
        | ActionName::Pull
        // Nobody but its author knows what it does.
        | ActionName::Run
        // Of a certificate, whose own finding says so and what helps.
        | ActionName::Renew
        | ActionName::Reload => None,
    }
}

/// Whether it began to change what runs, and what runs is not what ran when it was planned.
fn has_changed(job: &Job, now: &BTreeSet<&ContainerId>) -> bool {
    let Some(plan) = &job.plan else { return false };
    let changes = |operation: &Operation| {
        matches!(
            operation,
            Operation::ComposeUp { .. }
                | Operation::SetAside { .. }
                | Operation::CreateLike { .. }
                | Operation::StartNamed { .. }
                | Operation::PutBack { .. }
        )
    };
    let mut begun = begun(job);
    let before: BTreeSet<&ContainerId> = plan.containers.iter().collect();
    begun.any(|(operation, _)| changes(operation)) && *now != before
}

/// Whether what it brought up was seen to run: only what comes after that was cut off.
fn is_proven(job: &Job) -> bool {
    begun(job).any(|(operation, state)| {
        let keeps = matches!(operation, Operation::KeepRelease { proven: true, .. });
        keeps && matches!(state, StepState::Done { .. })
    })
}

fn begun(job: &Job) -> impl Iterator<Item = (&Operation, &StepState)> {
    let steps = job.plan.iter().flat_map(|plan| &plan.steps);
    let steps = steps.map(|step| &step.operation).zip(&job.steps);
    steps.filter(|(_, state)| **state != StepState::Waiting)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::{Failure, Gate, JobEvent, JobId, Plan, Request, Step, StepKind};

    fn service() -> ServiceId {
        ServiceId {
            host: "home".into(),
            project: None,
            name: "web".into(),
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// A job that ended so, after this many of its steps were begun, all but the last of them done.
    fn job(action: ActionName, begun: usize, outcome: Outcome) -> Job {
        let mut job = Job::new(JobId(1), Request::new(action, service()), at(1));
        let keep = |proven| Operation::KeepRelease {
            service: service(),
            undone: None,
            proven,
            keep: 5,
        };
        let operations = [
            keep(false),
            Operation::SetAside {
                container: "old".into(),
                name: "web".to_owned(),
            },
            Operation::Gate {
                service: service(),
                gate: Gate::Stopped {
                    timeout: std::time::Duration::ZERO,
                },
            },
            keep(true),
            Operation::RemoveContainer {
                container: "old".into(),
            },
        ];
        let step = |operation| Step {
            title: "a step".to_owned(),
            operation,
            kind: StepKind::Committing,
        };
        let plan = Plan {
            action,
            target: service().into(),
            containers: vec!["old".into()],
            steps: operations.map(step).into(),
            notes: Vec::new(),
        };
        job.apply(JobEvent::Planned { plan });
        for step in 0..begun {
            let at = at(2);
            job.apply(JobEvent::StepStarted { step, at });
            if step + 1 < begun {
                job.apply(JobEvent::StepDone { step, at });
            }
        }
        let at = at(3);
        job.apply(JobEvent::Finished { outcome, at });
        job
    }

    fn interrupted() -> Outcome {
        Outcome::Interrupted {
            step: Some("a step".to_owned()),
        }
    }

    fn helps(action: ActionName, begun: usize, now: &[&str]) -> Option<ActionName> {
        let now: Vec<ContainerId> = now.iter().map(|&id| id.into()).collect();
        what_helps(&job(action, begun, interrupted()), &now)
    }

    #[test]
    fn what_was_changed_is_undone_and_what_was_not_is_done_again() {
        use ActionName::{Redeploy, Remove, Restart, RollBack, Start, Stop};
        for (begun, now, action) in [
            (0, ["old"].as_slice(), Redeploy),
            (1, &["old"], Redeploy),
            (2, &["old"], Redeploy),
            (2, &[], RollBack),
            (3, &["new"], RollBack),
            (4, &["new"], RollBack),
            // Proven: only the old one is left to be removed.
            (5, &["new"], Redeploy),
        ] {
            assert_eq!(helps(Redeploy, begun, now), Some(action), "{begun} {now:?}");
        }
        assert_eq!(helps(Restart, 1, &["old"]), Some(Restart));
        assert_eq!(helps(Stop, 1, &["old"]), Some(Start));
        assert_eq!(helps(Remove, 1, &["old"]), None);
    }

    #[test]
    fn it_is_told_until_a_later_job_ended_well() {
        let cut = job(ActionName::Redeploy, 2, interrupted());
        let failure = Failure::new("redeploy web", "no");
        let log = Vec::new();
        let failed = job(ActionName::Redeploy, 2, Outcome::Failed { failure, log });
        let summary = "runs".to_owned();
        let done = job(ActionName::Redeploy, 5, Outcome::Done { summary });
        let told = |jobs: &[&Job]| cut_off(jobs.iter().copied(), &service()).is_some();
        assert!(told(&[&cut]) && told(&[&cut, &done]) && told(&[&failed, &cut]));
        assert!(!told(&[&done, &cut]) && !told(&[&failed]));
        assert_eq!(
            sentence(&cut).as_deref(),
            Some("redeploy of web was cut off in “a step”")
        );
    }
}
