//! Whose logs are shown, and the containers that write them.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{HostId, ProjectId, ServiceId};

/// Whose log it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogScope {
    /// One service's.
    Service(ServiceId),
    /// That of these services.
    Services(BTreeSet<ServiceId>),
    /// That of all services of a project.
    Project(ProjectId),
    /// That of every service of every host.
    All,
}

impl LogScope {
    /// Whether a service's log belongs to it.
    pub fn holds(&self, service: &ServiceId) -> bool {
        match self {
            Self::Service(one) => one == service,
            Self::Services(several) => several.contains(service),
            Self::Project(project) => {
                service.host == project.host && service.project.as_ref() == Some(&project.name)
            }
            Self::All => true,
        }
    }

    /// Whether services of a host belong to it.
    pub fn concerns(&self, host: &HostId) -> bool {
        match self {
            Self::Service(one) => one.host == *host,
            Self::Services(several) => several.iter().any(|one| one.host == *host),
            Self::Project(project) => project.host == *host,
            Self::All => true,
        }
    }

    /// What it is called.
    pub fn title(&self) -> String {
        match self {
            Self::Service(one) => one.to_string(),
            Self::Services(several) => match several.first() {
                Some(one) if several.len() == 1 => one.to_string(),
                _ => format!("{} services", several.len()),
            },
            Self::Project(project) => format!("all of {}", project.name),
            Self::All => "every service".to_owned(),
        }
    }
}

/// A container whose log is shown.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct LogSource {
    /// Its host.
    pub host: HostId,
    /// Its name, as shown before each of its lines.
    pub name: Arc<str>,
    /// Which of the theme's log colours it has.
    pub colour: usize,
    /// Whether its log is being followed now.
    pub following: bool,
    /// Whether its history is still being read.
    pub loading: bool,
    /// Which run of the container is or was followed: when it started.
    pub run: Option<Timestamp>,
    /// Whether the following was cut off, to be taken up again.
    pub lost: bool,
    /// Up to where lines may come again, since it was taken up there.
    pub again: Option<Timestamp>,
    /// How far back its log was read; none before the first line.
    pub reached: Option<Timestamp>,
    /// So many of the engine's messages were asked for and did not come yet; where history ends before, that is all.
    pub awaited: usize,
    /// Whether nothing is older than what was read.
    pub begun: bool,
    /// Whether older lines are being read.
    pub older: bool,
    /// Whether older lines could not be read: asked again when somebody scrolls there again.
    pub refused: bool,
    /// Whether its host does not answer.
    pub away: bool,
    /// When it was asked for: what is later is new.
    pub asked: Timestamp,
    /// When following is tried again, where it ended though the container runs; and how often that was so.
    pub retry: Option<(Timestamp, u32)>,
}
