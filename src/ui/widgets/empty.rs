//! What stands in a pane that has nothing to list: never just nothing.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::Action;
use crate::domain::Failure;
use crate::domain::text::visible;
use crate::ui::area::{centered, inset};
use crate::ui::screen::Screen;

use super::document::wrapped;

/// One line in the middle.
pub fn empty(screen: &mut Screen<'_>, area: Rect, what: &str) {
    let line = Line::from(Span::styled(what, screen.theme.muted));
    message(screen, area, &[line]);
}

/// Something under way.
pub fn waiting(screen: &mut Screen<'_>, area: Rect, what: &str) {
    let spinner = super::super::symbols::spinner(screen.model.now);
    let line = Line::from(vec![
        Span::styled(spinner, screen.theme.accent),
        Span::styled(format!(" {what}"), screen.theme.muted),
    ]);
    message(screen, area, &[line]);
}

/// A filter that leaves nothing, with the key that takes it away.
pub fn no_match(screen: &mut Screen<'_>, area: Rect, what: &str, filter: &str, problems: bool) {
    let theme = screen.theme;
    let mut lines = Vec::new();
    let (said, action) = if filter.is_empty() && problems {
        (format!("no {what} has a problem"), Action::OnlyProblems)
    } else {
        (format!("no {what} matches “{filter}”"), Action::Back)
    };
    lines.push(Line::from(Span::styled(said, theme.muted)));
    if let Some(key) = screen.key(action) {
        let all = Span::styled(" shows all again", theme.muted);
        lines.push(Line::from(vec![key, all]));
    }
    message(screen, area, &lines);
}

/// A failure in full, in the middle: what, why, what to do.
pub fn failed(screen: &mut Screen<'_>, area: Rect, failure: &Failure, more: Option<String>) {
    let theme = screen.theme;
    let width = usize::from(area.width.saturating_sub(4)).clamp(1, 76);
    let mut lines = vec![Line::from(vec![
        Span::styled("✖ ", theme.critical),
        Span::styled(visible(&failure.what).into_owned(), theme.heading),
    ])];
    let mut paragraph = |content: &str, style| {
        lines.push(Line::default());
        for part in wrapped(content, width).into_iter().take(8) {
            lines.push(Line::from(Span::styled(part, style)));
        }
    };
    paragraph(&failure.why, theme.text);
    if let Some(hint) = &failure.hint {
        paragraph(&format!("→ {hint}"), theme.accent);
    }
    if let Some(more) = more {
        paragraph(&more, theme.muted);
    }
    message(screen, area, &lines);
}

/// Lines in the middle of an area, left-aligned among each other.
pub fn message(screen: &mut Screen<'_>, area: Rect, lines: &[Line<'_>]) {
    let widest = lines.iter().map(super::super::text::line_width).max();
    let width = u16::try_from(widest.unwrap_or(0)).unwrap_or(u16::MAX);
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let room = if area.width > 8 {
        inset(area, 2, 0)
    } else {
        area
    };
    let mut place = centered(room, width, height);
    // Above the middle looks like the middle.
    place.y -= (place.y - room.y) / 4;
    screen.lines(place, lines);
}
