//! The executor: lock, observe, plan, then step by step; and back again when a deploy does not prove itself.

mod order;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use self::order::{binds, cut_short, is_up_gate, others, says_itself};
use super::chain::{self, Within};
use super::custom;
use super::files::{self, Copying};
use super::images::{self, Imaging};
use super::journal::Journal;
use super::lock::{Holder, Lock};
use super::renew::{self, Renewing};
use super::steps::Steps;
use super::tell::Teller;
use super::volumes::{self, Carrying};
use super::{Stop, World, back, fault, project, prune, releases, summary};
use crate::deploy::{self, Observed, ProjectObserved};
use crate::domain::{Failure, JobEvent, Outcome, Plan, Request, ServiceId, Step, StepKind, Target};
use crate::store::Process;

/// One job. Owned by the task that carries it out.
pub(super) struct Run {
    pub(super) world: World,
    pub(super) request: Request,
    pub(super) teller: Teller,
    /// Somebody wants it to end.
    pub(super) cancel: CancellationToken,
    /// Whoever asked for it goes away.
    pub(super) leaving: CancellationToken,
    /// The job that this one is a step of.
    pub(super) within: Option<Within>,
}

/// What came of a plan's steps.
enum Taken {
    /// All of them were taken.
    All,
    /// Somebody cancelled, after these.
    Cancelled(Vec<String>),
}

impl Run {
    /// Carries the job out, and records and tells how it ended.
    pub(super) async fn finish(self) -> Outcome {
        let mut journal = Journal::begin(&self.world, &self.request).await;
        let mut locks = Vec::new();
        let outcome = match self.attempt(&mut journal, &mut locks).await {
            Ok(outcome) => outcome,
            Err(stop) => stop.into(),
        };
        let at = Timestamp::now();
        journal.ended(&outcome, self.teller.output(), at).await;
        // Only now: who comes next finds this job ended. And before it is told: who was told may begin another.
        drop(locks);
        self.pass_on_warning(&mut journal).await;
        self.teller.finished(&outcome, at).await;
        outcome
    }

    async fn attempt(&self, journal: &mut Journal, locks: &mut Vec<Lock>) -> Result<Outcome, Stop> {
        // Several deploys at a time, but no prune: what was pulled, and runs only when the deploy is done, looks unused.
        // So does a volume that is being restored, or copied into, and what is saved or tagged has to stay for that.
        let is_on_image = matches!(self.request.target, Target::Image(_));
        let carries = self.request.file.is_some() || self.request.copy.is_some();
        if self.request.action.brings_images() || carries || is_on_image {
            locks.push(self.share_host().await?);
        }
        // Locked before it looks: what it sees stays so, as far as other topsides go.
        if !self.is_locked(&self.request.target) {
            locks.push(self.lock(&self.request.target).await?);
        }
        if self.leaving.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        let (mut seen, mut plan) = make_plan(&self.world, &self.request, &self.cancel).await?;
        for service in others(&plan, &self.request.target) {
            locks.push(self.lock(&service.into()).await?);
        }
        if let Seen::Certificate(Some(renewing)) = &seen {
            renewing.is_allowed(&self.request)?;
        }
        if let Seen::Project(project) = &seen {
            project::allowed(&self.request, project)?;
        }
        let renewing = seen.take_renewing();
        let observed = seen.service();
        journal.planned(&plan).await;
        self.pass_on_warning(journal).await;
        self.teller
            .tell(JobEvent::Planned { plan: plan.clone() })
            .await;
        if plan.steps.is_empty() {
            let summary = plan.notes.join("; ");
            return Ok(Outcome::NothingToDo { summary });
        }
        let holds = self.holds(locks);
        let mut steps = Steps::new(&self.world, observed, plan.clone(), &self.teller, holds);
        steps.renewing = renewing;
        steps.carrying = Carrying::begin(&self.world, &plan).await?;
        steps.copying = Copying::begin(&self.world, &plan).await?;
        steps.imaging = Imaging::begin(&plan);
        let taken = self.take_all(&plan.steps, 0, &mut steps, journal).await;
        if let Some(carrying) = steps.carrying.take() {
            let all = matches!(taken, Ok(Taken::All));
            carrying.end(&self.world, &self.teller, all).await;
        }
        if let Some(copying) = steps.copying.take() {
            copying.end(&self.world, &self.teller).await;
        }
        if let Some(imaging) = steps.imaging.take() {
            imaging.end().await;
        }
        match taken {
            Ok(Taken::All) => {
                if let Some(renewing) = &steps.renewing {
                    renewing.verdict(&self.request)?;
                }
                Ok(match &seen {
                    Seen::Service(observed) => summary::of(&plan, &observed.service, &steps),
                    Seen::Project(_) => project::summary(&plan, &steps.changes, &steps.proofs),
                    Seen::Certificate(_) | Seen::Nothing => summary::of_said(&plan, &steps.said),
                })
            }
            Ok(Taken::Cancelled(done)) => Ok(Outcome::Cancelled { done }),
            Err(Stop::Failed { failure, log }) if steps.can_go_back() => {
                let Some(observed) = observed else {
                    return Ok(Outcome::Failed { failure, log });
                };
                let first = plan.steps.len();
                let found = back::find(&self.world, observed, failure, log).await;
                let way = match found {
                    back::Found::Way(way) => way,
                    back::Found::None(outcome) => return Ok(outcome),
                };
                steps.goes_back = true;
                // Written before the first of them is taken, as the plan was.
                plan.steps.extend(way.steps.iter().cloned());
                journal.planned(&plan).await;
                self.teller
                    .tell(JobEvent::WayBack {
                        steps: way.steps.clone(),
                        at: Timestamp::now(),
                    })
                    .await;
                let taken = self.take_all(&way.steps, first, &mut steps, journal).await;
                let proof = steps.proofs.get(&observed.service).cloned();
                Ok(match taken {
                    Err(Stop::Failed { failure, .. }) => way.failed(&failure),
                    // Nobody can cancel it: a service that is half gone back is nobody's wish.
                    Ok(_) | Err(_) => way.succeeded(&proof.unwrap_or_default()),
                })
            }
            Err(stop) => Err(stop),
        }
    }

