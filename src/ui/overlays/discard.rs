//! A question before an image or a volume is thrown away: `y`, or its name.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::overlay::{Discard, NameField};
use crate::ui::area::{row, split_left};
use crate::ui::footer::field;
use crate::ui::screen::Screen;

use super::confirm::{answers, question};

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, discard: &Discard) {
    let below = if discard.name.is_some() { 4 } else { 2 };
    let asked = (&*discard.question, &*discard.lines);
    let inner = question(screen, area, "remove", asked, (below, Some(discard.offset)));
    match &discard.name {
        None => answers(screen, inner, "y", "remove"),
        Some(name) => {
            typed(screen, inner, name);
            answers(screen, inner, "Enter", "remove");
        }
    }
}

/// The field, two rows above the answers, and between them what is wrong with it.
fn typed(screen: &mut Screen<'_>, inner: Rect, name: &NameField) {
    let theme = screen.theme;
    let last = usize::from(inner.height.saturating_sub(1));
    let place = row(inner, last.saturating_sub(2));
    let prompt = "its name: ";
    screen.line(place, &Line::from(Span::styled(prompt, theme.accent)));
    let (_, place) = split_left(place, prompt.len() as u16);
    field(screen, place, &name.input);
    if name.wrong {
        let said = format!("that is not its name: type {}", name.wanted);
        let said = Line::from(Span::styled(said, theme.warning));
        screen.line(row(inner, last.saturating_sub(1)), &said);
    }
}
