//! The engine's answers as we read them: only what we use, and forgiving.
//!
//! bollard's models refuse a whole list for one word they do not know (a state, a mount's kind) or a null they do not
//! expect (Podman); a list in which nothing is shown for one odd container is no use. Names are the API's (1.41).

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// Go writes an empty slice or map as null.
fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

macro_rules! wire {
    ($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Default, Deserialize)]
        #[serde(rename_all = "PascalCase", default)]
        pub(super) struct $name {
            $($(#[$attribute])* #[serde(deserialize_with = "nullable")] pub(super) $field: $kind,)*
        }
    };
}

wire! {
    /// One element of `/containers/json`.
    Summary {
        id: String,
        names: Vec<String>,
        image: String,
        #[serde(rename = "ImageID")]
        image_id: String,
        command: String,
        created: i64,
        ports: Vec<SummaryPort>,
        labels: BTreeMap<String, String>,
        state: String,
        status: String,
        host_config: SummaryHostConfig,
        network_settings: Networks,
        mounts: Vec<MountPoint>,
    }
}

wire! {
    /// A port in the list.
    SummaryPort {
        #[serde(rename = "IP")]
        ip: String,
        private_port: u64,
        public_port: Option<u64>,
        #[serde(rename = "Type")]
        protocol: String,
    }
}

wire! {
    /// What the list says of the host's side.
    SummaryHostConfig { network_mode: String, }
}

wire! {
    /// The networks of a container, and (inspect only) its ports.
    Networks {
        networks: BTreeMap<String, Option<EndpointSettings>>,
        ports: BTreeMap<String, Option<Vec<PortBinding>>>,
    }
}

wire! {
    /// A container's place in a network.
    EndpointSettings {
        #[serde(rename = "IPAddress")]
        ip_address: String,
        #[serde(rename = "NetworkID")]
        network_id: String,
        #[serde(rename = "GlobalIPv6Address")]
        global_ipv6_address: String,
        aliases: Vec<String>,
    }
}

wire! {
    /// Where a port is published.
    PortBinding { host_ip: String, host_port: String, }
}

wire! {
    /// A mount.
    MountPoint {
        #[serde(rename = "Type")]
        kind: String,
        name: String,
        source: String,
        destination: String,
        #[serde(rename = "RW")]
        writable: bool,
    }
}

wire! {
    /// `/containers/{id}/json`.
    Inspect {
        id: String,
        created: String,
        path: String,
        args: Vec<String>,
        state: InspectState,
        image: String,
        name: String,
        restart_count: u64,
        host_config: HostConfig,
        mounts: Vec<MountPoint>,
        config: Config,
        network_settings: Networks,
    }
}

wire! {
    /// What a container does.
    InspectState {
        status: String,
        #[serde(rename = "OOMKilled")]
        oom_killed: bool,
        pid: u32,
        exit_code: i64,
        error: String,
        started_at: String,
        finished_at: String,
        // Podman's own name for it, beside the other.
        #[serde(alias = "Healthcheck")]
        health: Option<InspectHealth>,
    }
}

wire! {
    /// What the health check said.
    InspectHealth { status: String, log: Vec<InspectProbe>, }
}

wire! {
    /// One run of the health check.
    InspectProbe { start: String, exit_code: i64, output: String, }
}

wire! {
    /// The host's side of a container.
    HostConfig {
        network_mode: String,
        ipc_mode: String,
        pid_mode: String,
        volumes_from: Vec<String>,
        port_bindings: BTreeMap<String, Option<Vec<PortBinding>>>,
        memory: i64,
        restart_policy: RestartPolicy,
        auto_remove: bool,
        log_config: LogConfig,
    }
}

wire! {
    /// When the engine starts it again.
    RestartPolicy { name: String, maximum_retry_count: u64, }
}

wire! {
    /// Where its log goes.
    LogConfig {
        #[serde(rename = "Type")]
        driver: String,
        config: BTreeMap<String, String>,
    }
}

wire! {
    /// The container's side of a container.
    Config {
        user: String,
        tty: bool,
        env: Vec<String>,
        cmd: Words,
        entrypoint: Words,
        image: String,
        working_dir: String,
        labels: BTreeMap<String, String>,
        healthcheck: Option<HealthConfig>,
    }
}

wire! {
    /// The configured health check.
    HealthConfig { test: Vec<String>, }
}

