//! Plans: what an action will do, as data, made without side effects.

mod compose;
mod files;
mod gate;
mod operation;
mod renewal;
mod volume;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::command::CommandCall;
use super::text::visible;
use super::{ContainerId, FileCopy, HostId, ImageName, ProjectId, Prune, ServiceId, VolumeId};

pub use compose::{ComposeProject, Once, UpImage};
pub use files::FileStep;
pub use gate::Gate;
pub use operation::Operation;
pub use renewal::{FileIn, ReloadWay, RenewalStep, Wanted};
pub use volume::VolumeStep;

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
    /// Bring up all of a project.
    Up,
    /// Remove a project's containers and networks.
    Down,
    /// Pull all images of a project.
    Pull,
    /// Remove images and networks that nothing uses.
    Prune,
    /// Remove one image.
    RemoveImage,
    /// Remove volumes, each of them named.
    RemoveVolume,
    /// Write what is in a volume to a file.
    BackUp,
    /// Make a new volume of what was written to a file.
    Restore,
    /// Copy a file or folder of a container or volume to this machine.
    CopyOut,
    /// Copy a file or folder of this machine into a container or volume.
    CopyIn,
    /// Let a reference mean an image.
    TagImage,
    /// Write an image to a file.
    SaveImage,
    /// Fetch an image by its reference.
    PullImage,
    /// Let an ACME client renew a certificate, and see it served.
    Renew,
    /// Make servers read a certificate again that was renewed already, and see it served.
    Reload,
    /// Run a command of the user's own.
    Run,
}

impl ActionName {
    /// What it does to its target, for people: "roll back wezm/web". A job's title, and what its failures begin with.
    pub fn title(self, target: impl fmt::Display) -> String {
        format!("{} {target}", self.word().replace('_', " "))
    }

    /// The action of a name; none when it is none of ours.
    pub fn of_word(word: &str) -> Option<Self> {
        const ALL: [ActionName; 23] = [
            ActionName::Redeploy,
            ActionName::Rebuild,
            ActionName::RollBack,
            ActionName::Restart,
            ActionName::Start,
            ActionName::Stop,
            ActionName::Remove,
            ActionName::Up,
            ActionName::Down,
            ActionName::Pull,
            ActionName::Prune,
            ActionName::RemoveImage,
            ActionName::RemoveVolume,
            ActionName::BackUp,
            ActionName::Restore,
            ActionName::CopyOut,
            ActionName::CopyIn,
            ActionName::TagImage,
            ActionName::SaveImage,
            ActionName::PullImage,
            ActionName::Renew,
            ActionName::Reload,
            ActionName::Run,
        ];
        ALL.into_iter().find(|action| action.word() == word)
    }

    /// Whether it brings up something that may be worse than what ran, and is undone when it is.
    pub const fn deploys(self) -> bool {
        matches!(self, Self::Redeploy | Self::Rebuild | Self::RollBack)
    }

    /// Whether it may bring images to the host that nothing uses until it is done.
    pub const fn brings_images(self) -> bool {
        self.deploys() || matches!(self, Self::Up | Self::Pull | Self::PullImage)
    }

    /// Whether it writes what is read on the host to a file elsewhere, and changes nothing there.
    pub const fn only_reads(self) -> bool {
        matches!(self, Self::BackUp | Self::SaveImage | Self::CopyOut)
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
            Self::Up => "up",
            Self::Down => "down",
            Self::Pull => "pull",
            Self::Prune => "prune",
            Self::RemoveImage => "remove_image",
            Self::RemoveVolume => "remove_volume",
            Self::BackUp => "back_up",
            Self::Restore => "restore",
            Self::CopyOut => "copy_out",
            Self::CopyIn => "copy_in",
            Self::TagImage => "tag_image",
            Self::SaveImage => "save_image",
            Self::PullImage => "pull_image",
            Self::Renew => "renew",
            Self::Reload => "reload",
            Self::Run => "run",
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
    /// One volume, which may not be there yet.
    Volume(VolumeId),
    /// One image, which may not be there yet.
    Image(ImageName),
    /// What lies on a host.
    Host(HostId),
}

impl Target {
    /// The host it is on.
    pub const fn host(&self) -> &HostId {
        match self {
            Self::Service(service) => &service.host,
            Self::Project(project) => &project.host,
            Self::Volume(volume) => &volume.host,
            Self::Image(image) => &image.host,
            Self::Host(host) => host,
        }
    }

    /// The service, when it is one.
    pub const fn service(&self) -> Option<&ServiceId> {
        match self {
            Self::Service(service) => Some(service),
            Self::Project(_) | Self::Volume(_) | Self::Image(_) | Self::Host(_) => None,
        }
    }

