//! What the engine says of itself: `/_ping`, `/version`, `/info`, `/events`, `/system/df`, `/build/prune`.

use std::sync::Arc;

use futures_util::stream;
use hyper::header::HeaderValue;
use hyper::{Method, Response};
use serde_json::{Value, json};

use super::answer::{Answer, Body, json as answer, stream as answer_stream, text};
use super::asked::Asked;
use super::describe::written;
use super::{API_VERSION, MIN_API_VERSION, not_here};
use crate::demo::engine::Engine;
use crate::demo::world::World;
use crate::demo::world::event::Event;

/// The engine's own version.
const VERSION: &str = "27.5.1";
const KERNEL: &str = "6.12.48-demo";

/// What every answer's head says.
pub(super) fn sign(response: &mut Response<Body>) {
    let headers = response.headers_mut();
    headers.insert("api-version", HeaderValue::from_static(API_VERSION));
    headers.insert("ostype", HeaderValue::from_static("linux"));
    headers.insert(
        "server",
        HeaderValue::from_static("Docker/27.5.1 (topside demo)"),
    );
}

pub(super) async fn dispatch(engine: &Arc<Engine>, asked: &Asked) -> Answer {
    let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
    match (asked.request.method(), parts.as_slice()) {
        (&Method::GET | &Method::HEAD, ["_ping"]) => Ok(text("OK")),
        (&Method::GET, ["version"]) => Ok(answer(&version())),
        (&Method::GET, ["info"]) => Ok(answer(&engine.look(|world| info(world)))),
        (&Method::GET, ["events"]) => Ok(events(engine, asked)),
        (&Method::GET, ["system", "df"]) => Ok(answer(&disk(engine, asked).await)),
        (&Method::POST, ["build", "prune"]) => {
            let gone = engine.change(World::prune_cache);
            let ids: Vec<&str> = gone.iter().map(|entry| entry.id.as_str()).collect();
            let freed: u64 = gone
                .iter()
                .filter(|one| !one.shared)
                .map(|one| one.size)
                .sum();
            Ok(answer(
                &json!({ "CachesDeleted": ids, "SpaceReclaimed": freed }),
            ))
        }
        _ => Err(not_here(asked)),
    }
}

fn version() -> Value {
    json!({
        "Platform": { "Name": "topside demo" },
        "Version": VERSION,
        "ApiVersion": API_VERSION,
        "MinAPIVersion": MIN_API_VERSION,
        "GitCommit": "demo",
        "GoVersion": "none",
        "Os": "linux",
        "Arch": "amd64",
        "KernelVersion": KERNEL,
        "BuildTime": "2026-01-01T00:00:00.000000000+00:00",
        "Components": [],
    })
}

fn info(world: &World) -> Value {
    let is = |word: &str| {
        let all = world.containers.values();
        all.filter(|one| one.state.phase.word() == word).count()
    };
    json!({
        "ID": world.seed.hex("engine"),
        "Containers": world.containers.len(),
        "ContainersRunning": is("running"),
        "ContainersPaused": is("paused"),
        "ContainersStopped": is("exited") + is("created"),
        "Images": world.images.len(),
        "Driver": "overlay2",
        "MemoryLimit": true,
        "SwapLimit": true,
        "NCPU": world.host.cpus,
        "MemTotal": world.host.memory,
        "Name": world.host.name,
        "OperatingSystem": "Debian GNU/Linux 13 (trixie)",
        "OSType": "linux",
        "Architecture": "x86_64",
        "KernelVersion": KERNEL,
        "ServerVersion": VERSION,
        "DockerRootDir": "/var/lib/docker",
        "LoggingDriver": "json-file",
        "CgroupDriver": "systemd",
        "CgroupVersion": "2",
        "SystemTime": world.now,
        "IndexServerAddress": "https://index.docker.io/v1/",
        "RegistryConfig": { "IndexConfigs": {}, "InsecureRegistryCIDRs": [], "Mirrors": [] },
        "Swarm": { "LocalNodeState": "inactive" },
        "Plugins": { "Volume": ["local"], "Network": ["bridge", "host", "null"], "Log": ["json-file", "local", "none"] },
        "SecurityOptions": ["name=seccomp,profile=builtin", "name=cgroupns"],
        "Warnings": null,
    })
}

