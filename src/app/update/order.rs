//! The order of a list: the next one, round and round.

use crate::app::model::Model;
use crate::app::rows;
use crate::app::toast::Tone;
use crate::app::view::View;

use super::toast;

/// Sorts the list by what comes next; those that have one order stay as they are.
pub(super) fn sort(model: &mut Model) {
    let order = match model.view {
        View::Services => {
            model.order = model.order.next();
            model.order.word()
        }
        View::Images => {
            model.image_order = model.image_order.next();
            model.image_order.words()
        }
        _ => return,
    };
    let view = model.view;
    rows::refresh(model, view);
    toast(model, format!("sorted by {order}"), Tone::Note);
}
