//! What was seen of a host, before anybody judges it.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{
    ByteSize, CertificatesFound, Failure, Finding, HostId, Served, ServiceId, ServiceState,
    Severity, Snooze,
};

/// A host at one moment. What was not asked for, or was not answered, is none.
#[derive(Debug)]
pub struct Observed {
    /// The host.
    pub host: HostId,
    /// When.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// Whether the engine answered at all.
    pub up: bool,
    /// Its services.
    pub services: Option<Vec<ServiceSeen>>,
    /// What needs somebody of these, by the dashboard's own rules, the worst first.
    pub findings: Vec<Finding>,
    /// What somebody wants to hear of later.
    pub snoozes: Vec<Snooze>,
    /// Whether that counts all the same.
    pub count_snoozed: bool,
    /// The certificates that are stored.
    pub found: Option<CertificatesFound>,
    /// What endpoints answered; empty when they were not asked.
    pub served: Vec<Served>,
    /// The engine's file system.
    pub disk: Option<Disk>,
    /// What should be known and is not.
    pub failures: Vec<Failure>,
    /// What was left out, untrusted.
    pub notes: Vec<String>,
}

/// A service, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceSeen {
    /// Which.
    pub id: ServiceId,
    /// What it does.
    pub state: ServiceState,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong as a sentence, untrusted.
    pub what: Option<String>,
}

/// A file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    /// A path on it.
    pub path: String,
    /// Where it is mounted.
    pub mount_point: String,
    /// All of it.
    pub size: ByteSize,
    /// What users can still fill; what is reserved for root is left out.
    pub available: ByteSize,
    /// What is filled.
    pub used: ByteSize,
}

impl Observed {
    /// Nothing is known yet.
    pub fn nothing(host: HostId, at: Timestamp) -> Self {
        Self {
            host,
            at,
            took: Duration::ZERO,
            up: false,
            services: None,
            findings: Vec::new(),
            snoozes: Vec::new(),
            count_snoozed: false,
            found: None,
            served: Vec::new(),
            disk: None,
            failures: Vec::new(),
            notes: Vec::new(),
        }
    }
}

impl Disk {
    /// How full it is, as df says it: of what users can fill, 0 to 100.
    pub fn used_percent(&self) -> f64 {
        let all = self.used.0.saturating_add(self.available.0);
        if all == 0 {
            return 0.0;
        }
        self.used.0 as f64 * 100.0 / all as f64
    }
}
