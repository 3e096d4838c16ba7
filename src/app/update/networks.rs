//! Networks and ports: what is asked while somebody looks, and what changes under them.

use crate::app::effect::Effect;
use crate::app::host::Host;
use crate::app::model::Model;
use crate::app::msg::NetworkMsg;
use crate::app::rows;
use crate::app::view::{NetworkPart, Pane, View};
use crate::domain::{ContainerId, HostId, Listening, NetworkOf};

use super::motion;

/// Asks what is missing of a host that is looked at.
pub(super) fn look(host: &mut Host, out: &mut Vec<Effect>) {
    if host.networks.begin_where_wanted() {
        out.push(Effect::LoadNetworks(host.id.clone()));
    }
    if host.listeners.is_wanted() {
        ask_listeners(host, out);
    }
}

/// Asks all of it anew.
pub(super) fn refresh(host: &mut Host, out: &mut Vec<Effect>) {
    if host.networks.begin() {
        out.push(Effect::LoadNetworks(host.id.clone()));
    }
    ask_listeners(host, out);
}

/// Where no container is in the host's network there is nothing to look at.
fn ask_listeners(host: &mut Host, out: &mut Vec<Effect>) {
    let in_host_network = host
        .containers
        .values()
        .filter(|container| container.is_up() && container.network_of == Some(NetworkOf::Host));
    let ids: Vec<ContainerId> = in_host_network.map(|one| one.id.clone()).collect();
    if !ids.is_empty() && host.listeners.begin() {
        out.push(Effect::LoadListeners(host.id.clone(), ids));
    }
}

/// Takes in an answer.
pub(super) fn answer(model: &mut Model, id: &HostId, answer: NetworkMsg) {
    let now = model.now;
    let Some(host) = model.host_mut(id) else {
        return;
    };
    match answer {
        NetworkMsg::Changed => host.networks.invalidate(),
        NetworkMsg::Networks(answer) => host.networks.answer(answer, now),
        NetworkMsg::Listeners(answer) => host.listeners.answer(answer, now),
    }
    if model.view == View::Networks {
        regroup(model);
    }
}

/// A whole list of containers came: whatever was known may have changed while nobody told.
pub(super) fn listed(host: &mut Host) {
    host.networks.invalidate();
    host.listeners.invalidate();
    host.regroup_ports();
}

/// Who listens is shown where it is looked at; elsewhere it is found out when somebody looks.
pub(super) fn containers_changed(model: &mut Model) {
    if model.view == View::Networks {
        for host in &mut model.hosts {
            host.listeners.invalidate();
        }
        regroup(model);
    }
}

/// Puts ports and networks together again.
pub(super) fn regroup(model: &mut Model) {
    for host in &mut model.hosts {
        host.regroup_ports();
    }
    rows::refresh(model, View::Networks);
}

/// From networks to ports, and back.
pub(super) fn turn(model: &mut Model) {
    model.network_part = match model.network_part {
        NetworkPart::Networks => NetworkPart::Ports,
        NetworkPart::Ports => NetworkPart::Networks,
    };
    model.pane = Pane::List;
    motion::to_start(model);
}

/// A port as a person would paste it: an address and a port, or the port alone where it is on every address.
pub(super) fn port_said(listening: &Listening) -> Option<String> {
    let port = listening.id.port?;
    let given = listening.addresses.iter().find(|one| !one.is_unspecified());
    Some(match given {
        Some(address) => std::net::SocketAddr::new(*address, port).to_string(),
        None => port.to_string(),
    })
}
