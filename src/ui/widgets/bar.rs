//! A bar: a heavy line for the full part, a thin one for the rest, so that it reads without colour too.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::theme::Theme;

/// A bar of so many columns, full to a fraction of 0 to 1. Half columns are drawn.
pub fn bar(theme: &Theme, columns: usize, fraction: f64, full: Style) -> [Span<'static>; 2] {
    let fraction = if fraction.is_finite() {
        fraction.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let mut halves = (fraction * columns as f64 * 2.0).round() as usize;
    // Something is never shown as nothing.
    if fraction > 0.0 {
        halves = halves.max(1);
    }
    let mut filled = "━".repeat(halves / 2);
    if halves % 2 == 1 {
        filled.push('╸');
    }
    let empty = "─".repeat(columns.saturating_sub(halves.div_ceil(2)));
    [
        Span::styled(filled, full),
        Span::styled(empty, theme.bar_empty),
    ]
}
