//! What the executor can do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ComposeProject, FileStep, Gate, RenewalStep, UpImage, VolumeStep};
use crate::domain::command::CommandCall;
use crate::domain::{ByteSize, ContainerId, ImageId, NetworkId, ServiceId};

/// One variant, one call of an engine or tool.
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
    /// `compose pull` of a project's services.
    ProjectPull {
        /// How the project was started.
        project: ComposeProject,
        /// Which.
        services: Vec<String>,
    },
    /// `compose up -d` of a project's services.
    ProjectUp {
        /// How the project was started.
        project: ComposeProject,
        /// Which.
        services: Vec<String>,
        /// How many containers those should have for which only the command line said so before.
        scales: BTreeMap<String, u32>,
    },
    /// `compose down`: containers and networks go, volumes and images stay.
    ProjectDown {
        /// How the project was started.
        project: ComposeProject,
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
    /// Write an image beside where the file will be. Cut short it leaves nothing.
    SaveImage {
        /// A reference, which is written along, or an id.
        image: String,
        /// The file's absolute path.
        file: String,
    },
    /// Give what was written of an image its name.
    KeepSaved {
        /// The file's absolute path.
        file: String,
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
    /// Remove what builds left to be faster the next time; what one uses right now stays.
    PruneBuildCache {
        /// How many entries there were when it was planned.
        entries: usize,
        /// What they took.
        size: ByteSize,
    },
    /// A step of renewing a certificate.
    Renewal(RenewalStep),
    /// A step of backing up a volume, or of restoring one.
    Volume(VolumeStep),
    /// A step of copying files out or in.
    Files(FileStep),
    /// A command of the user's own, from the config.
    OwnCommand(CommandCall),
    /// Watch the service until it has proven itself or failed.
    Gate {
        /// Which.
        service: ServiceId,
        /// What has to come true.
        gate: Gate,
    },
}
