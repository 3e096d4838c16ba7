//! Frames as they are drawn: compared with those kept, and safe whatever is drawn.

mod browser;
mod certificates;
mod frames;
mod freshness;
mod images;
mod logs;
mod mouse;
mod networks;
mod projects;
mod regions;
mod renewal;
mod safe;
mod served;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::app::fixture::{add_events, add_jobs, add_logs, model, service_id};
use crate::app::{Model, Regions, ServiceRow};
use crate::theme::Theme;

/// A frame of a model in the default theme.
fn frame(model: &Model, columns: u16, rows: u16) -> (Buffer, Regions) {
    frame_in(model, &Theme::default(), columns, rows)
}

fn frame_in(model: &Model, theme: &Theme, columns: u16, rows: u16) -> (Buffer, Regions) {
    let area = Rect::new(0, 0, columns, rows);
    let mut buffer = Buffer::empty(area);
    let (regions, _) = super::render(model, theme, &mut buffer, area);
    (buffer, regions)
}

/// The text of a frame, a line a row.
fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..buffer.area.width {
            let symbol = buffer.cell((x, y)).map_or(" ", Cell::symbol);
            if skip == 0 {
                line.push_str(symbol);
                skip = symbol.width().saturating_sub(1);
            } else {
                skip -= 1;
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The server with jobs and an open log, the cursor on the unhealthy database.
fn full() -> Model {
    let mut model = model();
    add_jobs(&mut model);
    add_logs(&mut model);
    add_events(&mut model);
    select(&mut model, Some("wezm"), "db");
    model
}

/// Puts the cursor on a service.
fn select(model: &mut Model, project: Option<&str>, name: &str) {
    let rows = model.services.rows.clone();
    let row = ServiceRow::Service(service_id(project, name));
    let at = rows.iter().position(|other| *other == row).unwrap();
    model.services.cursor.select(&rows, at);
}
