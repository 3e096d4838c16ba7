//! The detail pane of a service: its tabs.

mod environment;
mod events;
mod freshness;
mod inspect;
mod overview;
mod project;
mod releases;
mod stats;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{DetailTab, Host, Pane, ServiceRow, Target};
use crate::domain::service::container_state;
use crate::domain::{Container, Service};

use super::area::{split_left, split_top};
use super::screen::Screen;
use super::widgets::empty;
use super::widgets::pane::{Title, pane};
use super::{symbols, text, views};

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let focused = model.pane == Pane::Detail;
    let Some((host, service, container)) = model.selected_service() else {
        let left = match &model.services.cursor.selected {
            Some(ServiceRow::Project(project)) => Span::styled(&*project.name, theme.project),
            Some(ServiceRow::Lone(host)) => Span::styled(host.as_str(), theme.title),
            _ => Span::styled("nothing selected", theme.muted),
        };
        let title = Title {
            left: left.into(),
            focused,
            ..Title::default()
        };
        let inner = pane(screen, area, title);
        screen.regions.detail_rows = usize::from(inner.height);
        project::draw(screen, inner);
        return;
    };
    if screen.regions.containers.is_empty() {
        screen.regions.containers.clone_from(&service.containers);
    }
    let title = Title {
        left: name(screen, host, service, container),
        right: side(screen),
        focused,
        stale: host.is_stale(),
        ..Title::default()
    };
    let inner = pane(screen, area, title);
    let air = if inner.height > 10 { 2 } else { 1 };
    let (top, body) = split_top(inner, air);
    // Also while there is nothing to scroll: it says that the pane is on screen.
    screen.regions.detail_rows = usize::from(body.height);
    tabs(screen, top);
    match model.detail.tab {
        DetailTab::Overview => overview::draw(screen, body, host, service, container),
        DetailTab::Logs => logs(screen, body, &service.id),
        DetailTab::Stats => stats::draw(screen, body, host, service, container),
        DetailTab::Environment => environment::draw(screen, body, container),
        DetailTab::Inspect => inspect::draw(screen, body, container),
        DetailTab::Releases => releases::draw(screen, body, host, service),
        DetailTab::Events => events::draw(screen, body, &service.id),
    }
}

/// The service, and the container when the cursor is on one of several.
fn name<'a>(
    screen: &Screen<'_>,
    host: &Host,
    service: &Service,
    container: &'a Container,
) -> Line<'a> {
    let (model, theme) = (screen.model, screen.theme);
    let one = matches!(
        &model.services.cursor.selected,
        Some(ServiceRow::Container(_))
    );
    let state = if one {
        container_state(container)
    } else {
        service.state
    };
    let mut line = Line::from(vec![symbols::seen(theme, host, state), Span::raw(" ")]);
    if one {
        // It comes first, for a narrow pane cuts the end.
        line.spans.push(Span::styled(&*container.name, theme.title));
        let of = format!(" of {}", service.id);
        line.spans.push(Span::styled(of, theme.muted));
    } else {
        line.spans
            .push(Span::styled(service.id.to_string(), theme.title));
    }
    line
}

/// What the tab has to say at the right of the title.
fn side(screen: &Screen<'_>) -> Line<'static> {
    match screen.model.detail.tab {
        DetailTab::Logs => Line::from(views::log_state(screen)),
        DetailTab::Inspect => {
            let query = screen.model.detail.inspect.query.as_ref();
            let said = query.map(|query| format!("“{}”", query.text()));
            Line::from(Span::styled(said.unwrap_or_default(), screen.theme.accent))
        }
        DetailTab::Overview
        | DetailTab::Stats
        | DetailTab::Environment
        | DetailTab::Releases
        | DetailTab::Events => Line::default(),
    }
}

/// The tabs; where they do not fit, the open one and the first letters of the others.
fn tabs(screen: &mut Screen<'_>, area: Rect) {
    let theme = screen.theme;
    let fits = |title: fn(DetailTab) -> &'static str, gap| {
        let words: usize = DetailTab::ALL.iter().map(|tab| title(*tab).len()).sum();
        words + gap * (DetailTab::ALL.len() - 1) <= usize::from(area.width)
    };
    let gap = if fits(DetailTab::title, 2) { 2 } else { 1 };
    let (all, most) = (fits(DetailTab::title, 1), fits(DetailTab::short_title, 1));
    let mut rest = area;
    for tab in DetailTab::ALL {
        let is_open = screen.model.detail.tab == tab;
        let title = match (all, most) {
            (true, _) => tab.title(),
            (false, true) => tab.short_title(),
            (false, false) if is_open => tab.title(),
            (false, false) => tab.title().get(..3).unwrap_or(tab.title()),
        };
        let style = if is_open { theme.tab_active } else { theme.tab };
        let columns = u16::try_from(text::width(title)).unwrap_or(0);
        let (place, after) = split_left(rest, columns);
        screen.line(place, &Line::from(Span::styled(title, style)));
        let place = Rect {
            height: place.height.min(1),
            ..place
        };
        screen.target(place, Target::Tab(tab));
        (_, rest) = split_left(after, gap);
    }
}

/// The log, once the one that is followed is this service's.
fn logs(screen: &mut Screen<'_>, area: Rect, service: &crate::domain::ServiceId) {
    if screen.model.logs.is_of(service) {
        views::log_body(screen, area);
    } else {
        empty::waiting(screen, area, "reading the log…");
    }
}
