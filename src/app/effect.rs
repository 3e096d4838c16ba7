//! What the dashboard wants done. `update` says it, `runtime` does it.

use std::sync::Arc;

use jiff::Timestamp;

use super::browser::FilesEffect;
use super::events::EventsWanted;
use super::freshness::FreshEffect;
use super::imaging::ImageEffect;
use super::log_ask::LogTaken;
use super::pem::PemWanted;
use super::remembered::Remembered;
use super::storage::StorageEffect;
use crate::domain::command::CommandCall;
use crate::domain::{
    ContainerId, HostId, JobId, ProjectId, Request, ServiceId, Snooze, StreamId, Watched,
};
use crate::logs::Edge;

/// From where on a log is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStart {
    /// From so many lines before its end.
    Tail(usize),
    /// From a time on.
    From(Timestamp),
    /// After the lines that are known.
    After(Edge),
}

/// Lines of a log that are older than those known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OlderWanted {
    /// The container.
    pub container: ContainerId,
    /// Where the known ones begin.
    pub before: Edge,
    /// How many lines come from there on, where that is known.
    pub later: Option<usize>,
    /// How many lines are wanted.
    pub count: usize,
}

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
        /// Each container, and from where on.
        containers: Vec<(ContainerId, LogStart)>,
        /// Whether the selection may move on at once: wait a moment before asking.
        settle: bool,
    },
    /// Read lines of a container that are older than those known.
    OlderLogs {
        /// The host.
        host: HostId,
        /// The opening; a new one ends the one before.
        opening: u64,
        /// Which lines.
        wanted: OlderWanted,
    },
    /// Follow no logs for now; what is older is still read.
    HoldLogs,
    /// Follow no logs any more.
    StopLogs,
    /// Write lines of a log to a file, or hand them to a program.
    TakeLogs(LogTaken),
    /// Write all of the logs of containers to a file.
    SaveLogs {
        /// The containers, each with its host and the name before its lines.
        containers: Vec<(HostId, ContainerId, Arc<str>)>,
        /// The file's path.
        path: String,
        /// Whether it may take the place of what is there.
        replace: bool,
    },
    /// Save no log any more.
    StopSaving,
    /// Say when everything else is done, to look at more lines of a log.
    LookOn,
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
    /// Read what happened before.
    LoadEvents(HostId, EventsWanted),
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
    /// Read what somebody wants to hear of later.
    LoadSnoozes,
    /// Write down that a finding is not told for a while.
    Snooze(Snooze),
    /// Write down that it is told again.
    Wake(String),
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
    /// Hand the terminal to a command of the user's own.
    Foreground(HostId, Box<CommandCall>),
    /// Show a theme, or `auto`.
    Theme(String),
    /// Keep what was chosen on screen for the next time.
    Remember(Box<Remembered>),
    /// Hand the terminal back to the shell until `fg` (SIGTSTP).
    Suspend,
    /// Leave.
    Quit,
}
