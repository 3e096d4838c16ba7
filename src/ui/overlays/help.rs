//! The keys that work here, in as many columns as fit. What works elsewhere is said there, and in the palette.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::{ACTIONS, Action, Context};
use crate::keymap::Sequence;
use crate::ui::area::{row, split_left};
use crate::ui::screen::Screen;
use crate::ui::widgets::document::Document;
use crate::ui::{symbols, text};

/// The columns of the keys.
const KEYS: usize = 14;

/// The least columns that a description can be read in.
const COLUMN: u16 = 52;

/// The most.
const WIDEST: u16 = 84;

/// Draws it; reports how far it can be scrolled.
pub fn draw(screen: &mut Screen<'_>, area: Rect, offset: usize) {
    let room = area.width.saturating_sub(8);
    let count = (room / COLUMN).clamp(1, 3);
    let width = (room.saturating_sub(3 * (count - 1)) / count).min(WIDEST);
    let columns = columns(groups(screen, width), usize::from(count));
    let tallest = columns.iter().map(Vec::len).max().unwrap_or(0);
    let height = u16::try_from(tallest).unwrap_or(u16::MAX);
    let height = height.min(area.height.saturating_sub(4));
    let inner = super::window(
        screen,
        area,
        "keys",
        width * count + 3 * (count - 1),
        height,
    );
    let from = super::scrolled(screen, area, inner, tallest, offset);
    let mut rest = inner;
    for lines in &columns {
        let (place, after) = split_left(rest, width);
        for (n, line) in lines
            .iter()
            .skip(from)
            .take(usize::from(place.height))
            .enumerate()
        {
            screen.line(
                row(place, n),
                &text::cut_line(line.clone(), usize::from(width)),
            );
        }
        (_, rest) = split_left(after, 3);
    }
}

/// A heading and its keys, for each context that holds here.
fn groups<'a>(screen: &Screen<'a>, width: u16) -> Vec<Vec<Line<'a>>> {
    let theme = screen.theme;
    let mut here = screen.model.contexts();
    here.push(Context::Everywhere);
    let mut groups = Vec::new();
    // First what one sees and cannot guess; the keys are many.
    if here.contains(&Context::Services) {
        let mut lines = Document::of_width(theme, width);
        lines.set_label(KEYS);
        lines.heading("Marks of services");
        for (mark, means) in symbols::MARKS {
            lines.named(mark, theme.warning, means, theme.text);
        }
        groups.push(lines.into_lines());
    }
    for context in &here {
        let mut lines = Document::of_width(theme, width);
        lines.set_label(KEYS);
        lines.heading(context.title());
        let mut any = false;
        for spec in ACTIONS
            .iter()
            .filter(|spec| spec.contexts.contains(context))
        {
            any = true;
            let keys = screen.model.settings.keymap.keys(spec.action);
            let has_sequence = keys.iter().any(|one| one.keys().len() > 1);
            let joint = if has_sequence { ", " } else { " " };
            let keys: Vec<String> = keys.iter().map(Sequence::to_string).collect();
            // What changes the world says its name before what it does.
            let about = if spec.changes {
                let name = match spec.short {
                    "" => spec.name.replace('_', " "),
                    short => short.to_owned(),
                };
                Cow::from(format!("{name}: {}", spec.about))
            } else {
                Cow::from(spec.about)
            };
            if keys.is_empty() {
                lines.named("no key", theme.muted, &about, theme.muted);
            } else {
                lines.named(&keys.join(joint), theme.key, &about, theme.text);
            }
        }
        if any {
            groups.push(lines.into_lines());
        }
    }
    groups.extend(commands(screen, width));
    groups
}

/// The commands of the user's own.
fn commands<'a>(screen: &Screen<'a>, width: u16) -> Option<Vec<Line<'a>>> {
    let (theme, settings) = (screen.theme, &screen.model.settings);
    let mut lines = Document::of_width(theme, width);
    lines.set_label(KEYS);
    lines.heading("Your own commands");
    for (n, command) in settings.commands.iter().enumerate() {
        let about = format!("{}: {}", command.name, command.about);
        let action = u16::try_from(n).map(Action::Command);
        let key = action.ok().and_then(|action| settings.keymap.label(action));
        match key {
            Some(key) => lines.named(&key, theme.key, &about, theme.text),
            None => lines.named("no key", theme.muted, &about, theme.muted),
        }
    }
    (!settings.commands.is_empty()).then(|| lines.into_lines())
}

/// The groups one below the other, in columns about as long as each other; a long group may go on in the next.
fn columns(groups: Vec<Vec<Line<'_>>>, count: usize) -> Vec<Vec<Line<'_>>> {
    let total: usize = groups.iter().map(|group| group.len() + 1).sum();
    let each = total.div_ceil(count.max(1)).max(1);
    let mut columns: Vec<Vec<Line<'_>>> = vec![Vec::new()];
    let count = count.max(1);
    for group in groups {
        let has_next = columns.len() < count;
        let used = columns.last().map_or(0, Vec::len);
        // A heading is not left alone at the foot of a column.
        if has_next && used + 3 > each {
            columns.push(Vec::new());
        } else if used > 0
            && let Some(column) = columns.last_mut()
        {
            column.push(Line::default());
        }
        for line in group {
            if columns.len() < count && columns.last().is_some_and(|column| column.len() >= each) {
                columns.push(Vec::new());
            }
            if let Some(column) = columns.last_mut() {
                column.push(line);
            }
        }
    }
    columns
}
