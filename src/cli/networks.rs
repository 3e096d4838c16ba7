//! `topside networks`: networks and who is in them; the ports of the host and who listens on them.

use std::process::ExitCode;

use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::app::Host;
use crate::backend::{BackendError, Connector};
use crate::domain::{
    Container, ContainerId, Door, Listening, Member, Namespaces, Network, NetworkOf, Same,
};
use crate::sockets;

use super::inspected::inspected;
use super::table::Table;
use super::{Arguments, Exit, connector, print, refuse};

/// What is printed of networks.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Wanted {
    /// Print the ports of the host and who listens on them, instead of networks.
    #[arg(long)]
    pub ports: bool,
    /// Print JSON, for scripts.
    #[arg(long)]
    pub json: bool,
}

const AFTER: &str = "\
Containers that share a network namespace (network_mode: service:web) are one unit: \"web⇄tunnel\" has one
place in a network, and the ports of web may be those of tunnel.

Ports are those that the engine publishes, of what runs and of what would ask for them if it ran. FROM says
who reaches a port as far as its addresses say: \"world\" listens on every address of the host. Docker's own
firewall rules come before those of ufw and firewalld. A container in the host's own network publishes
nothing; what it listens on is asked of the kernel, where the engine runs here and topside runs as root.

Examples:
  topside networks                 which networks there are, and who is in them
  topside networks --ports         who listens on which address and port of the host
  topside networks --ports --json | jq '.ports[] | select(.reach == \"world\" and .open)'
                                   what everybody reaches
  topside networks --json | jq -r '.networks[] | select(.containers == [] and (.predefined | not)).name'
                                   what nobody is in

JSON: {\"networks\": [{name, id, driver, project, predefined, created, subnets: [{range, gateway}],
  flags: {internal, attachable, ipv6, ingress}, options, labels,
  containers: [{service, container, running, addresses, aliases, shared_by: [CONTAINER]}]}]}
  with --ports {\"ports\": [{port, protocol, addresses, reach, open, service, container, container_port,
  how, same, shared_by: [CONTAINER]}]}
  reach: world, address, loopback, unknown; how: published, own (host network), unknown (host network, and
  not known: then port is null); same: alone, elsewhere (others have the port on other addresses), clash

Exit codes:
  0  well
  1  the engine did not answer
  2  the command line or the config is wrong";

