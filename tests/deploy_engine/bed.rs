//! A project of one Compose, and a world to carry out jobs on it.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use topside::backend::docker::DockerConnector;
use topside::backend::endpoint::{self, Environment};
use topside::backend::{Backend, Connector};
use topside::compose::{Candidate, Finder};
use topside::domain::{ActionName, JobEvent, Outcome, Release, Request, ServiceId};
use topside::jobs::{self, Origin, Who, World, carry_out};
use topside::store::Store;

use crate::fixtures::engine::{address, compose_v1, docker, docker_command, try_docker};
use crate::fixtures::project::Project;

/// No job here takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(240);

/// Which Compose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// The plugin of the docker CLI.
    Plugin,
    /// 1.29, the Python program.
    V1,
}

/// Keeps a container up until it is told to stop, and stops at once.
pub const IDLE: &str = "command: [sh, -c, \"trap 'exit 0' TERM; sleep 100000 & wait\"]";

/// A project and a world.
pub struct Bed {
    pub project: Project,
    flavour: Flavour,
    world: World,
    state: tempfile::TempDir,
}

impl Bed {
    /// With these files written; nothing is up yet.
    pub async fn with(name: &str, flavour: Flavour, files: &[(&str, &str)]) -> Self {
        let project = Project::prepare(name);
        for (file, text) in files {
            project.write_file(file, &text.replace("{idle}", IDLE));
        }
        let resolved = endpoint::resolve(Some(&address()), &Environment::of_process()).unwrap();
        let host = resolved.host.clone();
        let backend: Arc<dyn Backend> = DockerConnector::new(resolved.host, resolved.endpoint)
            .connect()
            .await
            .unwrap();
        let candidate = match flavour {
            Flavour::Plugin => Candidate::plugin("docker"),
            Flavour::V1 => Candidate::program(compose_v1()),
        };
        let state = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(&state.path().join("records.db")).unwrap();
        let world = World {
            engine: jobs::engine_id(backend.as_ref(), &host).await.unwrap(),
            leaving: CancellationToken::new(),
            preferences: Arc::default(),
            backend,
            host,
            compose: Arc::new(Finder::among(vec![candidate])),
            store: Some(Arc::new(store)),
            lock_dir: state.path().join("locks"),
            who: Who {
                user: "wes".to_owned(),
                from: Origin::Command,
            },
        };
        Self {
            project,
            flavour,
            world,
            state,
        }
    }

    /// With this Compose file, brought up.
    pub async fn up(name: &str, flavour: Flavour, yaml: &str) -> Self {
        let bed = Self::with(name, flavour, &[("compose.yaml", yaml)]).await;
        bed.compose(&["up", "-d"]);
        bed
    }

    /// The same with nothing recorded.
    pub fn without_records(mut self) -> Self {
        let state = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(&state.path().join("records.db")).unwrap();
        self.world.store = Some(Arc::new(store));
        self.state = state;
        self
    }

    /// Calls this flavour's Compose in the project's folder, as its user would.
    #[track_caller]
    pub fn compose(&self, arguments: &[&str]) {
        let mut command = match self.flavour {
            Flavour::Plugin => docker_command(&["compose"]),
            Flavour::V1 => {
                let mut command = Command::new(compose_v1());
                command.env("DOCKER_HOST", address()).stdin(Stdio::null());
                command
            }
        };
        let output = command
            .args(["-p", &self.project.name])
            .args(arguments)
            .current_dir(self.project.folder())
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {words}");
    }

    /// A service of the project.
    pub fn service(&self, name: &str) -> ServiceId {
        ServiceId {
            host: self.world.host.clone(),
            project: Some(self.project.name.as_str().into()),
            name: name.into(),
        }
    }

    /// Carries out a job on a service of the project.
    pub async fn run(&self, action: ActionName, service: &str) -> Outcome {
        self.run_on(action, &self.service(service)).await
    }

    /// Carries out a job on any service.
    pub async fn run_on(&self, action: ActionName, service: &ServiceId) -> Outcome {
        self.ask(&Request::new(action, service.clone())).await
    }

