//! The mouse: a click selects, a second one goes in, the wheel scrolls what it is over.

use jiff::SignedDuration;

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::msg::Mouse;
use crate::app::overlay::Overlay;
use crate::app::region::{Division, Held, Target};
use crate::app::view::{Pane, View};

use super::input::with_list;
use super::{
    actions, browser, columns, finding, input, keys, motion, palette, plan, snooze, sort, themes,
};
use crate::app::action::Action;
use crate::keymap::{Key, KeyCode};

const DOUBLE: SignedDuration = SignedDuration::from_millis(500);
const WHEEL: isize = 3;

pub(super) fn mouse(model: &mut Model, mouse: Mouse, out: &mut Vec<Effect>) {
    model.typed.clear();
    match mouse {
        Mouse::Click(x, y) => click(model, x, y, out),
        Mouse::Drag(x, y) => hold(model, x, y),
        Mouse::Release(..) => model.held = None,
        Mouse::WheelUp(x, y) => wheel(model, x, y, -WHEEL, out),
        Mouse::WheelDown(x, y) => wheel(model, x, y, WHEEL, out),
    }
}

fn click(model: &mut Model, x: u16, y: u16, out: &mut Vec<Effect>) {
    let target = model.regions.at(x, y);
    // Over everything, so that what lies below it can be seen again.
    if let Some(Target::Toast(newest)) = target {
        let kept = model.toasts.len().saturating_sub(newest + 1);
        model.toasts.remove(kept);
        return;
    }
    if let Some(Target::Press(key)) = target {
        keys::press(model, key, out);
        return;
    }
    if model.overlay.is_some() {
        click_overlay(model, target, out);
        return;
    }
    if model.browser.is_some() {
        click_file(model, target, (x, y), out);
        return;
    }
    // A field is left by going elsewhere: what is typed next is for where one is then.
    input::close(model);
    match target {
        Some(Target::View(view)) => actions::perform(model, Action::Show(view), out),
        Some(Target::Tab(tab)) => {
            model.pane = Pane::Detail;
            model.detail.tab = tab;
            model.detail.scroll = 0;
        }
        Some(Target::Row(row)) => {
            model.pane = Pane::List;
            let before = model.services.cursor.selected.clone();
            with_list!(model, list => { let all = &list.rows; list.cursor.select(all, row); });
            model.scroll = 0;
            if before != model.services.cursor.selected {
                motion::selection_changed(model);
            }
            if again(model, row) {
                actions::perform(model, Action::Enter, out);
            }
        }
        Some(Target::Release(row)) => {
            model.pane = Pane::Detail;
            model.detail.releases.select(row);
        }
        Some(Target::Pane(pane)) => model.pane = pane,
        Some(Target::Action(action)) => actions::perform(model, action, out),
        Some(Target::Findings) => actions::perform(model, Action::Findings, out),
        Some(Target::Heading(order)) => sort::by(model, order),
        Some(Target::Divider(division)) => {
            if again(model, usize::MAX) {
                model.remembered.share.set(division, None);
            } else {
                model.held = Some(Held::Divider(division));
            }
        }
        Some(Target::Bar(pane)) => seize(model, pane, (x, y)),
        Some(Target::Host(n)) => {
            actions::perform(model, Action::Show(View::Hosts), out);
            let all = &model.host_rows.rows;
            model.host_rows.cursor.select(all, n);
        }
        Some(Target::Overlay | Target::OverlayRow(_) | Target::Toast(_) | Target::Press(_))
        | None => {}
    }
}

/// Moves what the mouse holds to where it is.
fn hold(model: &mut Model, x: u16, y: u16) {
    match model.held {
        Some(Held::Divider(division)) => {
            let body = model.regions.body;
            let (at, whole) = match division {
                Division::Beside => (x.saturating_sub(body.x), body.width),
                Division::Below => (y.saturating_sub(body.y), body.height),
            };
            // The edge stays under the mouse: what is rounded off would pull it away.
            let percent = (u32::from(at) * 100).div_ceil(u32::from(whole.max(1)));
            let percent = u16::try_from(percent).unwrap_or(100);
            model.remembered.share.set(division, Some(percent));
        }
        Some(Held::Bar(pane)) => {
            if let Some(bar) = model.regions.place(Target::Bar(pane)) {
                let rows = bar.height.saturating_sub(1).max(1);
                let at = y.saturating_sub(bar.y).min(rows);
                motion::to_part(model, pane, (usize::from(at), usize::from(rows)));
            }
        }
        None => {}
    }
}