    /// The project, when it is a whole one.
    pub const fn project(&self) -> Option<&ProjectId> {
        match self {
            Self::Project(project) => Some(project),
            Self::Service(_) | Self::Volume(_) | Self::Image(_) | Self::Host(_) => None,
        }
    }
}

impl Target {
    /// Whether a job on one of the two may touch what a job on the other does: the same, or a project and a service of
    /// it.
    pub fn overlaps(&self, other: &Self) -> bool {
        let within = |one: &Self, whole: &Self| match (one.service(), whole.project()) {
            (Some(service), Some(project)) => service.project_id().as_ref() == Some(project),
            _ => false,
        };
        self == other || within(self, other) || within(other, self)
    }
}

impl From<ProjectId> for Target {
    fn from(project: ProjectId) -> Self {
        Self::Project(project)
    }
}

impl From<VolumeId> for Target {
    fn from(volume: VolumeId) -> Self {
        Self::Volume(volume)
    }
}

impl From<ImageName> for Target {
    fn from(image: ImageName) -> Self {
        Self::Image(image)
    }
}

impl From<ServiceId> for Target {
    fn from(service: ServiceId) -> Self {
        Self::Service(service)
    }
}

impl fmt::Display for Target {
    /// `project/service`, the project, the volume, the image, or the host.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(service) => service.fmt(f),
            Self::Project(project) => f.write_str(&project.name),
            Self::Volume(volume) => f.write_str(&visible(&volume.name)),
            Self::Image(image) => image.fmt(f),
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
    /// The profiles with which a project is brought up or pulled; none are those whose services have containers.
    pub profiles: Option<Vec<String>>,
    /// What is taken away from a host; none of everything else.
    pub prune: Option<Prune>,
    /// Which certificate is renewed or reloaded; none of everything else.
    pub certificate: Option<Wanted>,
    /// The file that a volume or an image is written to, or a volume made of; none of everything else.
    pub file: Option<String>,
    /// What is copied out or in; none of everything else.
    pub copy: Option<Box<FileCopy>>,
    /// The reference that is to mean an image; none of everything but tagging.
    pub reference: Option<String>,
    /// The command of the user's own that is run; none of everything else.
    pub command: Option<Box<CommandCall>>,
}

impl Request {
    /// An action on a target.
    pub fn new(action: ActionName, target: impl Into<Target>) -> Self {
        Self {
            action,
            target: target.into(),
            to: None,
            profiles: None,
            prune: None,
            certificate: None,
            file: None,
            copy: None,
            reference: None,
            command: None,
        }
    }

    /// Writing a volume to a file of this machine, or making a new one of it.
    pub fn volume(action: ActionName, volume: VolumeId, file: String) -> Self {
        Self {
            file: Some(file),
            ..Self::new(action, volume)
        }
    }

    /// Copying a file or folder out of or into the files of a service's container, or of a volume.
    pub fn copy(action: ActionName, target: impl Into<Target>, copy: FileCopy) -> Self {
        Self {
            copy: Some(Box::new(copy)),
            ..Self::new(action, target)
        }
    }

    /// Letting a reference mean an image.
    pub fn tag(image: ImageName, reference: String) -> Self {
        Self {
            reference: Some(reference),
            ..Self::new(ActionName::TagImage, image)
        }
    }

    /// Writing an image to a file of this machine.
    pub fn save(image: ImageName, file: String) -> Self {
        Self {
            file: Some(file),
            ..Self::new(ActionName::SaveImage, image)
        }
    }

    /// Running a command of the user's own.
    pub fn own_command(target: impl Into<Target>, command: CommandCall) -> Self {
        Self {
            command: Some(Box::new(command)),
            ..Self::new(ActionName::Run, target)
        }
    }

    /// Taking away from a host.
    pub fn prune(host: HostId, prune: Prune) -> Self {
        let action = prune.action();
        Self {
            prune: Some(prune),
            ..Self::new(action, Target::Host(host))
        }
    }

    /// Something about a certificate, of a service that orders or serves it.
    pub fn certificate(action: ActionName, service: ServiceId, wanted: Wanted) -> Self {
        Self {
            certificate: Some(wanted),
            ..Self::new(action, service)
        }
    }

    /// What it does, for people: a job's title, and what its failures begin with.
    pub fn title(&self) -> String {
        if let Some(command) = &self.command {
            return format!("run {} on {}", visible(&command.name), self.target);
        }
        match (&self.prune, &self.certificate, &self.copy) {
            (Some(prune), ..) => prune.title(self.target.host()),
            (None, Some(wanted), _) => self.action.title(visible(&wanted.certificate)),
            (None, None, Some(copy)) => copy.title(self.action, &self.target),
            (None, None, None) => self.action.title(&self.target),
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
