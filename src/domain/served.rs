//! What is served at an endpoint: the certificates that were shown there, or why there were none.

use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;

use super::endpoint::{TlsEndpoint, covers, names_of};
use super::{Certificate, ChainPath, ChainStatus, text::visible};

/// What an endpoint answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Served {
    /// Where, and what was asked for.
    pub endpoint: TlsEndpoint,
    /// What came of it.
    pub answer: Answer,
    /// When.
    pub at: Timestamp,
}

/// What came of a handshake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A certificate was shown.
    Chain(Box<ServedChain>),
    /// It speaks only what nobody should speak any more: TLS 1.1 and older, or no key exchange with forward secrecy. A
    /// current client cannot talk to it; its certificate is told where it was shown all the same.
    TooOld {
        /// What it speaks.
        version: TlsVersion,
        /// What it showed.
        chain: Option<Box<ServedChain>>,
    },
    /// It speaks TLS and has no certificate for the name that was asked for (`unrecognized_name`).
    NoSuchName,
    /// It speaks TLS and agrees on nothing that we can offer, old or new: mostly for want of any certificate. The alert
    /// it sent.
    NoCertificate(Alert),
    /// Something else than TLS is spoken there; how it begins, untrusted.
    NotTls(String),
    /// The protocol there does not offer to change over to TLS.
    NotOffered,
    /// It offers to change over to TLS, and then will not; its words, untrusted.
    NotGranted(String),
    /// Nothing listens there.
    Refused,
    /// The name of the address is unknown.
    Unresolvable(String),
    /// There is no way there; the system's words.
    Unreachable(String),
    /// It did not answer in time.
    TimedOut(Phase),
    /// It hung up without a word.
    Closed(Phase),
    /// What it said makes no sense; untrusted.
    Garbage(String),
}

/// What was going on when nothing came any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Opening the connection.
    Connect,
    /// Agreeing on TLS in the protocol's own words.
    StartTls,
    /// The handshake.
    Handshake,
}

/// The code of a fatal TLS alert (RFC 8446 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Alert(pub u8);

/// A version of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsVersion {
    /// SSL 3.0, RFC 6101.
    Ssl3,
    /// TLS 1.0, RFC 2246.
    Tls10,
    /// TLS 1.1, RFC 4346.
    Tls11,
    /// TLS 1.2, RFC 5246.
    Tls12,
    /// TLS 1.3, RFC 8446.
    Tls13,
}

/// The certificates that were shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServedChain {
    /// The version that was agreed on.
    pub version: TlsVersion,
    /// The server's own certificate.
    pub leaf: Shown,
    /// What it showed besides, in its order.
    pub above: Vec<Shown>,
    /// Whether clients can follow them from the first on.
    pub status: ChainStatus,
    /// How they stand to each other, from the first on.
    #[serde(skip)]
    pub path: ChainPath,
}

/// One certificate that was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// SHA-256 over the DER, lower-case hex.
    pub sha256: String,
    /// What it says, without places; or why it cannot be read.
    pub read: Result<Certificate, String>,
}

impl TlsVersion {
    /// The version by its code on the wire (RFC 8446 §4.2.1).
    pub const fn of_code(code: u16) -> Option<Self> {
        Some(match code {
            0x0300 => Self::Ssl3,
            0x0301 => Self::Tls10,
            0x0302 => Self::Tls11,
            0x0303 => Self::Tls12,
            0x0304 => Self::Tls13,
            _ => return None,
        })
    }

    /// Its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ssl3 => "SSL 3.0",
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        }
    }
}

