//! The tree of the services view: projects fold, services open.

use crate::app::model::{Model, ServiceRow};
use crate::app::rows;
use crate::app::view::{DetailTab, Pane, View};

use super::motion;

/// Left folds and goes to the heading, right unfolds; in text they scroll.
pub(super) fn sideways(model: &mut Model, right: bool) {
    const STEP: usize = 8;
    let step = |from: usize| {
        if right {
            from.saturating_add(STEP)
        } else {
            from.saturating_sub(STEP)
        }
    };
    match (model.view, model.pane, model.detail.tab) {
        (View::Logs, _, _) | (View::Services, Pane::Detail, DetailTab::Logs) => {
            if model.logs.style.wrap {
                return;
            }
            model.logs.column = step(model.logs.column).min(1 << 20);
        }
        (View::Services, Pane::Detail, DetailTab::Inspect) => {
            model.detail.column = step(model.detail.column).min(10_000);
        }
        (View::Services, Pane::List, _) => fold(model, right),
        _ => {}
    }
}

pub(super) fn fold(model: &mut Model, unfold: bool) {
    let Some(row) = model.services.cursor.selected.clone() else {
        return;
    };
    match &row {
        ServiceRow::Project(_) | ServiceRow::Lone(_) if unfold => {
            model.folded.remove(&row);
        }
        ServiceRow::Project(_) | ServiceRow::Lone(_) => {
            model.folded.insert(row);
        }
        ServiceRow::Service(id) if unfold => {
            model.opened.insert(id.clone());
        }
        // A closed service goes to its heading, as in a tree of files.
        ServiceRow::Service(id) => {
            if !model.opened.remove(id) {
                let heading = match id.project_id() {
                    Some(project) => ServiceRow::Project(project),
                    None => ServiceRow::Lone(id.host.clone()),
                };
                select_row(model, &heading);
            }
        }
        ServiceRow::Container(_) if !unfold => {
            let id = model
                .selected_service()
                .map(|(_, service, _)| service.id.clone());
            if let Some(id) = id {
                model.opened.remove(&id);
                select_row(model, &ServiceRow::Service(id));
            }
        }
        ServiceRow::Container(_) => {}
    }
    rows::refresh(model, View::Services);
    model.services.cursor.stay();
}

pub(super) fn select_row(model: &mut Model, row: &ServiceRow) {
    if let Some(at) = model.services.rows.iter().position(|other| other == row) {
        let rows = &model.services.rows;
        model.services.cursor.select(rows, at);
        motion::selection_changed(model);
    }
}

pub(super) fn fold_all(model: &mut Model) {
    if model.folded.is_empty() {
        model.folded = model
            .services
            .rows
            .iter()
            .filter(|row| matches!(row, ServiceRow::Project(_) | ServiceRow::Lone(_)))
            .cloned()
            .collect();
    } else {
        model.folded.clear();
    }
    rows::refresh(model, View::Services);
    model.services.cursor.stay();
}
