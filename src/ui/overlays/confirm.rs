//! A question before something that cannot be undone.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::overlay::Confirm;
use crate::ui::area::row;
use crate::ui::screen::Screen;
use crate::ui::widgets::document::Document;
use crate::ui::widgets::keys::{Choice, keys};

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, confirm: &Confirm) {
    let word = confirm.action.word();
    let asked = (&*confirm.question, &*confirm.lines);
    let inner = question(screen, area, word, asked, (2, Some(confirm.offset)));
    answers(screen, inner, "y", word);
}

/// A question and what goes with it, from a line on, in a box with so many rows below; returns what is within.
pub(super) fn question(
    screen: &mut Screen<'_>,
    area: Rect,
    title: &str,
    (asked, more): (&str, &[String]),
    (below, offset): (u16, Option<usize>),
) -> Rect {
    let theme = screen.theme;
    let width = area.width.saturating_sub(8).min(64);
    let mut doc = Document::of_width(theme, width);
    doc.paragraph(0, asked, theme.heading);
    if !more.is_empty() {
        doc.blank();
    }
    for line in more {
        doc.paragraph(0, line, theme.text);
    }
    let lines = doc.into_lines();
    let height = u16::try_from(lines.len())
        .unwrap_or(u16::MAX)
        .saturating_add(below);
    let inner = super::window(screen, area, title, width, height);
    let (text, _) = crate::ui::area::split_bottom(inner, below);
    let Some(offset) = offset else {
        screen.lines(text, &lines);
        return inner;
    };
    let most = lines.len().saturating_sub(usize::from(text.height));
    screen.regions.overlay_most = most;
    let from = offset.min(most);
    screen.lines(text, lines.get(from..).unwrap_or(&[]));
    if most > 0 {
        // Nobody says yes to what they could not read.
        let last = from + usize::from(text.height);
        let said = format!("↑↓ {}–{last} of {}", from + 1, lines.len());
        let below = row(inner, usize::from(text.height));
        screen.line_right(below, &Line::from(Span::styled(said, theme.warning)));
    }
    inner
}

/// The answers, in the last row: seen however little room there is.
pub(super) fn answers(screen: &mut Screen<'_>, inner: Rect, yes: &'static str, word: &str) {
    let theme = screen.theme;
    let last = row(inner, usize::from(inner.height.saturating_sub(1)));
    let yes = Choice {
        key: yes,
        word,
        style: theme.critical,
    };
    let no = Choice {
        key: "Esc",
        word: "leave it",
        style: theme.muted,
    };
    keys(screen, last, &[yes, no], 4);
}
