//! A container's environment; values that look secret are hidden until asked for.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::Action;
use crate::app::detail::HIDDEN;
use crate::domain::Container;
use crate::ui::screen::Screen;
use crate::ui::text;
use crate::ui::widgets::document::Document;
use crate::ui::widgets::empty;

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, container: &Container) {
    let (model, theme) = (screen.model, screen.theme);
    let Some(detail) = &container.detail else {
        empty::waiting(screen, area, "asking…");
        return;
    };
    if detail.env.is_empty() {
        empty::empty(screen, area, "no variable is set");
        return;
    }
    let mut doc = Document::new(theme, area);
    let longest = detail.env.iter().map(|var| text::width(&var.name)).max();
    doc.set_label(longest.unwrap_or(0) + 2);
    let mut vars: Vec<_> = detail.env.iter().collect();
    vars.sort_by(|a, b| a.name.cmp(&b.name));
    let mut any_hidden = false;
    for var in vars {
        let hide = var.looks_secret() && !model.detail.revealed;
        any_hidden |= hide;
        let (value, style) = if hide {
            (HIDDEN, theme.secret)
        } else {
            (var.value.as_str(), theme.text)
        };
        doc.named(&var.name, theme.member, value, style);
    }
    if any_hidden && let Some(key) = screen.key(Action::Reveal) {
        doc.blank();
        let said = Span::styled(" shows what is hidden", theme.muted);
        doc.line(Line::from(vec![key, said]));
    }
    doc.draw(screen, area, model.detail.scroll);
}
