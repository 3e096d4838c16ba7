//! Containers in the API's words: an element of the list, and an inspect.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::demo::world::World;
use crate::demo::world::container::{Container, Endpoint, Health, MountKind, Phase, Published};
use crate::demo::world::image::Image;
use crate::demo::world::network::Network;

/// Go's zero time.
const NEVER: &str = "0001-01-01T00:00:00Z";

/// An element of `/containers/json`.
pub(super) fn listed(world: &World, one: &Container, with_size: bool) -> Value {
    let ports: Vec<Value> = if one.state.is_up() {
        one.ports.iter().map(port).collect()
    } else {
        Vec::new()
    };
    let command = one.command_line().join(" ");
    let mut said = json!({
        "Id": one.id,
        "Names": [format!("/{}", one.name)],
        "Image": one.reference(),
        "ImageID": one.image,
        "Command": command,
        "Created": one.created.as_second(),
        "Ports": ports,
        "Labels": one.config.get("Labels"),
        "State": one.state.phase.word(),
        "Status": sentence(one, world.now),
        "HostConfig": { "NetworkMode": one.network_mode() },
        "NetworkSettings": { "Networks": networks(world, one) },
        "Mounts": mounts(one),
    });
    if with_size && let Some(fields) = said.as_object_mut() {
        fields.insert("SizeRw".to_owned(), written(world, one).into());
        fields.insert("SizeRootFs".to_owned(), (root_size(world, one)).into());
    }
    said
}

