//! How a certificate stands: what is stored of it against what is served.
//!
//! | file | duty |
//! | --- | --- |
//! | `lineage` | which stored certificates were replaced, and by which |
//! | `judge` | what the answers of the endpoints say of those that were not |

mod judge;
mod lineage;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::text::visible;
use super::units::in_words;
use super::{
    ActionName, Certificate, CertificatePlace, ChainStatus, Served, Severity, Thresholds,
    TlsEndpoint, Urgency,
};

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
        }
    }

    /// How bad it is by what is served: an expired certificate that is served is critical, whatever is stored.
    pub fn severity(&self, thresholds: &Thresholds, now: Timestamp) -> Severity {
        match self {
            Self::Replaced { .. } | Self::Unserved | Self::Fine | Self::NewerServed { .. } => {
                Severity::Fine
            }
            Self::Chain { .. } | Self::OtherName { .. } | Self::TooOld { .. } => Severity::Warning,
            Self::NotReloaded { served: old, .. } | Self::NotInstalled { stored: old, .. } => {
                match old.urgency(thresholds, now) {
                    Urgency::Critical | Urgency::Expired => Severity::Critical,
                    _ => Severity::Warning,
                }
            }
        }
    }

    /// The older certificate that it says is still in use: served, or in the file that a server reads.
    pub fn in_use(&self) -> Option<&Certificate> {
        match self {
            Self::NotReloaded { served: old, .. } | Self::NotInstalled { stored: old, .. } => {
                Some(old)
            }
            _ => None,
        }
    }

    /// What helps; the action finds out by itself which of its steps is missing.
    pub const fn helps(&self) -> Option<ActionName> {
        match self {
            Self::OtherName { .. } | Self::NotReloaded { .. } | Self::NotInstalled { .. } => {
                Some(ActionName::Reload)
            }
            _ => None,
        }
    }

    /// The verdict as a sentence, safe to show.
    pub fn sentence(&self, now: Timestamp) -> String {
        let said = match self {
            Self::Replaced { by } => {
                let digits: String = by.chars().take(16).collect();
                format!("replaced by {digits}…")
            }
            Self::Unserved => "not seen served anywhere".to_owned(),
            Self::Fine => "served as it is stored".to_owned(),
            Self::NewerServed { endpoint } => {
                format!("{endpoint} serves a newer one than is stored here")
            }
            Self::Chain { endpoint, status } => {
                let how = match status {
                    ChainStatus::MissingIntermediate => "without its intermediate",
                    ChainStatus::WrongOrder => "with its chain out of order",
                    _ => "with a wrong intermediate",
                };
                let name = asked(endpoint);
                format!(
                    "{} serves the certificate of {name} {how}: some clients refuse it",
                    who(endpoint)
                )
            }
            Self::OtherName { endpoint, names } => {
                let shown = match names.as_slice() {
                    [] => "a certificate that cannot be read".to_owned(),
                    [name] => format!("the certificate of {name}"),
                    [name, rest @ ..] => format!("the certificate of {name} +{}", rest.len()),
                };
                format!("{} serves {shown} for {}", who(endpoint), asked(endpoint))
            }
            Self::TooOld { at } => {
                let (who, name) = (who(&at.endpoint), asked(&at.endpoint));
                format!("{name} at {who} is {}", at.answer.phrase())
            }
            Self::NotReloaded { endpoint, served } => format!(
                "renewed, not reloaded: {} still serves the certificate of {}",
                who(endpoint),
                ends(served, now)
            ),
            Self::NotInstalled { place, stored } => format!(
                "renewed, {}: {} of {} still holds the certificate of {}",
                self.word(),
                place.path,
                place.holder(),
                ends(stored, now)
            ),
        };
        visible(&said).into_owned()
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
            Self::NotInstalled { .. } => 7,
        }
    }
}

/// Who serves it: the service, else the endpoint.
fn who(endpoint: &TlsEndpoint) -> String {
    match &endpoint.service {
        Some(service) => service.to_string(),
        None => endpoint.to_string(),
    }
}

/// The name that was asked for; the address where none is.
fn asked(endpoint: &TlsEndpoint) -> String {
    match &endpoint.server_name {
        Some(name) => name.clone(),
        None => endpoint.address.to_string(),
    }
}

fn ends(certificate: &Certificate, now: Timestamp) -> String {
    let name = certificate.title();
    let span = in_words(certificate.left(now));
    if now > certificate.not_after {
        format!("{name} that expired {span} ago")
    } else {
        format!("{name} that expires in {span}")
    }
}

#[cfg(test)]
mod tests;
