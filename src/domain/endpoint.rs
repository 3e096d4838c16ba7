//! Where TLS is served: an address, a name to ask for, and how TLS begins there.
//!
//! | file | duty |
//! | --- | --- |
//! | `entry` | what a person writes: `name@host:port`, `smtp://…`, `none` |
//! | `found` | what follows from a container's published ports and its label |
//! | `names` | which names are asked for, and which certificates cover them |

mod entry;
mod found;
mod names;

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{HostId, ServiceId};

pub use entry::{Entry, Listed};
pub use found::{LABEL, MOST_ENDPOINTS, MOST_NAMES, of_container, of_containers, of_entries};
pub use names::{Asked, covers, names_of, names_stored};

/// How TLS begins on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opening {
    /// With the first byte.
    Tls,
    /// After the two sides agreed on it in the words of a protocol.
    StartTls(StartTls),
}

/// A protocol that changes over to TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartTls {
    /// Mail on its way: `STARTTLS` (RFC 3207).
    Smtp,
    /// Mailboxes: `STARTTLS` (RFC 9051 §6.2.1).
    Imap,
    /// Mailboxes: `STLS` (RFC 2595 §4).
    Pop3,
    /// Chat, a client's side: `<starttls/>` (RFC 6120 §5).
    Xmpp,
    /// `PostgreSQL`: the message `SSLRequest`.
    Postgres,
    /// `MySQL` and `MariaDB`: a first packet that asks for it.
    Mysql,
    /// Directories: an extended operation (RFC 4511 §4.14).
    Ldap,
}

impl StartTls {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Smtp,
        Self::Imap,
        Self::Pop3,
        Self::Xmpp,
        Self::Postgres,
        Self::Mysql,
        Self::Ldap,
    ];

    /// The word in labels and on screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
            Self::Xmpp => "xmpp",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Ldap => "ldap",
        }
    }

    /// The port it listens at unless told otherwise (IANA).
    pub const fn port(self) -> u16 {
        match self {
            Self::Smtp => 25,
            Self::Imap => 143,
            Self::Pop3 => 110,
            Self::Xmpp => 5222,
            Self::Postgres => 5432,
            Self::Mysql => 3306,
            Self::Ldap => 389,
        }
    }
}

impl Opening {
    /// How TLS usually begins at a port (IANA's service names, and what people run on the alternatives of 443); none
    /// where it is not said.
    pub const fn of_port(port: u16) -> Option<Self> {
        Some(match port {
            // https and its usual second homes, smtps, imaps, pop3s, ldaps, xmpps, sips, DNS over TLS, MQTT over TLS,
            // IRC over TLS, AMQP over TLS, FTP over TLS, NNTP over TLS.
            443 | 4443 | 8443 | 9443 | 465 | 993 | 995 | 636 | 3269 | 5223 | 5061 | 853 | 8883
            | 6697 | 5671 | 990 | 563 => Self::Tls,
            25 | 587 | 2525 => Self::StartTls(StartTls::Smtp),
            143 => Self::StartTls(StartTls::Imap),
            110 => Self::StartTls(StartTls::Pop3),
            5222 => Self::StartTls(StartTls::Xmpp),
            5432 => Self::StartTls(StartTls::Postgres),
            3306 => Self::StartTls(StartTls::Mysql),
            389 => Self::StartTls(StartTls::Ldap),
            _ => return None,
        })
    }
}

/// A TCP port, as the host that serves it sees it: `127.0.0.1` is the host itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// A name or an address, without brackets; checked when it came from a person.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl Address {
    /// A port at an address.
    pub fn of_ip(ip: IpAddr, port: u16) -> Self {
        let host = ip.to_string();
        Self { host, port }
    }

    /// The address, where it is none that has to be looked up.
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ip() {
            // RFC 3986 §3.2.2.
            Some(IpAddr::V6(ip)) => write!(f, "[{ip}]:{}", self.port),
            _ => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

/// Where TLS is served, and the one name that is asked for there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TlsEndpoint {
    /// The host from which it is reached.
    pub host: HostId,
    /// The service that serves it; none for one that the config names.
    pub service: Option<ServiceId>,
    /// The port.
    pub address: Address,
    /// The name that is asked for (SNI, RFC 6066 §3), a DNS name in lower case; none asks for whatever is served there
    /// by default.
    pub server_name: Option<String>,
    /// How TLS begins.
    pub opening: Opening,
}

impl fmt::Display for TlsEndpoint {
    /// As it is written in a label: `smtp://mail.example.org@127.0.0.1:25`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.opening, Opening::of_port(self.address.port)) {
            (Opening::StartTls(protocol), _) => write!(f, "{}://", protocol.word())?,
            (Opening::Tls, Some(Opening::StartTls(_))) => f.write_str("tls://")?,
            (Opening::Tls, _) => {}
        }
        match &self.server_name {
            Some(name) if *name != self.address.host => write!(f, "{name}@{}", self.address),
            _ => self.address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests;
