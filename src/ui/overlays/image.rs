//! What an image is to be called, which file it is written to, or which one is fetched.

use ratatui::layout::Rect;

use crate::app::overlay::ImageView;
use crate::domain::{ActionName, ImageName};
use crate::ui::area::row;
use crate::ui::screen::Screen;

use super::carry::typed;
use super::confirm::{answers, question};

/// The field, a blank row and the answers.
const BELOW: u16 = 3;

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, view: &ImageView) {
    let image = ImageName {
        host: view.host.clone(),
        name: view.image.clone(),
    };
    let (title, asked, line, prompt) = match view.action {
        ActionName::TagImage => (
            "tag",
            format!("What is {image} to be called, too?"),
            "NAME:TAG. One that means another image moves; the plan says from which.",
            "as: ",
        ),
        ActionName::SaveImage => (
            "save",
            format!("Write {image} to which file?"),
            "On the machine where topside runs, in the folder where it was started. Nothing is written over.",
            "to: ",
        ),
        _ => (
            "pull",
            format!("Fetch which image to {}?", view.host),
            "NAME:TAG, with your login to its registry. Nothing is brought up.",
            "from: ",
        ),
    };
    let inner = question(
        screen,
        area,
        title,
        (&asked, &[line.to_owned()]),
        (BELOW, None),
    );
    let last = usize::from(inner.height.saturating_sub(1));
    let place = row(inner, last.saturating_sub(usize::from(BELOW) - 1));
    typed(screen, place, prompt, (&view.input, true));
    answers(screen, inner, "Enter", "see the plan");
}
