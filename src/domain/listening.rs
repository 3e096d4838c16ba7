//! Who listens on which address and port of a host: published ports, and what containers in the host's own network
//! listen on themselves.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Serialize;

use super::order::natural;
use super::{Container, ContainerId, HostId, NetworkOf, Port, Protocol};

/// A port, of one container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListeningId {
    /// The host.
    pub host: HostId,
    /// The port of the host; none when it is not known.
    pub port: Option<u16>,
    /// Its transport.
    pub protocol: Protocol,
    /// The container.
    pub container: ContainerId,
    /// How it got there.
    pub door: Door,
}

/// How a container comes to listen on a port of its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// The engine publishes this port of the container.
    Published(u16),
    /// It is in the host's network, and listens there itself.
    Own,
    /// It is in the host's network: what it listens on the engine does not know, and neither do we.
    Unknown,
}

/// From where a port is reached, as far as its addresses say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// It listens on every address of the host: from anywhere, unless something before the host keeps it away.
    World,
    /// It listens on addresses that were given: from where these are reached.
    Address,
    /// Only from the host itself.
    Loopback,
    /// Not known, or nothing listens.
    Unknown,
}

impl Reach {
    /// The word for people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::World => "world",
            Self::Address => "address",
            Self::Loopback => "this host",
            Self::Unknown => "?",
        }
    }
}

/// Whether others have a port of the same number and transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Same {
    /// None has.
    Alone,
    /// On other addresses of the host, which is fine.
    Elsewhere,
    /// On the same address: only one of them can have it.
    Clash,
}

/// A port that a container listens on, or would if it ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    /// Which.
    pub id: ListeningId,
    /// The addresses of the host, IPv4 first; none when they are not known.
    pub addresses: Vec<IpAddr>,
    /// Whether it is open now: what does not run only asks for it when it starts.
    pub is_open: bool,
    /// Whether others have the same.
    pub same: Same,
}

impl Listening {
    /// From where it is reached.
    pub fn reach(&self) -> Reach {
        if self.addresses.is_empty() {
            Reach::Unknown
        } else if self.addresses.iter().any(IpAddr::is_unspecified) {
            Reach::World
        } else if self.addresses.iter().all(IpAddr::is_loopback) {
            Reach::Loopback
        } else {
            Reach::Address
        }
    }

    /// The port of the container.
    pub fn inner(&self) -> Option<u16> {
        match self.id.door {
            Door::Published(port) => Some(port),
            Door::Own => self.id.port,
            Door::Unknown => None,
        }
    }
}

/// A socket that a process of a container listens on, in the host's own network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Listener {
    /// The address.
    pub address: IpAddr,
    /// The port.
    pub port: u16,
    /// Its transport.
    pub protocol: Protocol,
}

/// Every port of a host, by number. `own` are the listeners of those containers in the host's network whose could be
/// looked at.
pub fn listening<'a>(
    host: &HostId,
    containers: impl IntoIterator<Item = &'a Container>,
    own: &BTreeMap<ContainerId, Vec<Listener>>,
) -> Vec<Listening> {
    let mut names: HashMap<ContainerId, &str> = HashMap::new();
    let mut all = Vec::new();
    for container in containers.into_iter().filter(|one| !one.is_set_aside()) {
        names.insert(container.id.clone(), &container.name);
        if container.network_of == Some(NetworkOf::Host) {
            of_host_network(host, container, own.get(&container.id), &mut all);
        } else {
            published(host, container, &mut all);
        }
    }
    let name = |one: &Listening| names.get(&one.id.container).copied().unwrap_or_default();
    all.sort_by(|a, b| {
        let by_port = (a.id.port.is_none(), a.id.port).cmp(&(b.id.port.is_none(), b.id.port));
        by_port
            .then(a.id.protocol.cmp(&b.id.protocol))
            .then(b.is_open.cmp(&a.is_open))
            .then_with(|| natural(name(a), name(b)))
            .then_with(|| a.id.cmp(&b.id))
    });
    let is_same = |a: &Listening, b: &Listening| {
        (a.id.port, a.id.protocol) == (b.id.port, b.id.protocol) && a.id.port.is_some()
    };
    for group in all.chunk_by_mut(is_same).filter(|group| group.len() > 1) {
        compare(group);
    }
    all
}

