//! Removing images, volumes and networks; never by force.

use hyper::Method;

use super::channel::Channel;
use super::request::escape;
use crate::backend::BackendError;
use crate::domain::NetworkId;

/// Removes an image by its id or one of its references, and the layers that only it needs.
pub(super) async fn image(channel: &Channel, id_or_reference: &str) -> Result<(), BackendError> {
    let path = format!("/images/{}", escape(id_or_reference));
    channel.act(Method::DELETE, &path).await
}

/// Removes a volume.
pub(super) async fn volume(channel: &Channel, name: &str) -> Result<(), BackendError> {
    let path = format!("/volumes/{}", escape(name));
    channel.act(Method::DELETE, &path).await
}

/// Removes a network. That one is in use, or the engine's own, is 403 there and 409 with Podman.
pub(super) async fn network(channel: &Channel, id: &NetworkId) -> Result<(), BackendError> {
    let path = format!("/networks/{}", escape(id.as_str()));
    match channel.act(Method::DELETE, &path).await {
        Err(BackendError::Engine {
            status: 403,
            message,
        }) => Err(BackendError::Conflict(message)),
        answer => answer,
    }
}
