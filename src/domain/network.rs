//! A network, and who is in it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::namespace::Namespaces;
use super::{Container, HostId, NetworkAttachment, NetworkId};

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
    /// When it was made.
    pub created: Option<Timestamp>,
    /// The addresses it hands out; those of the engine's own `host` and `none` are not its own, so there are none.
    pub subnets: Vec<Subnet>,
    /// What it allows.
    pub flags: NetworkFlags,
    /// The driver's options.
    pub options: BTreeMap<String, String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
}

/// A range of addresses of a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subnet {
    /// The range, such as `172.18.0.0/16`.
    pub range: String,
    /// The address of the host in it; the engine says none for some drivers.
    pub gateway: Option<String>,
}

/// What a network allows (Engine API 1.41, `Network`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the engine's own flags, each on its own"
)]
pub struct NetworkFlags {
    /// No way out of it: it has no gateway.
    pub internal: bool,
    /// Lone containers may join it, though it is a swarm's.
    pub attachable: bool,
    /// It hands out IPv6 addresses.
    pub ipv6: bool,
    /// The swarm's way in, for published ports.
    pub ingress: bool,
}

impl NetworkFlags {
    /// The words for those that are set.
    pub fn words(self) -> Vec<&'static str> {
        let all = [
            (self.internal, "internal"),
            (self.attachable, "attachable"),
            (self.ipv6, "IPv6"),
            (self.ingress, "ingress"),
        ];
        let set = all.into_iter().filter(|(is_set, _)| *is_set);
        set.map(|(_, word)| word).collect()
    }
}

/// A container in a network, and those that use its place there as their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Member<'a> {
    /// The container that has the place.
    pub container: &'a Container,
    /// Its place.
    pub attachment: &'a NetworkAttachment,
    /// The containers in its network namespace, by name.
    pub sharers: &'a [&'a Container],
}

impl Network {
    /// Whether the engine made it for itself, so that it is nobody's to remove: Docker's three, Swarm's, Podman's.
    pub fn is_predefined(&self) -> bool {
        matches!(
            self.name.as_str(),
            "bridge" | "host" | "none" | "ingress" | "docker_gwbridge" | "podman"
        )
    }

    /// The Compose project that made it.
    pub fn project(&self) -> Option<&str> {
        let project = self.labels.get("com.docker.compose.project")?;
        (!project.is_empty()).then_some(project)
    }

    /// Whether a container's place is in this network. What does not run finds its networks by their names when it
    /// starts, whatever they were when it ran.
    fn is_of(&self, container: &Container, place: &NetworkAttachment) -> bool {
        match &place.network {
            Some(id) if container.is_up() => *id == self.id,
            _ => place.name == self.name,
        }
    }

    /// The containers that name it, running or not: the engine's own inspect leaves out those that do not run.
    pub fn members<'a>(&self, all: &'a Namespaces<'a>) -> Vec<Member<'a>> {
        let in_it = all.containers().iter().filter_map(|container| {
            let mut places = container.attachments().iter();
            let attachment = places.find(|place| self.is_of(container, place))?;
            Some(Member {
                container,
                attachment,
                sharers: all.sharers(container),
            })
        });
        in_it.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::container;
    use crate::domain::{ContainerId, ContainerState};

    #[test]
    fn two_networks_of_one_name_share_nobody_that_runs() {
        let network = |id: &str| Network {
            host: HostId::from("home"),
            id: NetworkId::from(id),
            name: "lan".to_owned(),
            driver: "bridge".to_owned(),
            created: None,
            subnets: Vec::new(),
            flags: NetworkFlags::default(),
            options: BTreeMap::new(),
            labels: BTreeMap::new(),
        };
        let place = |id: Option<&str>| NetworkAttachment {
            name: "lan".to_owned(),
            network: id.map(NetworkId::from),
            addresses: Vec::new(),
            aliases: Vec::new(),
        };
        let of = |name: &str, id: Option<&str>, state| Container {
            id: ContainerId::from(name),
            name: name.into(),
            networks: vec![place(id)],
            state,
            ..container("web:1", "sha256:1")
        };
        let containers = [
            of("a", Some("1"), ContainerState::Running),
            of("b", Some("2"), ContainerState::Running),
            // Its network was made anew since it ran; it finds the new one by its name.
            of("c", Some("0"), ContainerState::Exited),
            of("d", None, ContainerState::Created),
        ];
        let all = Namespaces::of(&containers);
        let names = |id: &str| -> Vec<String> {
            let members = network(id).members(&all);
            members
                .iter()
                .map(|one| one.container.name.to_string())
                .collect()
        };
        assert_eq!(names("1"), ["a", "c", "d"]);
        assert_eq!(names("2"), ["b", "c", "d"]);
    }

    #[test]
    fn flags_are_said_in_words() {
        assert!(NetworkFlags::default().words().is_empty());
        let flags = NetworkFlags {
            internal: true,
            ipv6: true,
            ..NetworkFlags::default()
        };
        assert_eq!(flags.words(), ["internal", "IPv6"]);
    }
}