fn events(engine: &Arc<Engine>, asked: &Asked) -> Response<Body> {
    let kinds = asked.filter("type");
    let since = super::logs::time(asked.get("since"));
    let until = super::logs::time(asked.get("until"));
    let changes = engine.events();
    let next = engine.look(|world| match since {
        None => world.events.next(),
        Some(since) => {
            let mut kept = world.events.kept();
            let first = kept.find(|event| event.at >= since);
            first.map_or(world.events.next(), |event| event.number)
        }
    });
    let state = (Arc::clone(engine), changes, next, kinds);
    let lines = stream::unfold(
        state,
        move |(engine, mut changes, mut next, kinds)| async move {
            loop {
                // Before the look: what comes after it is told of again.
                changes.borrow_and_update();
                let new = engine.look(|world| {
                    let new = world.events.since(next);
                    next = world.events.next();
                    new
                });
                let wanted = new.iter().filter(|event| {
                    kinds.is_empty() || kinds.iter().any(|kind| kind == event.kind)
                });
                let lines: Vec<u8> = wanted.flat_map(line).collect();
                if !lines.is_empty() {
                    return Some((lines, (engine, changes, next, kinds)));
                }
                if until.is_some() {
                    return None;
                }
                changes.changed().await.ok()?;
            }
        },
    );
    answer_stream("application/json", lines)
}

fn line(event: &Event) -> Vec<u8> {
    let nanoseconds = i64::try_from(event.at.as_nanosecond()).unwrap_or(0);
    let said = json!({
        "status": event.action,
        "id": event.id,
        "Type": event.kind,
        "Action": event.action,
        "Actor": { "ID": event.id, "Attributes": event.attributes },
        "scope": "local",
        "time": event.at.as_second(),
        "timeNano": nanoseconds,
    });
    format!("{said}\n").into_bytes()
}

async fn disk(engine: &Arc<Engine>, asked: &Asked) -> Value {
    // Walking volumes takes engines long.
    engine.takes(std::time::Duration::from_millis(120)).await;
    let types: Vec<String> = {
        let query = asked.request.uri().query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes());
        pairs
            .filter(|(key, _)| key == "type")
            .map(|(_, value)| value.into_owned())
            .collect()
    };
    let wants = |kind: &str| types.is_empty() || types.iter().any(|one| one == kind);
    engine.look(|world| {
        let mut said = json!({
            "LayersSize": world.layers_size(),
            "Images": null, "Containers": null, "Volumes": null, "BuildCache": null,
        });
        if wants("image") {
            said["Images"] = world.images.values().map(|image| {
                let all = world.containers.values();
                let users = all.filter(|one| one.image == image.id).count();
                json!({ "Id": image.id, "Size": image.size(), "SharedSize": world.shared_of(image), "Containers": users })
            }).collect();
        }
        if wants("container") {
            said["Containers"] = world.containers.values().map(|one| {
                json!({ "Id": one.id, "Names": [format!("/{}", one.name)], "Image": one.reference(), "SizeRw": written(world, one) })
            }).collect();
        }
        if wants("volume") {
            said["Volumes"] = world.volumes.values().map(|volume| {
                let users = world.users_of_volume(&volume.name).len();
                json!({
                    "Name": volume.name, "Driver": "local", "Mountpoint": volume.mountpoint(), "Labels": volume.labels,
                    "Scope": "local", "CreatedAt": volume.created,
                    "UsageData": { "Size": volume.tree.size(world.now), "RefCount": users },
                })
            }).collect();
        }
        if wants("build-cache") {
            said["BuildCache"] = world.cache.iter().map(|entry| {
                json!({
                    "ID": entry.id, "Type": "regular", "Description": entry.description, "InUse": false,
                    "Shared": entry.shared, "Size": entry.size, "CreatedAt": entry.created,
                    "LastUsedAt": entry.created, "UsageCount": 1,
                })
            }).collect();
        }
        said
    })
}
