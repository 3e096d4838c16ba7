//! What topside asks of an engine, whichever it is.
//!
//! [`Backend`] is object-safe; each engine has a folder here that implements it. Nothing above this module knows a
//! client library: answers are `domain` types, errors are [`BackendError`]s that become a
//! [`Failure`](crate::domain::Failure).

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use jiff::Timestamp;

use crate::domain::{
    ByteSize, Container, ContainerId, Counters, EngineUsage, Event, HostId, HostInfo, Image,
    ImageId, Instruction, Network, NetworkId, Platform, RawLogLine, Volume, VolumeId,
};

pub use crate::domain::layers::PullProgress;
pub use crate::domain::stats::Watched;

mod archive;
mod dial;
pub mod docker;
pub mod endpoint;
mod error;
mod event;
mod exec;
mod image;
mod log_request;

pub use archive::{
    Archive, ArchiveEntry, ArchiveKind, ArchiveLimits, ArchiveStat, Carry, StatKind, VOLUME_PATH,
};
pub use dial::{Dial, DialError, Direct, Wire};
pub use error::BackendError;
pub use event::{EngineEvent, PAST_EVENTS};
pub use exec::{ExecOutput, ExecRequest, ExecSession, Process};
pub use image::any_image;
pub use log_request::{LogRequest, Since};

/// What an engine can be asked for. The screen greys out the rest and says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// Commands in containers, with a terminal.
    pub exec: bool,
    /// Sizes of volumes.
    pub volume_sizes: bool,
    /// Files of containers that do not run.
    pub archive: bool,
}

/// Where counters come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CounterSource {
    /// Files of this machine's kernel: the engine does not notice.
    ControlGroups,
    /// The engine is asked for each container.
    Engine,
}

/// An engine that answers. Made by a [`Connector`]; every call may fail with a lost connection.
#[async_trait]
pub trait Backend: Send + Sync {
    /// What this engine can do.
    fn capabilities(&self) -> Capabilities;

    /// What the engine says of itself. Costs the engine more than a list of containers (10 to 20 ms): nothing that is
    /// waited for should wait for it.
    async fn info(&self) -> Result<HostInfo, BackendError>;

    /// Whether the engine still answers. Costs it next to nothing.
    async fn ping(&self) -> Result<(), BackendError>;

    /// Whether the engine's machine is this one, so that its files are ours: not through ssh, whose tunnel ends in a socket
    /// here, and not where this process embeds the engine.
    fn is_local(&self) -> bool {
        false
    }

    /// The way to the ports of the host itself.
    fn dialer(&self) -> std::sync::Arc<dyn Dial>;

    /// Environment for child processes (Compose, the docker CLI) to reach the same engine.
    fn client_environment(&self) -> Vec<(String, String)>;

    /// What runs a program on the engine's machine when it is run here: on this machine the words themselves, through
    /// ssh one with a terminal. `Unsupported` elsewhere.
    fn host_program(&self, _words: &[String]) -> Result<Vec<String>, BackendError> {
        Err(BackendError::Unsupported("no ssh leads there".into()))
    }

    /// Every container, running or not.
    async fn containers(&self) -> Result<Vec<Container>, BackendError>;

    /// One container, with what only an inspect says.
    async fn inspect(&self, id: &ContainerId) -> Result<Container, BackendError>;

    /// The engine's whole inspect answer, as indented JSON.
    async fn inspect_json(&self, id: &ContainerId) -> Result<String, BackendError>;

    /// What happens from now on. The stream ends when the connection does.
    async fn events(
        &self,
    ) -> Result<BoxStream<'static, Result<EngineEvent, BackendError>>, BackendError>;

