//! What is searched and filtered for.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::toast::Tone;
use crate::app::update::toast;
use crate::domain::{ContainerId, LogStream};
use crate::logs::{Direction, Keep, Level, Query};

use super::scroll;

/// The most lines around a match.
const MOST_CONTEXT: usize = 20;

/// Searches for something else: the newest match first.
pub(in crate::app::update) fn search(model: &mut Model, text: &str, out: &mut Vec<Effect>) {
    let logs = &mut model.logs;
    logs.no_regex = None;
    logs.query = if logs.is_regex && !text.is_empty() {
        match Query::regex(text) {
            Ok(query) => Some(query),
            Err(error) => {
                // While it is being typed it is often not one yet.
                logs.no_regex = Some(error.to_string());
                None
            }
        }
    } else {
        Query::new(text)
    };
    logs.hit = None;
    logs.seeking = logs.query.is_some();
    if logs.query.is_none() && logs.no_regex.is_none() {
        logs.filter.keep = Keep::All;
    }
    logs.filter_anew();
    go_on(model, out);
}

/// The same text as a regular expression, or not.
pub(in crate::app::update) fn regex(model: &mut Model, out: &mut Vec<Effect>) {
    let logs = &mut model.logs;
    logs.is_regex = !logs.is_regex;
    let typed = logs.input.as_ref().map(|input| input.value().to_owned());
    let text = typed.or_else(|| logs.query.as_ref().map(|query| query.text().to_owned()));
    search(model, &text.unwrap_or_default(), out);
}

/// After a step: goes to the newest match if that was asked for, and on with the next step.
pub(super) fn go_on(model: &mut Model, out: &mut Vec<Effect>) {
    if model.logs.is_looking() {
        out.push(Effect::LookOn);
    } else if std::mem::take(&mut model.logs.seeking) {
        next_match(model, false);
    }
}

/// Goes to the next match, round and round.
pub(in crate::app::update) fn next_match(model: &mut Model, forward: bool) {
    let logs = &model.logs;
    let Some(hits) = &logs.hits else { return };
    let end = logs.buffer.end();
    let bottom = || {
        let rows = model.regions.log_rows as u64;
        model
            .regions
            .log_top
            .map_or(end, |(top, _)| top.saturating_add(rows))
            .min(end)
    };
    let (from, direction) = if forward {
        (logs.hit.unwrap_or(u64::MAX), Direction::Forward)
    } else {
        (logs.hit.unwrap_or_else(bottom), Direction::Backward)
    };
    let hit = hits.index.around(from, direction);
    model.logs.hit = hit;
    if let Some(hit) = hit {
        scroll::reveal(model, hit);
    }
}

/// All lines, only matches, only the others.
pub(in crate::app::update) fn only_matches(model: &mut Model, out: &mut Vec<Effect>) {
    if model.logs.query.is_none() {
        toast(
            model,
            "find something first; then only its lines can be shown".to_owned(),
            Tone::Note,
        );
        return;
    }
    model.logs.filter.keep = model.logs.filter.keep.next();
    anew(model, out);
}

/// More or fewer lines around a match.
pub(in crate::app::update) fn context(model: &mut Model, more: bool, out: &mut Vec<Effect>) {
    let context = &mut model.logs.filter.context;
    *context = if more {
        (*context + 1).min(MOST_CONTEXT)
    } else {
        context.saturating_sub(1)
    };
    anew(model, out);
}

/// Everything, warnings, errors.
pub(in crate::app::update) fn levels(model: &mut Model, out: &mut Vec<Effect>) {
    let level = &mut model.logs.filter.level;
    *level = match level {
        None => Some(Level::Info),
        Some(Level::Info) => Some(Level::Warn),
        Some(Level::Warn) => Some(Level::Error),
        Some(_) => None,
    };
    anew(model, out);
}

/// Both streams, standard error, standard output.
pub(in crate::app::update) fn streams(model: &mut Model, out: &mut Vec<Effect>) {
    let stream = &mut model.logs.filter.stream;
    *stream = match stream {
        None => Some(LogStream::Err),
        Some(LogStream::Err) => Some(LogStream::Out),
        Some(LogStream::Out) => None,
    };
    anew(model, out);
}

/// Shows or hides the lines of a container.
pub(in crate::app::update) fn toggle_source(
    model: &mut Model,
    containers: &[ContainerId],
    out: &mut Vec<Effect>,
) {
    let hidden = &mut model.logs.filter.hidden;
    let all = containers.iter().all(|id| hidden.contains(id));
    for id in containers {
        if all {
            hidden.remove(id);
        } else {
            hidden.insert(id.clone());
        }
    }
    anew(model, out);
}

/// Shows every line again; whether some were not.
pub(in crate::app::update) fn show_all(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    let logs = &mut model.logs;
    if logs.scope.is_none() || logs.shown.is_none() {
        return false;
    }
    logs.filter = crate::logs::Filter::default();
    anew(model, out);
    true
}

fn anew(model: &mut Model, out: &mut Vec<Effect>) {
    model.logs.filter_anew();
    go_on(model, out);
}
