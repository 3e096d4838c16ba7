//! Which endpoints a container has: what a person says by its label, else what its published ports mean.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Address, Asked, Entry, Listed, Opening, TlsEndpoint};
use crate::domain::{Container, HostId, Protocol, ServiceId};

/// The label that names a service's endpoints.
pub const LABEL: &str = "topside.endpoints";

/// How many names are asked for at one address. Each is a connection, and a certificate may have a hundred names.
pub const MOST_NAMES: usize = 8;

/// The endpoints of a container that runs. `label` is what a person says by [`LABEL`], none where nobody does;
/// `names` are those of the certificates it stores. What is wrong with a label is told.
///
/// One in the host's own network, or in another container's, publishes nothing: the label has to say it.
pub fn of_container<'a>(
    container: &Container,
    label: Option<&str>,
    names: impl IntoIterator<Item = &'a str>,
    problems: &mut Vec<String>,
) -> Vec<TlsEndpoint> {
    if !container.is_up() {
        return Vec::new();
    }
    let asked = Asked::of(names, MOST_NAMES).names;
    let service = Some(container.service_id());
    let Some(label) = label.filter(|label| !label.trim().is_empty()) else {
        let published = published(container);
        return with_names(&container.host, service.as_ref(), published, &asked);
    };
    let mut said = Vec::new();
    let listed = Listed::parse(label, &mut said);
    problems.extend(said.into_iter().map(|why| {
        let name = crate::domain::text::visible(&container.name).into_owned();
        format!("the label {LABEL} of {name}: {why}")
    }));
    match listed {
        Listed::Off => Vec::new(),
        Listed::These(entries) => with_names(&container.host, service.as_ref(), entries, &asked),
    }
}

/// The endpoints that the config names; they belong to no service.
pub fn of_entries(host: &HostId, entries: &[Entry]) -> Vec<TlsEndpoint> {
    with_names(host, None, entries.iter().cloned(), &[None])
}

/// Each with the name that is written with it, else with all that are known.
fn with_names(
    host: &HostId,
    service: Option<&ServiceId>,
    entries: impl IntoIterator<Item = Entry>,
    asked: &[Option<String>],
) -> Vec<TlsEndpoint> {
    let mut endpoints = Vec::new();
    for entry in entries {
        let own = [entry.server_name];
        let names = if own[0].is_some() { &own } else { asked };
        endpoints.extend(names.iter().map(|name| TlsEndpoint {
            host: host.clone(),
            service: service.cloned(),
            address: entry.address.clone(),
            server_name: name.clone(),
            opening: entry.opening,
        }));
    }
    endpoints.sort();
    endpoints.dedup();
    endpoints
}

/// What the published ports mean: by the port in the container, which is the program's own, else by the host's.
fn published(container: &Container) -> Vec<Entry> {
    let entries = container.ports.iter().filter_map(|port| {
        let published = port.published.filter(|_| port.protocol == Protocol::Tcp)?;
        let opening = Opening::of_port(port.container).or(Opening::of_port(published))?;
        let ip = match port.address {
            // All addresses of the host: its loopback is the nearest of them, and no firewall stands before it.
            None => IpAddr::V4(Ipv4Addr::LOCALHOST),
            Some(IpAddr::V4(ip)) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            Some(IpAddr::V6(ip)) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            Some(ip) => ip,
        };
        Some(Entry {
            address: Address::of_ip(ip, published),
            server_name: None,
            opening,
        })
    });
    let mut entries: Vec<Entry> = entries.collect();
    // Docker publishes on 0.0.0.0 and on :: alike: one answer tells of both.
    let v4: Vec<u16> = entries
        .iter()
        .filter(|entry| entry.address.ip() == Some(Ipv4Addr::LOCALHOST.into()))
        .map(|entry| entry.address.port)
        .collect();
    entries.retain(|entry| {
        let is_twin = entry.address.ip() == Some(Ipv6Addr::LOCALHOST.into());
        !(is_twin && v4.contains(&entry.address.port))
    });
    entries
}
