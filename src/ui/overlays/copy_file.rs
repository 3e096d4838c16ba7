//! Where a file is copied to, or from.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::browser::CopyFileView;
use crate::domain::ActionName;
use crate::domain::text::visible;
use crate::ui::area::{row, split_left};
use crate::ui::footer::field;
use crate::ui::screen::Screen;

use super::confirm::{answers, question};

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, view: &CopyFileView) {
    let path = visible(&view.place.path).into_owned();
    let out = view.action == ActionName::CopyOut;
    let (title, asked, prompt, said) = if out {
        let said = "On the machine where topside runs; in a folder it keeps its name.";
        ("copy out", format!("Copy {path} to where?"), "to: ", said)
    } else {
        let said = "A file or folder of the machine where topside runs. It keeps its mode, gets the folder's owner, and is read back and compared.";
        ("put in", format!("Put what into {path}?"), "from: ", said)
    };
    let said = if view.exists {
        "There is a file of that name already, which would be gone."
    } else {
        said
    };
    let lines = [said.to_owned()];
    let inner = question(screen, area, title, (&asked, &lines), (3, None));
    let theme = screen.theme;
    let place = row(inner, usize::from(inner.height.saturating_sub(3)));
    screen.line(place, &Line::from(Span::styled(prompt, theme.accent)));
    let (_, place) = split_left(place, prompt.len() as u16);
    let cursor = screen.cursor;
    field(screen, place, &view.input);
    if view.exists {
        screen.cursor = cursor;
        answers(screen, inner, "y", "write over it");
    } else {
        answers(screen, inner, "Enter", "copy");
    }
}
