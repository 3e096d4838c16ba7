//! Frames as they are drawn: compared with those kept, and safe whatever is drawn.

mod screenshots;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::{Model, Regions};
use crate::theme::Theme;

/// A frame of a model in the default theme.
fn frame(model: &Model, columns: u16, rows: u16) -> (Buffer, Regions) {
    frame_in(model, &Theme::default(), columns, rows)
}

fn frame_in(model: &Model, theme: &Theme, columns: u16, rows: u16) -> (Buffer, Regions) {
    let area = Rect::new(0, 0, columns, rows);
    let mut buffer = Buffer::empty(area);
    let (regions, _) = super::render(model, theme, &mut buffer, area);
    (buffer, regions)
}
