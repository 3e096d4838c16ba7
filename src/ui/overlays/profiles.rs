//! Which profiles a project is to be brought up with.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::overlay::ProfilesView;
use crate::ui::area::{row, split_bottom, split_top};
use crate::ui::screen::Screen;
use crate::ui::text;
use crate::ui::widgets::keys::{Choice, keys};

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, view: &ProfilesView) {
    let theme = screen.theme;
    let width = area.width.saturating_sub(8).min(60);
    let count = view.profiles.as_ref().map_or(1, Vec::len);
    let height = u16::try_from(count).unwrap_or(u16::MAX).saturating_add(4);
    let height = height.min(area.height.saturating_sub(4));
    let title = format!("up {}", view.project.name);
    let inner = super::window(screen, area, &title, width, height);
    let Some(profiles) = &view.profiles else {
        let said = Span::styled("reading its Compose files…", theme.info);
        screen.line(row(inner, 0), &Line::from(said));
        return;
    };
    let (top, rest) = split_top(inner, 2);
    let said = "with the services of these profiles too:";
    screen.line(row(top, 0), &Line::from(Span::styled(said, theme.text)));
    let (body, _) = split_bottom(rest, 2);
    for (index, line) in super::rows_around(body, view.cursor, profiles.len()) {
        let Some((name, chosen)) = profiles.get(index) else {
            continue;
        };
        let mark = super::check_mark(theme, *chosen);
        let spans = vec![mark, Span::styled(name, theme.text)];
        let columns = usize::from(line.width);
        screen.line(line, &text::cut_line(Line::from(spans), columns));
        super::list_row(screen, line, index, index == view.cursor);
    }
    let last = row(inner, usize::from(inner.height.saturating_sub(1)));
    let choices = [
        ("Space", "choose"),
        ("Enter", "see the plan"),
        ("Esc", "leave it"),
    ];
    keys(
        screen,
        last,
        &choices.map(|one| Choice::plain(theme, one)),
        3,
    );
}
