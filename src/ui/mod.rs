//! The model as a frame. Pure: nothing is asked, nothing is kept; what was drawn where is reported back.
//!
//! ```text
//! header        name, hosts, how many things need somebody, the time
//! findings      at most five lines, none when all is well
//! tabs          the views
//! body          a list and its detail pane: side by side, one below the other, or one at a time
//! footer        the keys that work here and now, or what is being typed; toasts above it
//! ```

mod area;
mod detail;
mod findings;
mod footer;
mod format;
mod header;
mod highlight;
mod layout;
mod logs;
mod overlays;
mod screen;
mod symbols;
mod tabs;
pub(crate) mod text;
mod toasts;
mod views;
mod which_key;
mod widgets;

#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use crate::app::{Model, Regions};
use crate::theme::Theme;

use screen::Screen;

/// Draws the model; returns what lies where.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>) -> Regions {
    let area = frame.area();
    let (regions, cursor) = render(model, theme, frame.buffer_mut(), area);
    if let Some(position) = cursor {
        frame.set_cursor_position(position);
    }
    regions
}

fn render(
    model: &Model,
    theme: &Theme,
    buffer: &mut Buffer,
    area: Rect,
) -> (Regions, Option<Position>) {
    let mut screen = Screen {
        model,
        theme,
        buffer,
        regions: Regions::default(),
        cursor: None,
    };
    screen.style(area, theme.background.patch(theme.text));
    if area.width < layout::LEAST.0 || area.height < layout::LEAST.1 {
        too_small(&mut screen, area);
        return (screen.regions, None);
    }
    let parts = layout::parts(model, area);
    header::draw(&mut screen, parts.header);
    findings::draw(&mut screen, parts.findings);
    tabs::draw(&mut screen, parts.tabs);
    views::draw(&mut screen, parts.body);
    footer::draw(&mut screen, parts.footer);
    toasts::draw(&mut screen, parts.body);
    // The footer says what the keys do there.
    let (above, _) = area::split_bottom(area, parts.footer.height);
    overlays::draw(&mut screen, above);
    which_key::draw(&mut screen, parts.body);
    (screen.regions, screen.cursor)
}

fn too_small(screen: &mut Screen<'_>, area: Rect) {
    let style = screen.theme.muted;
    let wanted = format!("{}×{}", layout::LEAST.0, layout::LEAST.1);
    for (n, text) in ["too small", &wanted].into_iter().enumerate() {
        screen.line(area::row(area, n), &Line::from(Span::styled(text, style)));
    }
}
