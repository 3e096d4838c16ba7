//! What lists are sorted by, and remembered to be.

use crate::app::model::Model;
use crate::app::region::Order;
use crate::app::remembered::Chosen;
use crate::app::rows;
use crate::app::toast::Tone;
use crate::app::view::{ImagePart, View};

use super::toast;

/// Sorts by the next column, where there is more than one way.
pub(super) fn next(model: &mut Model) {
    let order = match model.view {
        View::Services => Order::Services(model.order.next()),
        View::Certificates => Order::Certificates(model.certificate_order.next()),
        View::Images if model.image_part == ImagePart::Images => {
            Order::Images(model.image_order.next())
        }
        _ => return,
    };
    by(model, order);
}

/// Sorts by a column, such as the one whose heading was clicked.
pub(super) fn by(model: &mut Model, order: Order) {
    let word = match order {
        Order::Services(order) => {
            model.order = order;
            model.remembered.services = Some(Chosen {
                chosen: order,
                over: model.settings.order,
            });
            order.word()
        }
        Order::Certificates(order) => {
            model.certificate_order = order;
            model.remembered.certificates = Some(order);
            order.word()
        }
        Order::Images(order) => {
            model.image_order = order;
            model.remembered.images = Some(order);
            order.words()
        }
        Order::Files(order) => {
            if let Some(browser) = &mut model.browser {
                browser.sort(order);
            }
            return;
        }
    };
    let view = model.view;
    rows::refresh(model, view);
    toast(model, format!("sorted by {word}"), Tone::Note);
}
