//! Where one looks.

use crate::app::log_view::LogView;
use crate::app::model::Model;
use crate::logs::{LineKind, shown_text, wrap};

/// Stops or goes on following.
pub(in crate::app::update) fn toggle_follow(model: &mut Model) {
    if model.logs.follow {
        hold(model);
    } else {
        model.logs.follow = true;
    }
}

/// Stays where one is, as of the last frame.
pub(super) fn hold(model: &mut Model) {
    model.logs.follow = false;
    model.logs.top = model
        .regions
        .log_top
        .unwrap_or((model.logs.buffer.first(), 0));
}

/// Shows a line at the top.
pub(super) const fn to(logs: &mut LogView, line: u64) {
    logs.follow = false;
    logs.top = (line, 0);
}

/// Scrolls by rows of the screen; the extremes are the ends. While lines are marked, their end is moved.
pub(in crate::app::update) fn scroll(model: &mut Model, rows: isize) {
    if model.logs.buffer.is_empty() {
        return;
    }
    if model.logs.marking.is_some() {
        super::mark::step(model, rows);
        return;
    }
    if rows == isize::MAX {
        model.logs.follow = true;
        return;
    }
    if rows < 0 {
        for source in model.logs.sources.values_mut() {
            source.refused = false;
        }
    }
    let first = first(&model.logs);
    if rows == isize::MIN {
        to(&mut model.logs, first);
        return;
    }
    if model.logs.follow {
        if rows > 0 {
            return;
        }
        hold(model);
    } else if rows > 0 && model.regions.log_at_end && model.logs.held_up.is_none() {
        model.logs.follow = true;
        return;
    }
    let width = model.regions.log_width;
    let logs = &model.logs;
    let mut top = logs.top;
    for _ in 0..rows.unsigned_abs() {
        if rows > 0 {
            if top.1 + 1 < height(logs, top.0, width) {
                top.1 += 1;
            } else if let Some(next) = logs.shown_from(top.0 + 1) {
                top = (next, 0);
            }
        } else if top.1 > 0 {
            top.1 -= 1;
        } else if let Some(before) = logs.shown_before(top.0).filter(|at| *at >= first) {
            top = (before, height(logs, before, width).saturating_sub(1));
        }
    }
    model.logs.top = top;
}

/// The first line that can be looked at: above it something is missing in between.
fn first(logs: &LogView) -> u64 {
    let horizon = logs.horizon();
    logs.shown_from(horizon).unwrap_or(horizon)
}

/// How many rows of the screen a line takes.
fn height(logs: &LogView, line: u64, width: usize) -> usize {
    match logs.buffer.get(line) {
        Some(line) if logs.style.wrap && line.kind == LineKind::Text => {
            let text = shown_text(line, logs.style.fields);
            wrap(&text, width.max(1)).len()
        }
        _ => 1,
    }
}

/// Moves the screen so that a line is on it.
pub(in crate::app::update) fn reveal(model: &mut Model, line: u64) {
    let rows = model.regions.log_rows;
    let top = model.regions.log_top.map_or(0, |(top, _)| top);
    let logs = &mut model.logs;
    let is_seen = line >= top && logs.shown_between(top, line) < rows.saturating_sub(1);
    if is_seen && !logs.follow {
        return;
    }
    let mut to = line;
    for _ in 0..rows / 2 {
        match logs.shown_before(to) {
            Some(before) => to = before,
            None => break,
        }
    }
    logs.follow = false;
    logs.top = (to, 0);
}
