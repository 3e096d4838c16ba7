//! The steps of a renewal: the client is run, what it stored is read, servers are told, what they serve is seen.

use serde::{Deserialize, Serialize};

use super::Once;
use crate::domain::{ContainerId, ServiceId, TlsEndpoint};

/// What of a certificate is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The certificate: one of its names, what its client calls it, or its fingerprint.
    pub certificate: String,
    /// Whether the client is to renew what is not due yet.
    pub force: bool,
    /// Whether somebody has seen what will be done and agreed to it: that a server is restarted where nothing less makes
    /// it read the new certificate, and that one is touched whose policy wants to be asked.
    pub agreed: bool,
}

/// A file in a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileIn {
    /// The container.
    pub container: ContainerId,
    /// Its name.
    pub name: String,
    /// The path in it.
    pub path: String,
}

/// How a server is made to read its certificates again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReloadWay {
    /// A signal to the container's first process, which is the server.
    Signal(String),
    /// A command in the container.
    Command(Vec<String>),
    /// The container is restarted, as somebody wants it.
    Restart,
    /// The container would have to be restarted, since nothing less is known to work: asked for first.
    OnlyRestart,
}

/// A step of a renewal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum RenewalStep {
    /// Wait until no other run of the client goes on in its container: two at once order twice.
    AwaitClient {
        /// The container.
        container: ContainerId,
        /// The client's program.
        program: String,
    },
    /// Run the client in its container, with a terminal: without one, clients sleep at random first.
    RunClient {
        /// The container.
        container: ContainerId,
        /// Its name.
        name: String,
        /// The command line, for `sh -c`.
        command: String,
    },
    /// Run the client, whose container does not run, in another one of its Compose service.
    RunOnce {
        /// The container that does not run, of that service.
        container: ContainerId,
        /// What is run.
        once: Once,
    },
    /// Start the client's container, whose own command renews, and wait for its end.
    StartClient {
        /// The container.
        container: ContainerId,
        /// Its name.
        name: String,
    },
    /// Read what the client stores now. Ends the job when it is what was there and is served already.
    ReadStored {
        /// The file.
        file: FileIn,
    },
    /// Make a server's file of key and chain anew, where nobody did; what it was stays beside it.
    Combine {
        /// The server that it is for.
        #[serde(default)]
        server: String,
        /// The container in which both are seen, and can be written.
        container: ContainerId,
        /// Its name.
        name: String,
        /// The chain that the client stores, there.
        chain: String,
        /// Its key, there.
        key: Option<String>,
        /// The server's file, there.
        file: String,
    },
    /// Whether a server's file holds what the client stores.
    CheckFile {
        /// The file, as its server sees it.
        file: FileIn,
    },
    /// Whether the file of this machine that a build takes into an image holds what the client stores.
    CheckSource {
        /// The server that has it from its image.
        server: String,
        /// The file's path on this machine.
        path: String,
    },
    /// Build the image anew that a server has its certificate from, and bring it up: a job of its own, which goes back
    /// to the old image by itself.
    Rebuild {
        /// The server.
        server: String,
        /// Its service.
        service: ServiceId,
    },
    /// Whether the containers of a service that were made anew hold what the client stores.
    CheckImage {
        /// The server that was.
        server: String,
        /// Its service.
        service: ServiceId,
        /// The file's path in its containers.
        path: String,
    },
    /// Let a server check its configuration and certificates.
    TestConfig {
        /// The container.
        container: ContainerId,
        /// Its name.
        name: String,
        /// The command.
        command: Vec<String>,
    },
    /// Make a server read its certificates again. It is restarted instead when it cannot see the new file: one that is
    /// a bind mount of its own, replaced by a rename.
    Reload {
        /// The service.
        service: ServiceId,
        /// The container.
        container: ContainerId,
        /// Its name.
        name: String,
        /// How.
        way: ReloadWay,
        /// The files that are bind mounts of their own.
        mounts: Vec<String>,
    },
    /// Ask endpoints until each serves what is stored.
    AwaitServed {
        /// Where.
        endpoints: Vec<TlsEndpoint>,
    },
}

impl RenewalStep {
    /// The server that it is for; none of what is for all of them. What fails for one keeps no other from its turn.
    pub fn server(&self) -> Option<&str> {
        match self {
            Self::Combine { server, .. }
            | Self::CheckSource { server, .. }
            | Self::Rebuild { server, .. }
            | Self::CheckImage { server, .. } => Some(server),
            Self::CheckFile { file } => Some(&file.name),
            Self::TestConfig { name, .. } | Self::Reload { name, .. } => Some(name),
            Self::AwaitClient { .. }
            | Self::RunClient { .. }
            | Self::RunOnce { .. }
            | Self::StartClient { .. }
            | Self::ReadStored { .. }
            | Self::AwaitServed { .. } => None,
        }
    }
}

impl ReloadWay {
    /// What is done to a server, for people: "reload web (SIGHUP)".
    pub fn phrase(&self, name: &str) -> String {
        match self {
            Self::Signal(signal) => format!("reload {name} (SIG{signal})"),
            Self::Command(command) => format!("reload {name} ({})", command.join(" ")),
            Self::Restart | Self::OnlyRestart => format!("restart {name}"),
        }
    }
}
