//! Networks and ports, against what `docker network inspect` and `docker port` say of the same things.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::dashboard::{ACTION, quit};
use crate::fixtures::engine::image;
use crate::fixtures::home::Home;
use crate::fixtures::second_engine::SecondEngine;
use crate::fixtures::terminal::Terminal;

/// An engine with a network of two containers, one of which shares its place with a third; ports for this host alone and
/// for everybody; a container in the host's network; one that never ran and wants a port that is taken.
struct Scene {
    engine: SecondEngine,
    home: Home,
}

impl Scene {
    fn new() -> Self {
        let engine = SecondEngine::start();
        let lan = [
            "network",
            "create",
            "--subnet",
            "10.77.0.0/24",
            "--attachable",
        ];
        let label = ["--label", "purpose=tests", "lan"];
        engine.docker(&[&lan[..], &label].concat());
        engine.docker(&["network", "create", "--internal", "idle"]);
        let own = image();
        let run = |verb: &str, options: &[&str], command: &[&str]| {
            engine.docker(&[&[verb], options, &[&*own], command].concat());
        };
        let web = [
            "-d",
            "--name",
            "web",
            "--network",
            "lan",
            "--network-alias",
            "www",
        ];
        let ports = [
            "-p",
            "127.0.0.1:18080:80",
            "-p",
            "18443:443",
            "-p",
            "18443:443/udp",
        ];
        run("run", &[&web[..], &ports].concat(), &[]);
        run(
            "run",
            &["-d", "--name", "tunnel", "--network", "container:web"],
            &[],
        );
        run("run", &["-d", "--name", "db", "--network", "lan"], &[]);
        let listen = ["httpd", "-f", "-p", "127.0.0.1:18123"];
        run(
            "run",
            &["-d", "--name", "home", "--network", "host"],
            &listen,
        );
        run("create", &["--name", "old", "-p", "18443:8443"], &[]);
        Self {
            engine,
            home: Home::new(),
        }
    }

    fn print(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_topside"))
            .args(arguments)
            .args(["--host", &self.engine.address()])
            .env_clear()
            .envs(self.home.environment())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.print(&[arguments, &["--json"]].concat())).unwrap()
    }
}

fn find<'a>(list: &'a Value, name: &str) -> &'a Value {
    let all = list.as_array().unwrap();
    let found = all
        .iter()
        .find(|one| one["name"] == name || one["container"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {list:#}"))
}

#[test]
fn networks_and_who_is_in_them_are_those_of_the_engine() {
    let scene = Scene::new();
    let said = scene.json(&["networks"]);
    let inspected = scene.engine.docker(&["network", "inspect", "lan"]);
    let inspected: Value = serde_json::from_str(&inspected).unwrap();
    let (theirs, ours) = (&inspected[0], find(&said["networks"], "lan"));
    assert_eq!(ours["id"], theirs["Id"]);
    assert_eq!(ours["driver"], theirs["Driver"]);
    assert_eq!(ours["labels"], theirs["Labels"]);
    assert_eq!(
        ours["subnets"][0]["range"],
        theirs["IPAM"]["Config"][0]["Subnet"]
    );
    let flags = &ours["flags"];
    assert_eq!(flags["attachable"], theirs["Attachable"]);
    assert_eq!(flags["internal"], theirs["Internal"]);
    assert_eq!(find(&said["networks"], "idle")["flags"]["internal"], true);
    let theirs: BTreeSet<(String, String)> = theirs["Containers"]
        .as_object()
        .unwrap()
        .values()
        .map(|one| {
            let address = one["IPv4Address"].as_str().unwrap();
            let address = address.split('/').next().unwrap();
            (one["Name"].as_str().unwrap().to_owned(), address.to_owned())
        })
        .collect();
    let containers = &ours["containers"];
    let ours: BTreeSet<(String, String)> = containers
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&one["container"]), text(&one["addresses"][0]))
        })
        .collect();
    assert_eq!(ours, theirs);
    assert_eq!(ours.len(), 2);
    let web = find(containers, "web");
    assert_eq!(web["shared_by"], serde_json::json!(["tunnel"]));
    let aliases = web["aliases"].as_array().unwrap();
    assert!(aliases.contains(&"www".into()), "{web:#}");
    let idle = find(&said["networks"], "idle");
    assert_eq!(idle["containers"], serde_json::json!([]));
    assert!(scene.print(&["networks"]).contains("web⇄tunnel 10.77.0."));
}