    /// Carries out a job on the whole project, with these profiles where some are named.
    pub async fn run_on_all(&self, action: ActionName, profiles: Option<&[&str]>) -> Outcome {
        let project = self.service("any").project_id().unwrap();
        let profiles = profiles.map(|names| names.iter().map(|&name| name.to_owned()).collect());
        let request = Request::new(action, project);
        self.ask(&Request {
            profiles,
            ..request
        })
        .await
    }

    /// The folder of the locks, and how this engine is named in it.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// Rolls a service of the project back to a release.
    pub async fn roll_back_to(&self, service: &str, release: u64) -> Outcome {
        let request = Request::new(ActionName::RollBack, self.service(service));
        let to = Some(release);
        self.ask(&Request { to, ..request }).await
    }

    /// The releases of a service.
    pub async fn releases(&self, service: &ServiceId) -> Vec<Release> {
        let (releases, _) = jobs::releases(&self.world, service).await.unwrap();
        releases.iter().cloned().collect()
    }

    /// Carries out a job; what it tells goes to the test's output.
    pub async fn ask(&self, request: &Request) -> Outcome {
        let (sender, mut receiver) = mpsc::channel(256);
        let job = carry_out(&self.world, request, sender, CancellationToken::new());
        let listen = async {
            let mut last = None;
            while let Some(event) = receiver.recv().await {
                println!("{event:?}");
                last = Some(event);
            }
            last
        };
        let both = async { tokio::join!(job, listen) };
        let (outcome, last) = tokio::time::timeout(PATIENCE, both)
            .await
            .expect("it hangs");
        assert!(matches!(last, Some(JobEvent::Finished { .. })), "{last:?}");
        let recorded = self.world.store.as_ref().unwrap().jobs(1).unwrap();
        assert_eq!(recorded[0].outcome.as_ref(), Some(&outcome));
        outcome
    }

    /// The service of a container that Compose did not make.
    pub fn lone_service(&self, name: &str) -> ServiceId {
        ServiceId {
            project: None,
            ..self.service(name)
        }
    }

    /// The full ids of a service's containers, running or not.
    #[track_caller]
    pub fn containers(&self, service: &str) -> Vec<String> {
        let project = format!("label=com.docker.compose.project={}", self.project.name);
        let service = format!("label=com.docker.compose.service={service}");
        let list = [
            "ps",
            "-aq",
            "--no-trunc",
            "--filter",
            &project,
            "--filter",
            &service,
        ];
        let mut ids: Vec<String> = docker(&list).lines().map(str::to_owned).collect();
        ids.sort();
        ids
    }

    /// The one container of a service.
    #[track_caller]
    pub fn container(&self, service: &str) -> String {
        let [id] = self.containers(service).try_into().unwrap();
        id
    }

    /// What `docker inspect` says of a service's one container.
    #[track_caller]
    pub fn inspect(&self, service: &str, format: &str) -> String {
        docker(&["inspect", "--format", format, &self.container(service)])
    }

    /// The container's id and when it was started: both stay only if it was left alone.
    #[track_caller]
    pub fn run_of(&self, service: &str) -> String {
        self.inspect(service, "{{.Id}} {{.State.StartedAt}} {{.State.Status}}")
    }

    /// Whether a service's container has a network interface besides `lo`.
    #[track_caller]
    pub fn has_network(&self, service: &str) -> bool {
        let list = ["exec", &self.container(service), "ls", "/sys/class/net"];
        docker(&list).split_whitespace().any(|name| name != "lo")
    }
}

/// The sentence of a job that is done.
#[track_caller]
pub fn done(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Done { summary } => summary,
        other => panic!("{other:?}"),
    }
}

/// Why a job failed.
#[track_caller]
pub fn failed(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Failed { failure, .. } => &failure.why,
        other => panic!("{other:?}"),
    }
}

/// Why a job failed, and what its way back led to.
#[track_caller]
pub fn rolled_back(outcome: &Outcome) -> (&str, &str) {
    match outcome {
        Outcome::RolledBack {
            failure, summary, ..
        } => (&failure.why, summary),
        other => panic!("{other:?}"),
    }
}

/// A container of no project; removed with its test.
pub struct Lone(pub String);

impl Drop for Lone {
    fn drop(&mut self) {
        let _ = try_docker(&["rm", "--force", "--volumes", &self.0]);
    }
}
