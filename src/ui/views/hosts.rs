//! The hosts: which engines there are and how we stand with them.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Connection, Host, Model};
use crate::domain::EngineKind;
use crate::domain::units::{age, short_span};
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::widgets::document::Document;
use crate::ui::widgets::table::{Cell, Column, Row, Width, table};
use crate::ui::{format, symbols};

use super::Count;

const COLUMNS: [Column; 6] = [
    Column::text("HOST", Width::Grow(12, 24, 2), 0),
    Column::text("STATE", Width::Fixed(14), 1),
    Column::text("ENGINE", Width::Fixed(14), 2),
    Column::number("CONT.", 5, 3),
    Column::number("MEM", 4, 4),
    Column::text("ENDPOINT", Width::Grow(16, 60, 3), 5),
];

/// Draws the list.
pub fn list(screen: &mut Screen<'_>, area: Rect) {
    let model = screen.model;
    let list = &model.host_rows;
    let count = Count {
        shown: list.rows.len(),
        all: model.hosts.len(),
    };
    let inner = super::list_pane(screen, area, "hosts", count, list, Line::default());
    if list.rows.is_empty() {
        super::empty::no_match(screen, inner, "host", &list.filter, list.only_problems);
        return;
    }
    let theme = screen.theme;
    table(screen, inner, &COLUMNS, super::place(screen, list), |n| {
        let host = list.rows.get(n).and_then(|id| model.host(id));
        host.map_or_else(|| Row::Cells(Vec::new()), |host| row(model, theme, host))
    });
}

fn row<'a>(model: &Model, theme: &Theme, host: &'a Host) -> Row<'a> {
    let info = host.info.as_ref();
    let engine = info.map(|info| format!("{} {}", engine_name(info.engine), info.version));
    let memory = info.map(|info| info.memory.to_string());
    let state = match &host.connection {
        Connection::Connecting => Span::styled("connecting…", theme.info),
        Connection::Connected { .. } => Span::styled("connected", theme.muted),
        Connection::Lost { since, .. } => {
            let said = format!("lost {} ago", age(*since, model.now));
            Span::styled(said, theme.stale)
        }
    };
    let count = if host.listed {
        host.containers.len().to_string()
    } else {
        String::new()
    };
    Row::Cells(vec![
        Line::from(vec![
            symbols::connection(theme, &host.connection),
            Span::raw(" "),
            Span::styled(host.id.as_str(), theme.text),
        ])
        .into(),
        state.into(),
        Span::styled(engine.unwrap_or_default(), theme.muted).into(),
        Span::styled(count, theme.text).into(),
        Span::styled(memory.unwrap_or_default(), theme.muted).into(),
        Cell::Middle(&host.address, theme.muted),
    ])
}

const fn engine_name(engine: EngineKind) -> &'static str {
    match engine {
        EngineKind::Docker => "Docker",
        EngineKind::Podman => "Podman",
    }
}

/// Draws the detail pane.
pub fn detail(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let selected = model.selected_host();
    let title = selected.map_or("nothing selected", |host| host.id.as_str());
    let stale = selected.is_some_and(Host::is_stale);
    super::detail_pane(screen, area, title, stale, |doc| {
        let Some(host) = selected else { return };
        connection(doc, model, theme, host);
        doc.field("endpoint", &host.address);
        let Some(info) = &host.info else { return };
        let engine = engine_name(info.engine);
        doc.field("engine", &format!("{engine} {}", info.version));
        doc.field("API", &info.api_version);
        doc.field("machine", &info.name);
        doc.field("system", &info.operating_system);
        doc.field("kernel", &format!("{} {}", info.kernel, info.architecture));
        doc.field("CPUs", &info.cpus.to_string());
        doc.field("memory", &info.memory.to_string());
        doc.field("data root", &info.data_root);
        let running = host
            .containers
            .values()
            .filter(|container| container.is_up());
        let said = format!("{}, {} running", host.containers.len(), running.count());
        doc.field("containers", &said);
        doc.field("services", &host.services.len().to_string());
    });
}

fn connection(doc: &mut Document<'_>, model: &Model, theme: &Theme, host: &Host) {
    let symbol = symbols::connection(theme, &host.connection);
    match &host.connection {
        Connection::Connecting => {
            let said = Span::styled(" connecting…", theme.info);
            doc.line_field("state", Line::from(vec![symbol, said]));
        }
        Connection::Connected { since } => {
            let since = format::moment(*since, &model.zone);
            let said = Span::styled(format!(" connected since {since}"), theme.text);
            doc.line_field("state", Line::from(vec![symbol, said]));
        }
        Connection::Lost {
            since,
            failure,
            retry_at,
        } => {
            let said = format!(" lost {} ago", age(*since, model.now));
            let said = Span::styled(said, theme.stale);
            doc.line_field("state", Line::from(vec![symbol, said]));
            doc.styled_field("why", &failure.why, theme.critical);
            if let Some(hint) = &failure.hint {
                doc.styled_field("hint", hint, theme.accent);
            }
            let wait = short_span(retry_at.duration_since(model.now));
            doc.field("next try", &format!("in {wait}"));
        }
    }
}
