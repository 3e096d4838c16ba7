//! What a test makes on the engine under test. Which engine that is, `bed` says.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::stream::{BoxStream, StreamExt};
use topside::backend::{Backend, BackendError};
use topside::domain::{Container, ContainerId};

use crate::bed::Bed;

/// An idle main process that stops at once when it is told to.
pub const IDLE: &str = "trap 'exit 0' TERM; sleep 100000 & wait";

/// A connection to the engine under test, and the test's own corner of it.
pub struct World {
    pub backend: Arc<dyn Backend>,
    /// What the engine is, and keeps it up.
    _bed: Bed,
    host: String,
    pub image: String,
    pub prefix: String,
}

impl World {
    pub async fn new() -> Self {
        Self::connect(None).await
    }

    /// With the logins to registries that this configuration folder has.
    pub async fn with_logins_of(folder: PathBuf) -> Self {
        Self::connect(Some(folder)).await
    }

    async fn connect(logins: Option<PathBuf>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let bed = Bed::new();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let prefix = format!(
            "topside-test-{:x}-{}-{}",
            now.as_millis(),
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        Self {
            backend: bed.connector(logins).connect().await.unwrap(),
            host: bed.host(),
            image: Bed::image(),
            _bed: bed,
            prefix,
        }
    }

    /// The docker CLI, which says what is really so.
    pub fn docker(&self, arguments: &[&str]) -> String {
        self.docker_with(&[], arguments)
    }

    /// The same with more in its environment.
    pub fn docker_with(&self, environment: &[(&str, &str)], arguments: &[&str]) -> String {
        let output = self.try_docker(environment, arguments);
        assert!(
            output.status.success(),
            "docker {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// The same for what may fail, such as a clean-up.
    pub fn try_docker(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Output {
        Command::new("docker")
            .env("DOCKER_HOST", &self.host)
            .envs(environment.iter().copied())
            .args(arguments)
            .output()
            .expect("the docker CLI is needed")
    }

    pub fn name(&self, name: &str) -> String {
        format!("{}-{name}", self.prefix)
    }

    /// `docker run -d` or `docker create` of the test's image.
    pub fn make(&self, verb: &str, name: &str, options: &[&str], command: &[&str]) -> ContainerId {
        let name = self.name(name);
        let label = format!("topside.test.run={}", self.prefix);
        let mut arguments = vec![verb];
        if verb == "run" {
            arguments.push("-d");
        }
        arguments.extend([
            "--name",
            &name,
            "--label",
            "topside.test=1",
            "--label",
            &label,
        ]);
        arguments.extend(options);
        arguments.push(&self.image);
        arguments.extend(command);
        ContainerId::from(self.docker(&arguments))
    }

    /// A container of this body of `/containers/create`, for what the CLI cannot say.
    pub fn create_raw(&self, body: &str) -> ContainerId {
        let socket = self.host.trim_start_matches("unix://");
        let mut engine = UnixStream::connect(socket).unwrap();
        let length = body.len();
        write!(
            engine,
            "POST /v1.41/containers/create HTTP/1.0\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        engine.read_to_string(&mut answer).unwrap();
        let (_, json) = answer.split_once("\r\n\r\n").unwrap();
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        ContainerId::from(json["Id"].as_str().expect(&answer))
    }

    pub fn run(&self, name: &str, options: &[&str], script: &str) -> ContainerId {
        self.make("run", name, options, &["sh", "-c", script])
    }

    /// A container that ran to its end.
    pub fn ran(&self, name: &str, options: &[&str], script: &str) -> ContainerId {
        let id = self.run(name, options, script);
        self.docker(&["wait", id.as_str()]);
        id
    }

    pub fn volume(&self, name: &str) -> String {
        let label = format!("topside.test.run={}", self.prefix);
        let name = self.name(name);
        self.docker(&[
            "volume",
            "create",
            "--label",
            "topside.test=1",
            "--label",
            &label,
            &name,
        ])
    }

    pub fn network(&self, name: &str, options: &[&str]) -> String {
        let label = format!("topside.test.run={}", self.prefix);
        let name = self.name(name);
        let create = [
            "network",
            "create",
            "--label",
            "topside.test=1",
            "--label",
            &label,
        ];
        self.docker(&[&create, options, &[&name]].concat());
        name
    }

    pub async fn listed(&self, id: &ContainerId) -> Option<Container> {
        let list = self.backend.containers().await.unwrap();
        list.into_iter().find(|container| container.id == *id)
    }

    fn remove(&self, list: &[&str], remove: &[&str]) {
        let filter = format!("label=topside.test.run={}", self.prefix);
        let found = self.try_docker(&[], &[list, &["-q", "--filter", &filter]].concat());
        let found = String::from_utf8_lossy(&found.stdout).into_owned();
        let ids: Vec<&str> = found.split_whitespace().collect();
        if !ids.is_empty() {
            self.try_docker(&[], &[remove, &ids].concat());
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.remove(&["ps", "-a"], &["rm", "-f", "-v"]);
        self.remove(&["volume", "ls"], &["volume", "rm", "-f"]);
        self.remove(&["network", "ls"], &["network", "rm"]);
    }
}

/// Nothing here takes a minute, unless it hangs.
pub async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), what)
        .await
        .expect("took more than a minute")
}

/// Asks again and again, for what the engine tells nobody when it happens.
pub async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    let mut pause = tokio::time::interval(Duration::from_millis(20));
    soon(async {
        while !is_so().await {
            pause.tick().await;
        }
    })
    .await;
}

/// All of a stream that ends.
pub async fn all<T>(stream: BoxStream<'static, Result<T, BackendError>>) -> Vec<T> {
    soon(stream.map(Result::unwrap).collect()).await
}
