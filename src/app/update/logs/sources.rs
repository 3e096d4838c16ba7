//! Which containers are followed, and from where on.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::effect::{Effect, LogStart};
use crate::app::host::Host;
use crate::app::log_view::{LogScope, LogSource, LogView};
use crate::app::model::Model;
use crate::app::update::sync::{connected, shows_tab};
use crate::app::view::{DetailTab, Pane, View};
use crate::domain::{Container, ContainerId, HostId};

use super::{close, history, open};

/// So many containers are followed at once: each is a connection of its own to the engine.
const MOST: usize = 128;
/// A container among many gives at least so much of its history.
const LEAST_TAIL: usize = 50;

/// Follows what is on screen, and nothing else.
pub(in crate::app::update) fn sync(model: &mut Model, out: &mut Vec<Effect>) {
    let in_tab = shows_tab(model, DetailTab::Logs);
    if in_tab {
        let Some(id) = model
            .selected_service()
            .map(|(_, service, _)| service.id.clone())
        else {
            stop(model, out);
            return;
        };
        open(model, LogScope::Service(id));
    } else if model.view != View::Logs {
        stop(model, out);
        return;
    }
    let Some(scope) = model.logs.scope.clone() else {
        return;
    };
    history::sync(model, out);
    if model.logs.held_up.is_some() {
        return;
    }
    let settle = in_tab && model.pane == Pane::List;
    let (tail, now) = (model.settings.log_tail, model.now);
    let wanted = wanted(&mut model.logs, &model.hosts, &scope, tail, now);
    for (host, containers) in wanted {
        out.push(Effect::FollowLogs {
            host,
            stream: model.logs.stream,
            containers,
            settle,
        });
    }
}

type Wanted = BTreeMap<HostId, Vec<(ContainerId, LogStart)>>;

fn wanted(
    logs: &mut LogView,
    hosts: &[Host],
    scope: &LogScope,
    tail: usize,
    now: Timestamp,
) -> Wanted {
    let hosts = || {
        hosts
            .iter()
            .filter(|host| connected(host) && scope.concerns(&host.id))
    };
    let containers = || {
        hosts().flat_map(|host| {
            let services = host
                .services
                .iter()
                .filter(|service| scope.holds(&service.id));
            services.flat_map(|service| host.containers_of(service))
        })
    };
    let count = containers().count();
    logs.left_out = count.saturating_sub(MOST);
    // Together they give a few times what one gives alone.
    let tail = (4 * tail / count.max(1)).clamp(LEAST_TAIL.min(tail), tail.max(1));
    let mut wanted = Wanted::new();
    for container in containers() {
        if let Some(start) = start_of(logs, container, tail, now) {
            let theirs = wanted.entry(container.host.clone()).or_default();
            theirs.push((container.id.clone(), start));
        }
    }
    wanted
}

/// From where on a container is to be followed, where it is not followed already.
fn start_of(
    logs: &mut LogView,
    container: &Container,
    tail: usize,
    now: Timestamp,
) -> Option<LogStart> {
    let followed = logs
        .sources
        .values()
        .filter(|source| source.following)
        .count();
    let detail = container.detail.as_ref();
    let run = detail.and_then(|detail| detail.started_at);
    if let Some(source) = logs.sources.get_mut(&container.id) {
        // Taken up again after a lost connection, or for the container's next run.
        let is_next_run = container.is_up() && run.is_some() && run != source.run;
        // Or tried again, where it ended for no reason that is known.
        let is_due = source.retry.is_some_and(|(at, _)| at <= now) && container.is_up();
        if source.following || !(source.lost || is_next_run || is_due) {
            source.run = source.run.or(run);
            return None;
        }
        source.following = true;
        source.lost = false;
        source.run = run;
        source.again = logs.buffer.end_of(&container.id).map(|edge| edge.at);
    } else if followed < MOST {
        let mut source = source(logs, container, now);
        source.run = run;
        source.reached = logs.from;
        source.awaited = if logs.from.is_some() { 0 } else { tail };
        logs.sources.insert(container.id.clone(), source);
    } else {
        return None;
    }
    Some(match (logs.buffer.end_of(&container.id), logs.from) {
        (Some(edge), _) => LogStart::After(edge),
        (None, Some(from)) => LogStart::From(from),
        (None, None) => LogStart::Tail(tail),
    })
}

/// The containers whose log is open, each with its host and name.
pub(in crate::app::update) fn all(model: &Model) -> Vec<(HostId, ContainerId, Arc<str>)> {
    let shown = model
        .logs
        .sources
        .iter()
        .filter(|(id, _)| !model.logs.filter.hidden.contains(*id));
    shown
        .map(|(id, source)| (source.host.clone(), id.clone(), source.name.clone()))
        .collect()
}

fn source(logs: &LogView, container: &Container, now: Timestamp) -> LogSource {
    LogSource {
        host: container.host.clone(),
        name: container.name.clone(),
        colour: logs.sources.len(),
        following: true,
        loading: true,
        run: None,
        lost: false,
        again: None,
        reached: None,
        awaited: 0,
        begun: false,
        older: false,
        refused: false,
        away: false,
        asked: now,
        retry: None,
    }
}

fn stop(model: &mut Model, out: &mut Vec<Effect>) {
    if model.logs.scope.is_some() {
        close(model);
        out.push(Effect::StopLogs);
    }
}
