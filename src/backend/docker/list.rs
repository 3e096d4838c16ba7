//! Containers as `/containers/json` lists them.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::channel::Channel;
use super::wire::{EndpointSettings, MountPoint, Summary, SummaryPort};
use crate::backend::BackendError;
use crate::domain::{
    ComposeIdentity, Container, ContainerId, ContainerState, Health, HostId, ImageId, Mount,
    MountKind, NetworkAttachment, NetworkId, NetworkOf, Port, Protocol,
};

/// Every container, running or not.
pub(super) async fn containers(
    channel: &Channel,
    host: &HostId,
) -> Result<Vec<Container>, BackendError> {
    let list: Vec<Summary> = channel.get_json("/containers/json?all=true").await?;
    Ok(list.into_iter().map(|one| container(one, host)).collect())
}

fn container(summary: Summary, host: &HostId) -> Container {
    let compose = ComposeIdentity::from_labels(&summary.labels);
    Container {
        name: own_name(&summary.names, &summary.id),
        id: ContainerId::from(summary.id),
        host: host.clone(),
        image: Arc::from(summary.image),
        image_id: ImageId::from(summary.image_id),
        command: summary.command,
        created: Timestamp::from_second(summary.created).unwrap_or_default(),
        state: ContainerState::parse(&summary.state),
        health: health_in(&summary.status),
        status: summary.status,
        labels: summary.labels,
        ports: ports(&summary.ports),
        mounts: mounts(summary.mounts),
        networks: networks(summary.network_settings.networks),
        network_of: network_of(&summary.host_config.network_mode),
        compose,
        detail: None,
    }
}

/// Docker says `/web`, Podman `web`; a legacy link adds `/other/alias`.
fn own_name(names: &[String], id: &str) -> Arc<str> {
    let mut own = names.iter().map(|name| name.trim_start_matches('/'));
    let name = own.find(|name| !name.is_empty() && !name.contains('/'));
    Arc::from(name.unwrap_or_else(|| id.get(..12).unwrap_or(id)))
}

/// The list says the health only inside its sentence: "Up 2 hours (healthy)".
fn health_in(status: &str) -> Health {
    if status.ends_with("(healthy)") {
        Health::Healthy
    } else if status.ends_with("(unhealthy)") {
        Health::Unhealthy
    } else if status.ends_with("(health: starting)") || status.ends_with("(starting)") {
        Health::Starting
    } else {
        Health::None
    }
}

fn ports(ports: &[SummaryPort]) -> Vec<Port> {
    let mut ports: Vec<Port> = ports
        .iter()
        .filter_map(|port| {
            Some(Port {
                address: port.ip.parse().ok(),
                published: match port.public_port {
                    Some(0) | None => None,
                    Some(number) => Some(u16::try_from(number).ok()?),
                },
                container: u16::try_from(port.private_port).ok()?,
                protocol: protocol(&port.protocol)?,
            })
        })
        .collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}

pub(super) fn protocol(word: &str) -> Option<Protocol> {
    match word {
        "tcp" | "" => Some(Protocol::Tcp),
        "udp" => Some(Protocol::Udp),
        "sctp" => Some(Protocol::Sctp),
        _ => None,
    }
}

pub(super) fn mounts(mounts: Vec<MountPoint>) -> Vec<Mount> {
    mounts
        .into_iter()
        .map(|mount| Mount {
            kind: match mount.kind.as_str() {
                "bind" => MountKind::Bind,
                "volume" => MountKind::Volume,
                "tmpfs" => MountKind::Tmpfs,
                _ => MountKind::Other,
            },
            name: (!mount.name.is_empty()).then_some(mount.name),
            source: mount.source,
            destination: mount.destination,
            read_only: !mount.writable,
        })
        .collect()
}

pub(super) fn networks(
    networks: BTreeMap<String, Option<EndpointSettings>>,
) -> Vec<NetworkAttachment> {
    networks
        .into_iter()
        .map(|(name, settings)| {
            let settings = settings.unwrap_or_default();
            let addresses = [settings.ip_address, settings.global_ipv6_address];
            let addresses = addresses.into_iter().filter(|one| !one.is_empty());
            let id = settings.network_id;
            NetworkAttachment {
                name,
                network: (!id.is_empty()).then(|| NetworkId::from(id)),
                addresses: addresses.collect(),
                aliases: settings.aliases,
            }
        })
        .collect()
}

pub(super) fn network_of(mode: &str) -> Option<NetworkOf> {
    match mode {
        "host" => Some(NetworkOf::Host),
        "none" => Some(NetworkOf::Nothing),
        _ => mode
            .strip_prefix("container:")
            .map(|id| NetworkOf::Container(ContainerId::from(id))),
    }
}

#[cfg(test)]
mod tests;
