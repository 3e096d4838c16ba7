//! One line of "what needs me".

use serde::Serialize;

use super::{ActionName, HostId, ProjectId, ServiceId};

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

/// One line of "what needs me".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub subject: Subject,
    /// What is so, as one sentence.
    pub what: String,
    /// The action that helps, where there is one.
    pub action: Option<ActionName>,
}
