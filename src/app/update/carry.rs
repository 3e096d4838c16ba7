//! A volume to a file, and a file to a new volume: the names are asked for, then the plan is shown.

use tui_input::Input;

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::overlay::{CarryView, Overlay};
use crate::app::toast::Tone;
use crate::domain::{ActionName, Request, VolumeId};
use crate::keymap::{Key, KeyCode};

use super::{input, plan, prune, toast};

/// Where a backup lies unless somebody says otherwise: in the home, under a name with the time.
const HOME: &str = "~/";

/// Asks which file the volume under the cursor is backed up to.
pub(super) fn ask_backup(model: &mut Model) {
    let Some((host, volume)) = model.selected_volume() else {
        toast(model, "no volume is selected", Tone::Warning);
        return;
    };
    let view = CarryView {
        action: ActionName::BackUp,
        host: host.id.clone(),
        file: Input::new(HOME.to_owned()),
        volume: Input::new(volume.id.name.to_string()),
        on_volume: false,
    };
    model.overlay = Some(Overlay::Carry(view));
}

/// Asks which file a volume is made of, and what it is called.
pub(super) fn ask_restore(model: &mut Model) {
    let Some(host) = prune::host_here(model) else {
        toast(model, "no host is there", Tone::Warning);
        return;
    };
    let view = CarryView {
        action: ActionName::Restore,
        host,
        file: Input::new(HOME.to_owned()),
        volume: Input::default(),
        on_volume: false,
    };
    model.overlay = Some(Overlay::Carry(view));
}

/// Takes a key for the question; false where it is not there.
pub(super) fn press(model: &mut Model, key: Key, out: &mut Vec<Effect>) -> bool {
    let Some(Overlay::Carry(view)) = &mut model.overlay else {
        return false;
    };
    match key.code {
        KeyCode::Esc => model.overlay = None,
        KeyCode::Tab | KeyCode::BackTab | KeyCode::Up | KeyCode::Down
            if view.action == ActionName::Restore =>
        {
            view.on_volume = !view.on_volume;
        }
        KeyCode::Enter => {
            let (file, volume) = (view.file.value().trim(), view.volume.value().trim());
            // What is missing is typed next.
            if file.is_empty() {
                view.on_volume = false;
            } else if volume.is_empty() {
                view.on_volume = true;
            } else {
                let volume = VolumeId {
                    host: view.host.clone(),
                    name: volume.into(),
                };
                let request = Request::volume(view.action, volume, file.to_owned());
                model.overlay = None;
                plan::show(model, request, out);
            }
        }
        _ => {
            if let Some(request) = input::edit(key) {
                view.field().handle(request);
            }
        }
    }
    true
}
