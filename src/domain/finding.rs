//! One line of "what needs me".

mod kind;
mod snooze;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::{ActionName, HostId, ProjectId, ServiceId};

pub use kind::FindingKind;
pub use snooze::{Nap, Snooze};

/// How much something matters. Sorted: the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing is wrong.
    Fine,
    /// Worth a look.
    Warning,
    /// Something is broken, or will be soon.
    Critical,
}

impl Severity {
    /// The word in JSON and in the records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A host.
    Host(HostId),
    /// A whole project.
    Project(ProjectId),
    /// A service.
    Service(ServiceId),
    /// A certificate, by its SHA-256 fingerprint.
    Certificate(String),
    /// A file system, by where it is mounted.
    Filesystem(HostId, String),
}

impl Subject {
    /// What it is known by from one run to the next.
    fn key(&self) -> String {
        match self {
            Self::Host(host) => host.to_string(),
            Self::Project(project) => format!("{}/{}", project.host, project.name),
            Self::Service(id) => match &id.project {
                Some(project) => format!("{}/{project}/{}", id.host, id.name),
                None => format!("{}/{}", id.host, id.name),
            },
            Self::Certificate(sha256) => sha256.clone(),
            Self::Filesystem(host, mount) => format!("{host}:{mount}"),
        }
    }
}

/// The one thing that helps, by the name of its action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// Do it.
    Do(ActionName),
    /// Read the service's log.
    Logs,
    /// Change the project's files.
    EditFiles,
    /// See which images can go.
    PruneImages,
    /// Ask again.
    AskAgain,
}

impl Remedy {
    /// The action's stable name, as in the table of actions.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Do(action) => action.word(),
            Self::Logs => "logs",
            Self::EditFiles => "edit_files",
            Self::PruneImages => "prune_images",
            Self::AskAgain => "refresh",
        }
    }

    /// What stands behind its key.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Do(action) => action.word(),
            Self::Logs => "logs",
            Self::EditFiles => "edit",
            Self::PruneImages => "prune",
            Self::AskAgain => "try now",
        }
    }
}

impl Serialize for Remedy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl From<ActionName> for Remedy {
    fn from(action: ActionName) -> Self {
        Self::Do(action)
    }
}

/// One line of "what needs me".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is known by from one run to the next: `crash_loop:home/wezm/wizards`; untrusted.
    pub id: String,
    /// What sort of thing.
    pub kind: FindingKind,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub subject: Subject,
    /// What is so, as one sentence; untrusted.
    pub what: String,
    /// What else is known that bears it out: numbers, last words; untrusted.
    pub why: Option<String>,
    /// Since when, where somebody knows: the engine, the records, or who saw it begin.
    pub since: Option<Timestamp>,
    /// What helps, where one thing does.
    pub action: Option<Remedy>,
}

impl Finding {
    /// A finding of which no more is known yet.
    pub fn new(
        kind: FindingKind,
        severity: Severity,
        subject: Subject,
        what: impl Into<String>,
    ) -> Self {
        Self {
            id: format!("{}:{}", kind.word(), subject.key()),
            kind,
            severity,
            subject,
            what: what.into(),
            why: None,
            since: None,
            action: None,
        }
    }

    /// The same where one subject can have several of a kind.
    #[must_use]
    pub fn named(mut self, which: &str) -> Self {
        self.id = format!("{}/{which}", self.id);
        self
    }

    /// With what helps.
    #[must_use]
    pub fn helped(mut self, remedy: Option<impl Into<Remedy>>) -> Self {
        self.action = remedy.map(Into::into);
        self
    }

    /// With when it began.
    #[must_use]
    pub fn since(mut self, since: Option<Timestamp>) -> Self {
        self.since = since;
        self
    }

    /// With what bears it out.
    #[must_use]
    pub fn because(mut self, why: Option<String>) -> Self {
        self.why = why.filter(|why| !why.is_empty());
        self
    }
}

/// The worst first; of what is as bad the most urgent kind; of one kind what began last, for that is news. What nobody
/// knows the age of comes after it.
pub fn rank(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |one: &Finding| (Reverse(one.severity), one.kind, Reverse(one.since));
        let by_rank = key(a).cmp(&key(b));
        by_rank.then_with(|| a.subject.cmp(&b.subject).then_with(|| a.id.cmp(&b.id)))
    });
}