/// `/containers/{id}/json`.
pub(super) fn inspected(world: &World, one: &Container, with_size: bool) -> Value {
    let mut command = one.command_line().into_iter();
    let path = command.next().unwrap_or_default();
    let mut host = one.host.clone();
    for (key, usual) in [
        ("NetworkMode", json!("default")),
        (
            "RestartPolicy",
            json!({ "Name": "no", "MaximumRetryCount": 0 }),
        ),
        ("LogConfig", json!({ "Type": "json-file", "Config": {} })),
        ("Memory", json!(0)),
    ] {
        let is_said = host.get(key).is_some_and(|value| !is_empty(value));
        if !is_said {
            host.insert(key.to_owned(), usual);
        }
    }
    if let Some(Value::Object(log)) = host.get_mut("LogConfig")
        && log.get("Type").and_then(Value::as_str) == Some("")
    {
        log.insert("Type".to_owned(), "json-file".into());
    }
    let mut config = one.config.clone();
    // What engines say where nothing was said.
    for (key, usual) in [
        ("Domainname", json!("")),
        ("User", json!("")),
        ("WorkingDir", json!("")),
        ("Cmd", Value::Null),
        ("Entrypoint", Value::Null),
        ("OnBuild", Value::Null),
        ("Volumes", Value::Null),
        ("Tty", json!(false)),
        ("OpenStdin", json!(false)),
    ] {
        config.entry(key).or_insert(usual);
    }
    let mut said = json!({
        "Id": one.id,
        "Created": one.created,
        "Path": path,
        "Args": command.collect::<Vec<_>>(),
        "State": state(one),
        "Image": one.image,
        "ResolvConfPath": format!("/var/lib/docker/containers/{}/resolv.conf", one.id),
        "HostnamePath": format!("/var/lib/docker/containers/{}/hostname", one.id),
        "HostsPath": format!("/var/lib/docker/containers/{}/hosts", one.id),
        "LogPath": format!("/var/lib/docker/containers/{0}/{0}-json.log", one.id),
        "Name": format!("/{}", one.name),
        "RestartCount": one.restarts,
        "Driver": "overlay2",
        "Platform": "linux",
        "ExecIDs": null,
        "HostConfig": host,
        "Mounts": mounts(one),
        "Config": config,
        "NetworkSettings": {
            "Ports": if one.state.is_up() { ports(one) } else { json!({}) },
            "Networks": networks(world, one),
            "SandboxID": "",
            "SandboxKey": "",
            "EndpointID": "",
            "MacAddress": "",
        },
        "GraphDriver": { "Name": "overlay2", "Data": null },
    });
    if with_size && let Some(fields) = said.as_object_mut() {
        fields.insert("SizeRw".to_owned(), written(world, one).into());
        fields.insert("SizeRootFs".to_owned(), root_size(world, one).into());
    }
    said
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// What a container wrote over its image, in bytes.
pub(super) fn written(world: &World, one: &Container) -> u64 {
    let image = world.images.get(&one.image);
    image.map_or(0, |image| one.tree.differs_by(&image.tree, world.now))
}

fn root_size(world: &World, one: &Container) -> u64 {
    let image = world.images.get(&one.image);
    image.map_or(0, Image::size) + written(world, one)
}

fn state(one: &Container) -> Value {
    let state = &one.state;
    let time = |at: Option<Timestamp>| at.map_or_else(|| NEVER.to_owned(), |at| at.to_string());
    let mut said = json!({
        "Status": state.phase.word(),
        "Running": state.is_up() || matches!(state.phase, Phase::Restarting(_)),
        "Paused": state.phase == Phase::Paused,
        "Restarting": matches!(state.phase, Phase::Restarting(_)),
        "OOMKilled": state.oom_killed,
        "Dead": false,
        "Pid": state.pid,
        "ExitCode": state.exit_code,
        "Error": state.error,
        "StartedAt": time(state.started),
        "FinishedAt": time(state.finished),
    });
    if let (Some(health), Some(fields)) = (state.health, said.as_object_mut()) {
        let failing = health == Health::Unhealthy;
        let probe = json!({
            "Start": time(state.started),
            "End": time(state.started),
            "ExitCode": i32::from(failing),
            "Output": if failing { "curl: (7) Failed to connect to localhost: Connection refused" } else { "ok" },
        });
        let log = if matches!(health, Health::Starting(_)) {
            json!([])
        } else {
            json!([probe])
        };
        let health = json!({
            "Status": health.word(),
            "FailingStreak": if failing { 3 } else { 0 },
            "Log": log,
        });
        fields.insert("Health".to_owned(), health);
    }
    said
}

fn mounts(one: &Container) -> Vec<Value> {
    one.mounts
        .iter()
        .map(|mount| {
            let mode = if mount.writable { "" } else { "ro" };
            match mount.kind {
                MountKind::Volume => json!({
                    "Type": "volume", "Name": mount.volume, "Source": mount.source,
                    "Destination": mount.destination, "Driver": "local", "Mode": mode,
                    "RW": mount.writable, "Propagation": "",
                }),
                MountKind::Bind => json!({
                    "Type": "bind", "Source": mount.source, "Destination": mount.destination,
                    "Mode": mode, "RW": mount.writable, "Propagation": "rprivate",
                }),
                MountKind::Tmpfs => json!({
                    "Type": "tmpfs", "Source": "", "Destination": mount.destination,
                    "Mode": mode, "RW": mount.writable, "Propagation": "",
                }),
            }
        })
        .collect()
}

fn networks(world: &World, one: &Container) -> Value {
    let short = one.id.get(..12).unwrap_or(&one.id);
    let endpoints = one.endpoints.iter().map(|(name, endpoint)| {
        let Endpoint {
            network,
            address,
            aliases,
            wanted,
        } = endpoint;
        let is_up = one.state.is_up() && !address.is_unspecified();
        let gateway = world.networks.get(network).and_then(Network::gateway);
        let mut fields = wanted.clone();
        let own = json!({
            "NetworkID": network,
            "EndpointID": if is_up { world.seed.hex(&format!("{network}{}", one.id)) } else { String::new() },
            "Gateway": gateway.filter(|_| is_up).unwrap_or_default(),
            "IPAddress": if is_up { address.to_string() } else { String::new() },
            "IPPrefixLen": if is_up { 16 } else { 0 },
            "IPv6Gateway": "",
            "GlobalIPv6Address": "",
            "GlobalIPv6PrefixLen": 0,
            "Aliases": if aliases.is_empty() { Value::Null } else { json!(aliases) },
            "DNSNames": [one.name, short],
        });
        if let Value::Object(own) = own {
            fields.extend(own);
        }
        (name.clone(), Value::Object(fields))
    });
    Value::Object(endpoints.collect())
}

fn port(port: &Published) -> Value {
    let (number, protocol) = port.port.split_once('/').unwrap_or((&port.port, "tcp"));
    let number: u16 = number.parse().unwrap_or(0);
    match &port.at {
        Some((address, published)) => json!({
            "IP": address, "PrivatePort": number, "PublicPort": published, "Type": protocol,
        }),
        None => json!({ "PrivatePort": number, "Type": protocol }),
    }
}

fn ports(one: &Container) -> Value {
    let mut said = serde_json::Map::new();
    for port in &one.ports {
        let binding = port
            .at
            .as_ref()
            .map(|(address, number)| json!({ "HostIp": address, "HostPort": number.to_string() }));
        match (said.get_mut(&port.port), binding) {
            (Some(Value::Array(list)), Some(binding)) => list.push(binding),
            (_, Some(binding)) => drop(said.insert(port.port.clone(), json!([binding]))),
            (None, None) => drop(said.insert(port.port.clone(), Value::Null)),
            (Some(_), None) => {}
        }
    }
    Value::Object(said)
}

/// The list's words for how it is: "Up 2 hours (healthy)".
fn sentence(one: &Container, now: Timestamp) -> String {
    let since =
        |at: Option<Timestamp>| at.map_or_else(String::new, |at| age(now.duration_since(at)));
    let state = &one.state;
    match state.phase {
        Phase::Created => "Created".to_owned(),
        Phase::Running => {
            let up = format!("Up {}", since(state.started));
            match state.health {
                None => up,
                Some(Health::Starting(_)) => format!("{up} (health: starting)"),
                Some(health) => format!("{up} ({})", health.word()),
            }
        }
        Phase::Paused => format!("Up {} (Paused)", since(state.started)),
        Phase::Restarting(_) => {
            format!(
                "Restarting ({}) {} ago",
                state.exit_code,
                since(state.finished)
            )
        }
        Phase::Exited => format!("Exited ({}) {} ago", state.exit_code, since(state.finished)),
    }
}

/// As go-units' `HumanDuration` says it.
fn age(age: SignedDuration) -> String {
    let seconds = age.as_secs();
    let (minutes, hours) = (seconds / 60, (seconds + 1800) / 3600);
    match seconds {
        ..1 => "Less than a second".to_owned(),
        1 => "1 second".to_owned(),
        2..60 => format!("{seconds} seconds"),
        60..120 => "About a minute".to_owned(),
        120..3600 => format!("{minutes} minutes"),
        3600..5400 => "About an hour".to_owned(),
        5400..172_800 => format!("{hours} hours"),
        172_800..1_209_600 => format!("{} days", hours / 24),
        1_209_600..5_184_000 => format!("{} weeks", hours / 24 / 7),
        _ => format!("{} months", hours / 24 / 30),
    }
}
