//! Which columns of the list are shown.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::columns::ColumnsView;
use crate::app::list::window;
use crate::ui::area::{row, split_bottom};
use crate::ui::screen::Screen;
use crate::ui::widgets::keys::{Choice, keys};

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, view: &ColumnsView) {
    let (model, theme) = (screen.model, screen.theme);
    let count = u16::try_from(view.titles.len()).unwrap_or(u16::MAX);
    let height = count.saturating_add(2).min(area.height.saturating_sub(4));
    let width = area.width.saturating_sub(8).min(40);
    let inner = super::window(screen, area, "columns", width, height);
    let (body, _) = split_bottom(inner, 2);
    let rows = usize::from(body.height);
    let from = window(0, view.cursor, view.titles.len(), rows);
    let hidden = model.remembered.hidden.get(view.list);
    let shown = view.titles.iter().enumerate().skip(from).take(rows);
    for (place, (index, title)) in shown.enumerate() {
        let is_hidden = hidden.is_some_and(|hidden| hidden.contains(*title));
        let (mark, style) = if is_hidden {
            ("[ ] ", theme.muted)
        } else {
            ("[x] ", theme.accent)
        };
        let line = row(body, place);
        let spans = vec![Span::styled(mark, style), Span::styled(*title, theme.text)];
        screen.line(line, &Line::from(spans));
        super::list_row(screen, line, index, index == view.cursor);
    }
    let last = row(inner, usize::from(inner.height.saturating_sub(1)));
    let style = theme.muted;
    let choices = [("Space", "show or hide"), ("Esc", "close")];
    let choices = choices.map(|(key, word)| Choice { key, word, style });
    keys(screen, last, &choices, 3);
}
