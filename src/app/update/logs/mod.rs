//! Logs: opened, read, scrolled, searched.

mod find;
mod history;
mod mark;
mod scroll;
mod sources;

use jiff::{SignedDuration, Timestamp};

use crate::app::effect::Effect;
use crate::app::host::Host;
use crate::app::log_view::{LogScope, LogView};
use crate::app::logged::Logged;
use crate::app::model::Model;
use crate::app::msg::{LogMsg, OlderLines};
use crate::app::update::refresh_findings;
use crate::app::view::{Pane, View};
use crate::domain::{
    Container, ContainerId, ContainerState, Failure, HostId, ProjectId, RawLogLine, ServiceId,
    StreamId,
};
use crate::logs::Line;

pub(super) use find::{
    context, levels, next_match, only_matches, regex, search, show_all, streams, toggle_source,
};
pub(super) use history::jump_to;
pub(super) use mark::{
    all_shown, begin as mark, end as unmark, last_on_screen, stop_saving, taken,
};
pub(super) use scroll::{reveal, scroll, toggle_follow};
pub(super) use sources::{all as all_sources, sync};

/// Opens a log from its end, where it is not open already; what is followed is settled by `sync`.
pub(super) fn open(model: &mut Model, scope: LogScope) {
    if model.logs.scope.as_ref() != Some(&scope) {
        anew(model, Some(scope));
    }
}

/// The log of more: of the service's project, then of every service, then of the service alone again.
pub(super) fn widen(model: &mut Model) {
    let selected = model
        .selected_service()
        .map(|(_, service, _)| service.id.clone());
    let project_of = |service: &ServiceId| {
        service.project.as_ref().map(|name| ProjectId {
            host: service.host.clone(),
            name: name.clone(),
        })
    };
    let wider = match &model.logs.scope {
        Some(LogScope::Service(service)) => {
            project_of(service).map_or(LogScope::All, LogScope::Project)
        }
        Some(LogScope::Services(_) | LogScope::Project(_)) => LogScope::All,
        Some(LogScope::All) | None => match selected {
            Some(service) => LogScope::Service(service),
            None => LogScope::All,
        },
    };
    let filter = model.logs.filter.clone();
    let query = model.logs.query.clone();
    // In the tab of a service it is that service's.
    if model.view != View::Logs {
        model.came_from = model.view;
        model.view = View::Logs;
        model.pane = Pane::List;
    }
    anew(model, Some(wider));
    model.logs.filter = filter;
    model.logs.query = query;
    model.logs.filter_anew();
}

/// Forgets what is open.
pub(super) fn close(model: &mut Model) {
    anew(model, None);
}

fn anew(model: &mut Model, scope: Option<LogScope>) {
    let old = &model.logs;
    let mut view = LogView::new(model.settings.log_budget);
    view.stream = StreamId(old.stream.0 + 1);
    view.opening = old.opening + 1;
    view.style = old.style;
    view.is_regex = old.is_regex;
    view.scope = scope;
    model.logs = view;
}

/// Opens the same log again, from another time on or from its end. What is searched and filtered for stays.
fn reopen(model: &mut Model, from: Option<jiff::Timestamp>) {
    let old = std::mem::replace(&mut model.logs, LogView::new(model.settings.log_budget));
    let view = &mut model.logs;
    view.stream = StreamId(old.stream.0 + 1);
    view.opening = old.opening + 1;
    view.style = old.style;
    view.column = old.column;
    view.scope = old.scope;
    view.from = from;
    view.follow = from.is_none();
    view.input = old.input;
    view.is_regex = old.is_regex;
    view.query = old.query;
    view.filter = old.filter;
    view.filter_anew();
}

pub(super) fn answer(model: &mut Model, stream: StreamId, answer: LogMsg, out: &mut Vec<Effect>) {
    let logs = &mut model.logs;
    if logs.stream != stream {
        return;
    }
    match answer {
        LogMsg::Lines(lines) => {
            read(logs, &lines);
            let mut lines = logs.reader.read(lines);
            lines.retain(|line| !comes_again(logs, line));
            let any = watch(&mut model.logged, &model.hosts, &lines, model.now);
            model.logs.push(lines);
            if any {
                refresh_findings(model);
            }
            find::go_on(model, out);
        }
        LogMsg::CaughtUp(container) => caught_up(logs, &container, false),
        LogMsg::Ended(container) => {
            caught_up(logs, &container, true);
            ended(logs, &container, model.now);
        }
        LogMsg::Failed(container, failure) => {
            ended(logs, &container, model.now);
            logs.failure = Some(failure);
        }
    }
}

