//! `/volumes` and `/networks`.

use std::sync::Arc;

use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::answer::{Answer, created, done, empty, json as answer};
use super::asked::Asked;
use super::not_here;
use crate::demo::engine::Engine;
use crate::demo::world::World;
use crate::demo::world::network::{Network, texts};
use crate::demo::world::volume::Volume;

pub(super) async fn dispatch(engine: &Arc<Engine>, asked: Asked) -> Answer {
    let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
    let method = asked.request.method().clone();
    match (&method, parts.as_slice()) {
        (&Method::GET, ["volumes"]) => Ok(answer(&volumes(engine, &asked))),
        (&Method::POST, ["volumes", "create"]) => create_volume(engine, asked).await,
        (&Method::GET, ["volumes", name]) => {
            let found = engine.look(|world| world.volumes.get(*name).map(described));
            let missing = || super::Refusal::not_found(format!("get {name}: no such volume"));
            Ok(answer(&found.ok_or_else(missing)?))
        }
        (&Method::DELETE, ["volumes", name]) => {
            let force = asked.is("force");
            engine.change(|world| world.remove_volume(name, force))?;
            Ok(done())
        }
        (&Method::GET, ["networks"]) => Ok(answer(&networks(engine, &asked))),
        (&Method::POST, ["networks", "create"]) => create_network(engine, asked).await,
        (&Method::GET, ["networks", name]) => {
            let said = engine.look(|world| {
                let network = world.network(name)?;
                Ok(network_of(world, network))
            })?;
            Ok(answer(&said))
        }
        (&Method::DELETE, ["networks", name]) => {
            engine.change(|world| world.remove_network(name))?;
            Ok(done())
        }
        (&Method::POST, ["networks", name, verb @ ("connect" | "disconnect")]) => {
            let (name, connects) = ((*name).to_owned(), *verb == "connect");
            let body = asked.body().await?;
            let container = body.get("Container").and_then(Value::as_str);
            let container = container.unwrap_or_default().to_owned();
            let endpoint = body.get("EndpointConfig").and_then(Value::as_object);
            let endpoint = endpoint.cloned().unwrap_or_default();
            engine.change(|world| {
                if connects {
                    world.connect(&name, &container, endpoint)
                } else {
                    world.disconnect(&name, &container)
                }
            })?;
            Ok(empty(StatusCode::OK))
        }
        _ => Err(not_here(&asked)),
    }
}

fn volumes(engine: &Arc<Engine>, asked: &Asked) -> Value {
    let labels = asked.filter("label");
    let dangling = asked.filter("dangling");
    engine.look(|world| {
        let all = world.volumes.values();
        let shown = all
            .filter(|volume| {
                has_labels(&labels, |name| volume.labels.get(name).map(String::as_str))
            })
            .filter(|volume| {
                let is_unused = world.users_of_volume(&volume.name).is_empty();
                dangling
                    .iter()
                    .all(|wanted| matches!(wanted.as_str(), "true" | "1") == is_unused)
            });
        json!({ "Volumes": shown.map(described).collect::<Vec<_>>(), "Warnings": null })
    })
}

fn has_labels<'a>(wanted: &[String], label: impl Fn(&str) -> Option<&'a str>) -> bool {
    wanted.iter().all(|wanted| match wanted.split_once('=') {
        Some((name, value)) => label(name) == Some(value),
        None => label(wanted).is_some(),
    })
}

fn described(volume: &Volume) -> Value {
    json!({
        "Name": volume.name,
        "Driver": "local",
        "Mountpoint": volume.mountpoint(),
        "CreatedAt": volume.created,
        "Labels": volume.labels,
        "Scope": "local",
        "Options": null,
    })
}

async fn create_volume(engine: &Arc<Engine>, asked: Asked) -> Answer {
    let body = asked.body().await?;
    let name = body.get("Name").and_then(Value::as_str).unwrap_or_default();
    let labels = texts(body.get("Labels"));
    let said = engine.change(|world| {
        let name = if name.is_empty() {
            world.anonymous_volume()
        } else {
            name.to_owned()
        };
        described(world.volume(&name, labels))
    });
    Ok(created(&said))
}

fn networks(engine: &Arc<Engine>, asked: &Asked) -> Value {
    let labels = asked.filter("label");
    let names = asked.filter("name");
    engine.look(|world| {
        let all = world.networks.values();
        let shown = all
            .filter(|one| has_labels(&labels, |name| one.labels.get(name).map(String::as_str)))
            .filter(|one| names.is_empty() || names.iter().any(|name| one.name.contains(name)));
        Value::Array(shown.map(|one| network_of(world, one)).collect())
    })
}

fn network_of(world: &World, network: &Network) -> Value {
    let range = network.subnet().map(|subnet| {
        let gateway = network.gateway().unwrap_or_default();
        json!({ "Subnet": subnet, "Gateway": gateway })
    });
    let members = world.in_network(&network.id).into_iter();
    let members: serde_json::Map<String, Value> = members
        .map(|(id, endpoint)| {
            let name = world.containers.get(id).map_or("", |one| one.name.as_str());
            let said = json!({ "Name": name, "IPv4Address": format!("{}/16", endpoint.address) });
            (id.to_owned(), said)
        })
        .collect();
    json!({
        "Name": network.name,
        "Id": network.id,
        "Created": network.created,
        "Scope": "local",
        "Driver": network.driver,
        "EnableIPv6": false,
        "IPAM": { "Driver": "default", "Options": null, "Config": range.into_iter().collect::<Vec<_>>() },
        "Internal": network.options.get("Internal").and_then(Value::as_bool).unwrap_or(false),
        "Attachable": network.options.get("Attachable").and_then(Value::as_bool).unwrap_or(false),
        "Ingress": false,
        "Containers": members,
        "Options": network.options.get("Options").cloned().unwrap_or_else(|| json!({})),
        "Labels": network.labels,
    })
}

async fn create_network(engine: &Arc<Engine>, asked: Asked) -> Answer {
    let body = asked.body().await?;
    let name = body
        .get("Name")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let labels = texts(body.get("Labels"));
    let id = engine.change(|world| world.create_network(&name, labels, body))?;
    Ok(created(&json!({ "Id": id, "Warning": "" })))
}
