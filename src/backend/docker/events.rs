//! What happens on the engine, reduced to what a list has to know.

use futures_util::stream::{BoxStream, StreamExt};

use super::channel::Channel;
use super::request::escape;
use super::wire::Event;
use crate::backend::{BackendError, EngineEvent};
use crate::domain::ContainerId;

const FILTERS: &str = r#"{"type":["container","image","volume","network"]}"#;

/// What people and health checks do inside a container changes nothing that a list shows; a health check alone makes
/// three exec events each time. Docker's and Podman's words.
const NOISE: [&str; 17] = [
    "exec_create",
    "exec_start",
    "exec_die",
    "exec_detach",
    "exec",
    "exec_died",
    "top",
    "attach",
    "detach",
    "resize",
    "export",
    "copy",
    "archive-path",
    "extract-to-dir",
    "mount",
    "unmount",
    "sync",
];

/// What happens from now on.
pub(super) async fn events(
    channel: &Channel,
) -> Result<BoxStream<'static, Result<EngineEvent, BackendError>>, BackendError> {
    let path = format!("/events?filters={}", escape(FILTERS));
    let lines = channel.lines(&path).await?;
    Ok(lines
        .filter_map(|line| async move { line.map(|line| read(&line)).transpose() })
        .boxed())
}

/// One event that cannot be read ends nothing: the others say what happened.
fn read(line: &[u8]) -> Option<EngineEvent> {
    match serde_json::from_slice::<Event>(line) {
        Ok(event) => meaning(&event),
        Err(error) => {
            tracing::warn!(%error, "event");
            None
        }
    }
}

fn meaning(event: &Event) -> Option<EngineEvent> {
    // "exec_create: sh -c …", "health_status: healthy": the verb ends at the colon.
    let verb = event.action.split(':').next().unwrap_or_default();
    let id = || ContainerId::from(event.actor.id.as_str());
    match event.kind.as_str() {
        "container" if event.actor.id.is_empty() || NOISE.contains(&verb) => None,
        "container" if matches!(verb, "destroy" | "remove") => {
            Some(EngineEvent::ContainerRemoved(id()))
        }
        "container" => Some(EngineEvent::ContainerChanged(id())),
        "image" if !matches!(verb, "push" | "save") => Some(EngineEvent::ImagesChanged),
        // Who is in a network is told with the containers.
        "network" if matches!(verb, "connect" | "disconnect") => {
            let container = event.actor.attributes.get("container");
            let container = container.filter(|id| !id.is_empty())?;
            Some(EngineEvent::ContainerChanged(ContainerId::from(container)))
        }
        "network" => Some(EngineEvent::NetworksChanged),
        "volume" if !matches!(verb, "mount" | "unmount") => Some(EngineEvent::VolumesChanged),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, action: &str) -> Option<EngineEvent> {
        let line = format!(
            r#"{{"status":"x","Type":"{kind}","Action":"{action}","Actor":{{"ID":"abc","Attributes":null}},"time":1}}"#
        );
        read(line.as_bytes())
    }

    #[test]
    fn changes_of_docker_and_podman_are_told() {
        let changed = Some(EngineEvent::ContainerChanged(ContainerId::from("abc")));
        for action in [
            "start",
            "die",
            "health_status: healthy",
            "rename",
            "init",
            "cleanup",
            "update",
        ] {
            assert_eq!(of("container", action), changed, "{action}");
        }
        let removed = Some(EngineEvent::ContainerRemoved(ContainerId::from("abc")));
        assert_eq!(of("container", "destroy"), removed);
        assert_eq!(of("container", "remove"), removed);
        assert_eq!(of("image", "pull"), Some(EngineEvent::ImagesChanged));
        assert_eq!(of("volume", "create"), Some(EngineEvent::VolumesChanged));
    }

    #[test]
    fn who_comes_into_a_network_or_leaves_it_has_changed() {
        let of = |action: &str, attributes: &str| {
            let line = format!(
                r#"{{"Type":"network","Action":"{action}","Actor":{{"ID":"net","Attributes":{attributes}}}}}"#
            );
            read(line.as_bytes())
        };
        let changed = Some(EngineEvent::ContainerChanged(ContainerId::from("abc")));
        assert_eq!(
            of("connect", r#"{"container":"abc","name":"lan"}"#),
            changed
        );
        assert_eq!(of("disconnect", r#"{"container":"abc"}"#), changed);
        assert_eq!(of("disconnect", "null"), None);
        for action in ["create", "destroy", "remove", "prune"] {
            assert_eq!(of(action, "{}"), Some(EngineEvent::NetworksChanged));
        }
    }

    #[test]
    fn noise_is_left_out() {
        for action in ["exec_create: sh -c true", "exec_die", "top", "attach"] {
            assert_eq!(of("container", action), None, "{action}");
        }
        assert_eq!(of("volume", "mount"), None);
        assert_eq!(of("pod", "start"), None);
    }

    #[test]
    fn what_is_no_event_is_garbage() {
        assert_eq!(read(b"<html>"), None);
    }
}