/// A command line: a list, or (Podman before 5) one string.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "OneOrMany")]
pub(super) struct Words(pub(super) Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Words {
    fn from(words: OneOrMany) -> Self {
        match words {
            OneOrMany::One(word) if word.is_empty() => Self(Vec::new()),
            OneOrMany::One(word) => Self(vec![word]),
            OneOrMany::Many(words) => Self(words),
        }
    }
}

wire! {
    /// `/info`.
    Info {
        #[serde(rename = "ID")]
        id: String,
        name: String,
        operating_system: String,
        kernel_version: String,
        architecture: String,
        #[serde(rename = "NCPU")]
        cpus: u64,
        mem_total: u64,
        docker_root_dir: String,
        system_time: String,
    }
}

wire! {
    /// What `/images/{id}/json` says of the machines it is for.
    ImagePlatform { os: String, architecture: String, variant: String, }
}

wire! {
    /// One element of `/images/{id}/history`; of an image that was pulled most have no id.
    HistoryItem { created: i64, created_by: String, size: i64, }
}

wire! {
    /// `/build/prune`.
    CachePruned { caches_deleted: Vec<String>, space_reclaimed: u64, }
}

wire! {
    /// One element of `/networks`.
    NetworkListed {
        id: String,
        name: String,
        driver: String,
        created: String,
        #[serde(rename = "EnableIPv6")]
        ipv6: bool,
        #[serde(rename = "IPAM")]
        addresses: AddressManagement,
        internal: bool,
        attachable: bool,
        ingress: bool,
        options: BTreeMap<String, String>,
        labels: BTreeMap<String, String>,
    }
}

wire! {
    /// How a network hands out addresses.
    AddressManagement { config: Vec<AddressRange>, }
}

wire! {
    /// A range of them.
    AddressRange { subnet: String, gateway: String, }
}

wire! {
    /// One line of `/events`.
    Event {
        #[serde(rename = "Type")]
        kind: String,
        action: String,
        actor: Actor,
        /// Seconds since 1970, …
        #[serde(rename = "time")]
        time: i64,
        /// … and nanoseconds; absent from old engines.
        #[serde(rename = "timeNano")]
        time_nano: i64,
    }
}

wire! {
    /// Whom an event is about.
    Actor {
        #[serde(rename = "ID")]
        id: String,
        attributes: BTreeMap<String, String>,
    }
}

wire! {
    /// `/system/df`: lists up to API 1.51, `…Usage` with the verbose answer of 1.52.
    DiskUsage {
        layers_size: i64,
        images: Vec<ImageOnDisk>,
        image_usage: ImagesOnDisk,
        containers: Vec<ContainerOnDisk>,
        container_usage: ContainersOnDisk,
        volumes: Vec<VolumeOnDisk>,
        volume_usage: VolumesOnDisk,
        build_cache: Vec<CacheOnDisk>,
        build_cache_usage: CachesOnDisk,
    }
}

wire! {
    /// The volumes' part of the newer answer.
    VolumesOnDisk { items: Vec<VolumeOnDisk>, }
}

wire! {
    /// A volume's size.
    VolumeOnDisk { name: String, usage_data: Option<VolumeUse>, }
}

wire! {
    /// -1 when the driver cannot tell.
    VolumeUse { size: i64, }
}

wire! {
    /// The images' part of the newer answer.
    ImagesOnDisk { total_size: i64, items: Vec<ImageOnDisk>, }
}

wire! {
    /// An image's size; `SharedSize` is -1 when it was not worked out.
    ImageOnDisk { id: String, size: i64, shared_size: i64, }
}

wire! {
    /// The containers' part of the newer answer.
    ContainersOnDisk { items: Vec<ContainerOnDisk>, }
}

wire! {
    /// What a container wrote; left out of the answer when that is nothing.
    ContainerOnDisk { id: String, size_rw: i64, }
}

wire! {
    /// The build cache's part of the newer answer.
    CachesOnDisk { items: Vec<CacheOnDisk>, }
}

wire! {
    /// An entry of the build cache.
    CacheOnDisk {
        #[serde(rename = "ID")]
        id: String,
        #[serde(rename = "Type")]
        kind: String,
        description: String,
        in_use: bool,
        shared: bool,
        size: i64,
        created_at: String,
        last_used_at: Option<String>,
        usage_count: i64,
    }
}
