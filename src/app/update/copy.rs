//! What `y` takes along: the one thing a person would paste elsewhere.

use crate::app::effect::Effect;
use crate::app::model::{Model, ServiceRow};
use crate::app::toast::Tone;
use crate::app::view::{DetailTab, Pane, View};
use crate::domain::text::visible;

use super::{events, logs, networks, toast};

pub(super) fn copy(model: &mut Model, out: &mut Vec<Effect>) {
    // A name can hold a line break or an escape: pasted into a shell, it would be a command.
    let safe = |text: String| visible(&text).into_owned();
    let Some(text) = whole_json(model)
        .or_else(|| log_lines(model))
        .or_else(|| what(model).map(safe))
    else {
        toast(model, "nothing to copy here", Tone::Warning);
        return;
    };
    toast(model, format!("copied {}", told(&text)), Tone::Note);
    out.push(Effect::Copy(text));
}

/// What is told of a text that was copied: all of a short one, how much of a long one.
fn told(text: &str) -> String {
    const MOST: usize = 48;
    let lines = text.lines().count();
    if lines > 1 {
        return format!("{lines} lines");
    }
    let shown = visible(text);
    let cut: String = shown.chars().take(MOST).collect();
    if cut.len() < shown.len() {
        format!("{cut}…")
    } else {
        cut
    }
}

const fn in_inspect(model: &Model) -> bool {
    matches!(
        (model.view, model.pane, model.detail.tab),
        (View::Services, Pane::Detail, DetailTab::Inspect)
    )
}

/// The engine's JSON, where no line of it was searched for: the one thing that has lines.
fn whole_json(model: &Model) -> Option<String> {
    let inspect = &model.detail.inspect;
    if !in_inspect(model) || inspect.hit.is_some() {
        return None;
    }
    let lines = inspect.shown(model.detail.revealed)?;
    let lines: Vec<_> = lines.iter().map(|line| visible(line)).collect();
    Some(lines.join("\n"))
}

fn what(model: &Model) -> Option<String> {
    let in_detail = model.view == View::Services && model.pane == Pane::Detail;
    match model.view {
        View::Services if in_detail && model.detail.tab == DetailTab::Logs => None,
        View::Services if in_inspect(model) => {
            let inspect = &model.detail.inspect;
            let line = inspect.shown(model.detail.revealed)?.get(inspect.hit?)?;
            Some(line.trim().to_owned())
        }
        View::Services if in_detail && model.detail.tab == DetailTab::Releases => {
            let release = &model.detail.releases.selected()?.release;
            let digest = release.digests.first().cloned();
            Some(digest.unwrap_or_else(|| release.image.to_string()))
        }
        View::Services => match model.services.cursor.selected.as_ref()? {
            ServiceRow::Project(project) => Some(project.name.to_string()),
            _ => model
                .selected_service()
                .map(|(_, _, container)| container.name.to_string()),
        },
        // There it is a choice; lines of a log were taken already.
        View::Certificates | View::Logs => None,
        View::Volumes => model
            .volumes
            .cursor
            .selected
            .as_ref()
            .map(|id| id.name.to_string()),
        View::Images => match model.selected_cache() {
            Some((_, record)) => Some(record.id.clone()),
            None => model
                .selected_image()
                .map(|(_, image)| image.id.to_string()),
        },
        View::Jobs => model.selected_job().map(|job| job.title.clone()),
        View::Networks => {
            let network = model.selected_network().map(|(_, one)| one.name.clone());
            network.or_else(|| networks::port_said(model.selected_port()?.1))
        }
        View::Events => events::said(model),
        View::Hosts => model.selected_host().map(|host| host.address.clone()),
    }
}

/// The marked lines of a log, else the line of the current match, else the last line.
fn log_lines(model: &Model) -> Option<String> {
    let in_tab = model.view == View::Services
        && model.pane == Pane::Detail
        && model.detail.tab == DetailTab::Logs;
    if model.view != View::Logs && !in_tab {
        return None;
    }
    // Lines of a log are made safe when they come.
    let lines = logs::taken(model);
    let lines = lines.iter().filter_map(|line| model.logs.buffer.get(*line));
    let lines: Vec<&str> = lines.map(|line| &*line.text).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
