//! Plans: what an action will do, as data, made without side effects.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ContainerId, ServiceId};

/// The stable name of an action that changes the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionName {
    /// Bring up what the Compose file and the registry say now.
    Redeploy,
    /// Stop and start the same containers.
    Restart,
    /// Start stopped containers.
    Start,
    /// Stop running containers.
    Stop,
    /// Remove containers.
    Remove,
}

impl ActionName {
    /// What it does to a service, for people: "redeploy wezm/web". A job's title, and what its failures begin with.
    pub fn title(self, service: &ServiceId) -> String {
        format!("{} {service}", self.word())
    }

    /// The action of a name; none when it is none of ours.
    pub fn of_word(word: &str) -> Option<Self> {
        const ALL: [ActionName; 5] = [
            ActionName::Redeploy,
            ActionName::Restart,
            ActionName::Start,
            ActionName::Stop,
            ActionName::Remove,
        ];
        ALL.into_iter().find(|action| action.word() == word)
    }

    /// The name in config, JSON and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Redeploy => "redeploy",
            Self::Restart => "restart",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Remove => "remove",
        }
    }
}

/// What an action is aimed at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The service.
    pub service: ServiceId,
    /// Its containers as they were when the plan was made; only these are acted upon.
    pub containers: Vec<ContainerId>,
}

/// What is to be done, on what, in which order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The action it carries out.
    pub action: ActionName,
    /// What it is aimed at.
    pub target: Target,
    /// The steps in order; the first that fails ends the job.
    pub steps: Vec<Step>,
    /// What a person should know beforehand: what is skipped and why.
    pub notes: Vec<String>,
}

/// One primitive operation of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it does, for people: "pull web".
    pub title: String,
    /// What it does, for the executor.
    pub operation: Operation,
    /// Whether it may be cut short.
    pub kind: StepKind,
}

/// Whether a step may be cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Cutting it short leaves everything as it was.
    Cancellable,
    /// Once begun it runs to its end; a cancel waits for it.
    Committing,
}

/// What the executor can do. One variant, one call of an engine or tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Operation {
    /// `compose pull SERVICE`.
    ComposePull {
        /// How the project was started.
        project: ComposeProject,
        /// The service.
        service: String,
    },
    /// `compose up -d --no-deps SERVICE`.
    ComposeUp {
        /// How the project was started.
        project: ComposeProject,
        /// The service.
        service: String,
        /// How many containers it should have, where only the command line said so before.
        scale: Option<u32>,
    },
    /// Start a container.
    StartContainer {
        /// Which.
        container: ContainerId,
    },
    /// Stop a container: its stop signal, then SIGKILL after its stop timeout.
    StopContainer {
        /// Which.
        container: ContainerId,
    },
    /// Stop and start a container.
    RestartContainer {
        /// Which.
        container: ContainerId,
    },
    /// Remove a container, running or not. Its named volumes stay.
    RemoveContainer {
        /// Which.
        container: ContainerId,
    },
    /// Watch the service until it has proven itself or failed.
    Gate {
        /// Which.
        service: ServiceId,
        /// What has to come true.
        gate: Gate,
    },
}

/// What has to come true before an action counts as done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "until")]
pub enum Gate {
    /// Every container of the service runs, is healthy where it has a health check, and does not restart
    /// for `grace`.
    Running {
        /// How long a container without a health check has to run without a restart.
        grace: Duration,
        /// How long all of it may take; a health check's own start period and retries are added.
        timeout: Duration,
        /// At least so many containers; 0 is refused as a plan.
        at_least: u32,
    },
    /// So many containers of the service run at this moment: their network namespaces are there to be joined.
    Up {
        /// How long it may take.
        timeout: Duration,
        /// At least so many containers.
        at_least: u32,
    },
    /// No container of the service runs.
    Stopped {
        /// How long it may take.
        timeout: Duration,
    },
    /// The target's containers are gone.
    Gone {
        /// How long it may take.
        timeout: Duration,
    },
}

/// How a Compose project was started: what to call Compose with to mean the same project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposeProject {
    /// The project's name.
    pub name: String,
    /// The folder it was started in.
    pub working_dir: String,
    /// Its files, in order.
    pub files: Vec<String>,
    /// Its env files, in order.
    pub env_files: Vec<String>,
}
