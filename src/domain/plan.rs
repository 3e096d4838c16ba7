//! Plans: what an action will do, as data, made without side effects.

mod gate;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ByteSize, ContainerId, HostId, ImageId, NetworkId, ProjectId, Prune, ServiceId};

pub use gate::Gate;

/// The stable name of an action that changes the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionName {
    /// Bring up what the Compose file and the registry say now.
    Redeploy,
    /// Build the image anew from its source, then the same.
    Rebuild,
    /// Bring up an image that ran before.
    RollBack,
    /// Stop and start the same containers.
    Restart,
    /// Start stopped containers.
    Start,
    /// Stop running containers.
    Stop,
    /// Remove containers.
    Remove,
    /// Remove images and networks that nothing uses.
    Prune,
    /// Remove one image.
    RemoveImage,
    /// Remove volumes, each of them named.
    RemoveVolume,
}

impl ActionName {
    /// What it does to its target, for people: "roll back wezm/web". A job's title, and what its failures begin with.
    pub fn title(self, target: impl fmt::Display) -> String {
        format!("{} {target}", self.word().replace('_', " "))
    }

    /// The action of a name; none when it is none of ours.
    pub fn of_word(word: &str) -> Option<Self> {
        const ALL: [ActionName; 10] = [
            ActionName::Redeploy,
            ActionName::Rebuild,
            ActionName::RollBack,
            ActionName::Restart,
            ActionName::Start,
            ActionName::Stop,
            ActionName::Remove,
            ActionName::Prune,
            ActionName::RemoveImage,
            ActionName::RemoveVolume,
        ];
        ALL.into_iter().find(|action| action.word() == word)
    }

    /// Whether it brings up something that may be worse than what ran, and is undone when it is.
    pub const fn deploys(self) -> bool {
        matches!(self, Self::Redeploy | Self::Rebuild | Self::RollBack)
    }

    /// The name in config, JSON and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Redeploy => "redeploy",
            Self::Rebuild => "rebuild",
            Self::RollBack => "roll_back",
            Self::Restart => "restart",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Remove => "remove",
            Self::Prune => "prune",
            Self::RemoveImage => "remove_image",
            Self::RemoveVolume => "remove_volume",
        }
    }
}

/// What an action is aimed at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// One service.
    Service(ServiceId),
    /// A whole project.
    Project(ProjectId),
    /// What lies on a host.
    Host(HostId),
}

impl Target {
    /// The host it is on.
    pub const fn host(&self) -> &HostId {
        match self {
            Self::Service(service) => &service.host,
            Self::Project(project) => &project.host,
            Self::Host(host) => host,
        }
    }

    /// The service, when it is one.
    pub const fn service(&self) -> Option<&ServiceId> {
        match self {
            Self::Service(service) => Some(service),
            Self::Project(_) | Self::Host(_) => None,
        }
    }
}

impl From<ServiceId> for Target {
    fn from(service: ServiceId) -> Self {
        Self::Service(service)
    }
}

impl fmt::Display for Target {
    /// `project/service`, the project, or the host.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(service) => service.fmt(f),
            Self::Project(project) => f.write_str(&project.name),
            Self::Host(host) => f.write_str(host.as_str()),
        }
    }
}

/// What somebody asks for: an action, what it is aimed at, and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The action.
    pub action: ActionName,
    /// What it is aimed at.
    pub target: Target,
    /// The number of the release to roll back to; none is the last good one before this.
    pub to: Option<u64>,
    /// What is taken away from a host; none of everything else.
    pub prune: Option<Prune>,
}

impl Request {
    /// An action on a target.
    pub fn new(action: ActionName, target: impl Into<Target>) -> Self {
        Self {
            action,
            target: target.into(),
            to: None,
            prune: None,
        }
    }

    /// Taking away from a host.
    pub fn prune(host: HostId, prune: Prune) -> Self {
        Self {
            action: prune.action(),
            target: Target::Host(host),
            to: None,
            prune: Some(prune),
        }
    }

