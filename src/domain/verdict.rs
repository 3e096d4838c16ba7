//! How a certificate stands: what is stored of it against what is served.
//!
//! | file | duty |
//! | --- | --- |
//! | `lineage` | which stored certificates were replaced, and by which |
//! | `judge` | what the answers of the endpoints say of those that were not |
//! | `foresee` | whether a server that did not take the new one will start again |
//! | `sentence` | each verdict in words |

mod foresee;
mod judge;
mod lineage;
mod sentence;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{
    ActionName, Certificate, CertificatePlace, ChainStatus, Served, ServiceId, Severity,
    Thresholds, TlsEndpoint, Urgency,
};

pub use foresee::{ConfigTest, ConfigTests, foresee};
pub use judge::judge;

/// The verdicts of a host, by the fingerprints of the certificates that are stored there.
pub type Verdicts = BTreeMap<String, Verdict>;

/// How a stored certificate stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// A newer one of the same lineage is stored: this one is kept for the record.
    Replaced {
        /// The fingerprint of the newest.
        by: String,
    },
    /// No endpoint showed a certificate in its place.
    Unserved,
    /// It is served.
    Fine,
    /// A newer one than any that is stored here is served.
    NewerServed {
        /// Where.
        endpoint: TlsEndpoint,
    },
    /// It is served with a chain that not every client can follow.
    Chain {
        /// Where.
        endpoint: TlsEndpoint,
        /// How the chain is.
        status: ChainStatus,
    },
    /// Asked for one of its names, an endpoint shows a certificate that is not for it.
    OtherName {
        /// Where.
        endpoint: TlsEndpoint,
        /// What that one is for; none when it could not be read.
        names: Vec<String>,
    },
    /// An endpoint that should serve it speaks only what current clients refuse.
    TooOld {
        /// Where, and what it speaks.
        at: Box<Served>,
    },
    /// The server has the file, and still serves the certificate of before.
    NotReloaded {
        /// Where.
        endpoint: TlsEndpoint,
        /// What is served.
        served: Box<Certificate>,
    },
    /// The file that a server reads was not made anew.
    NotInstalled {
        /// The file.
        place: Box<CertificatePlace>,
        /// What it holds.
        stored: Box<Certificate>,
    },
    /// The file was replaced on the host, and the server's programs still see the one of before: it is mounted by itself.
    MountReplaced {
        /// The file.
        place: Box<CertificatePlace>,
        /// What they see.
        seen: Box<Certificate>,
    },
    /// The private key that is kept for it is another one's.
    KeyMismatch {
        /// The file of the certificate.
        place: Box<CertificatePlace>,
        /// Whether a server reads it, which will not start with it.
        is_servers: bool,
    },
    /// The server did not take the new one, and will not start again: only the process that still runs serves anything.
    RestartFails {
        /// Where it serves the one of before.
        endpoint: TlsEndpoint,
        /// What is served.
        served: Box<Certificate>,
        /// The server's file of the new one, where that is known.
        file: Option<String>,
        /// What shows that.
        why: Refusal,
    },
}

/// What shows that a server will not start with the files that it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "refused")]
pub enum Refusal {
    /// Its own check refuses them.
    Check {
        /// The check: `nginx -t`.
        command: String,
        /// What it said, untrusted.
        said: Vec<String>,
    },
    /// The private key in its file, or beside it, is another certificate's.
    Key {
        /// Where the key is.
        path: String,
    },
    /// One of its files holds nothing that it can use.
    File {
        /// The file.
        path: String,
        /// Why, untrusted.
        why: String,
    },
}

impl Verdict {
    /// The word for columns.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Replaced { .. } => "replaced",
            Self::Unserved => "not seen",
            Self::Fine => "fine",
            Self::NewerServed { .. } => "newer served",
            Self::Chain { status, .. } => match status {
                ChainStatus::MissingIntermediate => "lacks intermediate",
                ChainStatus::WrongOrder => "chain out of order",
                _ => "wrong chain",
            },
            Self::OtherName { .. } => "another name",
            Self::TooOld { .. } => "too old",
            Self::NotReloaded { .. } => "not reloaded",
            Self::NotInstalled { place, .. } if place.is_combined() => "not combined",
            Self::NotInstalled { .. } => "not copied",
            Self::MountReplaced { .. } => "old file mounted",
            Self::KeyMismatch { .. } => "wrong key",
            Self::RestartFails { .. } => "restart will fail",
        }
    }

    /// How bad it is by what is served: an expired certificate that is served is critical, whatever is stored.
    pub fn severity(&self, thresholds: &Thresholds, now: Timestamp) -> Severity {
        match self {
            Self::Replaced { .. } | Self::Unserved | Self::Fine | Self::NewerServed { .. } => {
                Severity::Fine
            }
            Self::Chain { .. }
            | Self::OtherName { .. }
            | Self::TooOld { .. }
            | Self::KeyMismatch {
                is_servers: false, ..
            } => Severity::Warning,
            Self::NotReloaded { served: old, .. }
            | Self::NotInstalled { stored: old, .. }
            | Self::MountReplaced { seen: old, .. } => match old.urgency(thresholds, now) {
                Urgency::Critical | Urgency::Expired => Severity::Critical,
                _ => Severity::Warning,
            },
            // A restart takes the service down.
            Self::KeyMismatch { .. } | Self::RestartFails { .. } => Severity::Critical,
        }
    }

    /// The older certificate that it says is still in use: served, or in the file that a server reads.
    pub fn in_use(&self) -> Option<&Certificate> {
        match self {
            Self::NotReloaded { served: old, .. }
            | Self::NotInstalled { stored: old, .. }
            | Self::MountReplaced { seen: old, .. } => Some(old),
            _ => None,
        }
    }

    /// What helps; the action finds out by itself which of its steps is missing.
    pub const fn helps(&self) -> Option<ActionName> {
        match self {
            Self::OtherName { .. }
            | Self::NotReloaded { .. }
            | Self::NotInstalled { .. }
            | Self::MountReplaced { .. } => Some(ActionName::Reload),
            // Nothing is to be read again, let alone restarted, while the files are not good.
            _ => None,
        }
    }

    /// The service that must not be restarted, or that may turn out to be one.
    const fn restarting(&self) -> Option<&ServiceId> {
        match self {
            Self::NotReloaded { endpoint, .. } | Self::RestartFails { endpoint, .. } => {
                endpoint.service.as_ref()
            }
            _ => None,
        }
    }

    /// The worst of several is shown: the earlier the step that failed, the greater.
    const fn rank(&self) -> u8 {
        match self {
            Self::Replaced { .. } | Self::Unserved => 0,
            Self::Fine => 1,
            Self::NewerServed { .. } => 2,
            Self::OtherName { .. } => 3,
            Self::Chain { .. } => 4,
            Self::TooOld { .. } => 5,
            Self::NotReloaded { .. } => 6,
            // A reload does nothing, but the new file is there.
            Self::MountReplaced { .. } => 7,
            Self::NotInstalled { .. } => 8,
            Self::KeyMismatch { .. } => 9,
            Self::RestartFails { .. } => 10,
        }
    }
}

#[cfg(test)]
mod tests;
