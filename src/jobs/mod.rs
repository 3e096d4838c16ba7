//! Carries out plans: one executor for the dashboard and the command line.
//!
//! [`carry_out`] locks the service, observes, plans, and takes the steps one by one, each written into the journal
//! before it begins. It runs in a task of its own: when the caller goes away (its future is dropped), that counts as a
//! cancel, so a committing step is finished, its end is recorded, and the lock is released. Who ends the process itself
//! has to wait for [`carry_out`] to return.

mod changes;
mod gate;
mod journal;
mod lock;
mod run;
mod steps;
mod summary;
mod tell;
#[cfg(test)]
mod tests;
mod watch;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::Backend;
use crate::compose::{ComposeError, Finder};
use crate::domain::{ActionName, Failure, HostId, JobEvent, Outcome, Plan, ServiceId};
use crate::store::Store;

/// What a job works with. Cheap to clone.
#[derive(Clone)]
pub struct World {
    /// The engine.
    pub backend: Arc<dyn Backend>,
    /// Which host that is.
    pub host: HostId,
    /// Finds the Compose CLI when it is first needed; share one among all hosts.
    pub compose: Arc<Finder>,
    /// Where jobs are recorded; none when it could not be opened.
    pub store: Option<Arc<Store>>,
    /// Where the locks lie; every topside of this user has to name the same folder.
    pub lock_dir: PathBuf,
    /// Who asks.
    pub who: Who,
}

/// Who asks for a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The user's name.
    pub user: String,
    /// Through what.
    pub from: Origin,
}

/// What a job is asked for through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A key on the dashboard.
    Dashboard,
    /// A subcommand, perhaps of a script or cron.
    Command,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = match self.from {
            Origin::Dashboard => "on the dashboard",
            Origin::Command => "on the command line",
        };
        write!(f, "{}, {from}", self.user)
    }
}

/// Why a job ended before its last step.
#[derive(Debug)]
enum Stop {
    /// Somebody cancelled it.
    Cancelled,
    /// A step failed.
    Failed {
        /// What, why and what to do.
        failure: Failure,
        /// The failed container's last log lines, made safe.
        log: Vec<String>,
    },
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed {
            failure,
            log: Vec::new(),
        }
    }
}

impl From<ComposeError> for Stop {
    fn from(error: ComposeError) -> Self {
        match error {
            ComposeError::Cancelled => Self::Cancelled,
            ComposeError::Failed(failure) => failure.into(),
        }
    }
}

impl From<Stop> for Outcome {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Cancelled => Self::Cancelled { done: Vec::new() },
            Stop::Failed { failure, log } => Self::Failed { failure, log },
        }
    }
}

/// What the action would do to the service now, without doing anything.
pub async fn plan(world: &World, action: ActionName, service: &ServiceId) -> Result<Plan, Failure> {
    let never = CancellationToken::new();
    match run::make_plan(world, action, service, &never).await {
        Ok(plan) => Ok(plan),
        Err(Stop::Failed { failure, .. }) => Err(failure),
        Err(Stop::Cancelled) => Err(Failure::new(
            format!("plan to {} {service}", action.word()),
            "it was cancelled",
        )),
    }
}

/// Does to the service what the action says, and tells of it on `events`.
///
/// Output and progress are dropped when the channel is full; everything else is waited for, so the receiver has to be
/// drained (or dropped) until [`JobEvent::Finished`]. `cancel` is heeded between steps and in cancellable ones.
pub async fn carry_out(
    world: &World,
    action: ActionName,
    service: &ServiceId,
    events: mpsc::Sender<JobEvent>,
    cancel: CancellationToken,
) -> Outcome {
    let stop = cancel.child_token();
    let abandoned = CancellationToken::new();
    let on_drop = (stop.clone().drop_guard(), abandoned.clone().drop_guard());
    let teller = tell::Teller::new(events, abandoned);
    let run = run::Run::new(world.clone(), action, service.clone(), teller.clone(), stop);
    let outcome = match tokio::spawn(run.finish()).await {
        Ok(outcome) => outcome,
        // A panic or the runtime's end: the journal still says where it stood.
        Err(error) => {
            let failure = Failure::new(action.title(service), error.to_string())
                .hint("this is a defect of topside: please report it");
            let outcome = Outcome::from(Stop::from(failure));
            teller.finished(&outcome, Timestamp::now()).await;
            outcome
        }
    };
    let (stop, abandoned) = on_drop;
    stop.disarm();
    abandoned.disarm();
    outcome
}