    /// What it does, for people: a job's title, and what its failures begin with.
    pub fn title(&self) -> String {
        match &self.prune {
            Some(prune) => prune.title(self.target.host()),
            None => self.action.title(&self.target),
        }
    }
}

/// What is to be done, on what, in which order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The action it carries out.
    pub action: ActionName,
    /// What it is aimed at.
    pub target: Target,
    /// The target's containers as they were when the plan was made; only these are acted upon.
    pub containers: Vec<ContainerId>,
    /// The steps in order; the first that fails ends the job, or leads to the way back.
    pub steps: Vec<Step>,
    /// What a person should know beforehand: what is skipped and why, what else is touched.
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
    /// `compose build SERVICE`.
    ComposeBuild {
        /// How the project was started.
        project: ComposeProject,
        /// The service.
        service: String,
    },
    /// `compose push SERVICE`.
    ComposePush {
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
        /// Which image it is brought up with.
        #[serde(default)]
        image: UpImage,
        /// The image that its containers must be of afterwards.
        #[serde(default)]
        expect: Option<ImageId>,
    },
    /// A command of the user's own, with `sh -c`.
    RunCommand {
        /// The command line.
        command: String,
        /// Where it runs.
        folder: String,
    },
    /// Pull an image through the engine.
    PullImage {
        /// Its reference.
        reference: String,
    },
    /// Make a reference mean another image of this host.
    TagImage {
        /// The image.
        image: ImageId,
        /// The reference.
        reference: String,
    },
    /// End the job with nothing to do when the reference means the image that runs.
    CompareImage {
        /// The reference.
        reference: String,
        /// The image that runs.
        running: ImageId,
    },
    /// Record what the service runs as a release, and keep its image.
    KeepRelease {
        /// Which.
        service: ServiceId,
        /// The image that was gone back from.
        undone: Option<ImageId>,
        /// Whether it was seen to run well by the steps before.
        proven: bool,
        /// How many releases are kept, this one counted.
        keep: usize,
    },
    /// Stop a container and give its name free, for one that takes its place.
    SetAside {
        /// Which.
        container: ContainerId,
        /// Its name.
        name: String,
    },
    /// Create a container with everything that another one has, of another image.
    CreateLike {
        /// The one that was set aside.
        like: ContainerId,
        /// The new one's name.
        name: String,
        /// The new one's image.
        image: String,
        /// What that reference has to mean.
        #[serde(default)]
        expect: Option<ImageId>,
    },
    /// Start a container by its name.
    StartNamed {
        /// The name.
        name: String,
    },
    /// Give a container that was set aside its name back, in place of what took it, and start it.
    PutBack {
        /// Which.
        container: ContainerId,
        /// Its name.
        name: String,
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
    /// Remove an image that nothing uses: its tags, its digests, then itself.
    RemoveImage {
        /// Which.
        image: ImageId,
        /// All of its tags; one that has others by then is left.
        tags: Vec<String>,
        /// The digests that registries know it by: references, too.
        digests: Vec<String>,
        /// What that frees at most.
        size: ByteSize,
    },
    /// Remove a volume that nothing uses, and all that is in it.
    RemoveVolume {
        /// Its name.
        name: String,
        /// What that frees; none when it was not measured.
        size: Option<ByteSize>,
    },
    /// Remove a network that no container is in or would be in.
    RemoveNetwork {
        /// Which.
        id: NetworkId,
        /// Its name.
        name: String,
    },
    /// Watch the service until it has proven itself or failed.
    Gate {
        /// Which.
        service: ServiceId,
        /// What has to come true.
        gate: Gate,
    },
}

/// Which image Compose brings a service up with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpImage {
    /// What the files say, as Compose does it.
    #[default]
    Usual,
    /// What the reference means on this host: nothing is pulled or built.
    Present,
    /// Another one of this host than the files say: nothing is pulled or built.
    Instead(String),
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
