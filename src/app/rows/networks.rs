//! The rows of the networks view: networks, and the ports of the hosts.

use crate::app::filter::narrow;
use crate::app::host::Host;
use crate::app::model::Model;
use crate::domain::order::natural;
use crate::domain::{HostId, Listening, ListeningId, Member, Namespaces, Network, NetworkId, Same};

/// Makes both lists anew.
pub(super) fn refresh(model: &mut Model) {
    let rows = network_rows(model);
    model.networks.set(rows);
    let rows = port_rows(model);
    model.ports.set(rows);
}

/// What the engine made for itself comes last; the rest project by project, by name.
fn network_rows(model: &Model) -> Vec<(HostId, NetworkId)> {
    let list = &model.networks;
    let mut rows = Vec::new();
    for host in &model.hosts {
        let all = Namespaces::of(host.containers.values());
        // "A problem" of a network is that nobody is in it.
        let is_left_over =
            |network: &Network| !network.is_predefined() && network.members(&all).is_empty();
        let networks = host.networks.value.iter().flatten();
        let left = networks
            .filter(|network| !list.only_problems || is_left_over(network))
            .collect();
        let mut left = narrow(left, &list.filter, |network: &&Network| {
            let members = network.members(&all);
            let names = members.iter().map(said);
            let ranges = network.subnets.iter().map(|one| one.range.clone());
            let words: Vec<String> = names.chain(ranges).collect();
            format!("{} {} {}", network.name, network.driver, words.join(" "))
        });
        left.sort_by(|a, b| {
            let own_last = a.is_predefined().cmp(&b.is_predefined());
            let by_project = a.project().is_none().cmp(&b.project().is_none());
            let by_project = by_project.then_with(|| {
                let project = |one: &Network| one.project().unwrap_or_default().to_owned();
                natural(&project(a), &project(b))
            });
            let by_name = || natural(&a.name, &b.name).then_with(|| a.id.cmp(&b.id));
            own_last.then(by_project).then_with(by_name)
        });
        rows.extend(left.iter().map(|one| (host.id.clone(), one.id.clone())));
    }
    rows
}

/// What a filter of networks looks at: who is in it, also by its addresses.
fn said(member: &Member<'_>) -> String {
    let sharers = member
        .sharers
        .iter()
        .map(|one| one.service_id().to_string());
    let sharers: Vec<String> = sharers.collect();
    format!(
        "{} {} {} {}",
        member.container.service_id(),
        member.container.name,
        member.attachment.addresses.join(" "),
        sharers.join(" ")
    )
}

/// In the order of their numbers, as the host has them.
fn port_rows(model: &Model) -> Vec<ListeningId> {
    let list = &model.ports;
    let mut rows = Vec::new();
    for host in &model.hosts {
        // "A problem" of a port is that another container wants it, too.
        let ports = host.ports.iter();
        let left = ports
            .filter(|port| !list.only_problems || port.same == Same::Clash)
            .collect();
        let left = narrow(left, &list.filter, |port: &&Listening| {
            port_said(host, port)
        });
        rows.extend(left.into_iter().map(|port| port.id.clone()));
    }
    rows
}

fn port_said(host: &Host, port: &Listening) -> String {
    let number = port.id.port.map_or_else(String::new, |n| n.to_string());
    let inner = port.inner().map_or_else(String::new, |n| n.to_string());
    let addresses: Vec<String> = port.addresses.iter().map(ToString::to_string).collect();
    let container = host.containers.get(&port.id.container);
    let name = container.map_or_else(String::new, |one| {
        format!("{} {}", one.service_id(), one.name)
    });
    let (protocol, reach) = (port.id.protocol.word(), port.reach().word());
    format!(
        "{} {number}/{protocol} {inner} {reach} {name}",
        addresses.join(" ")
    )
}
