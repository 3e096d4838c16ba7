//! Not now: a finding that is to be told later, and one that is to be told again.

use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::overlay::{Overlay, SnoozeView};
use crate::app::toast::Tone;
use crate::domain::Snooze;
use crate::domain::finding::Nap;
use crate::keymap::{Key, KeyCode};

use super::{refresh_findings, toast};

/// What somebody wanted before, here or elsewhere.
pub(super) fn loaded(model: &mut Model, snoozes: Vec<Snooze>) {
    let by_id = |snooze: Snooze| (snooze.id.clone(), snooze);
    model.snoozes = snoozes.into_iter().map(by_id).collect();
    refresh_findings(model);
}

/// Takes a key for the list of findings or for the choice; false where it is none of theirs.
pub(super) fn press(
    model: &mut Model,
    (key, asked): (Key, Option<Action>),
    out: &mut Vec<Effect>,
) -> bool {
    match (&model.overlay, asked) {
        (Some(Overlay::Findings { .. }), Some(action @ (Action::Snooze | Action::Wake))) => {
            perform(model, action, out);
        }
        (Some(Overlay::Snooze(view)), _) if key.code == KeyCode::Enter => {
            let view = view.clone();
            sleep(model, &view, out);
        }
        // Back to the list that one came from.
        (Some(Overlay::Snooze(view)), _) if key.code == KeyCode::Esc => {
            let id = view.id.clone();
            back(model, &id);
        }
        _ => return false,
    }
    true
}

/// Asks for how long, or wakes at once.
pub(super) fn perform(model: &mut Model, action: Action, out: &mut Vec<Effect>) {
    let Some(Overlay::Findings { cursor }) = &model.overlay else {
        return;
    };
    let Some(finding) = model.finding(*cursor) else {
        return;
    };
    let (id, what) = (finding.id.clone(), finding.what.clone());
    if action == Action::Snooze {
        let cursor = 0;
        model.overlay = Some(Overlay::Snooze(SnoozeView { id, what, cursor }));
        return;
    }
    if model.snoozes.remove(&id).is_some() {
        out.push(Effect::Wake(id));
        refresh_findings(model);
    } else {
        toast(model, "it is awake", Tone::Note);
    }
}

fn sleep(model: &mut Model, view: &SnoozeView, out: &mut Vec<Effect>) {
    let nap = Nap::ALL.get(view.cursor).copied();
    let finding = model.all_findings().find(|finding| finding.id == view.id);
    let (Some(nap), Some(finding)) = (nap, finding) else {
        toast(model, "it is gone by now", Tone::Note);
        back(model, &view.id);
        return;
    };
    let snooze = Snooze::new(finding, nap, model.now);
    model.snoozes.insert(snooze.id.clone(), snooze.clone());
    out.push(Effect::Snooze(snooze));
    // The next one comes under the cursor, to go through them one by one.
    let at = model.findings.iter().position(|one| one.id == view.id);
    model.overlay = None;
    refresh_findings(model);
    let last = model.all_findings().count().saturating_sub(1);
    let cursor = at.unwrap_or(0).min(last);
    model.overlay = Some(Overlay::Findings { cursor });
}

fn back(model: &mut Model, id: &str) {
    let at = model.all_findings().position(|finding| finding.id == id);
    let cursor = at.unwrap_or(usize::MAX);
    model.overlay = Some(Overlay::Findings { cursor });
}
