//! A question before something that cannot be undone.

use ratatui::layout::Rect;

use crate::app::overlay::Confirm;
use crate::ui::area::row;
use crate::ui::screen::Screen;
use crate::ui::widgets::document::Document;
use crate::ui::widgets::keys::{Choice, keys};

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, confirm: &Confirm) {
    let word = confirm.action.word();
    let inner = question(screen, area, word, &confirm.question, &confirm.lines, 2);
    answers(screen, inner, "y", word);
}

/// A question and what goes with it, in a box with so many rows below; returns what is within.
pub(super) fn question(
    screen: &mut Screen<'_>,
    area: Rect,
    title: &str,
    asked: &str,
    more: &[String],
    below: u16,
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
    screen.lines(text, &lines);
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
