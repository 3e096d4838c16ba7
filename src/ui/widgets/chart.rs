//! A value over time: columns of eighths, the newest at the right.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::ui::area::{row, split_left};
use crate::ui::screen::Screen;

pub(super) const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// A series of values, oldest first.
pub struct Chart<'a> {
    /// Values; not a number where nothing was read.
    pub values: &'a [f64],
    /// What keeps noise around nothing from filling the chart.
    pub floor: Floor,
    /// What the axis says of a value.
    pub label: fn(f64) -> String,
    /// How it is drawn.
    pub style: Style,
}

/// The least of a scale.
#[derive(Debug, Clone, Copy)]
pub struct Floor {
    /// What is drawn at the top at least.
    pub at_least: f64,
    /// Below it a value is drawn as low as one can be.
    pub noise: f64,
}

/// What was drawn of a series.
pub struct Shown {
    /// How many of its newest values.
    pub len: usize,
    /// In how many columns at the right.
    pub columns: u16,
}

/// Draws the series into an area; with an axis where there is room for one. Returns what of it is on screen.
pub fn chart(screen: &mut Screen<'_>, area: Rect, chart: &Chart<'_>) -> Shown {
    let with_axis = area.width >= 20 && area.height >= 2;
    let (axis, plot) = split_left(area, if with_axis { 7 } else { 0 });
    let shown = chart
        .values
        .get(chart.values.len().saturating_sub(usize::from(plot.width))..)
        .unwrap_or(&[]);
    let top = shown
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .fold(chart.floor.at_least, f64::max);
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
    let heights: Vec<usize> = shown
        .iter()
        .map(|value| eighths(*value, top, height, chart.floor.noise))
        .collect();
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
    Shown {
        len: shown.len(),
        columns: u16::try_from(shown.len()).unwrap_or(plot.width),
    }
}

/// How many eighths of a row a value is high: none when it is nothing, one at least when it is something, and not more
/// when it is noise.
fn eighths(value: f64, top: f64, height: usize, noise: f64) -> usize {
    if !value.is_finite() || value <= 0.0 || top <= 0.0 {
        return 0;
    }
    if value < noise {
        return 1;
    }
    let share = (value / top).clamp(0.0, 1.0);
    ((share * (height * 8) as f64).round() as usize).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_noise_and_something_look_different() {
        let high = |value| eighths(value, 10_240.0, 2, 1_024.0);
        assert_eq!(high(0.0), 0);
        assert_eq!(high(f64::NAN), 0);
        assert_eq!((high(1.0), high(900.0)), (1, 1));
        assert!(high(1_024.0) > 1);
        assert_eq!(high(10_240.0), 16);
    }
}
