//! What is asked where: from published ports, labels and config.

use std::net::IpAddr;

use super::*;
use crate::domain::sample::{certificate, container};
use crate::domain::{
    Certificate, Container, ContainerId, ContainerState, NetworkOf, Port, Protocol,
};
use std::collections::BTreeMap;

fn port(address: Option<&str>, published: Option<u16>, inside: u16) -> Port {
    Port {
        address: address.map(|text| text.parse::<IpAddr>().unwrap()),
        published,
        container: inside,
        protocol: Protocol::Tcp,
    }
}

fn publishing(ports: Vec<Port>) -> Container {
    Container {
        ports,
        ..container("hitch:1", "sha256:1")
    }
}

/// The endpoints as they are written, and what is told.
fn found(container: &Container, label: Option<&str>, names: &[&str]) -> (Vec<String>, Vec<String>) {
    let mut problems = Vec::new();
    let endpoints = of_container(
        container,
        &container.service_id(),
        label,
        names.iter().copied(),
        &mut problems,
    );
    let mut written: Vec<String> = endpoints.iter().map(ToString::to_string).collect();
    written.sort();
    (written, problems)
}

#[test]
fn published_ports_say_where_and_how_tls_begins() {
    let container = publishing(vec![
        port(Some("0.0.0.0"), Some(443), 443),
        port(Some("::"), Some(443), 443),
        port(Some("192.0.2.7"), Some(2025), 25),
        port(Some("::"), Some(9993), 993),
        port(Some("127.0.0.1"), Some(15432), 5432),
        // Plain HTTP, what is only exposed, and a program that listens to the host's 443 at a port of its own.
        port(Some("0.0.0.0"), Some(80), 80),
        port(None, None, 443),
        port(None, Some(8443), 3000),
    ]);
    let (written, problems) = found(&container, None, &["www.example.org"]);
    assert_eq!(
        written,
        [
            "postgres://www.example.org@127.0.0.1:15432",
            "smtp://www.example.org@192.0.2.7:2025",
            "www.example.org@127.0.0.1:443",
            "www.example.org@127.0.0.1:8443",
            "www.example.org@[::1]:9993",
        ]
    );
    assert!(problems.is_empty());
}

#[test]
fn nothing_is_asked_of_udp_or_of_what_does_not_run() {
    let mut udp = port(None, Some(443), 443);
    udp.protocol = Protocol::Udp;
    assert!(found(&publishing(vec![udp]), None, &[]).0.is_empty());
    let stopped = Container {
        state: ContainerState::Exited,
        ..publishing(vec![port(None, Some(443), 443)])
    };
    assert!(found(&stopped, None, &[]).0.is_empty());
    assert!(found(&stopped, Some("127.0.0.1:443"), &[]).0.is_empty());
}

#[test]
fn without_a_known_name_none_is_asked_for() {
    let container = publishing(vec![port(None, Some(443), 443)]);
    assert_eq!(found(&container, None, &[]).0, ["127.0.0.1:443"]);
    assert_eq!(found(&container, None, &["192.0.2.1"]).0, ["127.0.0.1:443"]);
}

#[test]
fn names_that_are_left_out_are_told() {
    let container = publishing(vec![port(None, Some(443), 443)]);
    let (written, problems) = found(&container, None, &["*.example.org", "a\u{1b}[2J"]);
    assert_eq!(written, ["127.0.0.1:443"]);
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].starts_with("web is not asked for *.example.org, a·[2J: "),
        "{problems:?}"
    );
    let many: Vec<String> = (0..20).map(|n| format!("n{n}.example.org")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let (_, problems) = found(&container, None, &many);
    assert!(
        problems[0].contains("n8.example.org, n9.example.org, n10.example.org and 9 more"),
        "{problems:?}"
    );
    assert!(
        found(&publishing(Vec::new()), None, &many).1.is_empty(),
        "it publishes nothing"
    );
    assert!(
        found(&container, Some("a.example.org"), &many).1.is_empty(),
        "it says what to ask for"
    );
}

#[test]
fn a_label_replaces_what_is_published() {
    let container = publishing(vec![port(None, Some(443), 443)]);
    let label = "Mail.Example.org@127.0.0.1:2525, imap://[::1], other.example.org, 10.0.0.1:636";
    let (written, problems) = found(&container, Some(label), &["a.example.org"]);
    assert_eq!(
        written,
        [
            "a.example.org@10.0.0.1:636",
            "imap://a.example.org@[::1]:143",
            "other.example.org:443",
            "smtp://mail.example.org@127.0.0.1:2525",
        ]
    );
    assert!(problems.is_empty());
    assert!(found(&container, Some(" None "), &[]).0.is_empty());
    assert_eq!(found(&container, Some("  "), &[]).0, ["127.0.0.1:443"]);
}

#[test]
fn bad_entries_are_told_and_the_others_count() {
    let container = publishing(Vec::new());
    let label = "gopher://a:70, exa mple:443, a:0, a:99999, @a:1, [::1, ::1:443x, none, a.example:1\u{1b}[2J, b.example:8443";
    let (written, problems) = found(&container, Some(label), &[]);
    assert_eq!(written, ["b.example:8443"]);
    assert_eq!(problems.len(), 9, "{problems:#?}");
    assert!(
        problems
            .iter()
            .all(|why| why.contains("topside.endpoints of web"))
    );
    assert!(problems[0].contains("gopher://a:70") && problems[0].contains("protocol is unknown"));
    assert!(!problems.concat().contains('\u{1b}'));
}

