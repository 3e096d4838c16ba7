//! Everything that needs somebody.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::overlay::{Overlay, SnoozeView};
use crate::app::{Action, Model};
use crate::domain::finding::Nap;
use crate::ui::area::{row, split_top};
use crate::ui::findings::in_full;
use crate::ui::screen::Screen;
use crate::ui::text;
use crate::ui::widgets::empty;

/// No wider, for the eye finds the next line no more.
const WIDEST: u16 = 110;

/// Draws it: what needs somebody, and below it what is to be told later.
pub fn draw(screen: &mut Screen<'_>, area: Rect, cursor: usize) {
    let model = screen.model;
    let room = area.width.saturating_sub(6).min(WIDEST);
    let wide = usize::from(room);
    let told = model.findings.iter();
    let mut entries: Vec<Vec<Line<'_>>> = told
        .map(|finding| in_full(screen, finding, None, wide))
        .collect();
    for (n, later) in model.snoozed.iter().enumerate() {
        let mut lines = in_full(screen, &later.finding, Some(&later.snooze), wide);
        if n == 0 {
            let heading = format!(" snoozed {}", model.snoozed.len());
            let heading = Line::from(Span::styled(heading, screen.theme.heading));
            lines.insert(0, heading);
            if !model.findings.is_empty() {
                lines.insert(0, Line::default());
            }
        }
        entries.push(lines);
    }
    let widest = entries.iter().flatten().map(text::line_width).max();
    let width = u16::try_from(widest.unwrap_or(0)).unwrap_or(room);
    let width = width.clamp(30.min(room), room);
    let lines: usize = entries.iter().map(Vec::len).sum();
    let height = u16::try_from(lines).unwrap_or(u16::MAX).max(3);
    let height = height.min(area.height.saturating_sub(4));
    let inner = super::window(screen, area, "what needs you", width, height);
    if entries.is_empty() {
        empty::empty(screen, inner, "nothing: all is well");
        return;
    }
    let from = first_shown(&entries, cursor, usize::from(inner.height));
    let mut rest = inner;
    for (index, entry) in entries.iter().enumerate().skip(from) {
        let (place, below) = split_top(rest, u16::try_from(entry.len()).unwrap_or(u16::MAX));
        for (n, line) in entry.iter().take(usize::from(place.height)).enumerate() {
            let place = row(place, n);
            screen.line(place, line);
            super::list_row(screen, place, index, index == cursor);
        }
        rest = below;
    }
}

/// Draws the choice of for how long a finding is not to be told.
pub fn draw_snooze(screen: &mut Screen<'_>, area: Rect, view: &SnoozeView) {
    let theme = screen.theme;
    let room = area.width.saturating_sub(8).min(60);
    let what = text::cut_end(&view.what, usize::from(room)).into_owned();
    let rows = u16::try_from(Nap::ALL.len()).unwrap_or(u16::MAX);
    let inner = super::window(screen, area, "tell me later", room, rows + 3);
    let (top, below) = split_top(inner, 2);
    screen.line(row(top, 0), &Line::from(Span::styled(what, theme.text)));
    for (n, nap) in Nap::ALL.into_iter().enumerate() {
        let place = row(below, n);
        if n < usize::from(below.height) {
            let words = Span::styled(nap.words(), theme.text);
            screen.line(place, &Line::from(words));
            super::list_row(screen, place, n, n == view.cursor);
        }
    }
    let last = row(below, Nap::ALL.len());
    if below.height > rows {
        let said = "it wakes when it gets worse";
        screen.line(last, &Line::from(Span::styled(said, theme.muted)));
    }
}

/// Later, or now again: of the finding under the cursor.
pub fn nap(model: &Model, overlay: &Overlay) -> Option<(Action, Cow<'static, str>)> {
    let Overlay::Findings { cursor } = overlay else {
        return None;
    };
    model.finding(*cursor)?;
    Some(if *cursor < model.findings.len() {
        (Action::Snooze, Cow::from("snooze"))
    } else {
        (Action::Wake, Cow::from("wake"))
    })
}

/// The first entry to show so that the whole of the one under the cursor is on screen.
fn first_shown(entries: &[Vec<Line<'_>>], cursor: usize, height: usize) -> usize {
    let mut from = cursor.min(entries.len().saturating_sub(1));
    let mut used = entries.get(from).map_or(0, Vec::len);
    while from > 0 {
        used += entries.get(from - 1).map_or(0, Vec::len);
        if used > height {
            break;
        }
        from -= 1;
    }
    from
}
