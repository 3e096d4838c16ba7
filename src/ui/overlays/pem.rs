//! What is copied of a certificate, and the file that its chain is written to.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::pem::{CopyChoice, CopyView, ExportView};
use crate::ui::area::{row, split_left};
use crate::ui::footer::field;
use crate::ui::screen::Screen;

use super::confirm::answers;

/// As wide as its longest line.
const CHOICE: u16 = 30;
/// A path wants room.
const FILE: u16 = 70;

/// Draws the choice of what is copied.
pub fn draw_copy(screen: &mut Screen<'_>, area: Rect, view: &CopyView) {
    let theme = screen.theme;
    let rows = CopyChoice::ALL.len() as u16;
    let inner = super::window(screen, area, "copy", CHOICE, rows);
    for (n, choice) in CopyChoice::ALL.into_iter().enumerate() {
        let line = Line::from(vec![
            Span::styled(format!("{}  ", choice.key()), theme.key),
            Span::styled(choice.about(), theme.text),
        ]);
        screen.line(row(inner, n), &line);
        super::list_row(screen, row(inner, n), n, n == view.cursor);
    }
}

/// Draws the question for a file.
pub fn draw_export(screen: &mut Screen<'_>, area: Rect, view: &ExportView) {
    let theme = screen.theme;
    let width = area.width.saturating_sub(8).min(FILE);
    let inner = super::window(screen, area, "export the chain as PEM", width, 5);
    let prompt = "file: ";
    screen.line(
        row(inner, 0),
        &Line::from(Span::styled(prompt, theme.accent)),
    );
    let (_, place) = split_left(row(inner, 0), prompt.len() as u16);
    field(screen, place, &view.path);
    let (said, style) = if view.exists {
        ("something is there already: is it to go?", theme.warning)
    } else {
        ("the certificate, its CAs; no key", theme.muted)
    };
    screen.line(row(inner, 2), &Line::from(Span::styled(said, style)));
    let yes = if view.exists {
        ("y", "overwrite")
    } else {
        ("Enter", "write")
    };
    answers(screen, inner, yes.0, yes.1);
}
