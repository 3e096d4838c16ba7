//! A network.

use super::{HostId, NetworkId};

/// A network as the engine lists it. Who is in it follows from the containers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// The host it is on.
    pub host: HostId,
    /// Its id.
    pub id: NetworkId,
    /// Its name.
    pub name: String,
    /// The network driver; `bridge` mostly.
    pub driver: String,
}

impl Network {
    /// Whether the engine made it for itself, so that it is nobody's to remove: Docker's three, Swarm's, Podman's.
    pub fn is_predefined(&self) -> bool {
        matches!(
            self.name.as_str(),
            "bridge" | "host" | "none" | "ingress" | "docker_gwbridge" | "podman"
        )
    }
}
