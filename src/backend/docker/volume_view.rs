//! A container that only shows a volume to the archive API, and the making of volumes.

use std::collections::BTreeMap;

use hyper::Method;
use hyper::header::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use super::channel::Channel;
use crate::backend::{BackendError, Carry, VOLUME_PATH};
use crate::domain::container::{HELD_BY, READS_VOLUME};
use crate::domain::{ContainerId, ImageId};

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "Id")]
    id: String,
}

/// Creates it. Nothing of the image is ever run.
pub(super) async fn create(
    channel: &Channel,
    volume: &str,
    image: &ImageId,
) -> Result<ContainerId, BackendError> {
    let labels = json!({ READS_VOLUME: volume });
    create_labelled(channel, volume, image, (labels, true)).await
}

/// Creates one for a job.
pub(super) async fn create_to_carry(
    channel: &Channel,
    carry: &Carry<'_>,
    image: &ImageId,
) -> Result<ContainerId, BackendError> {
    let labels = json!({ READS_VOLUME: carry.volume, HELD_BY: carry.holder });
    create_labelled(channel, carry.volume, image, (labels, !carry.writes)).await
}

async fn create_labelled(
    channel: &Channel,
    volume: &str,
    image: &ImageId,
    (labels, read_only): (Value, bool),
) -> Result<ContainerId, BackendError> {
    let body = json!({
        "Image": image.as_str(),
        // An image without a command is refused otherwise.
        "Entrypoint": ["/topside-starts-nothing"],
        "Labels": labels,
        "NetworkDisabled": true,
        "HostConfig": {
            "NetworkMode": "none",
            "RestartPolicy": { "Name": "no" },
            "Mounts": [{
                "Type": "volume",
                "Source": volume,
                "Target": VOLUME_PATH,
                "ReadOnly": read_only,
                "VolumeOptions": { "NoCopy": true },
            }],
        },
    });
    let response = channel
        .exchange(
            Method::POST,
            "/containers/create",
            Some(body.to_string()),
            HeaderMap::new(),
        )
        .await?;
    let body = channel.whole(response).await?;
    let created: Created =
        serde_json::from_slice(&body).map_err(|err| BackendError::Garbage(err.to_string()))?;
    Ok(ContainerId::from(created.id.as_str()))
}

#[derive(Deserialize)]
struct Made {
    #[serde(rename = "Labels", default)]
    labels: Option<BTreeMap<String, String>>,
}

/// Makes a volume. The engine answers with the one that is there, if there is one: its labels tell.
pub(super) async fn make(
    channel: &Channel,
    name: &str,
    labels: &BTreeMap<String, String>,
) -> Result<(), BackendError> {
    let body = json!({ "Name": name, "Driver": "local", "Labels": labels });
    let response = channel
        .exchange(
            Method::POST,
            "/volumes/create",
            Some(body.to_string()),
            HeaderMap::new(),
        )
        .await?;
    let body = channel.whole(response).await?;
    let made: Made =
        serde_json::from_slice(&body).map_err(|err| BackendError::Garbage(err.to_string()))?;
    if made.labels.unwrap_or_default() == *labels {
        return Ok(());
    }
    let why = format!("there is a volume {name} already");
    Err(BackendError::Conflict(why))
}
