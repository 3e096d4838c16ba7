//! Start, stop, restart, remove, rename, when to restart.

use bollard::Docker;
use bollard::query_parameters::{
    KillContainerOptionsBuilder, RemoveContainerOptionsBuilder, RestartContainerOptions,
    StartContainerOptions, StopContainerOptions,
};
use hyper::Method;
use hyper::header::HeaderMap;

use super::channel::Channel;
use super::error::from_bollard;
use super::request::escape;
use crate::backend::BackendError;
use crate::domain::ContainerId;

/// Starts a container; one that runs already is fine (the engine's 304).
pub(super) async fn start(docker: &Docker, id: &ContainerId) -> Result<(), BackendError> {
    docker
        .start_container(id.as_str(), None::<StartContainerOptions>)
        .await
        .map_err(from_bollard)
}

/// Stops a container with its own signal and timeout; one that does not run is fine (the engine's 304).
pub(super) async fn stop(docker: &Docker, id: &ContainerId) -> Result<(), BackendError> {
    docker
        .stop_container(id.as_str(), None::<StopContainerOptions>)
        .await
        .map_err(from_bollard)
}

/// Stops and starts a container.
pub(super) async fn restart(docker: &Docker, id: &ContainerId) -> Result<(), BackendError> {
    docker
        .restart_container(id.as_str(), None::<RestartContainerOptions>)
        .await
        .map_err(from_bollard)
}

/// Removes a container, running or not. Its volumes stay, also those without a name: what is in them cannot be had
/// again.
pub(super) async fn remove(docker: &Docker, id: &ContainerId) -> Result<(), BackendError> {
    let options = RemoveContainerOptionsBuilder::default().force(true).build();
    docker
        .remove_container(id.as_str(), Some(options))
        .await
        .map_err(from_bollard)
}

/// Gives a container another name, running or not.
pub(super) async fn rename(
    channel: &Channel,
    id: &ContainerId,
    name: &str,
) -> Result<(), BackendError> {
    let (id, name) = (escape(id.as_str()), escape(name));
    let path = format!("/containers/{id}/rename?name={name}");
    channel.act(Method::POST, &path).await
}

/// Sends a signal to a container's first process.
pub(super) async fn signal(
    docker: &Docker,
    id: &ContainerId,
    signal: &str,
) -> Result<(), BackendError> {
    let options = KillContainerOptionsBuilder::default()
        .signal(signal)
        .build();
    docker
        .kill_container(id.as_str(), Some(options))
        .await
        .map_err(from_bollard)
}

/// Says when the engine starts a container again.
pub(super) async fn set_restart_policy(
    channel: &Channel,
    id: &ContainerId,
    policy: &str,
) -> Result<(), BackendError> {
    let path = format!("/containers/{}/update", escape(id.as_str()));
    let body = serde_json::json!({ "RestartPolicy": { "Name": policy } }).to_string();
    channel
        .exchange(Method::POST, &path, Some(body), HeaderMap::new())
        .await
        .map(drop)
}
