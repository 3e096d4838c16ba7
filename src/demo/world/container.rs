//! A container: what was asked for, and how it is.

use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;

use jiff::Timestamp;
use serde_json::Value;

use super::Fields;
use super::tree::Tree;
use crate::demo::programs::Program;

/// So many runs of a container are remembered for its log: one that crashes every minute has had thousands.
pub(crate) const RUNS: usize = 64;

/// A container.
#[derive(Debug, Clone)]
pub(crate) struct Container {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created: Timestamp,
    /// The id of its image.
    pub(crate) image: String,
    pub(crate) program: Program,
    /// As an inspect shows it: what was asked for, with what the image adds.
    pub(crate) config: Fields,
    /// The host's side, as it was asked for.
    pub(crate) host: Fields,
    /// Its places in networks, by their names.
    pub(crate) endpoints: BTreeMap<String, Endpoint>,
    pub(crate) mounts: Vec<Mount>,
    pub(crate) ports: Vec<Published>,
    pub(crate) state: State,
    /// How often the engine started it again by itself.
    pub(crate) restarts: u64,
    /// Its own files, without its mounts.
    pub(crate) tree: Tree,
    /// The last ones, the oldest first.
    pub(crate) runs: VecDeque<Run>,
    /// What it said that does not follow from its program.
    pub(crate) said: Vec<Said>,
}

/// What a container is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Created,
    Running,
    Paused,
    /// It ended and is started again then.
    Restarting(Timestamp),
    Exited,
}

impl Phase {
    /// The API's word.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Restarting(_) => "restarting",
            Self::Exited => "exited",
        }
    }
}

/// What its health check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    /// Known at that time.
    Starting(Timestamp),
    Healthy,
    Unhealthy,
}

impl Health {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Starting(_) => "starting",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
        }
    }
}

/// How a container is.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) phase: Phase,
    pub(crate) pid: u32,
    pub(crate) started: Option<Timestamp>,
    pub(crate) finished: Option<Timestamp>,
    pub(crate) exit_code: i64,
    pub(crate) oom_killed: bool,
    pub(crate) error: String,
    pub(crate) health: Option<Health>,
    /// How often in a row it ended soon after its start.
    pub(crate) failures: u32,
}

impl State {
    pub(crate) const fn new() -> Self {
        Self {
            phase: Phase::Created,
            pid: 0,
            started: None,
            finished: None,
            exit_code: 0,
            oom_killed: false,
            error: String::new(),
            health: None,
            failures: 0,
        }
    }

    pub(crate) const fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Paused)
    }
}

/// One life of its first process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) from: Timestamp,
    pub(crate) to: Option<Timestamp>,
    /// How it ended: its exit code.
    pub(crate) code: i64,
}

/// A place in a network.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    /// The id of the network.
    pub(crate) network: String,
    pub(crate) address: Ipv4Addr,
    pub(crate) aliases: Vec<String>,
    /// What was asked for, as it was.
    pub(crate) wanted: Fields,
}

/// What a mount shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MountKind {
    Volume,
    Bind,
    Tmpfs,
}

/// A mount.
#[derive(Debug, Clone)]
pub(crate) struct Mount {
    pub(crate) kind: MountKind,
    /// The volume's name; empty for another kind.
    pub(crate) volume: String,
    /// The path on the host.
    pub(crate) source: String,
    pub(crate) destination: String,
    pub(crate) writable: bool,
}

/// A port, and where it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Published {
    /// `80/tcp`.
    pub(crate) port: String,
    /// The address and port of the host; none when it is only exposed.
    pub(crate) at: Option<(String, u16)>,
}

/// A line that was said.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) at: Timestamp,
    /// 1 for standard output, 2 for standard error.
    pub(crate) stream: u8,
    /// Without its end.
    pub(crate) bytes: Vec<u8>,
}

impl Container {
    /// Text of its configuration; empty where there is none.
    pub(crate) fn text(&self, key: &str) -> &str {
        self.config
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// A list of its configuration.
    pub(crate) fn list(&self, key: &str) -> Vec<String> {
        words(self.config.get(key))
    }

    /// The image as it was asked for.
    pub(crate) fn reference(&self) -> &str {
        self.text("Image")
    }

    pub(crate) fn is_tty(&self) -> bool {
        self.config.get("Tty") == Some(&Value::Bool(true))
    }

    pub(crate) fn labels(&self) -> BTreeMap<String, String> {
        let labels = self.config.get("Labels").and_then(Value::as_object);
        let text =
            |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
        labels.into_iter().flatten().filter_map(text).collect()
    }

    pub(crate) fn label(&self, name: &str) -> Option<&str> {
        self.config.get("Labels")?.get(name)?.as_str()
    }

    /// What is run: the entrypoint, then the command.
    pub(crate) fn command_line(&self) -> Vec<String> {
        let mut words = self.list("Entrypoint");
        words.extend(self.list("Cmd"));
        words
    }

    /// The engine's restart policy: its name and how often at most.
    pub(crate) fn restart_policy(&self) -> (&str, u64) {
        let policy = self.host.get("RestartPolicy");
        let name = policy.and_then(|policy| policy.get("Name")?.as_str());
        let most = policy.and_then(|policy| policy.get("MaximumRetryCount")?.as_u64());
        (name.unwrap_or("no"), most.unwrap_or(0))
    }

    /// Where its log goes.
    pub(crate) fn log_driver(&self) -> &str {
        let driver = self
            .host
            .get("LogConfig")
            .and_then(|log| log.get("Type")?.as_str());
        driver
            .filter(|name| !name.is_empty())
            .unwrap_or("json-file")
    }

    pub(crate) fn network_mode(&self) -> &str {
        let mode = self.host.get("NetworkMode").and_then(Value::as_str);
        mode.filter(|mode| !mode.is_empty()).unwrap_or("default")
    }

    /// In bytes; 0 is without a limit.
    pub(crate) fn memory_limit(&self) -> u64 {
        self.host.get("Memory").and_then(Value::as_u64).unwrap_or(0)
    }

    /// The words of its health check; none where it has none.
    pub(crate) fn health_check(&self) -> Option<Vec<String>> {
        let check = self.config.get("Healthcheck")?;
        let test = words(check.get("Test"));
        let first = test.first()?;
        (first != "NONE").then_some(test)
    }
}

/// A list of texts, or one text, as lists of the API may be given.
pub(crate) fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(|word| word.as_str().map(str::to_owned))
            .collect(),
        Some(Value::String(word)) if !word.is_empty() => vec![word.clone()],
        _ => Vec::new(),
    }
}
