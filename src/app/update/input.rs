//! Text fields: filters of lists, the search in logs and JSON.

use tui_input::{Input, InputRequest};

use crate::app::effect::Effect;
use crate::app::model::{ListView, Model, ServiceRow};
use crate::app::overlay::Overlay;
use crate::app::rows;
use crate::app::view::{DetailTab, Pane, View};
use crate::keymap::{Key, KeyCode};
use crate::logs::Query;

use super::{browser, log_ask, logs, motion, palette, pem, themes};

/// What a key does to a text field.
pub(super) fn edit(key: Key) -> Option<InputRequest> {
    use InputRequest as Edit;
    if key.ctrl {
        return match key.code {
            KeyCode::Char('a') => Some(Edit::GoToStart),
            KeyCode::Char('e') => Some(Edit::GoToEnd),
            KeyCode::Char('u') => Some(Edit::DeleteLine),
            KeyCode::Char('w') | KeyCode::Backspace => Some(Edit::DeletePrevWord),
            KeyCode::Char('k') => Some(Edit::DeleteTillEnd),
            KeyCode::Left => Some(Edit::GoToPrevWord),
            KeyCode::Right => Some(Edit::GoToNextWord),
            _ => None,
        };
    }
    match key.code {
        KeyCode::Char(c) if !key.alt => Some(Edit::InsertChar(c)),
        KeyCode::Backspace => Some(Edit::DeletePrevChar),
        KeyCode::Delete => Some(Edit::DeleteNextChar),
        KeyCode::Left => Some(Edit::GoToPrevChar),
        KeyCode::Right => Some(Edit::GoToNextChar),
        KeyCode::Home => Some(Edit::GoToStart),
        KeyCode::End => Some(Edit::GoToEnd),
        _ => None,
    }
}

/// Where the cursor of a list goes with a key while something is typed above it; none when the key is for the field.
pub(super) fn moved(key: Key, cursor: usize, last: usize) -> Option<usize> {
    let to = match key.code {
        KeyCode::Up | KeyCode::BackTab => cursor.saturating_sub(1),
        KeyCode::Down | KeyCode::Tab => cursor + 1,
        KeyCode::Char('p') if key.ctrl => cursor.saturating_sub(1),
        KeyCode::Char('n') if key.ctrl => cursor + 1,
        KeyCode::PageUp => cursor.saturating_sub(10),
        KeyCode::PageDown => cursor + 10,
        _ => return None,
    };
    Some(to.min(last))
}

/// What the text field in use belongs to.
#[derive(Clone, Copy)]
enum Field {
    List,
    Logs,
    Inspect,
}

fn field(model: &Model) -> Field {
    match (model.view, model.pane, model.detail.tab) {
        (View::Logs, _, _) | (View::Services, Pane::Detail, DetailTab::Logs) => Field::Logs,
        (View::Services, Pane::Detail, DetailTab::Inspect) => Field::Inspect,
        _ => Field::List,
    }
}

/// Calls `f` on the list of the view, whatever its rows are.
macro_rules! with_list {
    ($model:expr, $list:ident => $body:expr) => {
        match $model.view {
            View::Services | View::Logs => {
                let $list = &mut $model.services;
                $body
            }
            View::Certificates => {
                let $list = &mut $model.certificates;
                $body
            }
            View::Volumes => {
                let $list = &mut $model.volumes;
                $body
            }
            View::Images if $model.image_part == $crate::app::view::ImagePart::Cache => {
                let $list = &mut $model.cache;
                $body
            }
            View::Images => {
                let $list = &mut $model.images;
                $body
            }
            View::Jobs => {
                let $list = &mut $model.job_rows;
                $body
            }
            View::Hosts => {
                let $list = &mut $model.host_rows;
                $body
            }
            View::Networks if $model.network_part == $crate::app::view::NetworkPart::Ports => {
                let $list = &mut $model.ports;
                $body
            }
            View::Networks => {
                let $list = &mut $model.networks;
                $body
            }
            View::Events => {
                let $list = &mut $model.events.list;
                $body
            }
        }
    };
}
pub(super) use with_list;

fn slot(model: &mut Model) -> &mut Option<Input> {
    fn of<K>(list: &mut ListView<K>) -> &mut Option<Input> {
        &mut list.input
    }
    match field(model) {
        Field::Logs => &mut model.logs.input,
        Field::Inspect => &mut model.detail.inspect.input,
        Field::List => with_list!(model, list => of(list)),
    }
}

/// Opens the text field of where one is, with what is in force in it.
pub(super) fn open(model: &mut Model) {
    let text = match field(model) {
        Field::Logs => model.logs.query.as_ref().map_or("", Query::text).to_owned(),
        Field::Inspect => model
            .detail
            .inspect
            .query
            .as_ref()
            .map_or("", Query::text)
            .to_owned(),
        Field::List => {
            // A list is filtered where it is seen.
            model.pane = Pane::List;
            with_list!(model, list => list.filter.clone())
        }
    };
    *slot(model) = Some(Input::new(text));
}

/// Leaves the text field in use; what was typed stays in force.
pub(super) fn close(model: &mut Model) {
    *slot(model) = None;
}

