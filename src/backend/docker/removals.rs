//! Removing images, volumes, networks and the build cache; never by force.

use hyper::Method;
use hyper::header::HeaderMap;

use super::channel::Channel;
use super::request::escape;
use super::wire::CachePruned;
use crate::backend::BackendError;
use crate::domain::{ByteSize, NetworkId};

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

/// Removes what builds left, but for what one uses right now. Without `all` only what no image stands on would go.
pub(super) async fn build_cache(channel: &Channel) -> Result<(usize, ByteSize), BackendError> {
    let asked = channel.exchange(Method::POST, "/build/prune?all=1", None, HeaderMap::new());
    let body = channel.whole(asked.await?).await?;
    let pruned: CachePruned =
        serde_json::from_slice(&body).map_err(|err| BackendError::Garbage(err.to_string()))?;
    Ok((
        pruned.caches_deleted.len(),
        ByteSize(pruned.space_reclaimed),
    ))
}
