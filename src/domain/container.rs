//! A container as the engine describes it: what its list says, and what only an inspect says.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    ByteSize, ComposeIdentity, ContainerId, HostId, ImageId, LogKeeping, NetworkId, ServiceId,
};

/// The engine's state of a container (Engine API 1.41, `ContainerState.Status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContainerState {
    /// Made, never started.
    Created,
    /// Its main process runs.
    Running,
    /// Frozen by the freezer cgroup.
    Paused,
    /// Between two runs: it died and the restart policy brings it back.
    Restarting,
    /// Being removed.
    Removing,
    /// Its main process ended.
    Exited,
    /// Half removed; the engine could not finish.
    Dead,
    /// A state this version does not know.
    Unknown,
}

impl ContainerState {
    /// The engine's word for it; anything unheard of is [`ContainerState::Unknown`].
    pub fn parse(word: &str) -> Self {
        match word {
            "created" | "configured" | "initialized" => Self::Created,
            "running" => Self::Running,
            "paused" => Self::Paused,
            "restarting" => Self::Restarting,
            "removing" | "stopping" => Self::Removing,
            "exited" | "stopped" => Self::Exited,
            "dead" => Self::Dead,
            _ => Self::Unknown,
        }
    }

    /// The word shown to people and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Restarting => "restarting",
            Self::Removing => "removing",
            Self::Exited => "exited",
            Self::Dead => "dead",
            Self::Unknown => "unknown",
        }
    }
}

/// What the health check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// No health check is configured.
    None,
    /// Within its start period, no verdict yet.
    Starting,
    /// The last probe passed.
    Healthy,
    /// As many probes in a row failed as `retries` allows.
    Unhealthy,
}

impl Health {
    /// The word shown to people and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Starting => "starting",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
        }
    }
}

/// A transport protocol of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// `tcp`, `udp` or `sctp`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
        }
    }
}

/// A port that a container exposes, and where the host publishes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Port {
    /// The address of the host it is published on; none when it is only exposed.
    pub address: Option<IpAddr>,
    /// The port on the host; none when it is only exposed.
    pub published: Option<u16>,
    /// The port in the container.
    pub container: u16,
    /// Its transport.
    pub protocol: Protocol,
}

/// What kind of storage is mounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MountKind {
    /// A path of the host.
    Bind,
    /// A volume.
    Volume,
    /// Memory.
    Tmpfs,
    /// Named pipes, cluster volumes, images.
    Other,
}

/// Something mounted into a container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mount {
    /// What is mounted.
    pub kind: MountKind,
    /// The volume's name, for a volume.
    pub name: Option<String>,
    /// The path on the host.
    pub source: String,
    /// The path in the container.
    pub destination: String,
    /// Whether the container can only read it.
    pub read_only: bool,
}

/// A container's place in one network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkAttachment {
    /// The network's name. Engines may have two of one name.
    pub name: String,
    /// Which it is; none of a container that never ran.
    #[serde(default)]
    pub network: Option<NetworkId>,
    /// Its addresses there, IPv4 first; none until it runs.
    pub addresses: Vec<String>,
    /// Names that other containers reach it by.
    pub aliases: Vec<String>,
}

/// Whose network namespace a container uses when it has none of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkOf {
    /// Another container's (`--network container:ID`, Compose `network_mode: service:NAME`).
    Container(ContainerId),
    /// The host's.
    Host,
    /// Nobody's: no network.
    Nothing,
}

/// A container. What the engine's list says is always there; what needs an inspect is in `detail`.
#[derive(Debug, Clone, PartialEq)]
pub struct Container {
    /// Its id.
    pub id: ContainerId,
    /// The host it is on.
    pub host: HostId,
    /// Its name, without the leading slash.
    pub name: Arc<str>,
    /// The image reference it was made from, as the user wrote it.
    pub image: Arc<str>,
    /// The image it runs.
    pub image_id: ImageId,
    /// The command line, shortened by the engine.
    pub command: String,
    /// When it was made.
    pub created: Timestamp,
    /// What the engine says it does.
    pub state: ContainerState,
    /// What its health check says.
    pub health: Health,
    /// The engine's own sentence, such as "Exited (137) 2 minutes ago".
    pub status: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its ports, sorted.
    pub ports: Vec<Port>,
    /// Its mounts.
    pub mounts: Vec<Mount>,
    /// Its networks.
    pub networks: Vec<NetworkAttachment>,
    /// Whose network namespace it uses, when not its own.
    pub network_of: Option<NetworkOf>,
    /// What its Compose labels say.
    pub compose: Option<ComposeIdentity>,
    /// What only an inspect says; none until it was asked.
    pub detail: Option<Arc<ContainerDetail>>,
}

/// What a container's name ends with while another one has taken its place and is not proven yet.
pub const SET_ASIDE: &str = ".topside-old";
/// The same for one whose restart policy is `always`: dockerd would start it beside the new one at its next start, so it
/// has none meanwhile, and its name says what it had.
pub const SET_ASIDE_ALWAYS: &str = ".topside-old-always";

/// The label of a container of ours that only shows a volume, and never runs; its value is the volume's name.
pub const READS_VOLUME: &str = "topside.reads";

/// The label of such a one that a job needs until its end; its value says whose lock that job has.
pub const HELD_BY: &str = "topside.held-by";

