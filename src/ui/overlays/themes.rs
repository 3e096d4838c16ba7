//! The picker of themes: what is typed, what matches, what each says of itself.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::themes::ThemesView;
use crate::ui::area::{row, split_left};
use crate::ui::screen::Screen;
use crate::ui::text;

/// The columns of the names.
const NAME: usize = 18;

/// Draws it at the right edge, so that the most of the view is seen in the theme.
pub fn draw(screen: &mut Screen<'_>, area: Rect, view: &ThemesView) {
    let theme = screen.theme;
    let width = area.width.saturating_sub(8).min(62);
    let height = area.height.saturating_sub(6).min(20);
    let aside = area.width.saturating_sub(width + 4);
    let (_, area) = split_left(area, aside);
    let inner = super::window(screen, area, "themes", width, height);
    let body = super::narrowing(screen, inner, "/ ", &view.input);
    if view.entries.is_empty() {
        let said = Span::styled("no theme has such a name", theme.muted);
        screen.line(row(body, 0), &Line::from(said));
        return;
    }
    super::where_in_it(screen, body, view.cursor, view.entries.len());
    for (index, line) in super::rows_around(body, view.cursor, view.entries.len()) {
        let Some(entry) = view.entries.get(index) else {
            continue;
        };
        let mark = if entry.name == view.was { "● " } else { "  " };
        let name = text::cut_end(&entry.name, NAME);
        let spans = vec![
            Span::styled(mark, theme.accent),
            Span::styled(format!("{name:<NAME$} "), theme.text),
            Span::styled(entry.about.as_str(), theme.muted),
        ];
        let columns = usize::from(line.width);
        screen.line(line, &text::cut_line(Line::from(spans), columns));
        super::list_row(screen, line, index, index == view.cursor);
    }
}
