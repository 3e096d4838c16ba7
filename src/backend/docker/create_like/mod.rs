//! A container like another one, of another image: everything somebody configured, and nothing of what the engine or
//! the old image filled in.
//!
//! The engine's answer is taken over as raw JSON, so that fields we do not know survive. It must not know how to start
//! anything: what is made here is only there.

mod config;
mod endpoints;
mod volumes;

use hyper::Method;
use hyper::header::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use self::endpoints::Endpoints;
use super::channel::{ApiVersion, Channel};
use super::request::escape;
use super::wire::Info;
use crate::backend::BackendError;
use crate::domain::ContainerId;

/// A JSON object's fields.
type Fields = Map<String, Value>;

/// Creates it; it does not run.
pub(super) async fn create_like(
    channel: &Channel,
    like: &ContainerId,
    name: &str,
    image: &str,
) -> Result<ContainerId, BackendError> {
    let Request { body, others } = Original::read(channel, like)
        .await?
        .request(image, channel.version())?;
    let path = format!("/containers/create?name={}", escape(name));
    let id = create(channel, &path, &body).await?;
    for (network, endpoint) in others {
        if let Err(err) = connect(channel, &network, &id, &endpoint).await {
            // Half of it must not be taken for the whole. That it cannot be removed either is the lesser news.
            let path = format!("/containers/{}?force=1", escape(id.as_str()));
            drop(channel.act(Method::DELETE, &path).await);
            return Err(err);
        }
    }
    Ok(id)
}

async fn create(channel: &Channel, path: &str, body: &Value) -> Result<ContainerId, BackendError> {
    #[derive(Deserialize)]
    struct Created {
        #[serde(rename = "Id")]
        id: String,
    }
    let body = Some(body.to_string());
    let answer = channel
        .exchange(Method::POST, path, body, HeaderMap::new())
        .await?;
    let answer = channel.whole(answer).await?;
    let created: Created =
        serde_json::from_slice(&answer).map_err(|err| BackendError::Garbage(err.to_string()))?;
    Ok(ContainerId::from(created.id))
}

async fn connect(
    channel: &Channel,
    network: &str,
    id: &ContainerId,
    endpoint: &Value,
) -> Result<(), BackendError> {
    let path = format!("/networks/{}/connect", escape(network));
    let body = json!({ "Container": id.as_str(), "EndpointConfig": endpoint });
    channel
        .exchange(
            Method::POST,
            &path,
            Some(body.to_string()),
            HeaderMap::new(),
        )
        .await
        .map(drop)
}

/// What the engine says of the container that is taken for a model.
struct Original {
    /// `/containers/{id}/json`
    container: Value,
    /// The configuration that its image came with; none when the image is gone.
    image: Option<Fields>,
    /// The MAC address that somebody gave it in its first network.
    mac: Option<String>,
    /// The machine's own name, where the container may have it.
    machine: Option<String>,
}

/// What the engine is asked for.
struct Request {
    body: Value,
    /// Networks that it has to be connected to afterwards.
    others: Vec<(String, Value)>,
}

impl Original {
    async fn read(channel: &Channel, id: &ContainerId) -> Result<Self, BackendError> {
        let id = escape(id.as_str());
        let container: Value = channel.get_json(&format!("/containers/{id}/json")).await?;
        let image = escape(text(&container, "/Image"));
        let image = match channel.get_json(&format!("/images/{image}/json")).await {
            Ok(answer) => Some(fields(&answer, "/Config").cloned().unwrap_or_default()),
            Err(BackendError::NotFound(_)) => None,
            Err(err) => return Err(err),
        };
        // From 1.52 on the engine only says which address there is, and no longer which one was wanted.
        let wanted = if channel.version() < ApiVersion::new(1, 52) {
            container.clone()
        } else {
            let path = format!("/v1.51/containers/{id}/json");
            channel.get_json(&path).await?
        };
        let mac = text(&wanted, "/Config/MacAddress");
        let machine = if text(&container, "/HostConfig/NetworkMode") == "host" {
            let info: Info = channel.get_json("/info").await?;
            Some(info.name)
        } else {
            None
        };
        Ok(Self {
            mac: (!mac.is_empty()).then(|| mac.to_owned()),
            container,
            image,
            machine,
        })
    }

    fn request(&self, image: &str, version: ApiVersion) -> Result<Request, BackendError> {
        let part = |pointer: &str| {
            fields(&self.container, pointer).cloned().ok_or_else(|| {
                BackendError::Garbage(format!("no {pointer} in the answer about a container"))
            })
        };
        let (mut config, mut host) = (part("/Config")?, part("/HostConfig")?);
        volumes::keep(&mut host, &self.container);
        let endpoints = Endpoints::read(self, &mut host, version);
        config::clean(&mut config, self, version);
        config.insert("Image".to_owned(), image.into());
        config.insert("HostConfig".to_owned(), host.into());
        let networking = json!({ "EndpointsConfig": endpoints.at_once });
        config.insert("NetworkingConfig".to_owned(), networking);
        Ok(Request {
            body: config.into(),
            others: endpoints.afterwards,
        })
    }

    /// How it gets into a network: a network's name or id, `default`, `host`, `none`, `container:ID`.
    fn network_mode(&self) -> &str {
        text(&self.container, "/HostConfig/NetworkMode")
    }

    /// Whether it has no network namespace of its own but another container's.
    fn is_guest(&self) -> bool {
        self.network_mode().starts_with("container:")
    }

    /// The name that the engine makes up: the first twelve digits of the id.
    fn short_id(&self) -> &str {
        let id = text(&self.container, "/Id");
        id.get(..12).unwrap_or(id)
    }
}

/// The text there; empty when there is none.
fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn fields<'a>(value: &'a Value, pointer: &str) -> Option<&'a Fields> {
    value.pointer(pointer)?.as_object()
}

/// The elements of the list there; none when it is null.
fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    let found = value.pointer(pointer).and_then(Value::as_array);
    found.map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests;
