//! What is older than what was read, and what is newer than what there is room for.
//!
//! A log is held in one piece. Scrolled up to its first line, what is older is read and put before it; what is over the
//! budget then leaves at the new end, and nothing is followed until one scrolls down there again.

use jiff::{SignedDuration, Timestamp};

use crate::app::effect::{Effect, OlderWanted};
use crate::app::log_view::LogView;
use crate::app::model::Model;
use crate::app::msg::OlderLines;
use crate::app::toast::Tone;
use crate::app::update::sync::connected;
use crate::app::update::toast;
use crate::domain::{ContainerId, Failure, HostId, StreamId};
use crate::logs::{Edge, Reader};

use super::{find, reopen, scroll};

/// So many lines of a page are asked for.
const PAGE: usize = 2_000;
/// Of one container among many, so many at least.
const LEAST_PAGE: usize = 100;
/// Where lines are read only to be dropped, reading is held up so many lines before what is looked at would leave.
const MARGIN: u64 = 1_024;
/// What came in so much time is read in order; after more it is quicker to begin at the end.
const WORTH_READING: SignedDuration = SignedDuration::from_secs(60);

/// Holds reading up, goes on with it, asks for what is older: whatever follows from where one looks.
pub(super) fn sync(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.now;
    let hosts = &model.hosts;
    let answers = |id: &HostId| hosts.iter().any(|host| host.id == *id && connected(host));
    for source in model.logs.sources.values_mut() {
        source.away = !answers(&source.host);
    }
    let logs = &mut model.logs;
    match logs.held_up {
        Some(_) if logs.follow => {
            let last = logs.buffer.end().saturating_sub(1);
            let last = logs.buffer.time_of(last);
            if last.is_some_and(|last| now.duration_since(last) < WORTH_READING) {
                go_on(logs);
            } else {
                reopen(model, None);
                out.push(Effect::StopLogs);
            }
        }
        // Only where room can be made: else it would be held up again at once, and so on.
        Some(_) if model.regions.log_at_end && logs.top.0 > logs.buffer.first() + 2 * MARGIN => {
            go_on(logs);
        }
        Some(_) => {}
        None => {
            let is_near = logs.top.0 <= logs.buffer.first() + MARGIN;
            if !logs.follow && logs.buffer.is_full() && is_near {
                hold_up(logs, now, out);
            }
        }
    }
    ask_older(model, out);
}

/// Reads no further for now. What is on its way is left to be read again.
fn hold_up(logs: &mut LogView, now: Timestamp, out: &mut Vec<Effect>) {
    logs.stream = StreamId(logs.stream.0 + 1);
    logs.held_up = Some(now);
    for source in logs.sources.values_mut() {
        source.following = false;
        source.loading = false;
    }
    out.push(Effect::HoldLogs);
}

/// Reads on from where it was held up; old lines make room.
fn go_on(logs: &mut LogView) {
    logs.held_up = None;
    for source in logs.sources.values_mut() {
        source.lost = true;
    }
    let keep = if logs.follow {
        logs.buffer.end()
    } else {
        logs.top.0.saturating_sub(1)
    };
    logs.buffer.make_room(keep);
    logs.forget_older();
}

