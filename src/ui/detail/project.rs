//! What a project is, while the cursor is on its heading.

use std::collections::BTreeMap;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::inspect;
use crate::app::{DetailTab, ServiceRow, Target};
use crate::domain::service::newest;
use crate::domain::{ByteSize, Service, ServiceState};
use crate::ui::area::{split_left, split_top};
use crate::ui::screen::Screen;
use crate::ui::views::members;
use crate::ui::widgets::document::Document;
use crate::ui::{format, symbols, text};

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let Some(row) = &model.services.cursor.selected else {
        return;
    };
    let services = members(model, row);
    let (ServiceRow::Project(_) | ServiceRow::Lone(_)) = row else {
        return;
    };
    let area = match row {
        ServiceRow::Project(project) => {
            let air = if area.height > 10 { 2 } else { 1 };
            let (top, body) = split_top(area, air);
            screen.regions.detail_rows = usize::from(body.height);
            tabs(screen, top);
            if model.detail.tab == DetailTab::Inspect {
                inspect::draw_config(screen, body, project);
                return;
            }
            body
        }
        _ => area,
    };
    let mut doc = Document::new(theme, area);
    let host = services
        .first()
        .and_then(|service| model.host(&service.id.host));
    let usages = services
        .iter()
        .filter_map(|service| host?.usage_of_service(service));
    let (cpu, memory) = usages.fold((0.0, ByteSize(0)), |(cpu, memory), usage| {
        (
            cpu + usage.cpu_percent.unwrap_or(0.0),
            memory + usage.memory,
        )
    });
    doc.paragraph(0, &summary(&services), theme.text);
    doc.field(
        "uses",
        &format!("{} CPU, {memory} memory", format::percent(cpu)),
    );
    let compose = services
        .iter()
        .flat_map(|service| &service.containers)
        .find_map(|id| host?.containers.get(id)?.compose.as_ref());
    if let Some(compose) = compose {
        if let Some(folder) = &compose.working_dir {
            doc.field("folder", folder);
        }
        doc.fields("files", compose.config_files.iter().cloned());
        doc.fields("env files", compose.env_files.iter().cloned());
    }
    doc.blank();
    let names = services.iter().map(|service| text::width(&service.id.name));
    let widest = names.max().unwrap_or(0);
    for service in services {
        let Some(host) = host else { continue };
        let containers = host.containers_of(service);
        let word = format::state_word(service, newest(containers));
        let air = widest - text::width(&service.id.name) + 2;
        let word = format!("{}{word}", " ".repeat(air));
        doc.line(Line::from(vec![
            symbols::seen(theme, host, service.state),
            Span::raw(" "),
            Span::styled(&*service.id.name, theme.text),
            Span::styled(word, symbols::seen_style(theme, host, service.state)),
        ]));
    }
    doc.draw(screen, area, model.detail.scroll);
}

/// What can be seen of a project.
fn tabs(screen: &mut Screen<'_>, area: Rect) {
    let theme = screen.theme;
    let open = screen.model.detail.tab == DetailTab::Inspect;
    let mut rest = area;
    for (title, tab, is_open) in [
        ("overview", DetailTab::Overview, !open),
        ("compose config", DetailTab::Inspect, open),
    ] {
        let style = if is_open { theme.tab_active } else { theme.tab };
        let columns = u16::try_from(title.len()).unwrap_or(0);
        let (place, after) = split_left(rest, columns);
        screen.line(place, &Line::from(Span::styled(title, style)));
        let place = Rect {
            height: place.height.min(1),
            ..place
        };
        screen.target(place, Target::Tab(tab));
        (_, rest) = split_left(after, 2);
    }
}

/// How many services there are in which state: `8 services: 6 running, 1 unhealthy, 1 restarting`.
fn summary(services: &[&Service]) -> String {
    let mut by_state: BTreeMap<ServiceState, usize> = BTreeMap::new();
    for service in services {
        *by_state.entry(service.state).or_default() += 1;
    }
    let counts: Vec<String> = by_state
        .iter()
        .map(|(state, count)| format!("{count} {}", state.word()))
        .collect();
    let s = if services.len() == 1 { "" } else { "s" };
    format!("{} service{s}: {}", services.len(), counts.join(", "))
}
