//! Everything by name: what is typed, what matches, its keys or what it is.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::palette::Palette;
use crate::ui::area::row;
use crate::ui::screen::Screen;
use crate::ui::text;

/// The columns of the names.
const NAME: usize = 19;

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, palette: &Palette) {
    let theme = screen.theme;
    let width = area.width.saturating_sub(8).min(84);
    let height = area.height.saturating_sub(6).min(20);
    let inner = super::window(screen, area, "do or go to", width, height);
    let body = super::narrowing(screen, inner, ": ", &palette.input);
    if palette.entries.is_empty() {
        let said = Span::styled("nothing has such a name", theme.muted);
        screen.line(row(body, 0), &Line::from(said));
        return;
    }
    super::where_in_it(screen, body, palette.cursor, palette.entries.len());
    // A sentence of which three words are seen says nothing.
    let with_sentence = usize::from(body.width) > 2 * NAME + 10;
    for (index, line) in super::rows_around(body, palette.cursor, palette.entries.len()) {
        let Some(entry) = palette.entries.get(index) else {
            continue;
        };
        let (name, about) = if entry.works {
            let about = entry.about.as_str();
            (theme.text, if with_sentence { about } else { "" })
        } else {
            (theme.muted, "not here")
        };
        let mut right = vec![Span::styled(entry.kind(), theme.muted)];
        if let Some(key) = entry
            .keyed(&screen.model.settings.commands)
            .and_then(|action| screen.key(action))
        {
            let key = if entry.works {
                key
            } else {
                Span::styled(key.content, theme.muted)
            };
            right.extend([Span::raw("  "), key]);
        }
        let room = screen.line_right(line, &Line::from(right));
        // What has no sentence of its own may be longer than the names of actions.
        let wide = if about.is_empty() { 0 } else { NAME };
        let said = text::cut_end(&entry.name, usize::from(room.width));
        let left = Line::from(vec![
            Span::styled(format!("{said:<wide$} "), name),
            Span::styled(about, theme.muted),
        ]);
        let columns = usize::from(room.width).saturating_sub(2);
        screen.line(room, &text::cut_line(left, columns));
        super::list_row(screen, line, index, index == palette.cursor);
    }
}
