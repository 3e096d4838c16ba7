//! Which endpoints there are: what a person says by a container's label, else what its published ports mean.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Address, Asked, Entry, Listed, Opening, TlsEndpoint, names_stored};
use crate::domain::text::visible;
use crate::domain::{Certificate, Container, ContainerId, HostId, NetworkOf, Protocol, ServiceId};

/// The label that names a service's endpoints.
pub const LABEL: &str = "topside.endpoints";

/// How many names are asked for at one address. Each is a connection, and a certificate may have a hundred names.
pub const MOST_NAMES: usize = 8;

/// How many endpoints of a host are asked in one round.
pub const MOST_ENDPOINTS: usize = 64;

/// The endpoints of a host's containers. `labels` are what people say by [`LABEL`], by container; `certificates` those
/// that are stored there. What is wrong with labels, and what is left out, is told.
pub fn of_containers(
    containers: &[Container],
    labels: &BTreeMap<ContainerId, String>,
    certificates: &[Certificate],
    problems: &mut Vec<String>,
) -> Vec<TlsEndpoint> {
    let is_sharer =
        |container: &&Container| matches!(container.network_of, Some(NetworkOf::Container(_)));
    let sharers: Vec<&Container> = containers.iter().filter(is_sharer).collect();
    let mut endpoints = Vec::new();
    for container in containers {
        let guests = sharers
            .iter()
            .filter(|other| other.uses_network_of(container));
        // What a container publishes may be served by one that uses its network, and that one has the certificates.
        let mut servers = std::iter::once(container).chain(guests.copied());
        let (server, names) = servers
            .find_map(|server| {
                let service = server.service_id();
                let names = names_stored(&service, certificates);
                (!names.is_empty()).then_some((service, names))
            })
            .unwrap_or_else(|| (container.service_id(), Vec::new()));
        let label = labels.get(&container.id).map(String::as_str);
        endpoints.extend(of_container(container, &server, label, names, problems));
    }
    endpoints.sort();
    endpoints.dedup();
    if endpoints.len() > MOST_ENDPOINTS {
        let left_out = endpoints.len() - MOST_ENDPOINTS;
        problems.push(format!(
            "{left_out} more endpoints are not asked: {MOST_ENDPOINTS} are"
        ));
        endpoints.truncate(MOST_ENDPOINTS);
    }
    problems.sort();
    problems.dedup();
    endpoints
}

/// The endpoints of a container that runs. `server` is the service that serves them, `label` what a person says by
/// [`LABEL`], none where nobody does; `names` are those of the certificates that the service stores. What is wrong with a label is told.
///
/// One in the host's own network, or in another container's, publishes nothing: the label has to say it.
pub fn of_container<'a>(
    container: &Container,
    server: &ServiceId,
    label: Option<&str>,
    names: impl IntoIterator<Item = &'a str>,
    problems: &mut Vec<String>,
) -> Vec<TlsEndpoint> {
    if !container.is_up() {
        return Vec::new();
    }
    let name = visible(&container.name);
    let asked = Asked::of(names, MOST_NAMES);
    let Some(label) = label.filter(|label| !label.trim().is_empty()) else {
        let published = published(container);
        if !published.is_empty() && !asked.left_out.is_empty() {
            problems.push(not_asked_for(&name, &asked.left_out));
        }
        return with_names(&container.host, Some(server), published, &asked.names);
    };
    let mut said = Vec::new();
    let listed = Listed::parse(label, &mut said);
    let told = said
        .into_iter()
        .map(|why| format!("the label {LABEL} of {name}: {why}"));
    problems.extend(told);
    match listed {
        Listed::Off => Vec::new(),
        Listed::These(entries) => with_names(&container.host, Some(server), entries, &asked.names),
    }
}

/// That a container has certificates for names that are not asked for.
fn not_asked_for(container: &str, left_out: &[String]) -> String {
    const TOLD: usize = 3;
    let named: Vec<_> = left_out
        .iter()
        .take(TOLD)
        .map(|name| visible(name))
        .collect();
    let more = match left_out.len().saturating_sub(TOLD) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "{container} is not asked for {}{more}: its label {LABEL} can say what to ask for",
        named.join(", ")
    )
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
