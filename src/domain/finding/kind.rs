//! The sorts of findings, in the order in which they want somebody.

use serde::Serialize;

/// What sort of thing needs somebody. The order is the rank: of two that are as bad the first comes first. What stops
/// everything else from being seen leads, then what is down, then what will be, then what only is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The engine does not answer: all else is of before.
    HostLost,
    /// Something of ours was cut off half done.
    JobInterrupted,
    /// It dies and is restarted, over and over.
    CrashLoop,
    /// It ended with an error, or could not be started.
    ServiceFailed,
    /// It runs, and has no network any more.
    NetworkLost,
    /// Its health check fails.
    Unhealthy,
    /// It was killed for want of memory, and runs again.
    OutOfMemory,
    /// The time of a certificate is over.
    CertificateExpired,
    /// What is served is not what should be: not reloaded, a wrong key, a file that a server does not take.
    CertificateServed,
    /// A disk is full, or will be soon.
    DiskFull,
    /// The time of a certificate is nearly over, or has not begun.
    CertificateExpires,
    /// Some of its containers run, others do not.
    PartlyRunning,
    /// A certificate will not be renewed as it should.
    RenewalTrouble,
    /// A log without a limit is large, or grows fast.
    LogGrowth,
    /// It wrote a line that somebody should know of.
    LogLine,
    /// Compose does not take the files of a project.
    FilesRefused,
    /// Another image lies here for it, or its image lost its tag.
    StaleImage,
    /// It runs with another configuration than its files say.
    Drift,
}

impl FindingKind {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 18] = [
        Self::HostLost,
        Self::JobInterrupted,
        Self::CrashLoop,
        Self::ServiceFailed,
        Self::NetworkLost,
        Self::Unhealthy,
        Self::OutOfMemory,
        Self::CertificateExpired,
        Self::CertificateServed,
        Self::DiskFull,
        Self::CertificateExpires,
        Self::PartlyRunning,
        Self::RenewalTrouble,
        Self::LogGrowth,
        Self::LogLine,
        Self::FilesRefused,
        Self::StaleImage,
        Self::Drift,
    ];

    /// The stable word in ids and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::HostLost => "host_lost",
            Self::JobInterrupted => "job_interrupted",
            Self::CrashLoop => "crash_loop",
            Self::ServiceFailed => "service_failed",
            Self::NetworkLost => "network_lost",
            Self::Unhealthy => "unhealthy",
            Self::OutOfMemory => "out_of_memory",
            Self::CertificateExpired => "certificate_expired",
            Self::CertificateServed => "certificate_served",
            Self::DiskFull => "disk_full",
            Self::CertificateExpires => "certificate_expires",
            Self::PartlyRunning => "partly_running",
            Self::RenewalTrouble => "renewal_trouble",
            Self::LogGrowth => "log_growth",
            Self::LogLine => "log_line",
            Self::FilesRefused => "files_refused",
            Self::StaleImage => "stale_image",
            Self::Drift => "drift",
        }
    }
}
