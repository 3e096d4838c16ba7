//! Carries out plans: one executor for the dashboard and the command line.
//!
//! [`carry_out`] locks the service, observes, plans, and takes the steps one by one, each written into the journal
//! before it begins. It runs in a task of its own: when the caller goes away (its future is dropped), that counts as a
//! cancel, so a committing step is finished, its end is recorded, and the lock is released. Who ends the process itself
//! has to wait for [`carry_out`] to return.

mod back;
mod chain;
mod changes;
mod custom;
mod engine;
mod fault;
mod files;
mod gate;
mod images;
mod journal;
mod lock;
mod planned;
mod program;
mod project;
mod prune;
mod recreate;
mod releases;
mod renew;
mod run;
mod steps;
mod stream;
mod summary;
mod tell;
#[cfg(test)]
mod tests;
mod to_file;
mod volumes;
mod watch;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::{Backend, BackendError};
use crate::compose::{ComposeError, Finder};
use crate::deploy;
use crate::domain::{
    ActionName, Failure, HostId, Image, ImageId, JobEvent, ListedRelease, Outcome, Plan,
    Preferences, ProjectId, Releases, Request, ServiceId,
};
use crate::store::Store;

/// What a job works with. Cheap to clone.
#[derive(Clone)]
pub struct World {
    /// The engine.
    pub backend: Arc<dyn Backend>,
    /// Which host that is.
    pub host: HostId,
    /// The engine's own id; the host's name where it tells none. Locks and releases go by it.
    pub engine: String,
    /// What the config wants of services.
    pub preferences: Arc<Preferences>,
    /// Finds the Compose CLI when it is first needed; share one among all hosts.
    pub compose: Arc<Finder>,
    /// Where jobs are recorded; none when it could not be opened.
    pub store: Option<Arc<Store>>,
    /// Where the locks lie; every topside of this user has to name the same folder.
    pub lock_dir: PathBuf,
    /// Who asks.
    pub who: Who,
    /// Whoever asked goes away: a job that has changed nothing yet ends, a deploy goes on until it is proven or undone.
    pub leaving: CancellationToken,
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
    /// Everything is as wanted already, as one sentence.
    NothingNew(String),
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
            Stop::NothingNew(summary) => Self::NothingToDo { summary },
            Stop::Failed { failure, log } => Self::Failed { failure, log },
        }
    }
}

/// What would be done now, without doing anything.
pub async fn plan(world: &World, request: &Request) -> Result<Plan, Failure> {
    let never = CancellationToken::new();
    match run::make_plan(world, request, &never).await {
        Ok((_, plan)) => Ok(plan),
        Err(Stop::Failed { failure, .. }) => Err(failure),
        Err(Stop::Cancelled | Stop::NothingNew(_)) => Err(Failure::new(
            format!("plan to {}", request.title()),
            "it was cancelled",
        )),
    }
}

/// The Compose files of a project merged into one, with what their variables mean, as YAML.
pub async fn merged_config(
    backend: &dyn Backend,
    compose: &Finder,
    project: &ProjectId,
) -> Result<String, Failure> {
    let look = deploy::LookAtProject {
        backend,
        compose,
        action: ActionName::Up,
        project,
        preferences: &Preferences::default(),
        cancel: &CancellationToken::new(),
    };
    let merged = deploy::merged_config(&look).await;
    merged.map_err(|error| error.failure(format!("read the Compose files of {}", project.name)))
}

/// The profiles of a project's files, and whether services of each have containers now.
pub async fn profiles(
    world: &World,
    project: &ProjectId,
) -> Result<BTreeMap<String, bool>, Failure> {
    let never = CancellationToken::new();
    let action = ActionName::Down;
    match project::look(world, action, project, &never).await {
        Ok(observed) => Ok(deploy::profiles(&observed)),
        Err(Stop::Failed { failure, .. }) => Err(failure),
        Err(Stop::Cancelled | Stop::NothingNew(_)) => {
            let what = format!("read the profiles of {}", project.name);
            Err(Failure::new(what, "it was cancelled"))
        }
    }
}

/// The releases of a service, as recorded and as kept by the engine; and the image it runs now, when it has a container.
pub async fn releases(
    world: &World,
    service: &ServiceId,
) -> Result<(Releases, Option<ImageId>), Failure> {
    let failed = |error: BackendError| error.failure(format!("look at the releases of {service}"));
    let images = world.backend.images().await.map_err(failed)?;
    let members = deploy::members(world.backend.as_ref(), service)
        .await
        .map_err(failed)?;
    let newest = members
        .into_iter()
        .max_by_key(|container| container.created);
    let recorded = releases::recorded(world, service).await;
    let merged = deploy::merged(service, recorded, &images);
    Ok((merged, newest.map(|container| container.image_id)))
}

/// The releases of a service, as recorded and as kept among the images of the host, the newest first.
pub async fn list_releases(
    world: &World,
    service: &ServiceId,
    images: &[Image],
) -> Vec<ListedRelease> {
    let recorded = releases::recorded(world, service).await;
    deploy::merged(service, recorded, images).listed(service, images)
}

/// Does what is asked for, and tells of it on `events`.
///
/// Output and progress are dropped when the channel is full; everything else is waited for, so the receiver has to be
/// drained (or dropped) until [`JobEvent::Finished`]. `cancel` is heeded between steps and in cancellable ones; dropping
/// the future counts as leaving.
pub async fn carry_out(
    world: &World,
    request: &Request,
    events: mpsc::Sender<JobEvent>,
    cancel: CancellationToken,
) -> Outcome {
    let leaving = world.leaving.child_token();
    let abandoned = CancellationToken::new();
    let on_drop = (leaving.clone().drop_guard(), abandoned.clone().drop_guard());
    let teller = tell::Teller::new(events, abandoned);
    let run = run::Run {
        world: world.clone(),
        request: request.clone(),
        teller: teller.clone(),
        cancel,
        leaving,
        within: None,
    };
    let outcome = match tokio::spawn(run.finish()).await {
        Ok(outcome) => outcome,
        // A panic or the runtime's end: the journal still says where it stood.
        Err(error) => {
            let failure = Failure::new(request.title(), error.to_string())
                .hint("this is a defect of topside: please report it");
            let outcome = Outcome::from(Stop::from(failure));
            teller.finished(&outcome, Timestamp::now()).await;
            outcome
        }
    };
    let (leaving, abandoned) = on_drop;
    leaving.disarm();
    abandoned.disarm();
    outcome
}

/// The engine's own id, by which locks and releases go; the host's name where it tells none.
pub async fn engine_id(backend: &dyn Backend, host: &HostId) -> Result<String, Failure> {
    let info = backend.info().await;
    let info = info.map_err(|error| error.failure("ask the engine for its id"))?;
    let id = info.id.filter(|id| !id.is_empty());
    Ok(id.unwrap_or_else(|| host.as_str().to_owned()))
}