pub(super) async fn run(arguments: &Arguments, wanted: &Wanted) -> color_eyre::Result<ExitCode> {
    let connector = match connector(arguments) {
        Ok(connector) => connector,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let host = match look(&*connector, wanted.ports).await {
        Ok(host) => host,
        Err(error) => return Ok(refuse(&error.failure("reach the engine"), Exit::Engine)),
    };
    let all = Namespaces::of(host.containers.values());
    if wanted.json {
        let said = if wanted.ports {
            let ports = host.ports.iter();
            let ports: Vec<Value> = ports.map(|one| of_port(&host, one, &all)).collect();
            json!({ "ports": ports })
        } else {
            let networks = sorted(&host).into_iter();
            let networks: Vec<Value> = networks.map(|one| of_network(one, &all)).collect();
            json!({ "networks": networks })
        };
        return Ok(print::json(&said)?);
    }
    let text = if wanted.ports {
        ports(&host, &all)
    } else {
        networks(&host, &all)
    };
    Ok(print::out(&text))
}

/// Asks for what is printed.
async fn look(connector: &dyn Connector, with_ports: bool) -> Result<Host, BackendError> {
    let backend = connector.connect().await?;
    let (listed, networks) = tokio::try_join!(backend.containers(), backend.networks())?;
    let mut host = Host::new(connector.host().clone(), connector.address());
    let containers = inspected(&*backend, listed).await?.into_iter();
    host.containers = containers.map(|one| (one.id.clone(), one)).collect();
    let now = Timestamp::now();
    host.networks.answer(Ok(networks), now);
    if with_ports {
        let in_host_network = host
            .containers
            .values()
            .filter(|container| container.is_up() && container.network_of == Some(NetworkOf::Host));
        let ids: Vec<ContainerId> = in_host_network.map(|one| one.id.clone()).collect();
        let found = sockets::listeners(&*backend, connector.is_local(), &ids).await;
        host.listeners.answer(Ok(found), now);
        host.regroup_ports();
    }
    Ok(host)
}

/// What the engine made for itself last.
fn sorted(host: &Host) -> Vec<&Network> {
    let mut networks: Vec<&Network> = host.networks.value.iter().flatten().collect();
    networks.sort_by(|a, b| {
        (a.is_predefined(), &a.name, &a.id).cmp(&(b.is_predefined(), &b.name, &b.id))
    });
    networks
}

fn names(containers: &[&Container]) -> Vec<String> {
    containers.iter().map(|one| one.name.to_string()).collect()
}

fn of_network(network: &Network, all: &Namespaces<'_>) -> Value {
    let members = network.members(all);
    let containers: Vec<Value> = members
        .iter()
        .map(|member| {
            json!({
                "service": member.container.service_id().to_string(),
                "container": member.container.name,
                "running": member.container.is_up(),
                "addresses": member.attachment.addresses,
                "aliases": member.attachment.aliases,
                "shared_by": names(member.sharers),
            })
        })
        .collect();
    json!({
        "name": network.name,
        "id": network.id,
        "driver": network.driver,
        "project": network.project(),
        "predefined": network.is_predefined(),
        "created": network.created,
        "subnets": network.subnets,
        "flags": network.flags,
        "options": network.options,
        "labels": network.labels,
        "containers": containers,
    })
}

fn networks(host: &Host, all: &Namespaces<'_>) -> String {
    let mut table = Table::new(&[
        "NAME", "DRIVER", "SUBNET", "GATEWAY", "ALLOWS", "PROJECT", "USED BY",
    ]);
    for network in sorted(host) {
        let ranges = network.subnets.iter().map(|one| one.range.clone());
        let ranges: Vec<String> = ranges.collect();
        let gateways = network.subnets.iter().filter_map(|one| one.gateway.clone());
        let gateways: Vec<String> = gateways.collect();
        let members = network.members(all);
        let users: Vec<String> = members.iter().map(user).collect();
        table.row([
            network.name.clone(),
            network.driver.clone(),
            ranges.join(" "),
            gateways.join(" "),
            network.flags.words().join(" "),
            network.project().unwrap_or_default().to_owned(),
            if users.is_empty() {
                "nobody".to_owned()
            } else {
                users.join(", ")
            },
        ]);
    }
    table.to_string()
}

/// `web⇄tunnel 172.18.0.2`.
fn user(member: &Member<'_>) -> String {
    let mut said = unit(member.container, member.sharers);
    match member.attachment.addresses.first() {
        Some(address) => {
            said.push(' ');
            said.push_str(address);
        }
        None if !member.container.is_up() => said.push_str(" (does not run)"),
        None => {}
    }
    said
}

fn unit(container: &Container, sharers: &[&Container]) -> String {
    let mut said = container.name.to_string();
    for sharer in sharers {
        said.push('⇄');
        said.push_str(&sharer.name);
    }
    said
}

fn of_port(host: &Host, port: &Listening, all: &Namespaces<'_>) -> Value {
    let container = host.containers.get(&port.id.container);
    let how = match port.id.door {
        Door::Published(_) => "published",
        Door::Own => "own",
        Door::Unknown => "unknown",
    };
    let is_known = port.id.door != Door::Unknown;
    json!({
        "port": port.id.port,
        "protocol": is_known.then(|| port.id.protocol.word()),
        "addresses": port.addresses,
        "reach": port.reach(),
        "open": port.is_open,
        "service": container.map(|one| one.service_id().to_string()),
        "container": container.map(|one| &one.name),
        "container_port": port.inner(),
        "how": how,
        "same": port.same,
        "shared_by": container.map(|one| names(all.sharers(one))),
    })
}

fn ports(host: &Host, all: &Namespaces<'_>) -> String {
    let mut table = Table::new(&["PORT", "FROM", "ADDRESS", "LEADS TO", "AND"]);
    for port in &host.ports {
        let container = host.containers.get(&port.id.container);
        let addresses = port.addresses.iter().map(ToString::to_string);
        let addresses: Vec<String> = addresses.collect();
        let number = match port.id.port {
            Some(number) => format!("{number}/{}", port.id.protocol.word()),
            None => "?".to_owned(),
        };
        let from = if port.is_open {
            port.reach().word()
        } else {
            "stopped"
        };
        let name = container.map_or_else(
            || port.id.container.short().to_owned(),
            |one| unit(one, all.sharers(one)),
        );
        let leads_to = match port.id.door {
            Door::Published(inner) => format!("{name}:{inner}"),
            Door::Own | Door::Unknown => name,
        };
        table.row([
            number,
            from.to_owned(),
            addresses.join(" "),
            leads_to,
            and(port).join(", "),
        ]);
    }
    if table.is_empty() {
        return "no container publishes a port\n".to_owned();
    }
    table.to_string()
}

fn and(port: &Listening) -> Vec<&'static str> {
    let door = match port.id.door {
        Door::Published(_) => None,
        Door::Own => Some("host network"),
        Door::Unknown => Some("host network: its own listeners are not known"),
    };
    let same = match port.same {
        Same::Alone => None,
        Same::Elsewhere => Some("twice, on other addresses"),
        Same::Clash => Some("wanted twice: only one can have it"),
    };
    door.into_iter().chain(same).collect()
}
