//! The frame of a pane with its title; on a small screen the frame is left out.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Widget};

use crate::ui::area::{inset, row, split_top};
use crate::ui::screen::Screen;
use crate::ui::text;

/// What a pane says of itself.
#[derive(Default)]
pub struct Title<'a> {
    /// At the left of the upper edge.
    pub left: Line<'a>,
    /// At its right.
    pub right: Line<'a>,
    /// At the right of the lower edge.
    pub below: Line<'a>,
    /// Whether the keys go here.
    pub focused: bool,
    /// Whether what is shown may no longer be so.
    pub stale: bool,
}

/// Columns in which the beginning of a note says something.
const SOME: usize = 12;

/// Whether an area is too small to spend cells on a frame.
pub fn is_tight(area: Rect) -> bool {
    area.width < 44 || area.height < 9
}

/// Draws the frame; returns what is within, a column of air at each side.
pub fn pane(screen: &mut Screen<'_>, area: Rect, title: Title<'_>) -> Rect {
    let style = border_style(screen, &title);
    if is_tight(area) {
        return tight(screen, area, title);
    }
    Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(style)
        .render(area, screen.buffer);
    let edge = inset(area, 2, 0);
    let upper = row(edge, 0);
    let left_width = text::line_width(&title.left);
    let spare = usize::from(upper.width).saturating_sub(left_width + 2);
    on_edge(
        screen,
        upper,
        text::cut_line(title.left, usize::from(upper.width).saturating_sub(2)),
        false,
    );
    // What narrows a text stands first: a filter is seen before the rest goes.
    if spare >= SOME {
        let right = text::cut_line(title.right, spare - 3);
        on_edge(screen, upper, right, true);
    }
    let lower = row(edge, usize::from(area.height.saturating_sub(1)));
    if text::line_width(&title.below) + 2 <= usize::from(lower.width) {
        on_edge(screen, lower, title.below, true);
    }
    inset(area, 2, 1)
}

/// Without a frame: the title, if there is one, is the first row.
fn tight(screen: &mut Screen<'_>, area: Rect, title: Title<'_>) -> Rect {
    if title.left.spans.is_empty() || area.height < 4 {
        return area;
    }
    let (top, rest) = split_top(area, 1);
    let left = text::line_width(&title.left);
    let room = usize::from(top.width);
    screen.line(top, &text::cut_line(title.left, room));
    let spare = room.saturating_sub(left + 1);
    if text::line_width(&title.right) <= spare || spare >= SOME {
        screen.line_right(top, &text::cut_line(title.right, spare));
    }
    rest
}

fn border_style(screen: &Screen<'_>, title: &Title<'_>) -> Style {
    if title.stale {
        screen.theme.stale
    } else if title.focused {
        screen.theme.border_focused
    } else {
        screen.theme.border
    }
}

/// Text on an edge has a blank at each side.
fn on_edge(screen: &mut Screen<'_>, edge: Rect, mut line: Line<'_>, right: bool) {
    if text::line_width(&line) == 0 {
        return;
    }
    line.spans.insert(0, Span::raw(" "));
    line.spans.push(Span::raw(" "));
    if right {
        screen.line_right(edge, &line);
    } else {
        screen.line(edge, &line);
    }
}
