//! A failure in full, with the lines that belong to it.

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::domain::Failure;
use crate::ui::area::{row, split_bottom};
use crate::ui::screen::Screen;
use crate::ui::widgets::document::Document;
use crate::ui::widgets::keys::{Choice, keys};

/// Draws it. When not everything fits, the newest log lines stay.
pub fn draw(screen: &mut Screen<'_>, area: Rect, failure: &Failure, lines: &[String]) {
    let theme = screen.theme;
    let width = area.width.saturating_sub(8).min(90);
    let mut doc = Document::of_width(theme, width);
    doc.paragraph(0, &failure.why, theme.text);
    if let Some(hint) = &failure.hint {
        doc.blank();
        doc.paragraph(0, &format!("→ {hint}"), theme.accent);
    }
    let mut said = doc.into_lines();
    let most = usize::from(area.height.saturating_sub(6));
    let mut log = Document::of_width(theme, width);
    let from = lines.len().saturating_sub(most);
    for line in lines.get(from..).unwrap_or(&[]) {
        log.paragraph(0, line, theme.muted);
    }
    let log = log.into_lines();
    let room = most.saturating_sub(said.len() + 2).min(log.len());
    if room > 0 {
        said.push(Line::default());
        said.extend(log.into_iter().rev().take(room).rev());
    }
    let height = u16::try_from(said.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let title = format!("✖ {}", failure.what);
    let inner = super::window(screen, area, &title, width, height);
    let (text, _) = split_bottom(inner, 2);
    screen.lines(text, &said);
    let last = row(inner, usize::from(inner.height.saturating_sub(1)));
    let close = Choice {
        key: "Esc",
        word: "close",
        style: theme.muted,
    };
    keys(screen, last, &[close], 0);
}
