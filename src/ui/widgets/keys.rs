//! Keys and what they do, in a row: to be read, pressed and clicked.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Target;
use crate::keymap::Key;
use crate::theme::Theme;
use crate::ui::area::split_left;
use crate::ui::screen::Screen;
use crate::ui::text;

/// A key, as it is written in a keymap, and the word beside it.
pub struct Choice<'a> {
    /// The key: `Esc`, `y`.
    pub key: &'static str,
    /// What it does.
    pub word: &'a str,
    /// How the word looks.
    pub style: Style,
}

impl<'a> Choice<'a> {
    /// One like any other: its word stands back behind the key.
    pub fn plain(theme: &Theme, (key, word): (&'static str, &'a str)) -> Self {
        let style = theme.muted;
        Self { key, word, style }
    }
}

/// The line of some choices, and where in it each begins and how wide it is.
fn line(
    screen: &Screen<'_>,
    choices: &[Choice<'_>],
    gap: usize,
) -> (Line<'static>, Vec<(u16, u16)>) {
    let mut line = Line::default();
    let mut places = Vec::with_capacity(choices.len());
    let columns = |width: usize| u16::try_from(width).unwrap_or(u16::MAX);
    for (n, choice) in choices.iter().enumerate() {
        if n > 0 {
            line.spans.push(Span::raw(" ".repeat(gap)));
        }
        let begins = text::line_width(&line);
        line.spans.push(Span::styled(choice.key, screen.theme.key));
        line.spans
            .push(Span::styled(format!(" {}", choice.word), choice.style));
        places.push((columns(begins), columns(text::line_width(&line) - begins)));
    }
    (line, places)
}

/// Draws them, and reports each.
pub fn keys(screen: &mut Screen<'_>, area: Rect, choices: &[Choice<'_>], gap: usize) {
    let (line, places) = line(screen, choices, gap);
    screen.line(area, &line);
    for (choice, (begins, width)) in choices.iter().zip(places) {
        if let Ok(key) = choice.key.parse::<Key>() {
            let (_, place) = split_left(area, begins);
            let (place, _) = split_left(place, width);
            screen.target(place, Target::Press(key));
        }
    }
}

/// The same, ending a column before the right edge; returns what is left of the area before them.
pub fn keys_right(screen: &mut Screen<'_>, area: Rect, choices: &[Choice<'_>], gap: usize) -> Rect {
    let (line, _) = line(screen, choices, gap);
    let wide = u16::try_from(text::line_width(&line))
        .unwrap_or(u16::MAX)
        .saturating_add(1);
    let (left, right) = split_left(area, area.width.saturating_sub(wide));
    keys(screen, right, choices, gap);
    left
}