/// Takes a key for the text field in use; false when there is none.
pub(super) fn press(model: &mut Model, key: Key, out: &mut Vec<Effect>) -> bool {
    if slot(model).is_none() {
        return false;
    }
    match key.code {
        KeyCode::Enter => *slot(model) = None,
        KeyCode::Esc => {
            *slot(model) = None;
            changed(model, "", out);
        }
        KeyCode::Char('r') if key.ctrl && matches!(field(model), Field::Logs) => {
            logs::regex(model, out);
        }
        KeyCode::Up | KeyCode::Down => {
            let by = if key.code == KeyCode::Up { -1 } else { 1 };
            motion::by(model, by);
        }
        _ => {
            if let (Some(request), Some(input)) = (edit(key), slot(model)) {
                input.handle(request);
                let text = input.value().to_owned();
                changed(model, &text, out);
            }
        }
    }
    true
}

/// Puts pasted text into the text field in use; without one it is dropped: pasted text is no key press.
pub(super) fn paste(model: &mut Model, text: &str, out: &mut Vec<Effect>) {
    let line: String = text
        .lines()
        .next()
        .unwrap_or("")
        .chars()
        .take(1_000)
        .collect();
    if let Some(Overlay::Palette(palette)) = &mut model.overlay {
        for c in line.chars().filter(|c| !c.is_control()) {
            palette.input.handle(InputRequest::InsertChar(c));
        }
        palette::narrow(model);
        return;
    }
    if let Some(Overlay::Carry(view)) = &mut model.overlay {
        for c in line.chars().filter(|c| !c.is_control()) {
            view.field().handle(InputRequest::InsertChar(c));
        }
        return;
    }
    if let Some(Overlay::Image(view)) = &mut model.overlay {
        for c in line.chars().filter(|c| !c.is_control()) {
            view.input.handle(InputRequest::InsertChar(c));
        }
        return;
    }
    if themes::paste(model, &line, out) {
        return;
    }
    if pem::paste(model, &line) || log_ask::paste(model, &line) || browser::paste(model, &line) {
        return;
    }
    if let Some(Overlay::Discard(discard)) = &mut model.overlay {
        if let Some(name) = &mut discard.name {
            for c in line.chars().filter(|c| !c.is_control()) {
                name.input.handle(InputRequest::InsertChar(c));
            }
        }
        return;
    }
    if model.overlay.is_none() && model.browser.is_some() {
        for c in line.chars().filter(|c| !c.is_control()) {
            // Without a field it is dropped.
            browser::typed(model, Key::char(c));
        }
    } else if model.overlay.is_none() && slot(model).is_some() {
        for c in line.chars().filter(|c| !c.is_control()) {
            press(model, Key::char(c), out);
        }
    }
}

/// Clears the filter or search in force; whether there was one.
pub(super) fn clear(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    let was = match field(model) {
        Field::Logs => model.logs.query.is_some() || model.logs.no_regex.is_some(),
        Field::Inspect => model.detail.inspect.query.is_some(),
        Field::List => with_list!(model, list => !list.filter.is_empty()),
    };
    if was {
        changed(model, "", out);
    }
    was
}

fn changed(model: &mut Model, text: &str, out: &mut Vec<Effect>) {
    match field(model) {
        Field::Logs => logs::search(model, text, out),
        Field::Inspect => {
            let inspect = &mut model.detail.inspect;
            inspect.query = Query::new(text);
            inspect.hit = None;
            next_in_inspect(model, true);
        }
        Field::List => {
            with_list!(model, list => { text.clone_into(&mut list.filter); list.cursor.offset = 0; });
            let view = model.view;
            rows::refresh(model, view);
            with_list!(model, list => list.cursor.stay());
            to_first_service(model);
        }
    }
}

/// What a filter is typed for is a service: the cursor does not stay on a heading.
fn to_first_service(model: &mut Model) {
    let services = &mut model.services;
    let on_service = matches!(services.cursor.selected, Some(ServiceRow::Service(_)));
    if model.view != View::Services || services.filter.is_empty() || on_service {
        return;
    }
    let first = services
        .rows
        .iter()
        .position(|row| matches!(row, ServiceRow::Service(_)));
    if let Some(first) = first {
        services.cursor.select(&services.rows, first);
        motion::selection_changed(model);
    }
}

/// Goes to the next or the previous match in the JSON, round and round.
pub(super) fn next_in_inspect(model: &mut Model, forward: bool) {
    let revealed = model.detail.revealed;
    let inspect = &mut model.detail.inspect;
    let (Some(query), Some(lines)) = (&inspect.query, inspect.shown(revealed)) else {
        return;
    };
    let count = lines.len();
    let start = inspect
        .hit
        .map_or(0, |at| if forward { at + 1 } else { at + count - 1 });
    let hit = (0..count)
        .map(|step| if forward { start + step } else { start + count - step } % count.max(1))
        .find(|at| !query.ranges(&lines[*at]).is_empty());
    inspect.hit = hit;
    if let Some(at) = hit {
        let rows = model.regions.detail_rows;
        if at < model.detail.scroll || at >= model.detail.scroll + rows {
            model.detail.scroll = at.saturating_sub(rows / 2);
        }
    }
}