/// In what lies over the view: a row of it, a key of the footer; beside it, it goes.
fn click_overlay(model: &mut Model, target: Option<Target>, out: &mut Vec<Effect>) {
    match (target, &mut model.overlay) {
        (Some(Target::OverlayRow(row)), Some(Overlay::Palette(palette))) => {
            palette.cursor = row.min(palette.entries.len().saturating_sub(1));
            palette::choose(model, out);
        }
        (Some(Target::OverlayRow(row)), Some(Overlay::Columns(_))) => {
            columns::click(model, row);
        }
        (Some(Target::OverlayRow(row)), Some(Overlay::Themes(_))) => {
            themes::click(model, row, out);
        }
        (Some(Target::OverlayRow(row)), Some(Overlay::Snooze(view))) => {
            view.cursor = row;
            keys::press(model, Key::plain(KeyCode::Enter), out);
        }
        (Some(Target::Action(action @ (Action::Snooze | Action::Wake))), _) => {
            snooze::perform(model, action, out);
        }
        (Some(Target::OverlayRow(row)), Some(Overlay::Findings { .. })) => {
            model.overlay = None;
            finding::go_to(model, row);
        }
        // The keys of the footer, while something lies over the view.
        (Some(Target::Action(Action::Enter)), _) => {
            keys::press(model, Key::plain(KeyCode::Enter), out);
        }
        (Some(Target::Action(Action::Back)), _) => {
            keys::press(model, Key::plain(KeyCode::Esc), out);
        }
        (Some(Target::Action(Action::NextTab)), Some(Overlay::Plan(_))) => {
            plan::switch(model, true, out);
        }
        // A click beside a question is no answer to it.
        (Some(Target::Overlay), _)
        | (
            _,
            Some(
                Overlay::Confirm(_)
                | Overlay::Discard(_)
                | Overlay::Export(_)
                | Overlay::LogAsk(_)
                | Overlay::Carry(_)
                | Overlay::Image(_),
            ),
        ) => {}
        (_, Some(overlay)) if browser::asks(overlay) => {}
        (_, Some(Overlay::Themes(_))) => themes::leave(model, out),
        _ => model.overlay = None,
    }
}

/// Among somebody's files: a row, a key of the footer, a view's tab.
fn click_file(
    model: &mut Model,
    target: Option<Target>,
    (x, y): (u16, u16),
    out: &mut Vec<Effect>,
) {
    match target {
        Some(Target::Row(row)) => {
            browser::click(model, row);
            let again = again(model, row);
            if again {
                browser::enter(model, out);
            }
        }
        Some(Target::View(view)) => actions::perform(model, Action::Show(view), out),
        Some(Target::Action(action)) => actions::perform(model, action, out),
        Some(Target::Findings) => actions::perform(model, Action::Findings, out),
        Some(Target::Heading(order)) => sort::by(model, order),
        Some(Target::Bar(pane)) => seize(model, pane, (x, y)),
        _ => {}
    }
}

/// Takes hold of a scroll bar.
fn seize(model: &mut Model, pane: Pane, (x, y): (u16, u16)) {
    model.held = Some(Held::Bar(pane));
    hold(model, x, y);
}

/// Whether a row is clicked a second time soon after the first.
fn again(model: &mut Model, row: usize) -> bool {
    let again = model
        .clicked
        .is_some_and(|(at, on)| on == row && model.now.duration_since(at) <= DOUBLE);
    model.clicked = (!again).then_some((model.now, row));
    again
}

fn wheel(model: &mut Model, x: u16, y: u16, rows: isize, out: &mut Vec<Effect>) {
    if model.overlay.is_some() {
        let action = if rows < 0 { Action::Up } else { Action::Down };
        motion::in_overlay(model, action);
        themes::preview(model, out);
        return;
    }
    let shown = model.regions.list_rows.max(1);
    if let Some(browser) = &mut model.browser {
        browser::motion(browser, rows, shown);
        return;
    }
    // What the wheel is over scrolls; where the keys go does not change.
    let keys = model.pane;
    model.pane = match model.regions.at(x, y) {
        Some(Target::Pane(pane) | Target::Bar(pane)) => pane,
        Some(Target::Row(_) | Target::Heading(_)) => Pane::List,
        Some(Target::Release(_)) => Pane::Detail,
        _ if model.view == View::Logs => keys,
        _ => return,
    };
    motion::by(model, rows);
    model.pane = keys;
}
