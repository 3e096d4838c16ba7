//! What the dashboard wants done. `update` says it, `runtime` does it.

use jiff::Timestamp;

use super::browser::FilesEffect;
use super::freshness::FreshEffect;
use super::imaging::ImageEffect;
use super::pem::PemWanted;
use super::storage::StorageEffect;
use crate::domain::{ContainerId, HostId, JobId, ProjectId, Request, ServiceId, StreamId, Watched};

/// What the dashboard wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Read the counters of these containers and no others, every refresh interval.
    Watch {
        /// The host.
        host: HostId,
        /// The containers on screen.
        containers: Vec<Watched>,
    },
    /// Ask for a container as it is now.
    Inspect {
        /// The host.
        host: HostId,
        /// The container.
        container: ContainerId,
    },
    /// Ask for the engine's JSON of a container.
    InspectJson {
        /// The host.
        host: HostId,
        /// The container.
        container: ContainerId,
    },
    /// Follow logs, besides what this stream follows already.
    FollowLogs {
        /// The host.
        host: HostId,
        /// The opening; a new one ends the one before.
        stream: StreamId,
        /// Each container, and the time of the last line known of it.
        containers: Vec<(ContainerId, Option<Timestamp>)>,
        /// How many lines of history each gives at first.
        tail: usize,
        /// Whether the selection may move on at once: wait a moment before asking.
        settle: bool,
    },
    /// Follow no logs any more.
    StopLogs,
    /// Ask for the volumes.
    LoadVolumes(HostId),
    /// Find out where the disk went.
    Storage(HostId, StorageEffect),
    /// Ask for the images.
    LoadImages(HostId),
    /// Find out more about images.
    Images(HostId, ImageEffect),
    /// Look at somebody's files.
    Files(HostId, FilesEffect),
    /// Ask for the networks.
    LoadNetworks(HostId),
    /// Look what these containers, which are in the host's own network, listen on.
    LoadListeners(HostId, Vec<ContainerId>),
    /// Read what a service ran, and which of its images are kept.
    LoadReleases(ServiceId),
    /// Find out how current what runs is.
    Fresh(HostId, FreshEffect),
    /// Look for certificates.
    ScanCertificates(HostId),
    /// Ask the endpoints of a host what they serve.
    AskEndpoints(HostId),
    /// Let the server of a service check the files that it would load.
    TestConfig {
        /// The service.
        service: ServiceId,
        /// Its container.
        container: ContainerId,
        /// The fingerprint of what it did not take.
        sha256: String,
    },
    /// Read a certificate as PEM, to be copied or written.
    TakePem(PemWanted),
    /// Read what was done before.
    LoadHistory,
    /// Find out what an action would do.
    MakePlan(Request),
    /// Ask Compose for a project's files, merged into one.
    LoadProjectConfig(ProjectId),
    /// Ask which profiles a project's files have.
    LoadProfiles(ProjectId),
    /// Look for the files that a project was made from.
    LoadFiles(ProjectId),
    /// Hand the terminal to the user's editor, with a file of a project.
    Edit {
        /// The project.
        project: ProjectId,
        /// The file, one of those that were found.
        file: String,
    },
    /// Go on with the last edit.
    EditAgain(ProjectId),
    /// Make the files what they were before the last edit.
    PutBack(ProjectId),
    /// Carry out an action.
    StartJob {
        /// The job's id.
        job: JobId,
        /// What to do.
        request: Request,
    },
    /// Cancel a job where it can be.
    CancelJob(JobId),
    /// Hand the terminal to a shell in a container.
    Shell {
        /// The host.
        host: HostId,
        /// The container.
        container: ContainerId,
    },
    /// Connect again now rather than later.
    Reconnect(HostId),
    /// Put a text into the terminal's clipboard (OSC 52).
    Copy(String),
    /// Whether mouse events are wanted.
    Mouse(bool),
    /// Hand the terminal back to the shell until `fg` (SIGTSTP).
    Suspend,
    /// Leave.
    Quit,
}
