//! A world around an [`Engine`]: folders, records, a Compose that is a shell script.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::engine::Engine;
use crate::compose::{Candidate, Finder};
use crate::deploy::sample::{self, Altered, host};
use crate::domain::{ActionName, Container, JobEvent, Outcome, Request, ServiceId};
use crate::jobs::{Origin, Who, World, carry_out};
use crate::store::{JobRecord, Store};

/// A container that has proven itself as soon as it runs.
pub(super) fn quick(name: &str) -> Container {
    sample::of(name, 1).label("topside.gate", "0s")
}

/// Cancelled after these steps.
pub(super) fn cancelled_after(steps: &[&str]) -> Outcome {
    Outcome::Cancelled {
        done: steps.iter().map(|step| (*step).to_owned()).collect(),
    }
}

/// A world, and the folder it lives in.
pub(super) struct Bench {
    pub(super) folder: TempDir,
    pub(super) engine: Arc<Engine>,
    pub(super) world: World,
}

impl Bench {
    /// With a Compose that does nothing.
    pub(super) fn new(engine: impl FnOnce(&TempDir) -> Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = Arc::new(engine(&folder));
        let (store, note) = Store::open(&folder.path().join("records.db")).unwrap();
        assert_eq!(note, None);
        let script = folder.path().join("docker-compose");
        let world = World {
            backend: Arc::clone(&engine) as _,
            host: host(),
            engine: "engine".to_owned(),
            leaving: CancellationToken::new(),
            preferences: Arc::default(),
            compose: Arc::new(Finder::among(vec![Candidate::program(&script)])),
            store: Some(Arc::new(store)),
            lock_dir: folder.path().join("locks"),
            who: Who {
                user: "wes".to_owned(),
                from: Origin::Command,
            },
        };
        let bench = Self {
            folder,
            engine,
            world,
        };
        bench.compose("", "", "");
        bench
    }

    /// A Compose (by its words a v5) that does this for `config`, `pull` and `up`. The folder is its working
    /// directory; what it was called with is appended to `called`.
    pub(super) fn compose(&self, config: &str, pull: &str, up: &str) {
        let default = r#"echo '{"services": {"web": {"image": "web:1", "labels": {"topside.gate": "0s"}}, "side": {"image": "web:1", "labels": {"topside.gate": "0s"}}}}'"#;
        let config = if config.is_empty() { default } else { config };
        let script = format!(
            "#!/bin/sh\n\
             case \" $* \" in\n\
             *' version '*) echo 5.6.1;;\n\
             *' config '*) {config};;\n\
             *' pull '*) echo \"$*\" >> called; {pull}\n;;\n\
             *' up '*) echo \"$*\" >> called; {up}\n;;\n\
             esac\n"
        );
        let path = self.folder.path().join("docker-compose");
        // Written beside and renamed: a child of another test may hold a file open that is being written (ETXTBSY).
        let fresh = self.folder.path().join("fresh");
        std::fs::write(&fresh, script).unwrap();
        std::fs::set_permissions(&fresh, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::rename(fresh, path).unwrap();
    }

    /// The commands that Compose was called with besides `version` and `config`.
    pub(super) fn called(&self) -> Vec<String> {
        let called = std::fs::read_to_string(self.folder.path().join("called"));
        let lines: Vec<String> = called
            .unwrap_or_default()
            .lines()
            .map(str::to_owned)
            .collect();
        lines
            .iter()
            .map(|line| {
                let command = line.rsplit("--profile=* ").next().unwrap();
                command.to_owned()
            })
            .collect()
    }

    /// The container as Compose would have made it from this folder.
    pub(super) fn composed(folder: &TempDir, name: &str) -> Container {
        let file = folder.path().join("compose.yml");
        std::fs::write(&file, "").unwrap();
        let mut container = quick(name);
        let compose = container.compose.as_mut().unwrap();
        compose.working_dir = Some(text(folder.path().to_owned()));
        compose.config_files = vec![text(file)];
        container
    }

    /// Runs a job to its end.
    pub(super) async fn run(&self, action: ActionName, service: &ServiceId) -> Ended {
        self.run_until(action, service, |_| false).await
    }

    /// Runs a job; it is cancelled when `when` says so of an event.
    pub(super) async fn run_until(
        &self,
        action: ActionName,
        service: &ServiceId,
        when: impl Fn(&JobEvent) -> bool,
    ) -> Ended {
        let (sender, mut receiver) = mpsc::channel(64);
        let cancel = CancellationToken::new();
        let request = Request::new(action, service.clone());
        let job = carry_out(&self.world, &request, sender, cancel.clone());
        let collect = async {
            let mut events = Vec::new();
            while let Some(event) = receiver.recv().await {
                if when(&event) {
                    cancel.cancel();
                }
                events.push(event);
            }
            events
        };
        let (outcome, events) = tokio::join!(job, collect);
        Ended { outcome, events }
    }

    /// The last job as it was recorded.
    pub(super) fn record(&self) -> JobRecord {
        let store = self.world.store.as_ref().unwrap();
        store.jobs(1).unwrap().remove(0)
    }
}

fn text(path: PathBuf) -> String {
    path.into_os_string().into_string().unwrap()
}

/// A job that has ended.
pub(super) struct Ended {
    pub(super) outcome: Outcome,
    pub(super) events: Vec<JobEvent>,
}

impl Ended {
    /// Its events in short, without output and progress.
    pub(super) fn told(&self) -> Vec<String> {
        self.events
            .iter()
            .filter_map(|event| match event {
                JobEvent::WayBack { .. } => Some("way back".to_owned()),
                JobEvent::Planned { .. } => Some("planned".to_owned()),
                JobEvent::StepStarted { step, .. } => Some(format!("started {step}")),
                JobEvent::StepDone { step, .. } => Some(format!("done {step}")),
                JobEvent::Finished { outcome, .. } => Some(outcome.word().to_owned()),
                JobEvent::Output { .. } | JobEvent::Progress { .. } => None,
            })
            .collect()
    }

    pub(super) fn output(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match event {
                JobEvent::Output { line } => Some(line.as_str()),
                _ => None,
            })
            .collect()
    }

    #[track_caller]
    pub(super) fn summary(&self) -> &str {
        match &self.outcome {
            Outcome::Done { summary } | Outcome::NothingToDo { summary } => summary,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub(super) fn why(&self) -> &str {
        match &self.outcome {
            Outcome::Failed { failure, .. } => &failure.why,
            other => panic!("{other:?}"),
        }
    }
}
