//! A container like another one: nothing that somebody configured is lost, nothing of the old image is kept.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use topside::backend::BackendError;
use topside::domain::ContainerId;

use crate::world::{IDLE, World, soon};

pub fn inspect(world: &World, id: &ContainerId) -> Value {
    let answer = world.docker(&["inspect", id.as_str()]);
    let Value::Array(mut list) = serde_json::from_str(&answer).unwrap() else {
        panic!("{answer}")
    };
    list.remove(0)
}

/// The answer without what two containers cannot have in common; lists that have no order are sorted.
fn comparable(mut answer: Value) -> Value {
    let id = answer["Id"].as_str().unwrap().to_owned();
    for key in [
        "Id",
        "Name",
        "Created",
        "State",
        "ResolvConfPath",
        "HostnamePath",
        "HostsPath",
        "LogPath",
        "GraphDriver",
        "RestartCount",
    ] {
        answer.as_object_mut().unwrap().remove(key).unwrap();
    }
    let settings = answer["NetworkSettings"].as_object_mut().unwrap();
    for key in ["SandboxID", "SandboxKey", "EndpointID", "MacAddress"] {
        settings.remove(key).unwrap();
    }
    for endpoint in settings["Networks"].as_object_mut().unwrap().values_mut() {
        endpoint["EndpointID"].take();
        // Made up: from the IP address, and at random since engine 28. A given one has a test of its own.
        endpoint["MacAddress"].take();
        // From its name, its id and its aliases; engines since API 1.44 say so at the start, others never.
        endpoint.as_object_mut().unwrap().remove("DNSNames");
        // Null on the network a container is created with, {} on one it is connected to.
        if endpoint["DriverOpts"] == json!({}) {
            endpoint["DriverOpts"].take();
        }
        if let Value::Array(aliases) = &mut endpoint["Aliases"] {
            for alias in aliases.iter_mut().filter(|alias| **alias == id[..12]) {
                *alias = "the short id".into();
            }
            aliases.sort_by_key(ToString::to_string);
        }
    }
    for bindings in answer["NetworkSettings"]["Ports"]
        .as_object_mut()
        .unwrap()
        .values_mut()
    {
        for binding in bindings.as_array_mut().into_iter().flatten() {
            let port: u16 = binding["HostPort"].as_str().unwrap().parse().unwrap();
            if EPHEMERAL.contains(&port) {
                binding["HostPort"].take();
            }
        }
    }
    if answer["Config"]["Hostname"] == id[..12] {
        answer["Config"]["Hostname"] = "the short id".into();
    }
    for list in ["/Mounts", "/HostConfig/Binds", "/Config/Env"] {
        if let Some(Value::Array(list)) = answer.pointer_mut(list) {
            list.sort_by_key(ToString::to_string);
        }
    }
    answer
}

/// Each value of a JSON text under its path, so that a failure says where.
fn leaves(value: &Value, path: &str, out: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, value) in fields {
                leaves(value, &format!("{path}/{key}"), out);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for (index, value) in list.iter().enumerate() {
                leaves(value, &format!("{path}/{index}"), out);
            }
        }
        leaf => {
            out.insert(path.to_owned(), leaf.to_string());
        }
    }
}

#[track_caller]
pub fn assert_alike(one: Value, other: Value) {
    let (mut left, mut right) = (BTreeMap::new(), BTreeMap::new());
    leaves(&comparable(one), "", &mut left);
    leaves(&comparable(other), "", &mut right);
    let paths = left.keys().chain(right.keys());
    let differences: Vec<_> = paths
        .filter(|path| left.get(*path) != right.get(*path))
        .map(|path| format!("{path}: {:?} and {:?}", left.get(path), right.get(path)))
        .collect();
    assert!(differences.is_empty(), "{differences:#?}");
}

/// Ports that the engine picks (`net.ipv4.ip_local_port_range`).
const EPHEMERAL: std::ops::RangeInclusive<u16> = 32_768..=60_999;

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_container_is_plain_again() {
    let world = World::new().await;
    let old = world.run("old", &[], IDLE);
    let new = soon(
        world
            .backend
            .create_like(&old, &world.name("new"), &world.image),
    )
    .await
    .unwrap();
    soon(world.backend.start(&new)).await.unwrap();
    let (mut one, mut other) = (inspect(&world, &old), inspect(&world, &new));
    for answer in [&mut one, &mut other] {
        for pointer in ["/NetworkSettings", "/NetworkSettings/Networks/bridge"] {
            answer.pointer_mut(pointer).unwrap()["IPAddress"].take();
        }
    }
    assert_alike(one, other);
}

/// Today's CLI puts the address into a field that this engine does not have, so the engine is asked without it.
#[tokio::test(flavor = "multi_thread")]
async fn a_mac_address_that_somebody_gave_is_there_again() {
    let world = World::new().await;
    let mac = "02:42:0a:64:00:99";
    let labels = json!({ "topside.test": "1", "topside.test.run": world.prefix });
    let body = json!({
        "Image": world.image, "Cmd": ["sh", "-c", IDLE], "Labels": labels, "MacAddress": mac,
    });
    let old = world.create_raw(&body.to_string());
    world.docker(&["start", old.as_str()]);
    let new = soon(
        world
            .backend
            .create_like(&old, &world.name("new"), &world.image),
    )
    .await
    .unwrap();
    soon(world.backend.start(&new)).await.unwrap();
    assert_eq!(
        inspect(&world, &new)["NetworkSettings"]["Networks"]["bridge"]["MacAddress"],
        mac
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_in_anothers_network_is_its_guest_again() {
    let world = World::new().await;
    let host = world.run(
        "host",
        &["--hostname", "theirs", "--domainname", "example.org"],
        IDLE,
    );
    let network = format!("container:{}", host.as_str());
    let guest = world.run("guest", &["--network", &network], IDLE);
    let new = soon(
        world
            .backend
            .create_like(&guest, &world.name("new"), &world.image),
    )
    .await
    .unwrap();
    soon(world.backend.start(&new)).await.unwrap();
    let made = inspect(&world, &new);
    assert_eq!(made["HostConfig"]["NetworkMode"], network);
    assert_alike(inspect(&world, &guest), made);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_machines_network_and_none_at_all_are_there_again() {
    let world = World::new().await;
    for (name, network) in [("host", "host"), ("none", "none")] {
        let old = world.run(name, &["--network", network], IDLE);
        let new = world.name(&format!("{name}-new"));
        let new = soon(world.backend.create_like(&old, &new, &world.image))
            .await
            .unwrap();
        soon(world.backend.start(&new)).await.unwrap();
        assert_alike(inspect(&world, &old), inspect(&world, &new));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said() {
    let world = World::new().await;
    let old = world.make("create", "old", &[], &[]);
    let create = async |like: &ContainerId, name: &str, image: &str| {
        soon(world.backend.create_like(like, &world.name(name), image)).await
    };
    let missing = create(&old, "new", "topside-test/missing:1").await;
    assert!(
        matches!(missing, Err(BackendError::NotFound(_))),
        "{missing:?}"
    );
    let missing = create(
        &ContainerId::from("topside-test-nobody"),
        "new",
        &world.image,
    )
    .await;
    assert!(
        matches!(missing, Err(BackendError::NotFound(_))),
        "{missing:?}"
    );
    let taken = create(&old, "old", &world.image).await;
    assert!(matches!(taken, Err(BackendError::Conflict(_))), "{taken:?}");
}
