//! Logs: opened, read, scrolled, searched.

use crate::app::log_view::{LogSource, LogView};
use crate::app::model::Model;
use crate::app::msg::LogMsg;
use crate::domain::{Container, ContainerState, HostId, ServiceId, StreamId};
use crate::logs::{Direction, Line, LineKind, Query, find, wrap};

/// Opens the log of a service from its end; what is followed is settled by `sync`.
pub(super) fn open(model: &mut Model, service: ServiceId) {
    if model.logs.service.as_ref() == Some(&service) {
        return;
    }
    let old = &model.logs;
    let mut view = LogView::new(model.settings.log_budget);
    view.stream = StreamId(old.stream.0 + 1);
    view.wrap = old.wrap;
    view.times = old.times;
    view.service = Some(service);
    view.loading = true;
    model.logs = view;
}

/// Forgets what is open.
pub(super) fn close(model: &mut Model) {
    let old = &model.logs;
    let mut view = LogView::new(model.settings.log_budget);
    view.stream = StreamId(old.stream.0 + 1);
    view.wrap = old.wrap;
    view.times = old.times;
    model.logs = view;
}

pub(super) fn answer(model: &mut Model, stream: StreamId, answer: LogMsg) {
    let logs = &mut model.logs;
    if logs.stream != stream {
        return;
    }
    match answer {
        LogMsg::Lines(lines) => {
            logs.buffer
                .push(lines.into_iter().map(Line::from_raw).collect());
            keep_place(logs);
        }
        LogMsg::CaughtUp(_) => logs.loading = false,
        LogMsg::Ended(container) => {
            logs.loading = false;
            if let Some(source) = logs.sources.get_mut(&container) {
                source.following = false;
            }
        }
        LogMsg::Failed(container, failure) => {
            logs.loading = false;
            if let Some(source) = logs.sources.get_mut(&container) {
                source.following = false;
            }
            logs.failure = Some(failure);
        }
    }
}

/// What is looked at may have left the buffer.
fn keep_place(logs: &mut LogView) {
    let first = logs.buffer.first();
    if logs.top.0 < first {
        logs.top = (first, 0);
    }
    if logs.hit.is_some_and(|hit| hit < first) {
        logs.hit = None;
    }
}

/// The connection is lost: everything is taken up again when it is back, also what failed a moment before for the same
/// reason. What the old connection still brings is left to the new one, so that nothing comes twice.
pub(super) fn lost(logs: &mut LogView, host: &HostId) {
    let service = logs.service.as_ref();
    if service.is_some_and(|service| service.host == *host) {
        logs.stream = StreamId(logs.stream.0 + 1);
        for source in logs.sources.values_mut() {
            source.following = false;
            source.lost = true;
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
        logs.buffer
            .push(vec![Line::border(at, now.id.clone(), text)]);
    }
}

/// The source of a container that joins an open log.
pub(super) fn source(logs: &LogView, container: &Container) -> LogSource {
    LogSource {
        name: container.name.clone(),
        colour: logs.sources.len(),
        following: true,
        run: container
            .detail
            .as_ref()
            .and_then(|detail| detail.started_at),
        lost: false,
    }
}

/// Wraps long lines, or not.
pub(super) const fn toggle_wrap(model: &mut Model) {
    model.logs.wrap = !model.logs.wrap;
    model.logs.column = 0;
    model.logs.top.1 = 0;
}

/// Stops or goes on following.
pub(super) fn toggle_follow(model: &mut Model) {
    if model.logs.follow {
        hold(model);
    } else {
        model.logs.follow = true;
    }
}

/// Stays where one is, as of the last frame.
fn hold(model: &mut Model) {
    model.logs.follow = false;
    model.logs.top = model
        .regions
        .log_top
        .unwrap_or((model.logs.buffer.first(), 0));
}

/// Scrolls by rows of the screen; the extremes are the ends.
pub(super) fn scroll(model: &mut Model, rows: isize) {
    if model.logs.buffer.is_empty() {
        return;
    }
    let first = model.logs.buffer.first();
    if rows == isize::MAX {
        model.logs.follow = true;
        return;
    }
    if rows == isize::MIN {
        model.logs.follow = false;
        model.logs.top = (first, 0);
        return;
    }
    if model.logs.follow {
        if rows > 0 {
            return;
        }
        hold(model);
    } else if rows > 0 && model.regions.log_at_end {
        model.logs.follow = true;
        return;
    }
    let width = model.regions.log_width;
    let last = first + model.logs.buffer.len() as u64 - 1;
    let mut top = model.logs.top;
    for _ in 0..rows.unsigned_abs() {
        if rows > 0 {
            if top.1 + 1 < height(&model.logs, top.0, width) {
                top.1 += 1;
            } else if top.0 < last {
                top = (top.0 + 1, 0);
            }
        } else if top.1 > 0 {
            top.1 -= 1;
        } else if top.0 > first {
            top.0 -= 1;
            top.1 = height(&model.logs, top.0, width).saturating_sub(1);
        }
    }
    model.logs.top = top;
}

/// How many rows of the screen a line takes.
fn height(logs: &LogView, line: u64, width: usize) -> usize {
    match logs.buffer.get(line) {
        Some(line) if logs.wrap && line.kind == LineKind::Text => {
            wrap(&line.text, width.max(1)).len()
        }
        _ => 1,
    }
}

/// Searches for something else, from the end backwards: the newest match first.
pub(super) fn search(model: &mut Model, query: Option<Query>) {
    model.logs.query = query;
    model.logs.hit = None;
    if model.logs.query.is_some() {
        next_match(model, false);
    }
}

/// Goes to the next match, round and round.
pub(super) fn next_match(model: &mut Model, forward: bool) {
    let logs = &model.logs;
    let Some(query) = &logs.query else { return };
    let end = logs.buffer.first() + logs.buffer.len() as u64;
    let from = logs.hit.unwrap_or(if forward {
        end.saturating_sub(1)
    } else {
        model
            .regions
            .log_top
            .map_or(end, |(top, _)| top + model.regions.log_rows as u64)
            .min(end)
    });
    let direction = if forward {
        Direction::Forward
    } else {
        Direction::Backward
    };
    let hit = find(&logs.buffer, query, from, direction);
    model.logs.hit = hit;
    if let Some(hit) = hit {
        let top = model.regions.log_top.map_or(0, |(top, _)| top);
        let rows = model.regions.log_rows as u64;
        if hit < top || hit >= top + rows.saturating_sub(1) || model.logs.follow {
            let to = hit.saturating_sub(rows / 2).max(model.logs.buffer.first());
            model.logs.follow = false;
            model.logs.top = (to, 0);
        }
    }
}
