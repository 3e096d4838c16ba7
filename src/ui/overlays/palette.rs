//! Every action, by name: what is typed, what matches, its keys.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::list::window;
use crate::app::overlay::Palette;
use crate::ui::area::{row, split_left, split_top};
use crate::ui::footer::field;
use crate::ui::screen::Screen;
use crate::ui::text;

/// The columns of the names.
const NAME: usize = 20;

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, palette: &Palette) {
    let theme = screen.theme;
    let width = area.width.saturating_sub(8).min(84);
    let height = area.height.saturating_sub(6).min(20);
    let inner = super::window(screen, area, "actions", width, height);
    let (top, rest) = split_top(inner, 1);
    let prompt = Line::from(Span::styled(": ", theme.accent));
    screen.line(top, &prompt);
    let (_, typed) = split_left(top, 2);
    field(screen, typed, &palette.input);
    let (_, body) = split_top(rest, u16::from(rest.height > 4));
    if palette.entries.is_empty() {
        let said = Span::styled("no action has such a name", theme.muted);
        screen.line(row(body, 0), &Line::from(said));
        return;
    }
    let rows = usize::from(body.height);
    let from = window(0, palette.cursor, palette.entries.len(), rows);
    let shown = palette.entries.iter().enumerate().skip(from).take(rows);
    for (place, (index, entry)) in shown.enumerate() {
        let line = row(body, place);
        let spec = entry.spec;
        let (name, about) = if entry.works {
            (theme.text, theme.muted)
        } else {
            (theme.muted, theme.muted)
        };
        let mut room = line;
        if let Some(key) = screen.key(spec.action) {
            let key = if entry.works {
                key
            } else {
                Span::styled(key.content, theme.muted)
            };
            room = screen.line_right(line, &Line::from(key));
        }
        let words = spec.name.replace('_', " ");
        let about = if entry.works {
            Span::styled(spec.about, about)
        } else {
            Span::styled("not here", about)
        };
        let left = Line::from(vec![Span::styled(format!("{words:<NAME$}"), name), about]);
        let columns = usize::from(room.width).saturating_sub(2);
        screen.line(room, &text::cut_line(left, columns));
        super::list_row(screen, line, index, index == palette.cursor);
    }
}
