//! What happens on the engine: what a list has to know of it, and what people ask for afterwards.

use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt};
use jiff::Timestamp;

use super::channel::Channel;
use super::request::escape;
use super::wire;
use crate::backend::{BackendError, EngineEvent, PAST_EVENTS};
use crate::domain::event::is_noise;
use crate::domain::{ContainerId, Event};

/// What lists hang on, and what people ask for afterwards. Docker and Podman pass over a type that they do not know.
const FILTERS: &str = r#"{"type":["container","image","volume","network","daemon","builder","service","node","secret","config"]}"#;

/// So long after the last event of before no other one is waited for.
const IDLE: Duration = Duration::from_secs(2);

/// What happens from now on.
pub(super) async fn events(
    channel: &Channel,
) -> Result<BoxStream<'static, Result<EngineEvent, BackendError>>, BackendError> {
    let path = format!("/events?filters={}", escape(FILTERS));
    let lines = channel.lines(&path).await?;
    Ok(lines
        .flat_map(|line| {
            stream::iter(match line {
                Ok(line) => told(&line).into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            })
        })
        .boxed())
}

/// What happened in between, as far as the engine remembers.
pub(super) async fn past(
    channel: &Channel,
    since: Timestamp,
    until: Timestamp,
) -> Result<Vec<Event>, BackendError> {
    let (filters, since, until) = (escape(FILTERS), seconds(since), seconds(until));
    let path = format!("/events?since={since}&until={until}&filters={filters}");
    let mut lines = channel.lines(&path).await?;
    let mut found = Vec::new();
    // An engine whose clock is behind ours waits for the end of the span: what it remembers comes at once.
    while let Ok(Some(line)) = tokio::time::timeout(IDLE, lines.next()).await {
        found.extend(read(&line?).as_ref().and_then(happened));
        if found.len() == PAST_EVENTS {
            break;
        }
    }
    Ok(found)
}

/// Seconds with a fraction, as the engine reads them (Engine API, `/events`).
fn seconds(at: Timestamp) -> String {
    // Before 1970 nothing happened.
    let at = at.max(Timestamp::UNIX_EPOCH);
    format!("{}.{:09}", at.as_second(), at.subsec_nanosecond())
}

/// What a line means for a list, and for people.
fn told(line: &[u8]) -> Vec<EngineEvent> {
    let Some(event) = read(line) else {
        return Vec::new();
    };
    let happened = happened(&event).map(|event| EngineEvent::Happened(Box::new(event)));
    meaning(&event).into_iter().chain(happened).collect()
}

/// One event that cannot be read ends nothing: the others say what happened.
fn read(line: &[u8]) -> Option<wire::Event> {
    match serde_json::from_slice(line) {
        Ok(event) => Some(event),
        Err(error) => {
            tracing::warn!(%error, "event");
            None
        }
    }
}

/// What happened, for people. One without a time could be anything.
fn happened(event: &wire::Event) -> Option<Event> {
    let at = if event.time_nano > 0 {
        Timestamp::from_nanosecond(event.time_nano.into())
    } else {
        Timestamp::from_second(event.time)
    };
    let at = at.ok().filter(|at| *at > Timestamp::UNIX_EPOCH)?;
    let actor = &event.actor;
    let attributes = actor.attributes.clone();
    Event::of_engine(at, &event.kind, &event.action, &actor.id, attributes)
}

fn meaning(event: &wire::Event) -> Option<EngineEvent> {
    // "exec_create: sh -c …", "health_status: healthy": the verb ends at the colon.
    let verb = event.action.split(':').next().unwrap_or_default();
    let id = || ContainerId::from(event.actor.id.as_str());
    match event.kind.as_str() {
        "container" if event.actor.id.is_empty() || is_noise(verb) => None,
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

    /// What a line means for a list.
    fn of_list(line: &[u8]) -> Option<EngineEvent> {
        meaning(&read(line)?)
    }

    fn of(kind: &str, action: &str) -> Option<EngineEvent> {
        let line = format!(
            r#"{{"status":"x","Type":"{kind}","Action":"{action}","Actor":{{"ID":"abc","Attributes":null}},"time":1}}"#
        );
        of_list(line.as_bytes())
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
            of_list(line.as_bytes())
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
        assert_eq!(told(b"<html>"), []);
    }

    #[test]
    fn what_happened_comes_with_what_it_means_for_a_list() {
        let line = br#"{"Type":"container","Action":"die","Actor":{"ID":"abc","Attributes":{"exitCode":"3","name":"web"}},"time":1795312175,"timeNano":1795312175804146366}"#;
        let told_of = told(line);
        let [changed, EngineEvent::Happened(event)] = told_of.as_slice() else {
            panic!("{told_of:?}")
        };
        let id = ContainerId::from("abc");
        assert_eq!(*changed, EngineEvent::ContainerChanged(id));
        assert_eq!(event.at.to_string(), "2026-11-22T01:49:35.804146366Z");
        assert_eq!(
            (event.exit_code(), event.who()),
            (Some(3), "web".to_owned())
        );
        let old = br#"{"Type":"image","Action":"pull","Actor":{"ID":"a:1","Attributes":{}},"time":1795312175}"#;
        let event = told(old).pop().unwrap();
        let EngineEvent::Happened(event) = event else {
            panic!("{event:?}")
        };
        assert_eq!(event.at.to_string(), "2026-11-22T01:49:35Z");
    }

    #[test]
    fn times_that_are_none_make_no_event() {
        for time in ["0", "-1", "9223372036854775807"] {
            let line = format!(
                r#"{{"Type":"image","Action":"pull","Actor":{{"ID":"a"}},"time":{time},"timeNano":-5}}"#
            );
            assert_eq!(
                told(line.as_bytes()),
                [EngineEvent::ImagesChanged],
                "{time}"
            );
        }
        assert_eq!(seconds(Timestamp::MIN), "0.000000000");
        assert_eq!(
            seconds("2026-11-22T01:49:35.08Z".parse().unwrap()),
            "1795312175.080000000"
        );
    }
}
