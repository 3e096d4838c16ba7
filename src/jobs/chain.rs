//! A job that is a step of another one: planned, recorded and undone as if somebody had asked for it alone.

use std::fs::File;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Stop;
use super::lock::Lock;
use super::run::Run;
use super::steps::Steps;
use super::tell::Teller;
use crate::domain::plan::RenewalStep;
use crate::domain::{ActionName, JobEvent, Operation, Outcome, Plan, Request, ServiceId, Target};

/// Events of it that may wait to be passed on.
const EVENTS: usize = 64;

/// What a job is a step of.
#[derive(Debug, Clone)]
pub(super) struct Within {
    /// What the whole is aimed at, which is locked already.
    target: Target,
    /// The whole's locks, for what outlives us.
    holds: Vec<Arc<File>>,
}

/// The service that a step builds anew.
pub(super) const fn rebuilds(operation: &Operation) -> Option<&ServiceId> {
    match operation {
        Operation::Renewal(RenewalStep::Rebuild { service, .. }) => Some(service),
        _ => None,
    }
}

impl Run {
    /// Whether the job that this one is a step of has the target's lock.
    pub(super) fn is_locked(&self, target: &Target) -> bool {
        let within = self.within.as_ref();
        within.is_some_and(|within| within.target == *target)
    }

    /// What Compose keeps open that is to finish what it began.
    pub(super) fn holds(&self, locks: &[Lock]) -> Vec<Arc<File>> {
        let within = self.within.iter().flat_map(|within| &within.holds);
        let own = locks.iter().map(Lock::file);
        own.chain(within.cloned()).collect()
    }

    /// Builds a service anew and brings it up. What goes wrong in that is undone by it.
    pub(super) async fn rebuild(
        &self,
        service: &ServiceId,
        steps: &mut Steps<'_>,
    ) -> Result<(), Stop> {
        let (tell, told) = mpsc::channel(EVENTS);
        let run = Self {
            world: self.world.clone(),
            request: Request::new(ActionName::Rebuild, service.clone()),
            teller: Teller::new(tell, CancellationToken::new()),
            cancel: self.cancel.clone(),
            leaving: self.leaving.clone(),
            within: Some(Within {
                target: self.request.target.clone(),
                holds: steps.holds(),
            }),
        };
        let (outcome, ()) = tokio::join!(run.finish_boxed(), pass_on(told, &self.teller));
        match &mut steps.renewing {
            Some(renewing) => renewing.rebuilt(service, outcome),
            None => Ok(()),
        }
    }

    /// A job in a job is a future of its own size.
    fn finish_boxed(self) -> Pin<Box<dyn Future<Output = Outcome> + Send>> {
        Box::pin(self.finish())
    }
}

/// Tells on the whole's behalf where its step stands.
async fn pass_on(mut told: mpsc::Receiver<JobEvent>, teller: &Teller) {
    let mut plan: Option<Plan> = None;
    while let Some(event) = told.recv().await {
        match event {
            JobEvent::Planned { plan: made } => plan = Some(made),
            JobEvent::WayBack { steps, .. } => {
                teller.say("it failed: back to what ran before".to_owned());
                if let Some(plan) = &mut plan {
                    plan.steps.extend(steps);
                }
            }
            JobEvent::StepStarted { step, .. } => {
                let step = plan.as_ref().and_then(|plan| plan.steps.get(step));
                if let Some(step) = step {
                    teller.say(format!("{} …", step.title));
                }
            }
            JobEvent::Output { line } => teller.say(line),
            JobEvent::Progress { line } => teller.progress(line),
            JobEvent::StepDone { .. } | JobEvent::Finished { .. } => {}
        }
    }
}
