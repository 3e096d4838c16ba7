//! A container that only shows a volume to the archive API.

use hyper::Method;
use hyper::header::HeaderMap;
use serde::Deserialize;
use serde_json::json;

use super::channel::Channel;
use crate::backend::{BackendError, VOLUME_LABEL, VOLUME_PATH};
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
    let body = json!({
        "Image": image.as_str(),
        // An image without a command is refused otherwise.
        "Entrypoint": ["/topside-starts-nothing"],
        "Labels": { VOLUME_LABEL: volume },
        "NetworkDisabled": true,
        "HostConfig": {
            "NetworkMode": "none",
            "RestartPolicy": { "Name": "no" },
            "Mounts": [{
                "Type": "volume",
                "Source": volume,
                "Target": VOLUME_PATH,
                "ReadOnly": true,
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