/// Whether a line was read before its log was taken up again.
fn comes_again(logs: &LogView, line: &Line) -> bool {
    let again = logs
        .sources
        .get(&line.source)
        .and_then(|source| source.again);
    again.is_some_and(|until| line.at <= until) && logs.buffer.holds(line)
}

/// Looks whether somebody should know of one of these lines; whether there is anything new.
fn watch(logged: &mut Logged, hosts: &[Host], lines: &[Line], now: Timestamp) -> bool {
    let mut any = false;
    for line in lines {
        any |= logged.look(line, now, || {
            let mut services = hosts.iter().flat_map(|host| &host.services);
            let found = services.find(|service| service.containers.contains(&line.source));
            found.map(|service| service.id.clone())
        });
    }
    any
}

/// Takes in how far the logs of containers were read.
fn read(logs: &mut LogView, lines: &[RawLogLine]) {
    for line in lines {
        if let Some(source) = logs.sources.get_mut(&line.container) {
            source.reached.get_or_insert(line.at);
            // Whoever says something all the time is never done with what was: what is later is new.
            if line.at >= source.asked {
                source.loading = false;
            } else if source.awaited > 0 {
                source.awaited = source.awaited.saturating_sub(line.messages());
                source.loading &= source.awaited > 0;
            }
            source.retry = None;
        }
    }
}

/// The history of a container is read. Where its log ended before so many lines came as were asked for, that is all there
/// is; a pause alone may be that of a slow engine.
fn caught_up(logs: &mut LogView, container: &ContainerId, has_ended: bool) {
    if let Some(source) = logs.sources.get_mut(container) {
        source.loading = false;
        source.begun |= has_ended && source.awaited > 0;
    }
}

/// Nothing more comes of a container's log. Where it runs on, it is asked for again in a while.
fn ended(logs: &mut LogView, container: &ContainerId, now: Timestamp) {
    if let Some(source) = logs.sources.get_mut(container) {
        source.following = false;
        source.loading = false;
        let times = source.retry.map_or(0, |(_, times)| times) + 1;
        let wait = SignedDuration::from_secs(1 << times.min(6));
        source.retry = Some((now + wait, times));
    }
}

/// Older lines of a container, or why they cannot be read.
pub(super) fn older_answer(
    model: &mut Model,
    opening: u64,
    container: &ContainerId,
    answer: Result<OlderLines, Failure>,
    out: &mut Vec<Effect>,
) {
    if model.logs.opening == opening {
        history::older_answer(model, container, answer, out);
    }
}

/// Goes on looking at lines, where a step was not enough.
pub(super) fn look_on(model: &mut Model, out: &mut Vec<Effect>) {
    model.logs.look_on();
    find::go_on(model, out);
}

/// The connection is lost: everything is taken up again when it is back, also what failed a moment before for the same
/// reason. What the old connection still brings is left to the new one, so that nothing comes twice.
pub(super) fn lost(logs: &mut LogView, host: &HostId) {
    if logs
        .scope
        .as_ref()
        .is_some_and(|scope| scope.concerns(host))
    {
        logs.stream = StreamId(logs.stream.0 + 1);
        logs.opening += 1;
        // The streams of other hosts end with this one.
        for source in logs.sources.values_mut() {
            source.following = false;
            source.loading = false;
            source.lost = true;
            source.older = false;
            source.refused = false;
        }
    }
}

/// A container of the open log starts or ends: a line of our own marks the border.
pub(super) fn container_changes(logs: &mut LogView, before: Option<&Container>, now: &Container) {
    let Some(source) = logs.sources.get(&now.id) else {
        return;
    };
    let was_up = before.is_some_and(Container::is_up);
    let text = match (was_up, now.is_up(), &now.detail) {
        (true, false, Some(detail)) if now.state != ContainerState::Removing => {
            let code = detail.exit_code.unwrap_or(0);
            let oom = if detail.oom_killed {
                ", out of memory"
            } else {
                ""
            };
            detail
                .finished_at
                .map(|at| (at, format!("{} ended with {code}{oom}", source.name)))
        }
        (false, true, Some(detail)) => detail
            .started_at
            .map(|at| (at, format!("{} started", source.name))),
        _ => None,
    };
    if let Some((at, text)) = text {
        logs.push(vec![Line::border(at, now.id.clone(), text)]);
    }
}