    /// Takes steps one by one; `first` is the number of the first of them in the plan.
    async fn take_all(
        &self,
        all: &[Step],
        first: usize,
        steps: &mut Steps<'_>,
        journal: &mut Journal,
    ) -> Result<Taken, Stop> {
        let mut done = Vec::new();
        let mut bound = false;
        for (index, step) in (first..).zip(all) {
            // From an owner of a network that was started anew to the last of those that share it, nothing is cut short.
            // Nor between a container's end and its successor's start.
            let has_to_follow = is_up_gate(step) || (bound && step.kind == StepKind::Committing);
            if !steps.goes_back && !has_to_follow && self.is_stopped(steps) {
                return Ok(Taken::Cancelled(done));
            }
            if steps.is_skipped(step) {
                continue;
            }
            bound = has_to_follow || binds(step);
            match self.take(index, step, steps, journal).await {
                // What was changed by then stays changed: say so.
                Err(Stop::Cancelled) => {
                    done.extend(cut_short(step));
                    return Ok(Taken::Cancelled(done));
                }
                Err(stop) => {
                    steps.go_on(step, stop)?;
                    continue;
                }
                Ok(()) => {}
            }
            if says_itself(step) {
                done.push(step.title.clone());
            }
        }
        Ok(Taken::All)
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
        let (cancel, _leaving) = self.token(step, steps);
        let place = fault::Place {
            operation: &step.operation,
            back: steps.goes_back,
        };
        place.before();
        let result = match chain::rebuilds(&step.operation) {
            Some(service) => self.rebuild(service, steps).await,
            None => steps.perform(&step.operation, &cancel).await,
        };
        place.after();
        let at = Timestamp::now();
        let ok = matches!(result, Ok(()) | Err(Stop::NothingNew(_)));
        journal.step_ended(index, ok, at).await;
        if ok {
            self.teller
                .tell(JobEvent::StepDone { step: index, at })
                .await;
        }
        result
    }

    /// Whether it is to end before its next step.
    fn is_stopped(&self, steps: &Steps<'_>) -> bool {
        self.cancel.is_cancelled() || (self.leaving.is_cancelled() && !steps.must_be_decided())
    }

    /// What ends a step early. Somebody who cancels means the job; who leaves, or loses the terminal, does not mean to
    /// leave a deploy undecided.
    fn token(
        &self,
        step: &Step,
        steps: &Steps<'_>,
    ) -> (CancellationToken, Option<AbortOnDropHandle<()>>) {
        if step.kind == StepKind::Committing || steps.goes_back {
            return (CancellationToken::new(), None);
        }
        if steps.must_be_decided() {
            return (self.cancel.clone(), None);
        }
        let either = self.cancel.child_token();
        let (leaving, ends) = (self.leaving.clone(), either.clone());
        let watch = tokio::spawn(async move {
            leaving.cancelled().await;
            ends.cancel();
        });
        (either, Some(AbortOnDropHandle::new(watch)))
    }