    /// What happened in between, as far as the engine remembers: Docker the last 256 events since it was started. The
    /// oldest first, and no more than [`PAST_EVENTS`].
    async fn past_events(
        &self,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Event>, BackendError> {
        let _ = (since, until);
        Err(BackendError::Unsupported("events of before".to_owned()))
    }

    /// Lines of a container's log, oldest first.
    async fn logs(
        &self,
        id: &ContainerId,
        request: LogRequest,
    ) -> Result<BoxStream<'static, Result<RawLogLine, BackendError>>, BackendError>;

    /// Counters of these containers, read as cheaply as this engine allows. Containers that do not run or are gone
    /// are left out. `charts` says of which of them more than CPU and memory is wanted: a backend that has the
    /// rest at hand gives it unasked.
    async fn counters(&self, watched: &[Watched]) -> Vec<(ContainerId, Counters)>;

    /// Where the counters of a container come from here, to tell what watching it costs.
    async fn counter_source(&self, watched: &Watched) -> CounterSource {
        let _ = watched;
        CounterSource::Engine
    }

    /// Every named volume.
    async fn volumes(&self) -> Result<Vec<Volume>, BackendError>;

    /// The sizes of volumes. May take minutes: never wait for it with anything else. Volumes of drivers that cannot
    /// tell are left out.
    async fn volume_sizes(&self) -> Result<Vec<(VolumeId, ByteSize)>, BackendError>;

    /// What the engine counts of its disk itself, but for volumes: quick (tens of milliseconds) from API 1.42 on, else it
    /// walks the volumes, too, and may take minutes.
    async fn disk_usage(&self) -> Result<EngineUsage, BackendError> {
        Err(BackendError::Unsupported("disk usage".to_owned()))
    }

    /// Runs a program on the engine's machine through the login that is there already, and returns what it printed. For
    /// engines that were reached with ssh alone.
    async fn run_on_host(&self, words: &[String]) -> Result<Vec<u8>, BackendError> {
        let _ = words;
        let why = "programs run only on a machine that is reached with ssh";
        Err(BackendError::Unsupported(why.to_owned()))
    }

    /// Every image that is not an intermediate layer.
    async fn images(&self) -> Result<Vec<Image>, BackendError>;

    /// The image a reference or id means now; none when there is none here.
    async fn image(&self, reference: &str) -> Result<Option<Image>, BackendError>;

    /// The labels that an image gives its containers; none of one that is not there.
    async fn image_labels(&self, id: &ImageId) -> Result<BTreeMap<String, String>, BackendError>;

    /// For which machines an image is; none of one that is not there.
    async fn image_platform(&self, id: &ImageId) -> Result<Option<Platform>, BackendError> {
        let _ = id;
        Err(BackendError::Unsupported("platforms of images".to_owned()))
    }

    /// What an image was made with, the newest first.
    async fn image_history(&self, id_or_reference: &str) -> Result<Vec<Instruction>, BackendError> {
        let _ = id_or_reference;
        Err(BackendError::Unsupported("histories of images".to_owned()))
    }

    /// An image with all its layers, as one tar stream (`docker save`): by its id without its names, by a reference with
    /// that. Dropping the stream ends it.
    async fn save_image(
        &self,
        id_or_reference: &str,
    ) -> Result<BoxStream<'static, Result<Vec<u8>, BackendError>>, BackendError> {
        let _ = id_or_reference;
        Err(BackendError::Unsupported("saving images".to_owned()))
    }

    /// Every network, those that the engine brings along too.
    async fn networks(&self) -> Result<Vec<Network>, BackendError>;

    /// Lets a reference (`name`, `registry:5000/name:tag`; no tag is `latest`) mean this image, whatever it meant before.
    async fn tag(&self, image: &ImageId, reference: &str) -> Result<(), BackendError>;

    /// Takes a reference away; the last one takes its image along. One that is not there is fine. `Conflict` when a
    /// container uses the image and this is its last reference.
    async fn untag(&self, reference: &str) -> Result<(), BackendError>;

    /// Fetches an image, with the user's login to its registry. The stream ends after the last step; whatever goes wrong
    /// on the way is its last element, and then nothing was fetched. Dropping it ends the pull.
    async fn pull(
        &self,
        reference: &str,
    ) -> Result<BoxStream<'static, Result<PullProgress, BackendError>>, BackendError>;

