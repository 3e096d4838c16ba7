//! The networks view: asked while it is looked at, and nothing goes that somebody is in.

use std::collections::BTreeMap;

use super::{App, container, ended, host, id};
use crate::app::effect::Effect;
use crate::app::msg::{HostMsg, NetworkMsg};
use crate::app::overlay::Overlay;
use crate::app::view::{NetworkPart, View};
use crate::domain::{
    Container, Failure, Listener, Network, NetworkAttachment, NetworkFlags, NetworkOf, Port,
    Protocol, Prune, Request, Same,
};

fn network(name: &str, project: Option<&str>) -> Network {
    let label = |project: &str| {
        let name = "com.docker.compose.project".to_owned();
        (name, project.to_owned())
    };
    Network {
        host: host(),
        id: name.into(),
        name: name.to_owned(),
        driver: "bridge".to_owned(),
        created: None,
        subnets: Vec::new(),
        flags: NetworkFlags::default(),
        options: BTreeMap::new(),
        labels: project.map(label).into_iter().collect(),
    }
}

fn within(mut container: Container, network: &str) -> Container {
    container.networks = vec![NetworkAttachment {
        name: network.to_owned(),
        network: None,
        addresses: vec!["172.18.0.2".to_owned()],
        aliases: Vec::new(),
    }];
    container
}

fn publishing(mut container: Container, port: u16) -> Container {
    container.ports = vec![Port {
        address: "127.0.0.1".parse().ok(),
        published: Some(port),
        container: 80,
        protocol: Protocol::Tcp,
    }];
    container
}

fn in_host_network(mut container: Container) -> Container {
    container.network_of = Some(NetworkOf::Host);
    container
}

/// In the networks view, with these networks.
fn networks(containers: Vec<Container>, networks: Vec<Network>) -> App {
    let mut app = App::with(containers);
    app.press("8");
    app.host(HostMsg::Network(NetworkMsg::Networks(Ok(networks))));
    app.draw();
    app.effects();
    app
}

fn names(app: &App) -> Vec<&str> {
    let rows = app.model.networks.rows.iter();
    rows.map(|(_, id)| id.as_str()).collect()
}

fn ports(app: &App) -> Vec<Option<u16>> {
    app.model.ports.rows.iter().map(|row| row.port).collect()
}

#[test]
fn networks_are_asked_when_they_are_looked_at() {
    let mut app = App::with(vec![container("web")]);
    app.host(HostMsg::Network(NetworkMsg::Changed));
    app.effects();
    app.press("8");
    let ask = Effect::LoadNetworks(host());
    assert_eq!(app.effects(), std::slice::from_ref(&ask));
    app.host(HostMsg::Network(NetworkMsg::Networks(Ok(vec![network(
        "lan", None,
    )]))));
    app.press("1 8 ] [");
    assert_eq!(
        app.effects(),
        [],
        "an answer that is there is not asked again"
    );
    app.host(HostMsg::Network(NetworkMsg::Changed));
    assert_eq!(app.effects(), std::slice::from_ref(&ask));
    app.host(HostMsg::Network(NetworkMsg::Networks(Err(Failure::new(
        "list", "no",
    )))));
    assert_eq!(names(&app), ["lan"], "the last good answer stays");
    app.press("u");
    assert_eq!(app.effects(), [ask]);
}

#[test]
fn who_listens_is_asked_only_of_containers_in_the_hosts_network() {
    let home = in_host_network(container("home"));
    let mut stopped = ended("stopped", 0);
    stopped.network_of = Some(NetworkOf::Host);
    let mut app = App::with(vec![
        home.clone(),
        stopped,
        publishing(container("web"), 80),
    ]);
    app.effects();
    app.press("8");
    let ask = Effect::LoadListeners(host(), vec![id("home")]);
    assert_eq!(app.effects(), [Effect::LoadNetworks(host()), ask.clone()]);
    assert_eq!(ports(&app), [Some(80), None], "not known yet");
    let listener = Listener {
        address: "0.0.0.0".parse().unwrap(),
        port: 80,
        protocol: Protocol::Tcp,
    };
    let own = vec![(id("home"), vec![listener])];
    app.host(HostMsg::Network(NetworkMsg::Listeners(Ok(own))));
    assert_eq!(ports(&app), [Some(80), Some(80)]);
    assert!(
        app.model.hosts[0]
            .ports
            .iter()
            .all(|port| port.same == Same::Clash)
    );
    assert_eq!(app.effects(), []);
    // What it listens on may have changed with it.
    app.host(HostMsg::Changed(vec![home.clone()]));
    assert_eq!(app.effects(), [ask]);
    app.press("1");
    app.host(HostMsg::Changed(vec![home]));
    assert_eq!(app.effects(), [], "nobody looks");
}

#[test]
fn a_problem_is_a_network_of_nobody_or_a_port_that_two_want() {
    let mut twice = publishing(container("b"), 80);
    twice.id = id("b");
    let containers = vec![
        within(publishing(container("a"), 80), "lan"),
        twice,
        publishing(container("c"), 81),
    ];
    let all = vec![
        network("lan", None),
        network("bridge", None),
        network("old", None),
        network("wezm_default", Some("wezm")),
    ];
    let mut app = networks(containers, all);
    assert_eq!(names(&app), ["wezm_default", "lan", "old", "bridge"]);
    app.press("f");
    assert_eq!(names(&app), ["wezm_default", "old"]);
    app.press("]");
    assert_eq!(app.model.network_part, NetworkPart::Ports);
    assert_eq!(
        ports(&app),
        [Some(80), Some(80), Some(81)],
        "each list has its own"
    );
    app.press("f");
    assert_eq!(ports(&app), [Some(80), Some(80)]);
    app.press("Esc / 8 1 Enter");
    assert_eq!(ports(&app), [Some(81)]);
    app.press("y");
    let copied = Effect::Copy("127.0.0.1:81".to_owned());
    assert!(app.effects().contains(&copied));
    app.press("Esc [ Esc");
    assert_eq!(names(&app).len(), 4);
    app.press("/ 1 7 2 . 1 8 Enter");
    assert_eq!(names(&app), ["lan"], "found by the address of who is in it");
}

#[test]
fn only_a_network_of_nobody_goes() {
    let stopped = within(ended("db", 0), "lan");
    let all = vec![
        network("old", Some("wezm")),
        network("lan", None),
        network("bridge", None),
    ];
    let mut app = networks(vec![stopped], all);
    let refused = |app: &App| app.model.toasts.last().map(|toast| toast.text.clone());
    app.press("j X");
    assert_eq!(refused(&app).unwrap(), "lan stays: db (exited) uses it");
    app.press("j X");
    assert_eq!(
        refused(&app).unwrap(),
        "bridge stays: it is the engine's own"
    );
    assert!(app.model.overlay.is_none());
    app.press("g X");
    let Some(Overlay::Discard(discard)) = &app.model.overlay else {
        panic!("it asks")
    };
    assert_eq!(discard.question, "Remove the network old?");
    assert!(discard.lines[1].contains("wezm"), "{discard:?}");
    app.press("n X y");
    let started: Vec<Request> = app
        .effects()
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::StartJob { request, .. } => Some(request),
            _ => None,
        })
        .collect();
    let [request] = started.try_into().unwrap();
    let Some(Prune::Unused(unused)) = request.prune else {
        panic!("{request:?}")
    };
    assert!(unused.networks && unused.images.is_none());
    assert_eq!(unused.only, Some(["old".to_owned()].into()));
    assert_eq!(app.model.view, View::Networks);
    app.press("] X");
    assert_eq!(refused(&app).unwrap(), "no network is selected");
}
