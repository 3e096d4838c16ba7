//! The Docker Engine API, also as Podman speaks it.
//!
//! | file | duty |
//! | --- | --- |
//! | `connect`, `machine` | from an endpoint to an engine that answers: version, who it is; the machine of an embedded one |
//! | `channel`, `tls`, `socket`, `tunnel` | the connection: Unix, TCP, TLS, ssh, and why it cannot be had |
//! | `request`, `flow`, `wire`, `error` | answers as they come, as we read them, and as errors |
//! | `list`, `inspect`, `inside`, `indent`, `images`, `volumes`, `networks` | what there is |
//! | `events`, `logs`, `counters` (`cgroup`, `stats`) | what happens |
//! | `actions`, `create_like`, `exec`, `archive`, `references`, `removals` | what can be done |
//! | `pull`, `distribution`, `registry_auth` | registries, through the engine, with the user's login |
//!
//! bollard makes the calls whose answers are short and settled; what is long, raw or must survive odd words goes
//! through `request`. Both use one `channel::Channel`.

mod actions;
mod archive;
mod backend;
mod cgroup;
mod channel;
mod connect;
mod counters;
mod create_like;
mod disk;
mod distribution;
mod error;
mod events;
mod exec;
mod flow;
mod images;
mod indent;
mod inside;
mod inspect;
mod list;
mod logs;
mod machine;
mod networks;
mod processes;
mod pull;
mod references;
mod registry_auth;
mod removals;
mod request;
mod socket;
mod stats;
mod tls;
mod tunnel;
mod unpack;
mod volume_view;
mod volumes;
mod wire;

pub use connect::{DockerConnector, newest_api};
pub use machine::Machine;
pub use registry_auth::credential_helpers;

use std::sync::Arc;

use crate::domain::{Endpoint, EngineKind, HostId};

/// An engine that answered.
struct DockerBackend {
    host: HostId,
    kind: EngineKind,
    /// Where requests go: for ssh the tunnel's local end.
    endpoint: Endpoint,
    channel: Arc<channel::Channel>,
    docker: bollard::Docker,
    meter: counters::Meter,
    logins: registry_auth::Logins,
    /// Held while the engine measures volumes: it walks disks, and engines refuse a second walk.
    measuring: tokio::sync::Mutex<()>,
    /// Keeps ssh running as long as this backend.
    tunnel: Option<tunnel::Tunnel>,
    /// The machine that an embedded engine says it runs on.
    machine: Option<Arc<dyn Machine>>,
}

impl DockerBackend {
    /// Whether the engine runs on this machine, as far as its address tells.
    fn is_here(&self) -> bool {
        self.tunnel.is_none() && self.machine.is_none() && self.endpoint.is_local()
    }
}
