//! Images: what is asked of them while somebody looks, a look into their layers, and what is asked before one is tagged,
//! saved or pulled.

use std::sync::Arc;

use jiff::Timestamp;
use tui_input::Input;

use crate::app::effect::Effect;
use crate::app::host::Host;
use crate::app::model::Model;
use crate::app::overlay::{ImageView, Overlay};
use crate::app::toast::Tone;
use crate::app::view::{ImagePart, Pane};
use crate::domain::{ActionName, Image, ImageId, ImageName, Request};
use crate::keymap::{Key, KeyCode};

use super::{input, motion, plan, prune, toast};

/// Asks what is missing of a host's images, one of which is looked at. Nothing before they are listed.
pub(super) fn look(host: &mut Host, seen: Option<&ImageId>, now: Timestamp, out: &mut Vec<Effect>) {
    let images = host.images.value.as_deref().unwrap_or_default();
    if images.is_empty() {
        return;
    }
    let wanted = host.imaging.wanted(images, seen).into_iter();
    out.extend(wanted.map(|wanted| Effect::Images(host.id.clone(), wanted)));
    let usage = host.storing.wanted_of_images(images, now);
    out.extend(usage.map(|wanted| Effect::Storage(host.id.clone(), wanted)));
}

/// Looks into the layers of the image under the cursor, or ends that.
pub(super) fn look_into(model: &mut Model, out: &mut Vec<Effect>) {
    let selected = model.selected_image();
    let Some((host, id)) = selected.map(|(host, image)| (host.id.clone(), image.id.clone())) else {
        toast(model, "no image is selected", Tone::Warning);
        return;
    };
    // In a narrow terminal the pane is only there when it has the keys.
    if model.regions.detail_rows == 0 {
        model.pane = Pane::Detail;
    }
    for other in model.hosts.iter_mut().filter(|other| other.id != host) {
        other.imaging.stopped();
    }
    if let Some(known) = model.host_mut(&host) {
        let wanted = known.imaging.look_or_stop(&id);
        out.extend(wanted.map(|wanted| Effect::Images(host, wanted)));
    }
}

/// From images to the build cache, and back.
pub(super) fn turn(model: &mut Model) {
    model.image_part = match model.image_part {
        ImagePart::Images => ImagePart::Cache,
        ImagePart::Cache => ImagePart::Images,
    };
    model.pane = Pane::List;
    motion::to_start(model);
}

/// Asks what the image under the cursor is to be called, where it is written to, or which one is fetched.
pub(super) fn ask(model: &mut Model, action: ActionName) {
    let selected = model.selected_image().map(|(_, image)| named(image));
    let Some(host) = prune::host_here(model) else {
        toast(model, "no host is there", Tone::Warning);
        return;
    };
    let (image, typed) = match (action, selected) {
        (ActionName::PullImage, _) => (Arc::default(), String::new()),
        (_, None) => {
            toast(model, "no image is selected", Tone::Warning);
            return;
        }
        (ActionName::SaveImage, Some(name)) => {
            let image = ImageName {
                host: host.clone(),
                name,
            };
            let file = image.file_name();
            (image.name, file)
        }
        // Most tags are given beside another one: its name is typed already.
        (_, Some(name)) if name.starts_with("sha256:") => (name, String::new()),
        (_, Some(name)) => {
            let typed = name.to_string();
            (name, typed)
        }
    };
    model.overlay = Some(Overlay::Image(ImageView {
        action,
        host,
        image,
        input: Input::new(typed),
    }));
}

/// By which name it is asked for: the first that a person gave, else its id.
fn named(image: &Image) -> Arc<str> {
    let name = image.names().next();
    name.unwrap_or_else(|| image.id.as_str()).into()
}

/// Takes a key for the question; false where it is not there.
pub(super) fn press(model: &mut Model, key: Key, out: &mut Vec<Effect>) -> bool {
    let Some(Overlay::Image(view)) = &mut model.overlay else {
        return false;
    };
    match key.code {
        KeyCode::Esc => model.overlay = None,
        KeyCode::Enter => {
            let typed = view.input.value().trim().to_owned();
            if typed.is_empty() {
                return true;
            }
            let image = |name: &str| ImageName {
                host: view.host.clone(),
                name: name.into(),
            };
            let request = match view.action {
                ActionName::TagImage => Request::tag(image(&view.image), typed),
                ActionName::SaveImage => Request::save(image(&view.image), typed),
                action => Request::new(action, image(&typed)),
            };
            model.overlay = None;
            plan::show(model, request, out);
        }
        _ => {
            if let Some(request) = input::edit(key) {
                view.input.handle(request);
            }
        }
    }
    true
}
