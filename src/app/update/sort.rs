//! What lists are sorted by.

use crate::app::model::Model;
use crate::app::remembered::Chosen;
use crate::app::rows;
use crate::app::toast::Tone;
use crate::app::view::{ImagePart, View};

use super::toast;

/// Sorts by the next column, where there is more than one way.
pub(super) fn next(model: &mut Model) {
    let word = match model.view {
        View::Services => {
            model.order = model.order.next();
            model.remembered.services = Some(Chosen {
                chosen: model.order,
                over: model.settings.order,
            });
            model.order.word()
        }
        View::Certificates => {
            model.certificate_order = model.certificate_order.next();
            model.remembered.certificates = Some(model.certificate_order);
            model.certificate_order.word()
        }
        View::Images if model.image_part == ImagePart::Images => {
            model.image_order = model.image_order.next();
            model.remembered.images = Some(model.image_order);
            model.image_order.words()
        }
        _ => return,
    };
    let view = model.view;
    rows::refresh(model, view);
    toast(model, format!("sorted by {word}"), Tone::Note);
}
