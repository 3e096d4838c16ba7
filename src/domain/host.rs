//! A host: where its engine is reached, and what the engine says of itself.

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use super::ByteSize;

/// Where an engine is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// A Unix socket.
    Unix(PathBuf),
    /// TCP, with TLS where there are files for it.
    Tcp {
        /// A name or address.
        host: String,
        /// The port.
        port: u16,
        /// The client's files for TLS.
        tls: Option<TlsFiles>,
    },
    /// Another machine's engine through ssh.
    Ssh(SshTarget),
}

/// Another machine's engine, as ssh has to be told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshTarget {
    /// `user@host` or a name of the ssh config.
    pub destination: String,
    /// The port, when the address names one.
    pub port: Option<u16>,
    /// The engine's socket over there, when the address names one (rootless engines have another than the usual).
    pub socket: Option<PathBuf>,
}

/// The files of a TLS client, as `DOCKER_CERT_PATH` and contexts hold them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The folder with `ca.pem`, `cert.pem`, `key.pem`.
    pub folder: PathBuf,
}

impl Endpoint {
    /// Whether the engine runs on this machine, so that its cgroups and processes are ours to read.
    pub const fn is_local(&self) -> bool {
        matches!(self, Self::Unix(_))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            // An IPv6 address (RFC 3986 §3.2.2).
            Self::Tcp { host, port, .. } if host.contains(':') => {
                write!(f, "tcp://[{host}]:{port}")
            }
            Self::Tcp { host, port, .. } => write!(f, "tcp://{host}:{port}"),
            Self::Ssh(target) => target.fmt(f),
        }
    }
}

impl fmt::Display for SshTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ssh://{}", self.destination)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        match &self.socket {
            Some(socket) => write!(f, "{}", socket.display()),
            None => Ok(()),
        }
    }
}

/// Which engine answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineKind {
    /// Docker Engine (Moby).
    Docker,
    /// Podman's Docker-compatible API.
    Podman,
}

/// What an engine says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostInfo {
    /// Which engine it is.
    pub engine: EngineKind,
    /// What the engine calls itself: the same however it is reached, and another for every other engine. Podman has none.
    pub id: Option<String>,
    /// The engine's version.
    pub version: String,
    /// The API version both sides speak.
    pub api_version: String,
    /// The machine's name.
    pub name: String,
    /// The operating system, such as "Debian GNU/Linux 12 (bookworm)".
    pub operating_system: String,
    /// The kernel's version.
    pub kernel: String,
    /// The architecture.
    pub architecture: String,
    /// How many CPUs it has.
    pub cpus: u64,
    /// How much memory it has.
    pub memory: ByteSize,
    /// The engine's data root.
    pub data_root: String,
    /// What its clock said when it was asked; none where the answer is no time.
    #[serde(skip)]
    pub clock: Option<Timestamp>,
}
