//! Other settings are taken over while the dashboard is open.

use crate::app::effect::Effect;
use crate::app::logged::Logged;
use crate::app::model::{Model, Settings};
use crate::app::overlay::Overlay;
use crate::app::toast::Tone;

use super::{refresh_all, toast};

/// Takes them over. What was chosen on screen stays, unless the config says something else of just that now.
pub(super) fn configure(model: &mut Model, settings: Settings, out: &mut Vec<Effect>) {
    let old = std::mem::replace(&mut model.settings, settings);
    let new = &model.settings;
    if old.order != new.order {
        model.order = new.order;
        model.remembered.services = None;
    }
    if old.mouse != new.mouse && model.mouse != new.mouse {
        model.mouse = new.mouse;
        out.push(Effect::Mouse(model.mouse));
    }
    if old.theme != new.theme {
        model.remembered.theme = None;
        model.theme.clone_from(&new.theme);
        // Whoever looks at themes just now comes back to this one.
        if let Some(Overlay::Themes(view)) = &mut model.overlay {
            view.was.clone_from(&new.theme);
        }
        out.push(Effect::Theme(model.theme.clone()));
    }
    if old.log_watch != new.log_watch {
        model.logged = Logged::new(new.log_watch.clone());
    }
    let (thresholds, now) = (model.settings.thresholds, model.now);
    for host in &mut model.hosts {
        host.judge(&thresholds, now);
    }
    refresh_all(model);
    let opened = old.log_budget != model.settings.log_budget;
    let note = if opened {
        "the config was read again; the log that is open keeps its size"
    } else {
        "the config was read again"
    };
    toast(model, note, Tone::Note);
}
