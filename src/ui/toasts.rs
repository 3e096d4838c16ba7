//! Short messages at the lower right of the body.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::area::{inset, row, split_left};
use super::screen::Screen;
use super::{symbols, text};

/// How many are shown at once.
const MOST: usize = 3;

/// Draws the newest, the last of them lowest.
pub fn draw(screen: &mut Screen<'_>, body: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let room = inset(body, 2, 1);
    let from = model
        .toasts
        .len()
        .saturating_sub(MOST.min(usize::from(room.height)));
    let shown = model.toasts.get(from..).unwrap_or(&[]);
    for (n, toast) in shown.iter().enumerate() {
        let up = shown.len() - n;
        let place = row(room, usize::from(room.height).saturating_sub(up));
        let line = Line::from(vec![
            Span::raw(" "),
            symbols::tone(theme, toast.tone),
            Span::raw(" "),
            Span::styled(toast.text.as_str(), theme.text),
            Span::raw(" "),
        ]);
        let line = text::cut_line(line, usize::from(place.width));
        let wide = u16::try_from(text::line_width(&line)).unwrap_or(u16::MAX);
        let (_, place) = split_left(place, place.width.saturating_sub(wide));
        screen.clear(place, theme.text.patch(theme.toast));
        screen.line(place, &line);
    }
}
