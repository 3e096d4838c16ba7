//! The palette: every action by name, what works here first.

use crate::app::action::{ACTIONS, Action};
use crate::app::effect::Effect;
use crate::app::filter::Filter;
use crate::app::model::Model;
use crate::app::overlay::{Overlay, Palette, PaletteEntry};
use crate::app::toast::Tone;
use crate::keymap::{Key, KeyCode};

use super::{actions, input, toast};

pub(super) fn open(model: &mut Model) {
    model.overlay = Some(Overlay::Palette(Palette::default()));
    narrow(model);
}

/// Lists what matches what is typed.
pub(super) fn narrow(model: &mut Model) {
    let Some(Overlay::Palette(palette)) = &model.overlay else {
        return;
    };
    let mut filter = Filter::new(palette.input.value());
    let mut entries: Vec<(u32, PaletteEntry)> = ACTIONS
        .iter()
        .filter(|spec| !matches!(spec.action, Action::Palette))
        .filter_map(|spec| {
            // A hit in the name counts more than one in the sentence.
            let name = filter
                .score(&spec.name.replace('_', " "))
                .map(|score| score.saturating_mul(4));
            let score = name.or_else(|| filter.score(spec.about))?;
            Some((
                score,
                PaletteEntry {
                    spec,
                    works: model.works_here(spec),
                },
            ))
        })
        .collect();
    entries.sort_by_key(|(score, entry)| std::cmp::Reverse((entry.works, *score)));
    if let Some(Overlay::Palette(palette)) = &mut model.overlay {
        palette.entries = entries.into_iter().map(|(_, entry)| entry).collect();
        palette.cursor = 0;
    }
}

pub(super) fn press(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    let Some(Overlay::Palette(palette)) = &mut model.overlay else {
        return;
    };
    let last = palette.entries.len().saturating_sub(1);
    match key.code {
        KeyCode::Esc => model.overlay = None,
        KeyCode::Enter => choose(model, out),
        _ => {
            if let Some(cursor) = input::moved(key, palette.cursor, last) {
                palette.cursor = cursor;
            } else if let Some(request) = input::edit(key) {
                palette.input.handle(request);
                narrow(model);
            }
        }
    }
}

/// Does the action the cursor is on.
pub(super) fn choose(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Overlay::Palette(palette)) = &model.overlay else {
        return;
    };
    let Some(entry) = palette.entries.get(palette.cursor).copied() else {
        return;
    };
    model.overlay = None;
    if entry.works {
        actions::perform(model, entry.action(), out);
    } else {
        let places: Vec<&str> = entry
            .spec
            .contexts
            .iter()
            .map(|context| context.title())
            .collect();
        let text = format!("`{}` works in: {}", entry.spec.name, places.join(", "));
        toast(model, text, Tone::Warning);
    }
}
