//! The list's answers of Docker and Podman.

use super::*;

fn read(json: &str) -> Container {
    container(serde_json::from_str(json).unwrap(), &HostId::from("local"))
}

const DOCKER: &str = r#"{
  "Id": "4f3c", "Names": ["/other/alias", "/shop-web-1"], "Image": "nginx:1.27", "ImageID": "sha256:aa",
  "Command": "nginx", "Created": 1700000000,
  "Ports": [
    {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
    {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
    {"PrivatePort": 53, "Type": "udp"}, {"PrivatePort": 99999, "Type": "tcp"}],
  "Labels": {"com.docker.compose.project": "shop", "com.docker.compose.service": "web",
             "com.docker.compose.container-number": "2", "com.docker.compose.oneoff": "False"},
  "State": "running", "Status": "Up 2 hours (unhealthy)",
  "HostConfig": {"NetworkMode": "container:beef"},
  "NetworkSettings": {"Networks": {"shop_default": {"IPAddress": "172.18.0.2", "Aliases": null}}},
  "Mounts": [{"Type": "volume", "Name": "data", "Source": "/var/lib/x", "Destination": "/data", "RW": true},
             {"Type": "bind", "Source": "/etc", "Destination": "/e", "RW": false},
             {"Type": "cluster", "Destination": "/c"}]
}"#;

#[test]
fn a_container_of_docker_is_read() {
    let container = read(DOCKER);
    assert_eq!(&*container.name, "shop-web-1");
    assert_eq!(container.state, ContainerState::Running);
    assert_eq!(container.health, Health::Unhealthy);
    assert_eq!(container.created.as_second(), 1_700_000_000);
    assert_eq!(container.ports.len(), 3);
    assert_eq!(container.ports[0].container, 53);
    assert_eq!(
        container.network_of,
        Some(NetworkOf::Container(ContainerId::from("beef")))
    );
    assert_eq!(container.networks[0].addresses, ["172.18.0.2"]);
    assert_eq!(container.mounts[0].name.as_deref(), Some("data"));
    assert!(container.mounts[1].read_only);
    assert_eq!(container.mounts[2].kind, MountKind::Other);
    let compose = container.compose.unwrap();
    assert_eq!((compose.number, compose.one_off), (2, false));
}

#[test]
fn one_of_podman_has_nulls_and_bare_names() {
    let container = read(
        r#"{"Id": "0123456789abcdef", "Names": ["db"], "Image": "x", "ImageID": "y", "Ports": null, "Labels": null,
            "State": "configured", "Status": "", "NetworkSettings": null, "Mounts": null, "HostConfig": {"NetworkMode": "host"}}"#,
    );
    assert_eq!(&*container.name, "db");
    assert_eq!(container.state, ContainerState::Created);
    assert_eq!(container.network_of, Some(NetworkOf::Host));
    assert!(container.compose.is_none());
}

#[test]
fn a_word_that_nobody_knows_hides_nothing() {
    let container = read(r#"{"Id": "0123456789abcdef", "Names": [], "State": "levitating"}"#);
    assert_eq!(container.state, ContainerState::Unknown);
    assert_eq!(&*container.name, "0123456789ab");
}

#[test]
fn health_is_in_the_sentence() {
    for (status, health) in [
        ("Up 2 hours", Health::None),
        ("Up 2 hours (healthy)", Health::Healthy),
        ("Up 1 second (health: starting)", Health::Starting),
        ("Up 1 second (starting)", Health::Starting),
        ("Exited (137) 2 minutes ago", Health::None),
    ] {
        assert_eq!(health_in(status), health, "{status}");
    }
}
