//! Choosing a theme: each is shown as the cursor moves; Enter keeps it, Esc takes back what was.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::remembered::Chosen;
use crate::app::themes::{ThemeEntry, ThemesView};
use crate::keymap::{Key, KeyCode};

use super::input;

pub(super) fn open(model: &mut Model) {
    let view = ThemesView::new(&model.settings.themes, &model.theme);
    model.overlay = Some(Overlay::Themes(view));
}

/// Takes in which themes there are; the picker goes on with the theme that the cursor is on, where it is still there.
pub(super) fn listed(model: &mut Model, themes: Vec<ThemeEntry>) {
    model.settings.themes = themes;
    if let Some(Overlay::Themes(view)) = &mut model.overlay {
        let before = view.selected().map(|theme| theme.name.clone());
        view.narrow(&model.settings.themes);
        let same = |theme: &ThemeEntry| Some(&theme.name) == before.as_ref();
        view.cursor = view.entries.iter().position(same).unwrap_or(0);
    }
}

pub(super) fn press(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    let Some(Overlay::Themes(view)) = &mut model.overlay else {
        return;
    };
    match key.code {
        KeyCode::Esc => return leave(model, out),
        KeyCode::Enter => return choose(model, out),
        _ => {}
    }
    let last = view.entries.len().saturating_sub(1);
    if let Some(cursor) = input::moved(key, view.cursor, last) {
        view.cursor = cursor;
    } else if let Some(request) = input::edit(key) {
        view.input.handle(request);
        view.narrow(&model.settings.themes);
    }
    preview(model, out);
}

/// Puts pasted text into the field.
pub(super) fn paste(model: &mut Model, line: &str, out: &mut Vec<Effect>) -> bool {
    if !matches!(model.overlay, Some(Overlay::Themes(_))) {
        return false;
    }
    for c in line.chars().filter(|c| !c.is_control()) {
        press(model, Key::char(c), out);
    }
    true
}

/// A click on a row: shown; on the one that is shown: kept.
pub(super) fn click(model: &mut Model, row: usize, out: &mut Vec<Effect>) {
    let Some(Overlay::Themes(view)) = &mut model.overlay else {
        return;
    };
    if view.cursor == row {
        choose(model, out);
    } else if row < view.entries.len() {
        view.cursor = row;
        preview(model, out);
    }
}

/// Shows the theme the cursor is on.
pub(super) fn preview(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Overlay::Themes(view)) = &model.overlay else {
        return;
    };
    if let Some(theme) = view.selected().filter(|theme| theme.name != model.theme) {
        model.theme.clone_from(&theme.name);
        out.push(Effect::Theme(model.theme.clone()));
    }
}

/// Closes the picker; the theme is what it was.
pub(super) fn leave(model: &mut Model, out: &mut Vec<Effect>) {
    if let Some(Overlay::Themes(view)) = model.overlay.take()
        && view.was != model.theme
    {
        model.theme = view.was;
        out.push(Effect::Theme(model.theme.clone()));
    }
}

/// Keeps the theme the cursor is on.
fn choose(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Overlay::Themes(view)) = &model.overlay else {
        return;
    };
    let Some(theme) = view.selected() else { return };
    let name = theme.name.clone();
    model.overlay = None;
    keep(model, name, out);
}

/// Shows a theme, and remembers it.
pub(super) fn keep(model: &mut Model, name: String, out: &mut Vec<Effect>) {
    if model.theme != name {
        out.push(Effect::Theme(name.clone()));
    }
    model.remembered.theme = Some(Chosen {
        chosen: name.clone(),
        over: model.settings.theme.clone(),
    });
    model.theme = name;
}