#[test]
fn a_list_that_never_ends_is_cut() {
    let label = "127.0.0.1:443,".repeat(100_000);
    let (written, problems) = found(&publishing(Vec::new()), Some(&label), &[]);
    assert_eq!(written, ["127.0.0.1:443"]);
    assert_eq!(problems.len(), 1);
}

#[test]
fn schemes_bring_their_ports() {
    for (text, written) in [
        ("https://example.org/", "example.org:443"),
        ("smtp://example.org", "smtp://example.org:25"),
        ("smtp://example.org:587", "smtp://example.org:587"),
        ("submission://example.org", "smtp://example.org:587"),
        ("imaps://example.org", "example.org:993"),
        ("tls://example.org:5432", "tls://example.org:5432"),
        ("example.org:5432", "postgres://example.org:5432"),
        ("mariadb://10.0.0.1", "mysql://10.0.0.1:3306"),
        ("XMPP://example.org", "xmpp://example.org:5222"),
        ("ldap://example.org", "ldap://example.org:389"),
        ("pop3://example.org", "pop3://example.org:110"),
        ("localhost:8443", "localhost:8443"),
        ("::1", "[::1]:443"),
    ] {
        let entry = Entry::parse(text).unwrap();
        let endpoint = &of_entries(&"home".into(), &[entry])[0];
        assert_eq!(endpoint.to_string(), written);
        assert_eq!(
            Entry::parse(written).map(|e| e.opening).unwrap(),
            endpoint.opening,
            "{text}"
        );
    }
    let local = Entry::parse("localhost:8443").unwrap();
    assert_eq!(local.server_name, None);
}

#[test]
fn names_that_cannot_be_asked_for_are_left_out() {
    let asked = Asked::of(
        [
            "A.example.org",
            "a.example.org.",
            "*.example.org",
            "*.other.org",
            "192.0.2.1",
            "bad name",
            "1.2.3",
        ],
        8,
    );
    assert_eq!(asked.names, [None, Some("a.example.org".to_owned())]);
    assert_eq!(asked.left_out, ["*.other.org", "1.2.3", "bad name"]);
    let only_wildcard = Asked::of(["*.example.org"], 8);
    assert_eq!(only_wildcard.names, [None]);
    assert_eq!(only_wildcard.left_out, ["*.example.org"]);
}

#[test]
fn a_certificate_of_two_thousand_names_is_asked_for_by_a_few() {
    let names: Vec<String> = (0..2_000).map(|n| format!("n{n}.example.org")).collect();
    let asked = Asked::of(names.iter().map(String::as_str), MOST_NAMES);
    assert_eq!(asked.names.len(), MOST_NAMES);
    assert_eq!(asked.left_out.len(), 2_000 - MOST_NAMES);
}

#[test]
fn a_star_is_good_for_one_label() {
    assert!(covers("*.example.org", "WWW.example.org"));
    assert!(covers("example.org", "example.org."));
    assert!(!covers("*.example.org", "example.org"));
    assert!(!covers("*.example.org", "a.b.example.org"));
    assert!(!covers("*.example.org", ".example.org"));
    assert!(!covers("www.example.org", "example.org"));
}

fn named(name: &str, container: Container) -> Container {
    Container {
        id: ContainerId::from(&format!("{name:0<64}")),
        name: name.into(),
        ..container
    }
}

fn stored_by(container: &Container, names: &[&str]) -> Certificate {
    certificate(&names.concat(), names, &container.service_id())
}

#[test]
fn who_publishes_for_another_is_asked_for_the_names_of_the_other() {
    let varnish = named("varnish", publishing(vec![port(None, Some(443), 443)]));
    let mut hitch = named("hitch", publishing(Vec::new()));
    hitch.network_of = Some(NetworkOf::Container(varnish.id.clone()));
    let nginx = named("nginx", publishing(vec![port(None, Some(8443), 443)]));
    let certificates = [
        stored_by(&hitch, &["a.example.org"]),
        stored_by(&nginx, &["b.example.org"]),
    ];
    let mut problems = Vec::new();
    let containers = [varnish, hitch, nginx];
    let endpoints = of_containers(&containers, &BTreeMap::new(), &certificates, &mut problems);
    let served: Vec<(String, &str)> = endpoints
        .iter()
        .map(|one| (one.to_string(), &*one.service.as_ref().unwrap().name))
        .collect();
    assert_eq!(
        served,
        [
            ("a.example.org@127.0.0.1:443".to_owned(), "hitch"),
            ("b.example.org@127.0.0.1:8443".to_owned(), "nginx"),
        ]
    );
    assert!(problems.is_empty());
}

#[test]
fn what_is_too_much_for_one_round_is_told() {
    let port = |n: u16| port(None, Some(10_000 + n), 443);
    let containers: Vec<Container> = (0..100)
        .map(|n| named(&format!("c{n}"), publishing(vec![port(n)])))
        .collect();
    let mut problems = Vec::new();
    let endpoints = of_containers(&containers, &BTreeMap::new(), &[], &mut problems);
    assert_eq!(endpoints.len(), MOST_ENDPOINTS);
    assert_eq!(problems.len(), 1);
    assert!(problems[0].contains("36"), "{problems:?}");
}