/// Where one looks at the first lines held, what is older is asked for.
fn ask_older(model: &mut Model, out: &mut Vec<Effect>) {
    let logs = &mut model.logs;
    if logs.follow || logs.reads_older() || logs.is_loading() || logs.is_looking() {
        return;
    }
    let horizon = logs.horizon();
    let rows = model.regions.log_rows;
    if logs.shown_between(horizon, logs.top.0) > 2 * rows || !has_room(logs, rows) {
        return;
    }
    let start = logs.buffer.time_of(horizon);
    let is_missing = |at: Option<Timestamp>| at.is_some() && at >= start;
    let asked: Vec<ContainerId> = logs
        .sources
        .iter()
        .filter(|(id, source)| {
            !source.begun
                && !source.refused
                && !source.away
                && is_missing(source.reached)
                && !logs.filter.hidden.contains(*id)
        })
        .map(|(id, _)| id.clone())
        .collect();
    let count = (PAGE / asked.len().max(1)).max(LEAST_PAGE);
    // From its first line to the newest everything is held, where nothing was held up.
    let is_whole = logs.held_up.is_none() && logs.from.is_none();
    for id in asked {
        let before = before(logs, &id);
        let later = is_whole.then(|| logs.buffer.count_of(&id));
        let (Some(before), Some(source)) = (before, logs.sources.get_mut(&id)) else {
            continue;
        };
        source.older = true;
        out.push(Effect::OlderLogs {
            host: source.host.clone(),
            opening: logs.opening,
            wanted: OlderWanted {
                container: id,
                before,
                later,
                count,
            },
        });
    }
}

/// Up to where a container's older lines are wanted.
fn before(logs: &LogView, id: &ContainerId) -> Option<Edge> {
    let held = logs.buffer.start_of(id);
    let reached = logs.sources.get(id)?.reached?;
    // Lines of it that are not held any more, or were never read: everything before what is held of the others.
    match held {
        Some(edge) if edge.held > 0 => Some(edge),
        Some(edge) => Some(Edge {
            at: edge.at.max(reached),
            held: 0,
        }),
        None => Some(Edge {
            at: reached,
            held: 0,
        }),
    }
}

/// Whether older lines could be shown: what is looked at does not have to leave for them.
fn has_room(logs: &LogView, rows: usize) -> bool {
    let below = logs.buffer.end().saturating_sub(logs.top.0);
    !logs.buffer.is_full() || below > 2 * rows as u64 + MARGIN
}

pub(super) fn older_answer(
    model: &mut Model,
    container: &ContainerId,
    answer: Result<OlderLines, Failure>,
    out: &mut Vec<Effect>,
) {
    let rows = model.regions.log_rows as u64;
    let logs = &mut model.logs;
    let Some(source) = logs.sources.get_mut(container) else {
        return;
    };
    source.older = false;
    match answer {
        Ok(OlderLines { lines, begun }) => {
            source.begun = begun;
            if let Some(first) = lines.first() {
                source.reached = Some(source.reached.map_or(first.at, |at| at.min(first.at)));
            } else {
                // Nothing is there that could be asked for again.
                source.begun = true;
            }
            let keep = logs.top.0 + 2 * rows;
            let lines = Reader::default().read(lines);
            if logs.push_older(lines, keep) && logs.held_up.is_none() {
                hold_up(logs, model.now, out);
            }
            find::go_on(model, out);
        }
        Err(failure) => {
            // Asked again when one scrolls there again, not at once.
            source.refused = true;
            logs.failure = Some(failure);
        }
    }
}

/// Goes to a time: to the first line that is not older.
pub(in crate::app::update) fn jump_to(model: &mut Model, at: Timestamp, out: &mut Vec<Effect>) {
    let logs = &mut model.logs;
    let horizon = logs.horizon();
    let last = logs.buffer.time_of(logs.buffer.end().saturating_sub(1));
    if logs.held_up.is_some() && last.is_none_or(|last| last < at) {
        reopen(model, Some(at));
        out.push(Effect::StopLogs);
        return;
    }
    let is_held = logs
        .buffer
        .time_of(horizon)
        .is_some_and(|first| first <= at)
        || logs.sources.values().all(|source| source.begun);
    if is_held {
        let line = logs.buffer.first_since(at);
        if let Some(line) = logs.shown_from(line) {
            scroll::to(logs, line);
        } else {
            logs.follow = true;
            toast(
                model,
                "nothing was logged since then".to_owned(),
                Tone::Note,
            );
        }
        return;
    }
    reopen(model, Some(at));
    out.push(Effect::StopLogs);
}
