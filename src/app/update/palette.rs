//! The palette: actions, views, commands, services, hosts and themes by name; what works here first.

use std::cmp::Reverse;

use crate::app::action::{ACTIONS, Action, Spec};
use crate::app::effect::Effect;
use crate::app::filter::Filter;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::palette::{Choice, Palette, PaletteEntry, own};
use crate::app::rows;
use crate::app::toast::Tone;
use crate::app::view::View;
use crate::domain::Subject;
use crate::keymap::{Key, KeyCode};

use super::{actions, commands, finding, input, themes, toast};

/// How many of the last choices come first.
const RECENT: usize = 8;

pub(super) fn open(model: &mut Model) {
    model.overlay = Some(Overlay::Palette(Palette::default()));
    narrow(model);
}

/// Lists what matches what is typed.
pub(super) fn narrow(model: &mut Model) {
    let Some(Overlay::Palette(palette)) = &model.overlay else {
        return;
    };
    let typed = palette.input.value().trim();
    let mut filter = Filter::new(typed);
    let mut scored: Vec<(Rank, u32, PaletteEntry)> = Vec::new();
    for entry in all(model) {
        let Some((hit, score)) = hit(&mut filter, typed, &entry) else {
            continue;
        };
        // What was chosen last comes first, as long as nothing else is asked for.
        let recent = model
            .recent
            .iter()
            .rposition(|choice| *choice == entry.choice);
        let recent = recent.filter(|_| typed.is_empty()).map_or(0, |at| at + 1);
        // Of what is hit as well, what works here comes first; a name is never passed by what only tells of it.
        let rank = if typed.is_empty() {
            (u8::from(entry.works), recent)
        } else {
            (hit, usize::from(entry.works))
        };
        scored.push((rank, score, entry));
    }
    scored.sort_by_key(|(rank, score, _)| Reverse((*rank, *score)));
    if let Some(Overlay::Palette(palette)) = &mut model.overlay {
        palette.entries = scored.into_iter().map(|(.., entry)| entry).collect();
        palette.cursor = 0;
    }
}

/// How well something is hit, and then.
type Rank = (u8, usize);

/// Where an entry is hit: the whole name, its beginning or the beginning of a word of it, letters of it, or its sentence
/// as it stands there; none where it is not.
fn hit(filter: &mut Filter, typed: &str, entry: &PaletteEntry) -> Option<(u8, u32)> {
    if typed.is_empty() {
        return Some((0, 0));
    }
    let (name, wanted) = (entry.name.to_lowercase(), typed.to_lowercase());
    if let Some(score) = filter.score(&entry.name) {
        let mut words = name.split([' ', '/', '-', '_']);
        let begins = name.starts_with(&wanted) || words.any(|word| word.starts_with(&wanted));
        let hit = if name == wanted {
            4
        } else if begins {
            3
        } else {
            2
        };
        return Some((hit, score));
    }
    // Letters here and there of a sentence say nothing.
    let about = entry.about.to_lowercase();
    let score = filter.score(&entry.about);
    score
        .filter(|_| about.contains(&wanted))
        .map(|score| (1, score))
}

/// Everything there is.
fn all(model: &Model) -> Vec<PaletteEntry> {
    let listed = |spec: &&Spec| !matches!(spec.action, Action::Palette);
    let table = ACTIONS.iter().filter(listed);
    let mut all: Vec<PaletteEntry> = table
        .map(|spec| PaletteEntry::action(spec, model.works_here(spec)))
        .collect();
    let own = model.settings.commands.iter();
    all.extend(own.map(|command| PaletteEntry {
        choice: Choice::Command(command.name.clone()),
        name: command.name.clone(),
        about: command.about.clone(),
        works: commands::works_here(model, command),
    }));
    let services = model.hosts.iter().flat_map(|host| &host.services);
    all.extend(services.map(|service| PaletteEntry {
        choice: Choice::Service(service.id.clone()),
        name: service.id.to_string(),
        about: String::new(),
        works: true,
    }));
    all.extend(model.hosts.iter().map(|host| PaletteEntry {
        choice: Choice::Host(host.id.clone()),
        name: host.id.to_string(),
        about: host.address.clone(),
        works: true,
    }));
    all.extend(model.settings.themes.iter().map(|theme| PaletteEntry {
        choice: Choice::Theme(theme.name.clone()),
        name: format!("theme {}", theme.name),
        about: theme.about.clone(),
        works: true,
    }));
    all
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

/// Does the action the cursor is on, or goes where it leads.
pub(super) fn choose(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Overlay::Palette(palette)) = &model.overlay else {
        return;
    };
    let Some(entry) = palette.entries.get(palette.cursor).cloned() else {
        return;
    };
    model.overlay = None;
    model.recent.retain(|choice| *choice != entry.choice);
    if model.recent.len() == RECENT {
        model.recent.remove(0);
    }
    model.recent.push(entry.choice.clone());
    match entry.choice {
        Choice::Action(spec) if entry.works => actions::perform(model, spec.action, out),
        Choice::Action(spec) => {
            let places = spec.contexts.iter().map(|context| context.title());
            let places: Vec<&str> = places.collect();
            let text = format!("{} works in: {}", entry.name, places.join(", "));
            toast(model, text, Tone::Warning);
        }
        Choice::Command(name) => {
            if let Some(action) = own(&model.settings.commands, &name) {
                actions::perform(model, action, out);
            } else {
                let text = format!("`{name}` is no longer in the config");
                toast(model, text, Tone::Warning);
            }
        }
        Choice::Service(id) => finding::show_subject(model, Subject::Service(id)),
        Choice::Host(id) => {
            model.browser = None;
            actions::show(model, View::Hosts);
            rows::refresh(model, View::Hosts);
            let rows = &model.host_rows.rows;
            if let Some(at) = rows.iter().position(|row| *row == id) {
                model.host_rows.cursor.select(rows, at);
            }
        }
        Choice::Theme(name) => themes::keep(model, name, out),
    }
}
