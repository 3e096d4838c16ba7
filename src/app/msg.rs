//! What happens to the dashboard: keys, time, and answers.

use jiff::Timestamp;

use crate::domain::{
    CertificatesFound, ConfigTest, Container, ContainerId, Counters, Failure, HostId, HostInfo,
    Image, Job, JobEvent, JobId, ListedRelease, Listener, Network, Plan, ProjectId, RawLogLine,
    Request, ServiceId, Snooze, StreamId, Volume,
};
use crate::keymap::Key;

use super::browser::FilesMsg;
use super::edit::Edited;
use super::events::EventsMsg;
use super::freshness::FreshMsg;
use super::imaging::ImageMsg;
use super::model::Settings;
use super::pem::{PemAnswer, PemTarget};
use super::region::Regions;
use super::served::ServedMsg;
use super::storage::StorageMsg;
use super::themes::ThemeEntry;

/// What happens to the dashboard.
#[derive(Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The mouse did something.
    Mouse(Mouse),
    /// The terminal has a new size: columns and rows.
    Resize(u16, u16),
    /// Time goes on.
    Tick(Timestamp),
    /// A frame was drawn.
    Drawn(Regions),
    /// A host answers.
    Host(HostId, HostMsg),
    /// A log answers.
    Logs(StreamId, LogMsg),
    /// Older lines of a container for this opening of a log, or why there are none.
    OlderLogs(u64, ContainerId, Result<OlderLines, Failure>),
    /// What came of lines of a log that were taken away; no failure where something is at their place already.
    LogsTaken(Result<String, Option<Failure>>),
    /// The same of all of a log.
    LogSaved(Result<String, Option<Failure>>),
    /// So many lines of a log are saved.
    SavingLogs(u64),
    /// Everything else was done: look at more lines of a log.
    LookOn,
    /// A job goes on.
    Job(JobId, JobEvent),
    /// What would be done, or why it cannot be.
    Planned(Request, Result<Plan, Failure>),
    /// A project's Compose files, merged into one.
    ProjectConfig(ProjectId, Result<String, Failure>),
    /// The profiles of a project's files, and whether services of each have containers.
    Profiles(ProjectId, Result<Vec<(String, bool)>, Failure>),
    /// What a service ran.
    Releases(ServiceId, Result<Vec<ListedRelease>, Failure>),
    /// What was done before.
    History(History),
    /// What somebody wants to hear of later.
    Snoozes(Vec<Snooze>),
    /// The shell in a container ended: its exit code, or why there was none.
    ShellEnded(Result<i64, Failure>),
    /// A command of the user's own that had the terminal ended: its exit code, or why there was none.
    CommandEnded(String, Result<i64, Failure>),
    /// The files that a project was made from.
    Files(ProjectId, Result<Vec<String>, Failure>),
    /// The editor ended.
    Edited(ProjectId, Edited),
    /// The files of a project are what they were before an edit, or why they are not.
    PutBack(ProjectId, Result<(), Failure>),
    /// What came of PEM that was wanted.
    Pem(PemTarget, PemAnswer),
    /// What was found among somebody's files.
    Browsed(FilesMsg),
    /// The config was changed: what is wanted now.
    Configured(Box<Settings>),
    /// The themes there are.
    Themes(Vec<ThemeEntry>),
    /// Something to tell that belongs to no view.
    Notice(Failure),
}

/// Jobs from the records.
#[derive(Debug, Default)]
pub struct History {
    /// The newest first.
    pub jobs: Vec<Job>,
    /// Those whose process died in the middle of them.
    pub interrupted: Vec<JobId>,
}

/// What a host answers.
#[derive(Debug)]
pub enum HostMsg {
    /// The engine answers.
    Connected,
    /// What the engine says of itself.
    Info(Box<HostInfo>),
    /// Every container, at one moment: what is not in it is gone.
    Listed(Vec<Container>),
    /// Containers as they are now, with what only an inspect says.
    Changed(Vec<Container>),
    /// A container as it was a moment ago, on its own: it may be gone by now.
    Inspected(Box<Container>),
    /// A container is gone.
    Removed(ContainerId),
    /// The connection is lost; it is tried again at the given time.
    Lost {
        /// Why, and what to do.
        failure: Failure,
        /// When it is tried next.
        retry_at: Timestamp,
    },
    /// Counters of watched containers.
    Counters(Vec<(ContainerId, Counters)>),
    /// Images changed on the engine: ask again where they are shown.
    ImagesChanged,
    /// Volumes changed on the engine: ask again where they are shown.
    VolumesChanged,
    /// The volumes.
    Volumes(Result<Vec<Volume>, Failure>),
    /// Where the disk went.
    Storage(StorageMsg),
    /// The images.
    Images(Result<Vec<Image>, Failure>),
    /// More about images.
    Imaging(ImageMsg),
    /// Networks, and who listens.
    Network(NetworkMsg),
    /// What happened.
    Events(EventsMsg),
    /// The certificates.
    Certificates(Result<CertificatesFound, Failure>),
    /// What is served.
    Served(ServedMsg),
    /// What the server of a service said of the files that it would load, when it did not take this certificate.
    ConfigTested(ServiceId, String, ConfigTest),
    /// How current what runs is.
    Fresh(FreshMsg),
    /// The engine's JSON of a container.
    InspectJson(ContainerId, Result<String, Failure>),
}

/// What a host answers of its networks.
#[derive(Debug)]
pub enum NetworkMsg {
    /// They changed on the engine: ask again where they are shown.
    Changed,
    /// The networks.
    Networks(Result<Vec<Network>, Failure>),
    /// What containers in the host's own network listen on; those that could not be looked at are left out.
    Listeners(Result<Vec<(ContainerId, Vec<Listener>)>, Failure>),
}

/// Older lines of a container.
#[derive(Debug)]
pub struct OlderLines {
    /// The lines, oldest first.
    pub lines: Vec<RawLogLine>,
    /// Whether the log begins with them.
    pub begun: bool,
}

/// What a log answers.
#[derive(Debug)]
pub enum LogMsg {
    /// Lines of one container, oldest first.
    Lines(Vec<RawLogLine>),
    /// All history of this container was read; what follows is new.
    CaughtUp(ContainerId),
    /// The log of a container ended: the container did.
    Ended(ContainerId),
    /// The log of a container can't be read.
    Failed(ContainerId, Failure),
}

/// What the mouse did, at a column and row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// The left button went down.
    Click(u16, u16),
    /// The mouse moved while it was down.
    Drag(u16, u16),
    /// It went up.
    Release(u16, u16),
    /// The wheel was turned up.
    WheelUp(u16, u16),
    /// The wheel was turned down.
    WheelDown(u16, u16),
}
