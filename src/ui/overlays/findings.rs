//! Everything that needs somebody.

use ratatui::layout::Rect;

use crate::app::list::window;
use crate::ui::area::row;
use crate::ui::findings::with_help;
use crate::ui::screen::Screen;
use crate::ui::text;
use crate::ui::widgets::empty;

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, cursor: usize) {
    let findings = &screen.model.findings;
    let lines: Vec<_> = findings
        .iter()
        .map(|finding| text::line_width(&with_help(screen, finding, usize::MAX)))
        .collect();
    let widest = lines.iter().max().copied().unwrap_or(0).clamp(30, 110);
    let width = u16::try_from(widest).unwrap_or(110);
    let width = width.min(area.width.saturating_sub(6));
    let height = u16::try_from(findings.len()).unwrap_or(u16::MAX).max(3);
    let height = height.min(area.height.saturating_sub(4));
    let inner = super::window(screen, area, "what needs you", width, height);
    if findings.is_empty() {
        empty::empty(screen, inner, "nothing: all is well");
        return;
    }
    let rows = usize::from(inner.height);
    let from = window(0, cursor, findings.len(), rows);
    for (place, (index, finding)) in findings
        .iter()
        .enumerate()
        .skip(from)
        .take(rows)
        .enumerate()
    {
        let line = row(inner, place);
        let content = with_help(screen, finding, usize::from(line.width));
        screen.line(line, &content);
        super::list_row(screen, line, index, index == cursor);
    }
}
