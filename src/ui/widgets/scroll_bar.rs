//! Where one is in what does not fit: a thumb in the air right of it, to be read, clicked and dragged.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Pane, Target};
use crate::ui::area::row;
use crate::ui::screen::Screen;

/// Draws it beside an area that shows the rows from `from` on of `len`; nothing where all of them fit.
pub fn scroll_bar(screen: &mut Screen<'_>, area: Rect, pane: Pane, from: usize, len: usize) {
    let height = usize::from(area.height);
    if len <= height || height <= 2 || area.width <= 4 {
        return;
    }
    let thumb = (height * height / len).clamp(1, height);
    let at = (height - thumb) * from / (len - height);
    let bar = Rect {
        x: area.right(),
        width: 1,
        ..area
    };
    let thumb_line = Line::from(Span::styled("▐", screen.theme.border));
    for n in at..at + thumb {
        screen.line(row(bar, n), &thumb_line);
    }
    screen.target(bar, Target::Bar(pane));
}
