//! x
use crate::ui::screen::Screen;
use ratatui::layout::Rect;
pub fn draw(_s: &mut Screen<'_>, _a: Rect) {}