    /// The digest (`sha256:…`) a reference has in its registry now, with the user's login; fetches nothing.
    async fn registry_digest(&self, reference: &str) -> Result<String, BackendError>;

    /// Removes an image. `Conflict` when a container uses it, or when it is given by its id and has several references.
    async fn remove_image(&self, id_or_reference: &str) -> Result<(), BackendError>;

    /// Removes what builds left to be faster the next time, but for what one uses right now; how many entries went, and
    /// what that freed.
    async fn prune_build_cache(&self) -> Result<(usize, ByteSize), BackendError> {
        Err(BackendError::Unsupported(
            "pruning the build cache".to_owned(),
        ))
    }

    /// Removes a volume and all that is in it. `Conflict` when a container uses it, running or not.
    async fn remove_volume(&self, name: &str) -> Result<(), BackendError>;

    /// Removes a network. `Conflict` when a running container is in it, or when it is one of the engine's own.
    async fn remove_network(&self, id: &NetworkId) -> Result<(), BackendError>;

    /// Starts a container.
    async fn start(&self, id: &ContainerId) -> Result<(), BackendError>;

    /// Stops a container with its own signal and timeout.
    async fn stop(&self, id: &ContainerId) -> Result<(), BackendError>;

    /// Stops and starts a container.
    async fn restart(&self, id: &ContainerId) -> Result<(), BackendError>;

    /// Removes a container, running or not. Its volumes stay, the anonymous ones too: they hold data.
    async fn remove(&self, id: &ContainerId) -> Result<(), BackendError>;

    /// Creates a container that has everything the other one has, of this image, and does not start it: its environment,
    /// limits, networks with their addresses, ports, and its volumes, those without a name too. What the other one had
    /// from its image it gets from the new image. `Conflict` when the name is taken.
    async fn create_like(
        &self,
        like: &ContainerId,
        name: &str,
        image: &str,
    ) -> Result<ContainerId, BackendError>;
    /// Says when the engine starts a container again: `no`, `always`, `unless-stopped`.
    async fn set_restart_policy(&self, id: &ContainerId, policy: &str) -> Result<(), BackendError>;

    /// Gives a container another name. `Conflict` when that is taken.
    async fn rename(&self, id: &ContainerId, name: &str) -> Result<(), BackendError>;

    /// Sends a signal (`HUP`) to a container's first process. `Conflict` when it does not run.
    async fn signal(&self, id: &ContainerId, signal: &str) -> Result<(), BackendError>;

    /// The processes of a container, its first one first. `Conflict` when it does not run.
    async fn processes(&self, id: &ContainerId) -> Result<Vec<Process>, BackendError>;

    /// Runs a command without a terminal or input, and waits for its end.
    async fn exec(&self, request: ExecRequest) -> Result<ExecOutput, BackendError>;

    /// Runs a command with a terminal of the given columns and rows; the caller pumps its bytes.
    async fn exec_terminal(
        &self,
        request: ExecRequest,
        size: (u16, u16),
    ) -> Result<ExecSession, BackendError>;

    /// Tells a command's terminal its new size in columns and rows.
    async fn exec_resize(&self, session: &str, size: (u16, u16)) -> Result<(), BackendError>;

    /// How a command with a terminal ended; none while it runs.
    async fn exec_exit_code(&self, session: &str) -> Result<Option<i64>, BackendError>;

    /// What is at a path: costs the engine a fiftieth of [`Backend::read_archive`]. `NotFound` when nothing is there, or
    /// when a link leads to nothing.
    async fn stat_archive(&self, id: &ContainerId, path: &str)
    -> Result<ArchiveStat, BackendError>;

    /// A file as the container's own first process sees it, read without running anything there; at most `limit` bytes.
    /// None where that cannot be told: the engine is on another machine, we may not look into its processes, the
    /// container does not run, or there is no such file. What it holds may be a private key: overwrite it after use.
    async fn seen_inside(&self, _id: &ContainerId, _path: &str, _limit: u64) -> Option<Vec<u8>> {
        None
    }