#[test]
fn ports_are_those_of_the_engine_and_of_the_kernel() {
    let scene = Scene::new();
    let said = scene.json(&["networks", "--ports"]);
    let ports = said["ports"].as_array().unwrap();
    // `443/tcp -> 0.0.0.0:18443`; 20.10 prints IPv6 without brackets.
    let theirs = scene.engine.docker(&["port", "web"]);
    let theirs: BTreeSet<(String, SocketAddr)> = theirs
        .lines()
        .map(|line| {
            let (inner, outer) = line.split_once(" -> ").unwrap();
            let (address, port) = outer.rsplit_once(':').unwrap();
            let address: IpAddr = address.trim_matches(['[', ']']).parse().unwrap();
            let outer = SocketAddr::new(address, port.parse().unwrap());
            (inner.to_owned(), outer)
        })
        .collect();
    let mut ours = BTreeSet::new();
    for port in ports.iter().filter(|one| one["container"] == "web") {
        let protocol = port["protocol"].as_str().unwrap();
        for address in port["addresses"].as_array().unwrap() {
            let address = address.as_str().unwrap().parse().unwrap();
            let number = u16::try_from(port["port"].as_u64().unwrap()).unwrap();
            let inner = format!("{}/{protocol}", port["container_port"]);
            ours.insert((inner, SocketAddr::new(address, number)));
        }
        assert_eq!(port["shared_by"], serde_json::json!(["tunnel"]));
    }
    assert_eq!(ours, theirs);
    let of = |container: &str, port: u16, protocol: &str| {
        let found = ports.iter().find(|one| {
            one["container"] == container && one["port"] == port && one["protocol"] == protocol
        });
        found.unwrap_or_else(|| panic!("no {port} of {container} in {said:#}"))
    };
    let (own, world) = (of("web", 18_080, "tcp"), of("web", 18_443, "tcp"));
    assert_eq!(
        (&own["reach"], &own["same"]),
        (&"loopback".into(), &"alone".into())
    );
    assert_eq!(
        (&world["reach"], &world["same"]),
        (&"world".into(), &"clash".into())
    );
    assert_eq!(of("web", 18_443, "udp")["same"], "alone");
    let old = of("old", 18_443, "tcp");
    assert_eq!(
        (&old["open"], &old["same"]),
        (&false.into(), &"clash".into())
    );
    let refused = scene.engine.try_docker(&["start", "old"]).unwrap_err();
    assert!(refused.contains("18443"), "{refused}");
    // The engine knows nothing of it.
    assert_eq!(scene.engine.docker(&["port", "home"]), "");
    let home = of("home", 18_123, "tcp");
    assert_eq!(
        (&home["how"], &home["reach"]),
        (&"own".into(), &"loopback".into())
    );
    assert_eq!(home["addresses"], serde_json::json!(["127.0.0.1"]));
}

#[test]
fn the_dashboard_shows_networks_and_ports_and_removes_what_nobody_is_in() {
    let scene = Scene::new();
    let arguments = ["--host", &scene.engine.address()];
    let terminal = Terminal::spawn(&arguments, &scene.home.environment(), 40, 140);
    terminal.wait_text("tunnel");
    terminal.send("8");
    terminal.wait_for("both networks and the unit", ACTION, |screen| {
        let has = |text: &str| screen.contains(text);
        has("10.77.0.0/24") && has("web⇄tunnel") && has("nobody") && has("internal")
    });
    terminal.send("]");
    terminal.wait_for("ports of three kinds", ACTION, |screen| {
        let row = |port: &str, word: &str| {
            screen
                .lines()
                .any(|line| line.contains(port) && line.contains(word))
        };
        row("18080/tcp", "this host") && row("18443/tcp", "world") && row("18123/tcp", "home")
    });
    // A network that is made while somebody looks comes by itself.
    terminal.send("[");
    scene.engine.docker(&["network", "create", "a-late-one"]);
    terminal.wait_text("a-late-one");
    scene
        .engine
        .docker(&["network", "connect", "a-late-one", "db"]);
    terminal.wait_for("who joined", ACTION, |screen| {
        screen
            .lines()
            .any(|line| line.contains("a-late-one") && line.contains("db"))
    });
    terminal.send("/idle\rX");
    terminal.wait_text("Remove the network idle?");
    terminal.send("y");
    terminal.wait_for("it is gone", ACTION, |_| {
        !scene.engine.names("network").contains(&"idle".to_owned())
    });
    assert!(scene.engine.names("network").contains(&"lan".to_owned()));
    quit(&terminal);
}
