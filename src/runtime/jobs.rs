//! Jobs under way: started, cancelled, waited for at the end.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::Msg;
use crate::app::msg::History;
use crate::backend::Backend;
use crate::certs::Scanner;
use crate::compose::Finder;
use crate::domain::permission::permission_on_host;
use crate::domain::{
    CertificateReach, Failure, HostId, JobEvent, JobId, Outcome, Permission, Preferences,
    ProjectId, Request, ServiceId, Thresholds,
};
use crate::jobs::{Origin, Who, World, carry_out, engine_id};
use crate::store::Store;

use super::host::{Engine, Inbox};
use super::records::Records;

/// Events of a job that may wait for the loop; beyond that, output is dropped.
const EVENTS: usize = 256;

/// What every job of this process works with.
#[derive(Clone)]
pub struct Shared {
    /// Finds the Compose CLI once.
    pub compose: Arc<Finder>,
    /// Where jobs are recorded.
    pub records: Arc<Records>,
    /// Where the locks lie.
    pub lock_dir: PathBuf,
    /// Where files are kept as they were before they were edited; nowhere where there is no home.
    pub edits: Option<PathBuf>,
    /// The user's name.
    pub user: String,
    /// This process is to end.
    pub leaving: CancellationToken,
    /// What the config wants of services.
    pub preferences: Arc<Preferences>,
    /// How far the config wants certificates to be looked for.
    pub certificates: CertificateReach,
    /// From when on certificates are due, a warning, critical.
    pub thresholds: Thresholds,
}

impl Shared {
    /// What looks for a host's certificates: in this machine's folders only for an engine that runs here, and nowhere
    /// with a container of its own where nothing may be changed.
    pub fn scanner(&self, host: &HostId, is_local: bool) -> Scanner {
        let permission = permission_on_host(&self.preferences, host);
        let mut reach = self.certificates.clone();
        reach.volumes &= !matches!(permission, Permission::Refused(_));
        if !is_local {
            reach.folders.clear();
        }
        Scanner::new(reach)
    }

    /// The world of a job on a host.
    pub async fn world(
        &self,
        backend: Arc<dyn Backend>,
        host: HostId,
        store: Option<Arc<Store>>,
        from: Origin,
    ) -> Result<World, Failure> {
        Ok(World {
            engine: engine_id(&*backend, &host).await?,
            leaving: self.leaving.clone(),
            preferences: Arc::clone(&self.preferences),
            backend,
            host,
            compose: Arc::clone(&self.compose),
            store,
            lock_dir: self.lock_dir.clone(),
            who: Who {
                user: self.user.clone(),
                from,
            },
        })
    }
}

/// The jobs of the dashboard.
pub(super) struct Jobs {
    shared: Shared,
    inbox: Inbox,
    tracker: TaskTracker,
    /// Those that have not ended.
    cancels: HashMap<JobId, Weak<CancellationToken>>,
}

impl Jobs {
    pub(super) fn new(shared: Shared, inbox: Inbox) -> Self {
        Self {
            shared,
            inbox,
            tracker: TaskTracker::new(),
            cancels: HashMap::new(),
        }
    }

    /// Starts a job.
    pub(super) fn start(&mut self, engine: Engine, job: JobId, request: Request) {
        let cancel = CancellationToken::new();
        self.cancels.retain(|_, running| running.strong_count() > 0);
        let running = Arc::new(cancel);
        self.cancels.insert(job, Arc::downgrade(&running));
        let one = One {
            shared: self.shared.clone(),
            inbox: self.inbox.clone(),
            cancel: running,
            engine,
            job,
            request,
        };
        self.tracker.spawn(one.run());
    }

    /// Changes what jobs that begin from now on work with.
    pub(super) fn configure(&mut self, change: impl FnOnce(&mut Shared)) {
        change(&mut self.shared);
    }

    /// What jobs work with.
    pub(super) const fn shared(&self) -> &Shared {
        &self.shared
    }

    /// What an action would do now, as the answer to who asked.
    pub(super) fn plan(
        &self,
        engine: Engine,
        request: Request,
    ) -> impl Future<Output = Msg> + use<> {
        let shared = self.shared.clone();
        async move {
            let asked = async {
                let backend = engine.now(&request.title())?;
                let host = request.target.host().clone();
                let (store, _) = shared.records.existing().await;
                let world = shared.world(backend, host, store, Origin::Dashboard);
                crate::jobs::plan(&world.await?, &request).await
            };
            let plan = asked.await;
            Msg::Planned(request, plan)
        }
    }

