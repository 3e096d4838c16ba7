//! What may follow the keys that were pressed of a sequence, above the footer.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{ACTIONS, Action};
use crate::keymap::Key;

use super::area::{row, split_bottom};
use super::screen::Screen;
use super::text;

/// The columns of the keys that follow.
const KEYS: usize = 10;

/// Draws it; nothing where no sequence was begun.
pub fn draw(screen: &mut Screen<'_>, body: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    if model.typed.is_empty() {
        return;
    }
    let contexts = match model.overlay {
        Some(_) => model.contexts_over(),
        None => model.contexts(),
    };
    let following = model.settings.keymap.following(&contexts, &model.typed);
    let rows = u16::try_from(following.len()).unwrap_or(u16::MAX);
    let (_, place) = split_bottom(body, rows.saturating_add(1).min(body.height));
    screen.clear(place, theme.overlay);
    let typed: Vec<String> = model.typed.iter().map(Key::to_string).collect();
    let title = vec![
        Span::raw(" "),
        Span::styled(typed.join(" "), theme.key),
        Span::styled(" … then   ", theme.muted),
        Span::styled("Esc", theme.key),
        Span::styled(" leaves it", theme.muted),
    ];
    screen.line(row(place, 0), &Line::from(title));
    for (n, (keys, action)) in following.iter().enumerate() {
        let keys: Vec<String> = keys.iter().map(Key::to_string).collect();
        let keys = keys.join(" ");
        let (name, about) = described(screen, *action);
        let line = Line::from(vec![
            Span::styled(format!("   {keys:<KEYS$} "), theme.key),
            Span::styled(name, theme.text),
            Span::styled(format!("   {about}"), theme.muted),
        ]);
        let line = text::cut_line(line, usize::from(place.width));
        screen.line(row(place, n + 1), &line);
    }
}

/// The name of an action and what it does.
fn described(screen: &Screen<'_>, action: Action) -> (String, String) {
    if let Action::Command(at) = action {
        let command = screen.model.settings.commands.get(usize::from(at));
        return command.map_or_else(Default::default, |command| {
            (command.name.clone(), command.about.clone())
        });
    }
    let spec = ACTIONS.iter().find(|spec| spec.action == action);
    spec.map_or_else(Default::default, |spec| {
        (spec.name.replace('_', " "), spec.about.to_owned())
    })
}