    pub(super) async fn lock(&self, target: &Target) -> Result<Lock, Stop> {
        let (folder, engine) = (self.world.lock_dir.clone(), self.world.engine.clone());
        let (target, action) = (target.clone(), self.request.action);
        let holder = Holder {
            pid: Process::current().pid,
            who: self.world.who.to_string(),
            action: action.word().to_owned(),
            since: Timestamp::now(),
        };
        let what = action.title(&target);
        locked(what, move || {
            Lock::take(&folder, &engine, &target, action, &holder)
        })
        .await
    }

    /// Keeps prunes off the host, and nothing else.
    async fn share_host(&self) -> Result<Lock, Stop> {
        let (folder, engine) = (self.world.lock_dir.clone(), self.world.engine.clone());
        let host = Target::Host(self.request.target.host().clone());
        let what = self.request.title();
        locked(what.clone(), move || {
            Lock::share(&folder, &engine, &host, &what)
        })
        .await
    }

    async fn pass_on_warning(&self, journal: &mut Journal) {
        if let Some(line) = journal.take_warning() {
            self.teller.tell(JobEvent::Output { line }).await;
        }
    }
}

/// Takes a lock: that reads and writes a file.
async fn locked(
    what: String,
    taking: impl FnOnce() -> Result<Lock, Failure> + Send + 'static,
) -> Result<Lock, Stop> {
    match tokio::task::spawn_blocking(taking).await {
        Ok(lock) => Ok(lock?),
        Err(error) => Err(Failure::new(what, error.to_string()).into()),
    }
}

/// What was looked at for a plan.
pub(super) enum Seen {
    /// A service; what was seen of it leads back to it.
    Service(Box<Observed>),
    /// A whole project.
    Project(Box<ProjectObserved>),
    /// A certificate, until the steps have it.
    Certificate(Option<Box<Renewing>>),
    /// Neither: it is for what lies on a host.
    Nothing,
}

impl Seen {
    fn service(&self) -> Option<&Observed> {
        match self {
            Self::Service(observed) => Some(observed),
            Self::Project(_) | Self::Certificate(_) | Self::Nothing => None,
        }
    }

    fn take_renewing(&mut self) -> Option<Renewing> {
        match self {
            Self::Certificate(renewing) => renewing.take().map(|renewing| *renewing),
            _ => None,
        }
    }
}

/// Looks at what is there and says what will be done.
pub(super) async fn make_plan(
    world: &World,
    request: &Request,
    cancel: &CancellationToken,
) -> Result<(Seen, Plan), Stop> {
    if let Some(copy) = &request.copy {
        let plan = files::plan(world, request, copy, cancel).await?;
        return Ok((Seen::Nothing, plan));
    }
    if let Some(call) = &request.command {
        return Ok((Seen::Nothing, custom::plan(world, request, call)?));
    }
    match &request.target {
        Target::Service(_) if request.certificate.is_some() => {
            let (renewing, plan) = renew::make_plan(world, request, cancel).await?;
            Ok((Seen::Certificate(Some(Box::new(renewing))), plan))
        }
        Target::Service(service) => {
            let (observed, plan) = plan_for_service(world, request, service, cancel).await?;
            Ok((Seen::Service(Box::new(observed)), plan))
        }
        Target::Project(project) => {
            let (observed, plan) = project::make_plan(world, request, project, cancel).await?;
            Ok((Seen::Project(Box::new(observed)), plan))
        }
        Target::Volume(volume) => {
            let plan = volumes::plan(world, request, volume, cancel).await?;
            Ok((Seen::Nothing, plan))
        }
        Target::Image(image) => {
            let plan = images::plan(world, request, image, cancel).await?;
            Ok((Seen::Nothing, plan))
        }
        Target::Host(_) => {
            let plan = prune::plan(world, request, cancel).await?;
            Ok((Seen::Nothing, plan))
        }
    }
}

pub(super) async fn plan_for_service(
    world: &World,
    request: &Request,
    service: &ServiceId,
    cancel: &CancellationToken,
) -> Result<(Observed, Plan), Stop> {
    let look = deploy::Look {
        backend: world.backend.as_ref(),
        compose: &world.compose,
        action: request.action,
        service,
        recorded: releases::recorded(world, service).await,
        preferences: &world.preferences,
        cancel,
    };
    let observed = tokio::select! {
        biased;
        () = cancel.cancelled() => return Err(Stop::Cancelled),
        observed = deploy::observe(look) => observed?,
    };
    let plan = deploy::plan(request.action, request.to, &observed)?;
    Ok((observed, plan))
}
