//! A key goes to what lies on top: an overlay, a text field, else to the action it is bound to here.

use crate::app::action::{Action, Context};
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::toast::Tone;
use crate::keymap::{Key, KeyCode, Step};

use super::{
    actions, browser, carry, columns, edit, finding, images, input, log_ask, motion, palette, pem,
    plan, project, prune, removal, snooze, themes, toast,
};

pub(super) fn press(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    // Ctrl-C always leads out, whatever lies on top and whatever the user bound.
    if key
        == (Key {
            code: KeyCode::Char('c'),
            ctrl: true,
            alt: false,
        })
    {
        out.push(Effect::Quit);
        return;
    }
    if key.code == KeyCode::Esc && !model.typed.is_empty() {
        model.typed.clear();
    } else if model.overlay.is_some() {
        overlay(model, key, out);
    } else if !browser::typed(model, key)
        && (model.browser.is_some() || !input::press(model, key, out))
    {
        let contexts = model.contexts();
        if let Some(action) = asked(model, &contexts, key) {
            actions::perform(model, action, out);
        }
    }
}

/// What a key asks for, with those that were pressed before it; none where it begins something or means nothing.
fn asked(model: &mut Model, contexts: &[Context], key: Key) -> Option<Action> {
    model.typed.push(key);
    match model.settings.keymap.step(contexts, &model.typed) {
        Step::More => None,
        Step::Do(action) => {
            model.typed.clear();
            Some(action)
        }
        Step::Nothing => {
            let typed = std::mem::take(&mut model.typed);
            if typed.len() > 1 {
                let typed: Vec<String> = typed.iter().map(Key::to_string).collect();
                let text = format!("nothing has the keys {}", typed.join(" "));
                toast(model, text, Tone::Note);
            }
            None
        }
    }
}

/// Whether what lies over the view takes keys as text.
const fn is_typed_into(overlay: &Overlay) -> bool {
    matches!(
        overlay,
        Overlay::Palette(_) | Overlay::Themes(_) | Overlay::Confirm(_) | Overlay::Discard(_)
    )
}

/// The keys that scroll a question, whatever is typed there.
const fn scrolls(key: Key) -> Option<Action> {
    Some(match key.code {
        KeyCode::Up => Action::Up,
        KeyCode::Down => Action::Down,
        KeyCode::PageUp => Action::PageUp,
        KeyCode::PageDown => Action::PageDown,
        _ => return None,
    })
}

fn overlay(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    if project::press(model, key, out)
        || edit::press(model, key, out)
        || carry::press(model, key, out)
        || images::press(model, key, out)
        || pem::press(model, key, out)
        || browser::press_question(model, key, out)
        || log_ask::press(model, key, out)
        || columns::press(model, key)
    {
        return;
    }
    let is_typed_into = model.overlay.as_ref().is_some_and(is_typed_into);
    let asked = if is_typed_into {
        None
    } else {
        let begun = !model.typed.is_empty();
        let contexts = model.contexts_over();
        let asked = asked(model, &contexts, key);
        // The second key of a sequence is no answer to what lies there.
        if asked.is_none() && (begun || !model.typed.is_empty()) {
            return;
        }
        asked
    };
    if snooze::press(model, (key, asked), out) {
        return;
    }
    if let (Some(Overlay::Confirm(_) | Overlay::Discard(_)), Some(action)) =
        (&model.overlay, scrolls(key))
    {
        return motion::in_overlay(model, action);
    }
    match &model.overlay {
        Some(Overlay::Palette(_)) => palette::press(model, key, out),
        Some(Overlay::Themes(_)) => themes::press(model, key, out),
        Some(Overlay::Confirm(confirm)) => {
            let confirm = confirm.clone();
            match key.typed() {
                Some('y' | 'Y') => {
                    removal::confirmed(model, &confirm, out);
                }
                Some('n' | 'N' | 'q') => model.overlay = None,
                _ if key.code == KeyCode::Esc => model.overlay = None,
                // Anything else is no answer: the question stays.
                _ => {}
            }
        }
        Some(Overlay::Discard(_)) => prune::press(model, key, out),
        Some(Overlay::Plan(_)) if key.code == KeyCode::Enter => plan::carry_out(model, out),
        Some(Overlay::Plan(_)) if asked == Some(Action::PreviousTab) => {
            plan::switch(model, false, out);
        }
        Some(Overlay::Plan(_)) if matches!(asked, Some(Action::NextTab | Action::NextPane)) => {
            plan::switch(model, true, out);
        }
        Some(Overlay::LogLine(_)) if matches!(asked, Some(Action::NextTab | Action::NextPane)) => {
            log_ask::next_line(model, true);
        }
        Some(Overlay::LogLine(_)) if asked == Some(Action::PreviousTab) => {
            log_ask::next_line(model, false);
        }
        Some(Overlay::Findings { cursor }) if key.code == KeyCode::Enter => {
            let cursor = *cursor;
            model.overlay = None;
            finding::go_to(model, cursor);
        }
        Some(Overlay::Findings { cursor }) if finding::helps(model, *cursor, asked) => {
            let cursor = *cursor;
            model.overlay = None;
            finding::help(model, cursor, out);
        }
        Some(_) => match asked {
            Some(
                action @ (Action::Up
                | Action::Down
                | Action::PageUp
                | Action::PageDown
                | Action::Top
                | Action::Bottom),
            ) => motion::in_overlay(model, action),
            Some(Action::Suspend) => out.push(Effect::Suspend),
            // The key that opened it closes it, as do Esc, q and Enter.
            Some(Action::Back | Action::Quit | Action::Help | Action::Findings | Action::Enter) => {
                model.overlay = None;
            }
            _ if key.code == KeyCode::Esc => model.overlay = None,
            _ => {}
        },
        None => {}
    }
}
