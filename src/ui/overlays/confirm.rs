//! A question before something that cannot be undone.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::overlay::Confirm;
use crate::ui::area::row;
use crate::ui::screen::Screen;
use crate::ui::widgets::document::Document;

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, confirm: &Confirm) {
    let theme = screen.theme;
    let width = area.width.saturating_sub(8).min(64);
    let mut doc = Document::of_width(theme, width);
    doc.paragraph(0, &confirm.question, theme.heading);
    if !confirm.lines.is_empty() {
        doc.blank();
    }
    for line in &confirm.lines {
        doc.paragraph(0, line, theme.text);
    }
    let lines = doc.into_lines();
    let height = u16::try_from(lines.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let inner = super::window(screen, area, confirm.action.word(), width, height);
    let (text, _) = crate::ui::area::split_bottom(inner, 2);
    screen.lines(text, &lines);
    // The answers are seen however little room there is.
    let last = row(inner, usize::from(inner.height.saturating_sub(1)));
    let answers = Line::from(vec![
        Span::styled("y", theme.key),
        Span::styled(format!(" {}", confirm.action.word()), theme.critical),
        Span::raw("    "),
        Span::styled("Esc", theme.key),
        Span::styled(" leave it", theme.muted),
    ]);
    screen.line(last, &answers);
}
