//! What every part of the screen draws with: the model, the theme, the cells, and the report of what is where.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::{Model, Regions, Target};
use crate::domain::text::visible;
use crate::theme::Theme;

use super::text;

/// One frame being drawn.
pub struct Screen<'a> {
    /// What is drawn.
    pub model: &'a Model,
    /// How it looks.
    pub theme: &'a Theme,
    /// Where it is drawn.
    pub buffer: &'a mut Buffer,
    /// What was drawn where.
    pub regions: Regions,
    /// Where the terminal's cursor stands, while something is typed.
    pub cursor: Option<Position>,
}

impl Screen<'_> {
    /// Draws a line into the first row of an area, cut where it ends. Everything drawn passes here, so nothing unsafe
    /// reaches a cell.
    pub fn line(&mut self, area: Rect, line: &Line<'_>) {
        let area = area.intersection(self.buffer.area);
        if area.is_empty() {
            return;
        }
        let mut x = area.x;
        for span in &line.spans {
            let left = area.right().saturating_sub(x);
            if left == 0 {
                break;
            }
            let safe = visible(&span.content);
            // What was below, such as a frame, does not shine through.
            let style = self.theme.text.patch(span.style);
            (x, _) = self
                .buffer
                .set_stringn(x, area.y, &safe, usize::from(left), style);
        }
    }

    /// The same, ending at the right edge; returns what is left of the area before it.
    pub fn line_right(&mut self, area: Rect, line: &Line<'_>) -> Rect {
        let wide = u16::try_from(text::line_width(line)).unwrap_or(u16::MAX);
        let (left, right) = super::area::split_left(area, area.width.saturating_sub(wide));
        self.line(right, line);
        left
    }

    /// Draws lines one below the other.
    pub fn lines(&mut self, area: Rect, lines: &[Line<'_>]) {
        for (n, line) in lines.iter().take(usize::from(area.height)).enumerate() {
            self.line(super::area::row(area, n), line);
        }
    }

    /// Styles what is drawn in an area already.
    pub fn style(&mut self, area: Rect, style: Style) {
        self.buffer.set_style(area, style);
    }

    /// Empties an area and gives it a style, over that of the screen.
    pub fn clear(&mut self, area: Rect, style: Style) {
        let style = self.theme.background.patch(self.theme.text).patch(style);
        let area = area.intersection(self.buffer.area);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                    cell.set_style(style);
                }
            }
        }
    }

    /// Reports what a click at an area means.
    pub fn target(&mut self, area: Rect, target: Target) {
        let area = area.intersection(self.buffer.area);
        if !area.is_empty() {
            let area = super::area::cells(area);
            self.regions.targets.push((area, target));
        }
    }

    /// The keys of an action as a span, when it has one.
    pub fn key(&self, action: crate::app::Action) -> Option<Span<'static>> {
        let label = self.model.settings.keymap.label(action)?;
        Some(Span::styled(label, self.theme.key))
    }
}
