//! Short messages at the lower right of the body.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::Target;

use super::area::{inset, row, split_left};
use super::screen::Screen;
use super::widgets::document::wrapped;
use super::{symbols, text};

/// How many are shown at once.
const MOST: usize = 3;

/// How many rows one may take; what is longer is in its view.
const ROWS: usize = 3;

/// The widest a message gets: longer lines are hard to read, and hide more.
const WIDEST: u16 = 100;

/// Air, the symbol, air; and air at the end.
const AROUND: usize = 4;

/// Draws the newest, the last of them lowest.
pub fn draw(screen: &mut Screen<'_>, body: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let room = inset(body, 2, 1);
    let width = usize::from(room.width.min(WIDEST));
    let height = usize::from(room.height);
    // On a small screen a message must not take the place of what it is about.
    let (most, rows) = match height {
        0..16 => (1, 2),
        16..28 => (2, 2),
        _ => (MOST, ROWS),
    };
    // From the lowest up, as long as there is room.
    let mut lines: Vec<(Line<'_>, usize)> = Vec::new();
    for (newest, toast) in model.toasts.iter().rev().take(most).enumerate() {
        let parts = parts(&toast.text, width.saturating_sub(AROUND), rows);
        if lines.len() + parts.len() > height {
            break;
        }
        for (n, part) in parts.into_iter().enumerate().rev() {
            let sign = if n == 0 {
                symbols::tone(theme, toast.tone)
            } else {
                Span::raw(" ")
            };
            let line = Line::from(vec![
                Span::raw(" "),
                sign,
                Span::raw(" "),
                Span::styled(part, theme.text),
                Span::raw(" "),
            ]);
            lines.push((line, newest));
        }
    }
    let widest = lines
        .iter()
        .map(|(line, _)| text::line_width(line))
        .max()
        .unwrap_or(0);
    let widest = u16::try_from(widest).unwrap_or(u16::MAX);
    let (_, column) = split_left(room, room.width.saturating_sub(widest));
    for (up, (line, newest)) in lines.iter().enumerate() {
        let place = row(column, height.saturating_sub(up + 1));
        screen.clear(place, theme.toast);
        screen.line(place, line);
        screen.target(place, Target::Toast(*newest));
    }
}

/// The rows of a message; what does not fit is cut where it can be seen, but for what is said of a key at its end.
fn parts(said: &str, width: usize, rows: usize) -> Vec<String> {
    let mut parts = wrapped(said, width);
    if parts.len() > rows {
        let (before, key) = match said.rfind(" (") {
            Some(at) if said.ends_with(')') && said.len() - at < width => said.split_at(at),
            _ => (said, ""),
        };
        parts = wrapped(before, width);
        let rest = parts
            .split_off(rows.saturating_sub(1).min(parts.len()))
            .join(" ");
        let room = width.saturating_sub(text::width(key));
        parts.push(text::cut_end(&rest, room).into_owned() + key);
    }
    parts
}
