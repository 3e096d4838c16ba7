//! What happened: on the engines, and what we did, as one list.

mod log;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{Event, HostId, JobId};

use super::model::ListView;

pub use log::{EventLog, Happening};

/// So many events of before are recalled at once.
pub const PAGE: usize = 2_000;

/// What a host answers about what happened.
#[derive(Debug)]
pub enum EventsMsg {
    /// Just now, or while nobody listened.
    Happened(Vec<Event>),
    /// What was written down before.
    Recalled {
        /// The oldest first.
        events: Vec<Event>,
        /// Whether there is more before them.
        more: bool,
    },
}

/// Which events of before are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsWanted {
    /// The engine's id; none where it never answered: then those of the host's name.
    pub engine: Option<String>,
    /// None that is older.
    pub since: Option<Timestamp>,
    /// Only those before.
    pub before: Option<Timestamp>,
    /// No more than so many, the newest.
    pub most: usize,
}

/// How far back the events of a host are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Recall {
    /// Nobody asked yet.
    #[default]
    NotAsked,
    /// They are being read.
    Asked,
    /// There is more in the records, before this.
    More(Timestamp),
    /// All that is recorded is here.
    Whole,
    /// There is more in the records, and no room for it here.
    Full,
}

/// A row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryId {
    /// An event, or several of one sort: the number of the first.
    Event(u64),
    /// A job of ours.
    Job(JobId),
}

/// What a row stands for.
#[derive(Debug, Clone)]
pub struct Entry {
    /// When it happened, the last time.
    pub at: Timestamp,
    /// Whether it is a problem.
    pub is_problem: bool,
    /// What it is.
    pub of: EntryOf,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum EntryOf {
    /// On an engine.
    Engine {
        /// The last of them.
        last: Arc<Happening>,
        /// How many there are.
        times: usize,
        /// When the first was.
        first: Timestamp,
    },
    /// A job began, or ended.
    Job(JobId),
}

/// The events, and where one is among them.
#[derive(Debug, Default)]
pub struct Events {
    /// What happened, as far as it is known here.
    pub log: EventLog,
    /// How far back that goes, by host.
    pub recalled: BTreeMap<HostId, Recall>,
    /// What the rows stand for.
    pub entries: BTreeMap<EntryId, Entry>,
    /// The rows, the newest first.
    pub list: ListView<EntryId>,
    /// The time to go to, once what lies before is known.
    pub jump: Option<Timestamp>,
}

impl Events {
    /// What the cursor is on.
    pub fn selected(&self) -> Option<&Entry> {
        self.entries.get(self.list.cursor.selected.as_ref()?)
    }
}