impl Container {
    /// Whether it is one of ours that only shows a volume.
    pub fn only_reads_a_volume(&self) -> bool {
        self.labels.contains_key(READS_VOLUME)
    }

    /// Whether another container took this one's place, or was about to, in a recreation that was not finished.
    pub fn is_set_aside(&self) -> bool {
        self.name.ends_with(SET_ASIDE) || self.name.ends_with(SET_ASIDE_ALWAYS)
    }

    /// The service this container is an instance of. One of `compose run` is no instance of its service: it stands
    /// alone in its project.
    pub fn service_id(&self) -> ServiceId {
        match &self.compose {
            Some(compose) => ServiceId {
                host: self.host.clone(),
                project: Some(Arc::from(compose.project.as_str())),
                name: if compose.one_off {
                    Arc::clone(&self.name)
                } else {
                    Arc::from(compose.service.as_str())
                },
            },
            None => ServiceId {
                host: self.host.clone(),
                project: None,
                name: [SET_ASIDE, SET_ASIDE_ALWAYS]
                    .iter()
                    .find_map(|end| self.name.strip_suffix(end))
                    .map_or_else(|| Arc::clone(&self.name), Arc::from),
            },
        }
    }

    /// Whether it uses the network namespace of the other.
    pub fn uses_network_of(&self, other: &Self) -> bool {
        let Some(NetworkOf::Container(of)) = &self.network_of else {
            return false;
        };
        // The engine keeps what the client sent: an id, a part of one, or a name.
        let is_part = of.as_str().len() >= 12 && other.id.as_str().starts_with(of.as_str());
        of == &other.id || of.as_str() == &*other.name || is_part
    }

    /// Whether it was put into the network namespace of a container, and none of these is that one any more.
    pub fn lost_its_network<'a>(&self, mut all: impl Iterator<Item = &'a Self>) -> bool {
        matches!(self.network_of, Some(NetworkOf::Container(_)))
            && !all.any(|other| self.uses_network_of(other))
    }

    /// Its places in networks, as fully as they are known.
    pub fn attachments(&self) -> &[NetworkAttachment] {
        match &self.detail {
            Some(detail) if !detail.networks.is_empty() => &detail.networks,
            _ => &self.networks,
        }
    }

    /// Whether its main process exists (running or frozen).
    pub fn is_up(&self) -> bool {
        matches!(self.state, ContainerState::Running | ContainerState::Paused)
    }
}

/// One variable of a container's environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvVar {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl EnvVar {
    /// Whether the name says that the value is a secret, so that it is hidden until asked for.
    pub fn looks_secret(&self) -> bool {
        const WORDS: [&str; 12] = [
            "PASS",
            "SECRET",
            "TOKEN",
            "KEY",
            "CREDENTIAL",
            "PRIVATE",
            "AUTH",
            "DSN",
            "SALT",
            "COOKIE",
            "SIGNATURE",
            "DATABASE_URL",
        ];
        let name = self.name.to_ascii_uppercase();
        let has_user_info = self
            .value
            .split_once("://")
            .and_then(|(_, rest)| rest.split('/').next())
            .is_some_and(|authority| authority.contains('@'));
        has_user_info || WORDS.iter().any(|word| name.contains(word))
    }
}

/// One run of a health check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthProbe {
    /// When it started.
    pub at: Option<Timestamp>,
    /// The probe's exit code: 0 is healthy.
    pub exit_code: i64,
    /// What it printed; untrusted.
    pub output: String,
}

/// What only an inspect says of a container.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the engine's own flags, each on its own"
)]
pub struct ContainerDetail {
    /// Its main process on the host, when it runs.
    pub pid: Option<u32>,
    /// When it last started.
    pub started_at: Option<Timestamp>,
    /// When it last ended.
    pub finished_at: Option<Timestamp>,
    /// How it last ended.
    pub exit_code: Option<i64>,
    /// Whether the kernel killed it for want of memory.
    pub oom_killed: bool,
    /// Why the engine could not start it.
    pub error: Option<String>,
    /// How often the engine's restart policy restarted it.
    pub restarts: u64,
    /// The restart policy: `no`, `always`, `unless-stopped`, `on-failure:5`.
    pub restart_policy: String,
    /// The entrypoint.
    pub entrypoint: Vec<String>,
    /// The command after the entrypoint.
    pub command: Vec<String>,
    /// The folder it starts in.
    pub working_dir: String,
    /// The user it runs as; empty is root.
    pub user: String,
    /// Its environment.
    pub env: Vec<EnvVar>,
    /// Whether the engine removes it when it stops (`--rm`).
    pub auto_remove: bool,
    /// Whether it uses the IPC or PID namespace, or the volumes, of another container.
    pub borrows: bool,
    /// Whether it has a terminal (its log then is one raw stream).
    pub tty: bool,
    /// Where its log goes, and how much of it is kept.
    pub log: LogKeeping,
    /// The memory limit, when there is one.
    pub memory_limit: Option<ByteSize>,
    /// The last runs of its health check, oldest first.
    pub health_log: Vec<HealthProbe>,
    /// Whether a health check is configured.
    pub has_health_check: bool,
    /// Its networks with addresses and aliases.
    pub networks: Vec<NetworkAttachment>,
    /// The ports of the host that it asks for whenever it starts; those that the engine chooses are left out.
    pub wanted_ports: Vec<Port>,
    /// Everything the engine answers 1.41 knows of health in the list; repeated here for older lists.
    pub health: Option<Health>,
}