    /// Which profiles a project's files have, as the answer to who asked.
    pub(super) fn profiles(
        &self,
        engine: Engine,
        project: ProjectId,
    ) -> impl Future<Output = Msg> + use<> {
        let shared = self.shared.clone();
        async move {
            let what = format!("read the profiles of {}", project.name);
            let asked = async {
                let backend = engine.now(&what)?;
                let host = project.host.clone();
                let world = shared.world(backend, host, None, Origin::Dashboard);
                let profiles = crate::jobs::profiles(&world.await?, &project).await?;
                Ok(profiles.into_iter().collect())
            };
            let profiles = asked.await;
            Msg::Profiles(project, profiles)
        }
    }

    /// A project's merged Compose files, as the answer to who asked.
    pub(super) fn merged_config(
        &self,
        engine: Engine,
        project: ProjectId,
    ) -> impl Future<Output = Msg> + use<> {
        let compose = Arc::clone(&self.shared.compose);
        async move {
            let what = format!("read the Compose files of {}", project.name);
            let config = match engine.now(&what) {
                Ok(backend) => crate::jobs::merged_config(&*backend, &compose, &project).await,
                Err(failure) => Err(failure),
            };
            Msg::ProjectConfig(project, config)
        }
    }

    /// The files that a project was made from, as the answer to who asked.
    pub(super) fn files(
        &self,
        engine: Engine,
        project: ProjectId,
    ) -> impl Future<Output = Msg> + use<> {
        let compose = Arc::clone(&self.shared.compose);
        async move {
            let what = format!("edit the files of {}", project.name);
            let files = match engine.now(&what) {
                Ok(backend) => super::edit::files(&*backend, &compose, &project).await,
                Err(failure) => Err(failure),
            };
            Msg::Files(project, files)
        }
    }

    /// What a service ran, as the answer to who asked.
    pub(super) fn releases(
        &self,
        engine: Engine,
        service: ServiceId,
    ) -> impl Future<Output = Msg> + use<> {
        let shared = self.shared.clone();
        async move {
            let asked = async {
                let what = format!("look at the releases of {service}");
                let backend = engine.now(&what)?;
                let images = backend.images().await;
                let images = images.map_err(|error| error.failure(what))?;
                let (store, _) = shared.records.existing().await;
                let host = service.host.clone();
                let world = shared.world(backend, host, store, Origin::Dashboard);
                let world = world.await?;
                Ok(crate::jobs::list_releases(&world, &service, &images).await)
            };
            let answer = asked.await;
            Msg::Releases(service, answer)
        }
    }

    /// What the records say was done before.
    pub(super) fn history(&self) -> impl Future<Output = (History, Option<Failure>)> + use<> {
        let records = Arc::clone(&self.shared.records);
        async move { records.history().await }
    }

    /// Cancels a job where it can be.
    pub(super) fn cancel(&self, job: JobId) {
        if let Some(cancel) = self.cancels.get(&job).and_then(Weak::upgrade) {
            cancel.cancel();
        }
    }

    /// Whether a job has not ended.
    pub(super) fn any(&self) -> bool {
        !self.tracker.is_empty()
    }

    /// Ends what has changed nothing yet and waits for the rest: a deploy is proven or undone first.
    pub(super) async fn finish(&self) {
        self.shared.leaving.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

/// One job, from the key to its outcome.
struct One {
    shared: Shared,
    inbox: Inbox,
    cancel: Arc<CancellationToken>,
    engine: Engine,
    job: JobId,
    request: Request,
}

impl One {
    async fn run(self) {
        // The connection of now: the one at the key press may have been lost.
        let backend = match self.engine.now(&self.request.title()) {
            Ok(backend) => backend,
            Err(failure) => {
                let log = Vec::new();
                return self.ended(Outcome::Failed { failure, log }).await;
            }
        };
        let (store, said) = self.shared.records.store().await;
        let host = self.request.target.host().clone();
        let world = self.shared.world(backend, host, store, Origin::Dashboard);
        let world = match world.await {
            Ok(world) => world,
            Err(failure) => {
                let log = Vec::new();
                return self.ended(Outcome::Failed { failure, log }).await;
            }
        };
        if let Some(failure) = said {
            let _ = self.inbox.send(Msg::Notice(failure)).await;
        }
        let (tell, mut told) = mpsc::channel(EVENTS);
        let forward = async {
            // After the loop's end there is nobody to tell, but the job goes on: keep draining.
            while let Some(event) = told.recv().await {
                self.tell(event).await;
            }
        };
        let cancel = CancellationToken::clone(&self.cancel);
        let job = carry_out(&world, &self.request, tell, cancel);
        tokio::join!(job, forward);
    }

    async fn ended(&self, outcome: Outcome) {
        let at = Timestamp::now();
        self.tell(JobEvent::Finished { outcome, at }).await;
    }

    async fn tell(&self, event: JobEvent) {
        let _ = self.inbox.send(Msg::Job(self.job, event)).await;
    }
}
