//! Moving about: in a list, in a text, in a log, in an overlay.

use crate::app::action::Action;
use crate::app::edit::EditView;
use crate::app::log_ask::LogLineView;
use crate::app::model::Model;
use crate::app::overlay::{Confirm, Discard, Overlay, PlanView};
use crate::app::pem::CopyChoice;
use crate::app::view::{DetailTab, Pane, View};
use crate::domain::finding::Nap;

use super::input::with_list;
use super::{browser, logs};

/// Moves by a row, a page, or to an end.
pub(super) fn go(model: &mut Model, action: Action) {
    let page = match (model.view, model.pane) {
        (View::Logs, _) => model.regions.log_rows,
        (_, Pane::Detail)
            if model.detail.tab == DetailTab::Logs && model.view == View::Services =>
        {
            model.regions.log_rows
        }
        (_, Pane::Detail) => model.regions.detail_rows,
        (_, Pane::List) => model.regions.list_rows,
    };
    let page = isize::try_from(page.saturating_sub(1).max(1)).unwrap_or(1);
    match action {
        Action::Up => by(model, -1),
        Action::Down => by(model, 1),
        Action::PageUp => by(model, -page),
        Action::PageDown => by(model, page),
        Action::Top => by(model, isize::MIN),
        Action::Bottom => by(model, isize::MAX),
        _ => {}
    }
}

/// Moves by so many rows where the keys go to; the extremes are the ends.
pub(super) fn by(model: &mut Model, rows: isize) {
    match (model.view, model.pane) {
        (View::Logs, _) => logs::scroll(model, rows),
        (View::Services, Pane::Detail) if model.detail.tab == DetailTab::Logs => {
            logs::scroll(model, rows);
        }
        (View::Services, Pane::Detail) if model.detail.tab == DetailTab::Releases => {
            model.detail.releases.step(rows);
        }
        (View::Services, Pane::Detail) => {
            model.detail.scroll = scrolled(model.detail.scroll, rows, model.regions.detail_most);
        }
        // The end of what still grows is followed.
        (_, Pane::Detail) if rows == isize::MAX => model.scroll = usize::MAX,
        (_, Pane::Detail) => {
            model.scroll = scrolled(model.scroll, rows, model.regions.detail_most);
        }
        (_, Pane::List) => in_list(model, rows),
    }
}

/// Moves to a part of all there is: so many of so many rows of a scroll bar.
pub(super) fn to_part(model: &mut Model, pane: Pane, (at, of): (usize, usize)) {
    let part = |most: usize| (most * at + of / 2) / of.max(1);
    if let Some(browser) = &model.browser {
        let row = part(browser.rows.len().saturating_sub(1));
        browser::click(model, row);
        return;
    }
    match (pane, model.view) {
        (Pane::List, _) => select(model, |model| {
            with_list!(model, list => {
                let all = &list.rows;
                list.cursor.select(all, part(all.len().saturating_sub(1)));
            });
        }),
        (Pane::Detail, View::Services) => model.detail.scroll = part(model.regions.detail_most),
        (Pane::Detail, _) => model.scroll = part(model.regions.detail_most),
    }
}

/// Moves the list's cursor by so many rows.
pub(super) fn in_list(model: &mut Model, rows: isize) {
    select(model, |model| {
        with_list!(model, list => { let all = &list.rows; list.cursor.step(all, rows); });
    });
}

/// Moves the list's cursor; what hangs on the selection starts at its top again.
fn select(model: &mut Model, moved: impl FnOnce(&mut Model)) {
    let before = model.services.cursor.selected.clone();
    moved(model);
    to_start(model);
    if before != model.services.cursor.selected {
        selection_changed(model);
    }
}

/// What the detail pane shows begins where one looks first: at its top; of a job that runs, at its last output.
pub(super) fn to_start(model: &mut Model) {
    let running = model.view == View::Jobs
        && model
            .selected_job()
            .is_some_and(|job| job.outcome().is_none());
    model.scroll = if running { usize::MAX } else { 0 };
}

/// The detail pane shows another service.
pub(super) fn selection_changed(model: &mut Model) {
    model.detail.selection_changed();
}

fn scrolled(from: usize, rows: isize, most: usize) -> usize {
    from.min(most).saturating_add_signed(rows).min(most)
}

/// Moves in what lies over the view.
pub(super) fn in_overlay(model: &mut Model, action: Action) {
    let step: isize = match action {
        Action::Up => -1,
        Action::Down => 1,
        Action::PageUp => -10,
        Action::PageDown => 10,
        Action::Top => isize::MIN,
        Action::Bottom => isize::MAX,
        _ => 0,
    };
    let findings = model.all_findings().count();
    match &mut model.overlay {
        Some(
            Overlay::Help { offset }
            | Overlay::Confirm(Confirm { offset, .. })
            | Overlay::Discard(Discard { offset, .. })
            | Overlay::Plan(PlanView { offset, .. })
            | Overlay::Edit(EditView { offset, .. })
            | Overlay::LogLine(LogLineView { offset, .. }),
        ) => {
            *offset = scrolled(*offset, step, model.regions.overlay_most);
        }
        Some(Overlay::Findings { cursor }) => {
            *cursor = scrolled(*cursor, step, findings.saturating_sub(1));
        }
        Some(Overlay::Columns(view)) => {
            view.cursor = scrolled(view.cursor, step, view.titles.len().saturating_sub(1));
        }
        Some(Overlay::Themes(view)) => {
            let last = view.entries.len().saturating_sub(1);
            view.cursor = scrolled(view.cursor, step, last);
        }
        Some(Overlay::Snooze(view)) => {
            view.cursor = scrolled(view.cursor, step, Nap::ALL.len() - 1);
        }
        Some(Overlay::Files(view)) => {
            view.cursor = scrolled(
                view.cursor,
                step,
                view.files.as_ref().map_or(0, Vec::len).saturating_sub(1),
            );
        }
        Some(Overlay::LogServices(view)) => {
            let last = view.services.len().saturating_sub(1);
            view.cursor = scrolled(view.cursor, step, last);
        }
        Some(Overlay::Copy(view)) => {
            view.cursor = scrolled(view.cursor, step, CopyChoice::ALL.len() - 1);
        }
        Some(Overlay::Profiles(view)) => {
            let count = view.profiles.as_ref().map_or(0, Vec::len);
            view.cursor = scrolled(view.cursor, step, count.saturating_sub(1));
        }
        _ => {}
    }
}
