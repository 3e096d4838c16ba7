//! Images: what is asked of them while somebody looks, and a look into their layers.

use jiff::Timestamp;

use crate::app::effect::Effect;
use crate::app::host::Host;
use crate::app::model::Model;
use crate::app::toast::Tone;
use crate::domain::ImageId;

use super::toast;

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
    let Some((host, id)) = model.images.cursor.selected.clone() else {
        toast(model, "no image is selected", Tone::Warning);
        return;
    };
    // In a narrow terminal the pane is only there when it has the keys.
    if model.regions.detail_rows == 0 {
        model.pane = crate::app::view::Pane::Detail;
    }
    for other in model.hosts.iter_mut().filter(|other| other.id != host) {
        other.imaging.stopped();
    }
    if let Some(known) = model.host_mut(&host) {
        let wanted = known.imaging.look_or_stop(&id);
        out.extend(wanted.map(|wanted| Effect::Images(host, wanted)));
    }
}
