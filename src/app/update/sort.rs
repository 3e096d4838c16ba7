//! What lists are sorted by.

use crate::app::model::Model;
use crate::app::region::Order;
use crate::app::rows;
use crate::app::toast::Tone;
use crate::app::view::{ImagePart, View};

use super::toast;

/// Sorts by the next column, where there is more than one way.
pub(super) fn next(model: &mut Model) {
    let word = match model.view {
        View::Services => {
            model.order = model.order.next();
            model.order.word()
        }
        View::Certificates => {
            model.certificate_order = model.certificate_order.next();
            model.certificate_order.word()
        }
        View::Images if model.image_part == ImagePart::Images => {
            model.image_order = model.image_order.next();
            model.image_order.words()
        }
        _ => return,
    };
    sorted(model, word);
}

/// Sorts by the column whose heading was clicked.
pub(super) fn by(model: &mut Model, order: Order) {
    let word = match order {
        Order::Services(order) => {
            model.order = order;
            order.word()
        }
        Order::Certificates(order) => {
            model.certificate_order = order;
            order.word()
        }
        Order::Images(order) => {
            model.image_order = order;
            order.words()
        }
        Order::Files(order) => {
            if let Some(browser) = &mut model.browser {
                browser.sort(order);
            }
            return;
        }
    };
    sorted(model, word);
}

fn sorted(model: &mut Model, word: &str) {
    let view = model.view;
    rows::refresh(model, view);
    toast(model, format!("sorted by {word}"), Tone::Note);
}
