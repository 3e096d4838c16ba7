//! What the screen can show: views, panes, tabs, orders.

use serde::{Deserialize, Serialize};

/// A view: what the keys 1 to 9 switch between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum View {
    Services,
    Certificates,
    Volumes,
    Images,
    Logs,
    Jobs,
    Hosts,
    Networks,
    Events,
}

impl View {
    /// All of them, in the order of their keys.
    pub const ALL: [Self; 9] = [
        Self::Services,
        Self::Certificates,
        Self::Volumes,
        Self::Images,
        Self::Logs,
        Self::Jobs,
        Self::Hosts,
        Self::Networks,
        Self::Events,
    ];

    /// The word in the tab bar.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Services => "Services",
            Self::Certificates => "Certificates",
            Self::Volumes => "Volumes",
            Self::Images => "Images",
            Self::Logs => "Logs",
            Self::Jobs => "Jobs",
            Self::Hosts => "Hosts",
            Self::Networks => "Networks",
            Self::Events => "Events",
        }
    }

    /// The same where there is not much room.
    pub const fn short_title(self) -> &'static str {
        match self {
            Self::Certificates => "Certs",
            _ => self.title(),
        }
    }

    /// Whether it has a detail pane beside its list.
    pub const fn has_detail(self) -> bool {
        !matches!(self, Self::Logs)
    }
}

/// Which half of the screen the keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Pane {
    #[default]
    List,
    Detail,
}

/// The two lists of the networks view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NetworkPart {
    /// Networks, and who is in them.
    #[default]
    Networks,
    /// The ports of the hosts, and who listens there.
    Ports,
}

/// The two lists of the images view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ImagePart {
    /// Images, and who runs them.
    #[default]
    Images,
    /// What builds left to be faster the next time.
    Cache,
}

/// The tabs of a service's detail pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "the names say it")]
pub enum DetailTab {
    #[default]
    Overview,
    Logs,
    Stats,
    Environment,
    Inspect,
    Events,
    Releases,
}

impl DetailTab {
    /// All of them, in order.
    pub const ALL: [Self; 7] = [
        Self::Overview,
        Self::Logs,
        Self::Stats,
        Self::Environment,
        Self::Inspect,
        Self::Events,
        Self::Releases,
    ];

    /// The word on the tab where there is not much room.
    pub const fn short_title(self) -> &'static str {
        match self {
            Self::Releases => "rel",
            _ => self.title(),
        }
    }

    /// The word on the tab.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Logs => "logs",
            Self::Stats => "stats",
            Self::Environment => "env",
            Self::Inspect => "inspect",
            Self::Releases => "releases",
            Self::Events => "events",
        }
    }
}

/// What the list of certificates is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateOrder {
    /// The most urgent first, then the soonest to expire.
    #[default]
    Left,
    /// The first name.
    Name,
    /// Who issued it.
    Issuer,
    /// The worst first.
    Verdict,
    /// Where it is stored.
    Place,
}

impl CertificateOrder {
    /// The order after this one, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Left => Self::Name,
            Self::Name => Self::Issuer,
            Self::Issuer => Self::Verdict,
            Self::Verdict => Self::Place,
            Self::Place => Self::Left,
        }
    }

    /// The word shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Left => "time left",
            Self::Name => "name",
            Self::Issuer => "issuer",
            Self::Verdict => "verdict",
            Self::Place => "place",
        }
    }
}

/// What the list of services is sorted by, within each project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum ServiceOrder {
    #[default]
    Name,
    State,
    Cpu,
    Memory,
    Uptime,
    Restarts,
}

impl ServiceOrder {
    /// The order after this one, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Name => Self::State,
            Self::State => Self::Cpu,
            Self::Cpu => Self::Memory,
            Self::Memory => Self::Uptime,
            Self::Uptime => Self::Restarts,
            Self::Restarts => Self::Name,
        }
    }

    /// The word shown and used in config.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::State => "state",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Uptime => "uptime",
            Self::Restarts => "restarts",
        }
    }
}

/// What the list of images is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum ImageOrder {
    #[default]
    Size,
    Unique,
    Age,
    Name,
}

impl ImageOrder {
    /// The order after this one, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Size => Self::Unique,
            Self::Unique => Self::Age,
            Self::Age => Self::Name,
            Self::Name => Self::Size,
        }
    }

    /// The words shown.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Unique => "what comes free",
            Self::Age => "age, the oldest first",
            Self::Name => "name",
        }
    }
}
