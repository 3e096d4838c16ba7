use std::sync::Arc;

use super::*;
use crate::domain::sample::named;
use crate::domain::{ContainerDetail, ContainerState};

fn port(address: &str, published: u16, container: u16) -> Port {
    Port {
        address: address.parse().ok(),
        published: Some(published),
        container,
        protocol: Protocol::Tcp,
    }
}

fn with(name: &str, ports: &[Port]) -> Container {
    Container {
        ports: ports.to_vec(),
        ..named(name)
    }
}

fn stopped(name: &str, ports: &[Port]) -> Container {
    Container {
        state: ContainerState::Exited,
        detail: Some(Arc::new(ContainerDetail {
            wanted_ports: ports.to_vec(),
            ..ContainerDetail::default()
        })),
        ..named(name)
    }
}

fn in_host_network(name: &str) -> Container {
    Container {
        network_of: Some(NetworkOf::Host),
        ..named(name)
    }
}

/// Each row in a line: port, reach, container, whether others have it.
fn rows(containers: &[Container], own: &BTreeMap<ContainerId, Vec<Listener>>) -> Vec<String> {
    let all = listening(&HostId::from("home"), containers, own);
    let name = |id: &ContainerId| id.as_str().trim_end_matches('0').to_owned();
    all.iter()
        .map(|one| {
            let port = one.id.port.map_or("?".to_owned(), |port| port.to_string());
            let open = if one.is_open { "" } else { " idle" };
            let (reach, same) = (one.reach().word(), one.same);
            format!("{port} {reach} {} {same:?}{open}", name(&one.id.container))
        })
        .collect()
}

#[test]
fn ports_are_put_together_and_sorted_by_number() {
    let containers = [
        with("web", &[port("::", 443, 8443), port("0.0.0.0", 443, 8443)]),
        with("db", &[port("127.0.0.1", 5432, 5432)]),
        with("dns", &[port("192.168.1.2", 53, 53)]),
        with(
            "idle",
            &[Port {
                published: None,
                ..port("", 1, 80)
            }],
        ),
    ];
    assert_eq!(
        rows(&containers, &BTreeMap::new()),
        [
            "53 address dns Alone",
            "443 world web Alone",
            "5432 this host db Alone"
        ]
    );
}

#[test]
fn a_port_of_two_containers_is_told_from_one_on_two_addresses() {
    let elsewhere = [
        with("a", &[port("127.0.0.1", 80, 80)]),
        with("b", &[port("192.168.1.2", 80, 80), port("fd00::1", 80, 80)]),
    ];
    assert_eq!(
        rows(&elsewhere, &BTreeMap::new()),
        ["80 this host a Elsewhere", "80 address b Elsewhere"]
    );
    let clash = [
        with("new", &[port("0.0.0.0", 80, 80)]),
        stopped("old", &[port("127.0.0.1", 80, 8080)]),
        stopped("other", &[port("::1", 80, 80)]),
    ];
    assert_eq!(
        rows(&clash, &BTreeMap::new()),
        [
            "80 world new Clash",
            "80 this host old Clash idle",
            "80 this host other Elsewhere idle"
        ]
    );
    // Without an address it is both families.
    let every = [
        stopped("every", &[port("", 80, 80)]),
        with("six", &[port("fd00::1", 80, 80)]),
    ];
    let rows = rows(&every, &BTreeMap::new());
    assert!(rows.iter().all(|row| row.contains("Clash")), "{rows:?}");
}

#[test]
fn one_number_of_two_transports_is_two_ports() {
    let udp = Port {
        protocol: Protocol::Udp,
        ..port("0.0.0.0", 443, 443)
    };
    let containers = [with("web", &[port("0.0.0.0", 443, 443), udp])];
    assert_eq!(
        rows(&containers, &BTreeMap::new()),
        ["443 world web Alone", "443 world web Alone"]
    );
}

#[test]
fn what_is_in_the_hosts_network_listens_itself() {
    let containers = [
        in_host_network("seen"),
        in_host_network("unseen"),
        with("web", &[port("0.0.0.0", 80, 80)]),
        Container {
            state: ContainerState::Exited,
            ..in_host_network("stopped")
        },
    ];
    let listener = |address: &str, port| Listener {
        address: address.parse().unwrap(),
        port,
        protocol: Protocol::Tcp,
    };
    let own = vec![listener("127.0.0.1", 80), listener("::", 8080)];
    let own = BTreeMap::from([(containers[0].id.clone(), own)]);
    assert_eq!(
        rows(&containers, &own),
        [
            "80 this host seen Clash",
            "80 world web Clash",
            "8080 world seen Alone",
            "? ? unseen Alone"
        ]
    );
}

#[test]
fn what_was_set_aside_has_no_port_any_more() {
    let mut old = stopped("web", &[port("0.0.0.0", 80, 80)]);
    old.name = format!("web{}", crate::domain::container::SET_ASIDE).into();
    assert!(rows(&[old], &BTreeMap::new()).is_empty());
}

#[test]
fn a_thousand_claims_of_one_port_are_compared_at_once() {
    let all: Vec<Container> = (0..20_000)
        .map(|n| stopped(&format!("c{n}"), &[port("0.0.0.0", 80, 80)]))
        .collect();
    let rows = listening(&HostId::from("home"), &all, &BTreeMap::new());
    assert!(rows.iter().all(|one| one.same == Same::Clash));
    assert_eq!(rows.len(), 20_000);
}
