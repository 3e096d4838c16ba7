//! The executor: lock, observe, plan, then step by step.

use std::collections::BTreeSet;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::journal::Journal;
use super::lock::{Holder, Lock};
use super::steps::Steps;
use super::tell::Teller;
use super::{Stop, World, summary};
use crate::deploy;
use crate::domain::{
    ActionName, Failure, Gate, JobEvent, Operation, Outcome, Plan, ServiceId, Step, StepKind,
};
use crate::store::Process;

/// One job. Owned by the task that carries it out.
pub(super) struct Run {
    world: World,
    action: ActionName,
    service: ServiceId,
    teller: Teller,
    cancel: CancellationToken,
}

impl Run {
    pub(super) const fn new(
        world: World,
        action: ActionName,
        service: ServiceId,
        teller: Teller,
        cancel: CancellationToken,
    ) -> Self {
        Self {
            world,
            action,
            service,
            teller,
            cancel,
        }
    }

    /// Carries the job out, and records and tells how it ended.
    pub(super) async fn finish(self) -> Outcome {
        let who = self.world.who.to_string();
        let store = self.world.store.clone();
        let mut journal = Journal::begin(store, &self.service, self.action, who).await;
        let mut locks = Vec::new();
        let outcome = match self.attempt(&mut journal, &mut locks).await {
            Ok(outcome) => outcome,
            Err(stop) => stop.into(),
        };
        let at = Timestamp::now();
        journal.ended(&outcome, at).await;
        // Only now: who comes next finds this job ended. And before it is told: who was told may begin another.
        drop(locks);
        self.pass_on_warning(&mut journal).await;
        self.teller.finished(&outcome, at).await;
        outcome
    }

    async fn attempt(&self, journal: &mut Journal, locks: &mut Vec<Lock>) -> Result<Outcome, Stop> {
        // Locked before it looks: what it sees stays so, as far as other topsides go.
        locks.push(self.lock(&self.service).await?);
        let plan = make_plan(&self.world, self.action, &self.service, &self.cancel).await?;
        for service in others(&plan, &self.service) {
            locks.push(self.lock(&service).await?);
        }
        journal.planned(&plan).await;
        self.pass_on_warning(journal).await;
        self.teller
            .tell(JobEvent::Planned { plan: plan.clone() })
            .await;
        if plan.steps.is_empty() {
            let summary = plan.notes.join("; ");
            return Ok(Outcome::NothingToDo { summary });
        }
        let mut steps = Steps::new(&self.world, &plan, &self.teller);
        let mut done = Vec::new();
        let mut bound = false;
        for (index, step) in plan.steps.iter().enumerate() {
            // From an owner of a network that was started anew to the last of those that share it, nothing is cut short.
            bound = is_up_gate(step) || (bound && step.kind == StepKind::Committing);
            if self.cancel.is_cancelled() && !bound {
                return Ok(Outcome::Cancelled { done });
            }
            match self.take(index, step, &mut steps, journal).await {
                // What was changed by then stays changed: say so.
                Err(Stop::Cancelled) => return Ok(Outcome::Cancelled { done }),
                taken => taken?,
            }
            if step.kind == StepKind::Committing && !is_up_gate(step) {
                done.push(step.title.clone());
            }
        }
        Ok(summary::of(&plan, &steps.changes, &steps.proofs))
    }

    async fn take(
        &self,
        index: usize,
        step: &Step,
        steps: &mut Steps<'_>,
        journal: &mut Journal,
    ) -> Result<(), Stop> {
        let at = Timestamp::now();
        journal.step_started(index, &step.title, at).await;
        self.pass_on_warning(journal).await;
        self.teller
            .tell(JobEvent::StepStarted { step: index, at })
            .await;
        let cancel = match step.kind {
            StepKind::Cancellable => self.cancel.clone(),
            StepKind::Committing => CancellationToken::new(),
        };
        let result = steps.perform(&step.operation, &cancel).await;
        let at = Timestamp::now();
        journal.step_ended(index, result.is_ok(), at).await;
        result?;
        self.teller
            .tell(JobEvent::StepDone { step: index, at })
            .await;
        Ok(())
    }

    async fn lock(&self, service: &ServiceId) -> Result<Lock, Stop> {
        let (folder, service, action) = (self.world.lock_dir.clone(), service.clone(), self.action);
        let holder = Holder {
            pid: Process::current().pid,
            who: self.world.who.to_string(),
            action: self.action.word().to_owned(),
            since: Timestamp::now(),
        };
        let what = action.title(&service);
        let taking = move || Lock::take(&folder, &service, action, &holder);
        match tokio::task::spawn_blocking(taking).await {
            Ok(lock) => Ok(lock?),
            Err(error) => Err(Failure::new(what, error.to_string()).into()),
        }
    }

    async fn pass_on_warning(&self, journal: &mut Journal) {
        if let Some(line) = journal.take_warning() {
            self.teller.tell(JobEvent::Output { line }).await;
        }
    }
}

/// Looks at the service and says what the action will do.
pub(super) async fn make_plan(
    world: &World,
    action: ActionName,
    service: &ServiceId,
    cancel: &CancellationToken,
) -> Result<Plan, Stop> {
    let observing = deploy::observe(
        world.backend.as_ref(),
        &world.compose,
        action,
        service,
        cancel,
    );
    let observed = tokio::select! {
        biased;
        () = cancel.cancelled() => return Err(Stop::Cancelled),
        observed = observing => observed?,
    };
    Ok(deploy::plan(action, &observed)?)
}

const fn is_up_gate(step: &Step) -> bool {
    matches!(
        step.operation,
        Operation::Gate {
            gate: Gate::Up { .. },
            ..
        }
    )
}

/// The services besides the target that the plan acts upon: each is watched after it.
fn others(plan: &Plan, target: &ServiceId) -> BTreeSet<ServiceId> {
    let gated = plan.steps.iter().filter_map(|step| match &step.operation {
        Operation::Gate { service, .. } => Some(service),
        _ => None,
    });
    gated
        .filter(|service| *service != target)
        .cloned()
        .collect()
}
