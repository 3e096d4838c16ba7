//! Everything that needs somebody.

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::ui::area::{row, split_top};
use crate::ui::findings::in_full;
use crate::ui::screen::Screen;
use crate::ui::text;
use crate::ui::widgets::empty;

/// No wider, for the eye finds the next line no more.
const WIDEST: u16 = 110;

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, cursor: usize) {
    let findings = &screen.model.findings;
    let room = area.width.saturating_sub(6).min(WIDEST);
    let entries: Vec<Vec<Line<'_>>> = findings
        .iter()
        .map(|finding| in_full(screen, finding, usize::from(room)))
        .collect();
    let widest = entries.iter().flatten().map(text::line_width).max();
    let width = u16::try_from(widest.unwrap_or(0)).unwrap_or(room);
    let width = width.clamp(30.min(room), room);
    let lines: usize = entries.iter().map(Vec::len).sum();
    let height = u16::try_from(lines).unwrap_or(u16::MAX).max(3);
    let height = height.min(area.height.saturating_sub(4));
    let inner = super::window(screen, area, "what needs you", width, height);
    if findings.is_empty() {
        empty::empty(screen, inner, "nothing: all is well");
        return;
    }
    let from = first_shown(&entries, cursor, usize::from(inner.height));
    let mut rest = inner;
    for (index, entry) in entries.iter().enumerate().skip(from) {
        let (place, below) = split_top(rest, u16::try_from(entry.len()).unwrap_or(u16::MAX));
        for (n, line) in entry.iter().take(usize::from(place.height)).enumerate() {
            let place = row(place, n);
            screen.line(place, line);
            super::list_row(screen, place, index, index == cursor);
        }
        rest = below;
    }
}

/// The first entry to show so that the whole of the one under the cursor is on screen.
fn first_shown(entries: &[Vec<Line<'_>>], cursor: usize, height: usize) -> usize {
    let mut from = cursor.min(entries.len().saturating_sub(1));
    let mut used = entries.get(from).map_or(0, Vec::len);
    while from > 0 {
        used += entries.get(from - 1).map_or(0, Vec::len);
        if used > height {
            break;
        }
        from -= 1;
    }
    from
}