fn published(host: &HostId, container: &Container, all: &mut Vec<Listening>) {
    let detail = container.detail.as_deref();
    let wanted = detail.map_or(&[][..], |detail| &detail.wanted_ports);
    let ports = if container.is_up() {
        &container.ports
    } else {
        wanted
    };
    let mut by_port: BTreeMap<(u16, Protocol, u16), Vec<IpAddr>> = BTreeMap::new();
    for port in ports {
        if let Some(published) = port.published {
            let key = (published, port.protocol, port.container);
            by_port.entry(key).or_default().extend(addresses(port));
        }
    }
    for ((port, protocol, inner), addresses) in by_port {
        let door = Door::Published(inner);
        all.push(made(
            host,
            container,
            (Some(port), protocol),
            door,
            addresses,
        ));
    }
}

/// Without an address it is all of them, as `docker run -p 80` means it.
fn addresses(port: &Port) -> Vec<IpAddr> {
    match port.address {
        Some(address) => vec![address],
        None => vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()],
    }
}

fn of_host_network(
    host: &HostId,
    container: &Container,
    own: Option<&Vec<Listener>>,
    all: &mut Vec<Listening>,
) {
    let Some(own) = own else {
        if container.is_up() {
            let port = (None, Protocol::Tcp);
            all.push(made(host, container, port, Door::Unknown, Vec::new()));
        }
        return;
    };
    let mut by_port: BTreeMap<(u16, Protocol), Vec<IpAddr>> = BTreeMap::new();
    for listener in own {
        let key = (listener.port, listener.protocol);
        by_port.entry(key).or_default().push(listener.address);
    }
    for ((port, protocol), addresses) in by_port {
        all.push(made(
            host,
            container,
            (Some(port), protocol),
            Door::Own,
            addresses,
        ));
    }
}

fn made(
    host: &HostId,
    container: &Container,
    (port, protocol): (Option<u16>, Protocol),
    door: Door,
    mut addresses: Vec<IpAddr>,
) -> Listening {
    addresses.sort_unstable();
    addresses.dedup();
    Listening {
        id: ListeningId {
            host: host.clone(),
            port,
            protocol,
            container: container.id.clone(),
            door,
        },
        addresses,
        is_open: container.is_up(),
        same: Same::Alone,
    }
}

/// Says of ports of one number which of them are in each other's way. Counted, not compared pair by pair: somebody may
/// have made a thousand containers of one port.
fn compare(group: &mut [Listening]) {
    let mut by_address: HashMap<IpAddr, usize> = HashMap::new();
    let mut by_family = [0_usize; 2];
    for one in &*group {
        for address in &one.addresses {
            *by_address.entry(*address).or_default() += 1;
        }
        for (count, has) in by_family.iter_mut().zip(families(one)) {
            *count += usize::from(has);
        }
    }
    for one in group {
        let clashes = one.addresses.iter().any(|address| {
            let every = if address.is_ipv4() {
                Ipv4Addr::UNSPECIFIED.into()
            } else {
                Ipv6Addr::UNSPECIFIED.into()
            };
            let on = |address: &IpAddr| by_address.get(address).copied().unwrap_or(0);
            let own = usize::from(one.addresses.contains(&every));
            let in_family = by_family[usize::from(address.is_ipv6())];
            on(address) > 1 || on(&every) > own || (*address == every && in_family > 1)
        });
        one.same = if clashes {
            Same::Clash
        } else {
            Same::Elsewhere
        };
    }
}

fn families(one: &Listening) -> [bool; 2] {
    [
        one.addresses.iter().any(IpAddr::is_ipv4),
        one.addresses.iter().any(IpAddr::is_ipv6),
    ]
}

#[cfg(test)]
mod tests;