impl Alert {
    /// Nothing in common, or no certificate.
    pub const HANDSHAKE_FAILURE: Self = Self(40);
    /// Not a version that is spoken there.
    pub const PROTOCOL_VERSION: Self = Self(70);
    /// No cipher that is good enough.
    pub const INSUFFICIENT_SECURITY: Self = Self(71);
    /// No certificate for the name (RFC 6066 §3).
    pub const UNRECOGNIZED_NAME: Self = Self(112);
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0 {
            0 => "close_notify",
            10 => "unexpected_message",
            20 => "bad_record_mac",
            22 => "record_overflow",
            40 => "handshake_failure",
            47 => "illegal_parameter",
            48 => "unknown_ca",
            49 => "access_denied",
            50 => "decode_error",
            51 => "decrypt_error",
            70 => "protocol_version",
            71 => "insufficient_security",
            80 => "internal_error",
            86 => "inappropriate_fallback",
            90 => "user_canceled",
            109 => "missing_extension",
            112 => "unrecognized_name",
            116 => "certificate_required",
            120 => "no_application_protocol",
            code => return write!(f, "alert {code}"),
        };
        f.write_str(name)
    }
}

impl Phase {
    const fn word(self) -> &'static str {
        match self {
            Self::Connect => "connecting",
            Self::StartTls => "agreeing on TLS",
            Self::Handshake => "the handshake",
        }
    }
}

impl Answer {
    /// What was shown, by a server that is too old, too.
    pub const fn chain(&self) -> Option<&ServedChain> {
        match self {
            Self::Chain(chain)
            | Self::TooOld {
                chain: Some(chain), ..
            } => Some(chain),
            _ => None,
        }
    }

    /// What came of it as a phrase, safe to show; of a chain that there is one.
    pub fn phrase(&self) -> String {
        match self {
            Self::Chain(chain) => format!("shows a certificate, {}", chain.version.word()),
            Self::TooOld { version, .. } if *version < TlsVersion::Tls12 => {
                format!("too old to talk to: at most {}", version.word())
            }
            Self::TooOld { .. } => {
                "too old to talk to: TLS 1.2 with outdated ciphers only".to_owned()
            }
            Self::NoSuchName => "has no certificate for that name".to_owned(),
            Self::NoCertificate(alert) => format!("shows no certificate ({alert})"),
            Self::NotTls(said) if said.is_empty() => "speaks no TLS".to_owned(),
            Self::NotTls(said) => format!("speaks no TLS: {}", visible(said)),
            Self::NotOffered => "does not offer TLS".to_owned(),
            Self::NotGranted(said) => format!("does not begin TLS: {}", visible(said)),
            Self::Refused => "nothing listens there".to_owned(),
            Self::Unresolvable(why) => format!("its name is unknown: {}", visible(why)),
            Self::Unreachable(why) => format!("cannot be reached: {}", visible(why)),
            Self::TimedOut(phase) => format!("no answer in time ({})", phase.word()),
            Self::Closed(phase) => format!("hung up ({})", phase.word()),
            Self::Garbage(why) => format!("makes no sense: {}", visible(why)),
        }
    }
}

impl Served {
    /// Whether the certificate that was shown is the one with this fingerprint; none when none was shown.
    pub fn shows(&self, sha256: &str) -> Option<bool> {
        let chain = self.answer.chain()?;
        Some(chain.leaf.sha256 == sha256)
    }

    /// Whether this tells of a stored certificate: it is what is shown, or it should be, since the service stores it and
    /// was asked for a name that it is for. What is shown by default may rightly be another of those stored.
    pub fn concerns(&self, certificate: &Certificate) -> bool {
        if self.shows(&certificate.sha256) == Some(true) {
            return true;
        }
        let endpoint = &self.endpoint;
        let mut places = certificate.places.iter();
        let stores = places.any(|place| {
            place.host == endpoint.host
                && (endpoint.service.is_none() || endpoint.service == place.service)
        });
        let mut names = names_of(certificate);
        stores
            && match &endpoint.server_name {
                Some(asked) => names.any(|own| covers(own, asked)),
                // One for addresses cannot be asked for by name.
                None => names.all(|own| own.parse::<IpAddr>().is_ok()),
            }
    }
}

#[cfg(test)]
mod tests;
