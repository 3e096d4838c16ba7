//! x
use crate::ui::screen::Screen;
use ratatui::layout::Rect;
pub fn list(_s: &mut Screen<'_>, _a: Rect) {}
pub fn detail(_s: &mut Screen<'_>, _a: Rect) {}