    /// The root folder as the container's own first process sees it, opened where only this machine's kernel is asked for
    /// what is below. None where [`Backend::seen_inside`] would tell nothing either. What is opened below it has to be
    /// kept within it (`openat2`, `RESOLVE_IN_ROOT`): its links lead where they lead there.
    async fn seen_root(&self, _id: &ContainerId) -> Option<std::os::fd::OwnedFd> {
        None
    }

    /// Makes a container that is never started, runs nothing and has no network, only so that the archive API shows the
    /// volume, read-only under [`VOLUME_PATH`]. It carries the label [`READS_VOLUME`](crate::domain::container::READS_VOLUME). Whoever asked for it removes it.
    async fn create_for_volume(
        &self,
        volume: &str,
        image: &ImageId,
    ) -> Result<ContainerId, BackendError>;

    /// The same for a job that holds the volume's lock until it removes the container, and may write to it. Its label
    /// [`HELD_BY`](crate::domain::container::HELD_BY) says whose lock that is.
    async fn create_to_carry(
        &self,
        carry: &Carry<'_>,
        image: &ImageId,
    ) -> Result<ContainerId, BackendError> {
        let _ = (carry, image);
        Err(BackendError::Unsupported("copying of volumes".to_owned()))
    }

    /// Makes an empty volume of the engine's own driver. `Conflict` when there is one of that name that has not these
    /// labels: an engine takes the one that is there for the new one.
    async fn create_volume(
        &self,
        name: &str,
        labels: &BTreeMap<String, String>,
    ) -> Result<(), BackendError> {
        let _ = (name, labels);
        Err(BackendError::Unsupported("making of volumes".to_owned()))
    }

    /// What is below a folder, as a tar whose names begin with `./`, as it comes: without a limit of the whole. An engine
    /// that fails in the middle ends it early and says nothing: look for the end of the tar itself.
    async fn archive(
        &self,
        id: &ContainerId,
        folder: &str,
    ) -> Result<BoxStream<'static, Result<Vec<u8>, BackendError>>, BackendError> {
        let _ = (id, folder);
        Err(BackendError::Unsupported("reading of folders".to_owned()))
    }

    /// A file or folder itself, links unresolved, as a tar whose names begin with its own. As it comes, like
    /// [`Backend::archive`]; dropping the stream ends it.
    async fn archive_of(
        &self,
        id: &ContainerId,
        path: &str,
    ) -> Result<BoxStream<'static, Result<Vec<u8>, BackendError>>, BackendError> {
        let _ = (id, path);
        Err(BackendError::Unsupported("reading of files".to_owned()))
    }

    /// Unpacks a tar in a folder, with the owners, modes and times it names, over what is there. An error of the stream
    /// ends it, and is what is answered.
    async fn unpack(
        &self,
        id: &ContainerId,
        folder: &str,
        tar: BoxStream<'static, std::io::Result<Vec<u8>>>,
    ) -> Result<(), BackendError> {
        let _ = (id, folder, tar);
        Err(BackendError::Unsupported(
            "writing into containers".to_owned(),
        ))
    }

    /// Reads a file or folder, links unresolved.
    async fn read_archive(
        &self,
        id: &ContainerId,
        path: &str,
        limits: ArchiveLimits,
    ) -> Result<Archive, BackendError>;
}

/// Makes connections to one engine; owns no connection itself.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The host this leads to.
    fn host(&self) -> &HostId;

    /// Where it is, for people.
    fn address(&self) -> String;

    /// Whether the engine runs on this machine, so that its host's folders are ours.
    fn is_local(&self) -> bool;

    /// Connects and negotiates the API version.
    async fn connect(&self) -> Result<std::sync::Arc<dyn Backend>, BackendError>;
}

/// A reference pinned to one content (`name@sha256:…`) can have nothing new to pull.
pub fn is_pinned(reference: &str) -> bool {
    reference.contains("@sha256:")
}
