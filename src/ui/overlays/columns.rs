//! Which columns of the list are shown.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::columns::ColumnsView;
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
    let hidden = model.remembered.hidden.get(view.list);
    for (index, line) in super::rows_around(body, view.cursor, view.titles.len()) {
        let Some(title) = view.titles.get(index) else {
            continue;
        };
        let is_hidden = hidden.is_some_and(|hidden| hidden.contains(*title));
        let mark = super::check_mark(theme, !is_hidden);
        let spans = vec![mark, Span::styled(*title, theme.text)];
        screen.line(line, &Line::from(spans));
        super::list_row(screen, line, index, index == view.cursor);
    }
    let last = row(inner, usize::from(inner.height.saturating_sub(1)));
    let choices = [("Space", "show or hide"), ("Esc", "close")];
    keys(
        screen,
        last,
        &choices.map(|one| Choice::plain(theme, one)),
        3,
    );
}
