//! A value over time: columns of eighths, the newest at the right.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::ui::area::{row, split_left};
use crate::ui::screen::Screen;

const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// A series of values, oldest first.
pub struct Chart<'a> {
    /// Values; not a number where nothing was read.
    pub values: &'a [f64],
    /// What is drawn at the top at least, so that noise around nothing does not fill the chart.
    pub at_least: f64,
    /// What the axis says of a value.
    pub label: fn(f64) -> String,
    /// How it is drawn.
    pub style: Style,
}

/// Draws the series into an area; with an axis where there is room for one.
pub fn chart(screen: &mut Screen<'_>, area: Rect, chart: &Chart<'_>) {
    let with_axis = area.width >= 24 && area.height >= 3;
    let (axis, plot) = split_left(area, if with_axis { 7 } else { 0 });
    let shown = chart
        .values
        .get(chart.values.len().saturating_sub(usize::from(plot.width))..)
        .unwrap_or(&[]);
    let top = shown
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .fold(chart.at_least, f64::max);
    if with_axis {
        let (muted, line) = (screen.theme.muted, screen.theme.border);
        for n in 0..usize::from(axis.height) {
            let label = match n {
                0 => (chart.label)(top),
                n if n + 1 == usize::from(axis.height) => "0".to_owned(),
                _ => String::new(),
            };
            let tick = if label.is_empty() { "│" } else { "┤" };
            let spans = vec![Span::styled(label, muted), Span::styled(tick, line)];
            screen.line_right(row(axis, n), &Line::from(spans));
        }
    }
    let height = usize::from(plot.height);
    let gap = usize::from(plot.width).saturating_sub(shown.len());
    let heights: Vec<usize> = shown.iter().map(|v| eighths(*v, top, height)).collect();
    for n in 0..height {
        let below = (height - 1 - n) * 8;
        let mut line = Line::from(Span::raw(" ".repeat(gap)));
        for height in &heights {
            // The edge is bright, what is below it faint.
            let style = if *height > below + 8 {
                chart.style.add_modifier(Modifier::DIM)
            } else {
                chart.style
            };
            let symbol = EIGHTHS[height.saturating_sub(below).min(8)];
            line.spans.push(Span::styled(symbol, style));
        }
        screen.line(row(plot, n), &line);
    }
}

/// How many eighths of a row a value is high; at least one when it was read at all.
fn eighths(value: f64, top: f64, height: usize) -> usize {
    if !value.is_finite() || top <= 0.0 {
        return 0;
    }
    let share = (value / top).clamp(0.0, 1.0);
    ((share * (height * 8) as f64).round() as usize).max(1)
}
