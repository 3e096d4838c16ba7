//! What lies over the view until it is answered or closed.

mod carry;
mod columns;
mod confirm;
mod copy_file;
mod discard;
mod edit;
mod findings;
mod help;
mod image;
mod log;
mod message;
mod palette;
mod pem;
mod plan;
mod profiles;
mod themes;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Widget};

use tui_input::Input;

use crate::app::overlay::Overlay;
use crate::app::{Target, list};
use crate::theme::Theme;

pub use findings::nap;

use super::area::{centered, inset, row, split_left, split_top};
use super::footer::field;
use super::screen::Screen;
use super::text;

/// Draws the overlay, if there is one.
pub fn draw(screen: &mut Screen<'_>, area: Rect) {
    let model = screen.model;
    match &model.overlay {
        None => {}
        Some(Overlay::Help { offset }) => help::draw(screen, area, *offset),
        Some(Overlay::Palette(palette)) => palette::draw(screen, area, palette),
        Some(Overlay::Columns(view)) => columns::draw(screen, area, view),
        Some(Overlay::Themes(view)) => themes::draw(screen, area, view),
        Some(Overlay::Findings { cursor }) => findings::draw(screen, area, *cursor),
        Some(Overlay::Snooze(view)) => findings::draw_snooze(screen, area, view),
        Some(Overlay::Confirm(confirm)) => confirm::draw(screen, area, confirm),
        Some(Overlay::Carry(view)) => carry::draw(screen, area, view),
        Some(Overlay::CopyFile(view)) => copy_file::draw(screen, area, view),
        Some(Overlay::Image(view)) => image::draw(screen, area, view),
        Some(Overlay::Discard(discard)) => discard::draw(screen, area, discard),
        Some(Overlay::Plan(view)) => plan::draw(screen, area, view),
        Some(Overlay::Profiles(view)) => profiles::draw(screen, area, view),
        Some(Overlay::Files(view)) => edit::draw_files(screen, area, view),
        Some(Overlay::Edit(view)) => edit::draw(screen, area, view),
        Some(Overlay::Copy(view)) => pem::draw_copy(screen, area, view),
        Some(Overlay::Export(view)) => pem::draw_export(screen, area, view),
        Some(Overlay::LogAsk(ask)) => log::draw_ask(screen, area, ask),
        Some(Overlay::LogServices(view)) => log::draw_services(screen, area, view),
        Some(Overlay::LogLine(view)) => log::draw_line(screen, area, *view),
        Some(Overlay::Message { failure, lines }) => message::draw(screen, area, failure, lines),
    }
}

/// An empty box in the middle with so much room within, as far as there is room; returns what is within.
fn window(screen: &mut Screen<'_>, area: Rect, title: &str, width: u16, height: u16) -> Rect {
    let place = centered(area, width.saturating_add(4), height.saturating_add(2));
    let theme = screen.theme;
    screen.clear(place, theme.overlay);
    Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.border_focused)
        .render(place, screen.buffer);
    let edge = inset(row(place, 0), 2, 0);
    let title = Span::styled(format!(" {title} "), theme.title);
    screen.line(edge, &Line::from(title));
    screen.target(place, Target::Overlay);
    inset(place, 2, 1)
}

/// Clamps a scroll to the rows there are, reports it, and says at the lower edge which of them are shown.
fn scrolled(screen: &mut Screen<'_>, area: Rect, inner: Rect, rows: usize, offset: usize) -> usize {
    let most = rows.saturating_sub(usize::from(inner.height));
    screen.regions.overlay_most = most;
    let from = offset.min(most);
    if most > 0 {
        let edge = row(area, usize::from(inner.bottom() - area.y));
        let edge = Rect {
            width: inner.right().saturating_sub(edge.x),
            ..edge
        };
        let last = from + usize::from(inner.height);
        let said = format!(" {}–{last} of {rows} ", from + 1);
        screen.line_right(edge, &Line::from(Span::styled(said, screen.theme.muted)));
    }
    from
}

/// The rows of a list that fit into an area, around its cursor: the index of each, and its place.
fn rows_around(body: Rect, cursor: usize, len: usize) -> impl Iterator<Item = (usize, Rect)> {
    let height = usize::from(body.height);
    let from = list::window(0, cursor, len, height);
    let shown = (from..len).take(height).enumerate();
    shown.map(move |(place, index)| (index, row(body, place)))
}

/// Says at the lower edge of a box which entry of a longer list the cursor is on.
fn where_in_it(screen: &mut Screen<'_>, body: Rect, cursor: usize, len: usize) {
    if len > usize::from(body.height) {
        let said = format!(" {} of {len} ", cursor + 1);
        let edge = Rect {
            y: body.bottom(),
            height: 1,
            ..body
        };
        screen.line_right(edge, &Line::from(Span::styled(said, screen.theme.muted)));
    }
}

/// The field that narrows a list, behind its prompt; returns what is left below it.
fn narrowing(screen: &mut Screen<'_>, inner: Rect, prompt: &'static str, input: &Input) -> Rect {
    let (top, rest) = split_top(inner, 1);
    let columns = u16::try_from(text::width(prompt)).unwrap_or(0);
    let prompt = Line::from(Span::styled(prompt, screen.theme.accent));
    screen.line(top, &prompt);
    let (_, typed) = split_left(top, columns);
    field(screen, typed, input);
    let (_, body) = split_top(rest, u16::from(rest.height > 4));
    body
}

/// Whether something in a list is chosen.
fn check_mark(theme: &Theme, is_chosen: bool) -> Span<'static> {
    if is_chosen {
        Span::styled("[x] ", theme.accent)
    } else {
        Span::styled("[ ] ", theme.muted)
    }
}

/// A row of an overlay's list: reported, and styled when the cursor is on it.
fn list_row(screen: &mut Screen<'_>, area: Rect, index: usize, selected: bool) {
    let wide = Rect {
        x: area.x.saturating_sub(1),
        width: area.width.saturating_add(2),
        ..area
    };
    if selected {
        screen.style(wide, screen.theme.selection);
    }
    screen.target(wide, Target::OverlayRow(index));
}
