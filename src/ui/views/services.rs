//! The services: a tree of projects, services and, where opened, their containers.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Host, Model, Order, ServiceOrder, ServiceRow, freshness};
use crate::domain::service::container_state;
use crate::domain::units::age;
use crate::domain::{
    Container, ContainerId, FindingKind, HostId, NetworkOf, ProjectId, Service, ServiceState,
    Severity, Subject, Usage,
};
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::widgets::empty;
use crate::ui::widgets::table::{Cell, Row, Sorted, table};
use crate::ui::{format, symbols};

use super::Count;

/// What a click at a heading sorts by.
const ORDERS: [Sorted; 6] = [
    Sorted::up(0, Order::Services(ServiceOrder::Name)),
    Sorted::down(3, Order::Services(ServiceOrder::State)),
    Sorted::down(4, Order::Services(ServiceOrder::Cpu)),
    Sorted::down(5, Order::Services(ServiceOrder::Memory)),
    Sorted::down(6, Order::Services(ServiceOrder::Uptime)),
    Sorted::down(7, Order::Services(ServiceOrder::Restarts)),
];

/// Draws the list.
pub fn list(screen: &mut Screen<'_>, area: Rect) {
    let model = screen.model;
    let list = &model.services;
    let below = marked(screen);
    let count = Count {
        shown: list
            .rows
            .iter()
            .filter(|row| matches!(row, ServiceRow::Service(_)))
            .count(),
        all: model.hosts.iter().map(|host| host.services.len()).sum(),
    };
    let inner = super::list_pane(screen, area, "services", count, list, below);
    let mut wanted = selected(model);
    if list.rows.is_empty() {
        if !super::say_why_empty(screen, inner, "service", list) {
            empty::empty(screen, inner, "nothing runs here yet");
        }
        screen.regions.containers = wanted;
        return;
    }
    let mut place = super::place(screen, list);
    place.orders = &ORDERS;
    // By name they stand in their projects.
    let order = Some(model.order).filter(|order| *order != ServiceOrder::Name);
    place.order = order.map(Order::Services);
    let theme = screen.theme;
    let columns = super::service_columns::columns(model);
    let shown = table(screen, inner, &columns, place, |n| {
        list.rows.get(n).map_or_else(
            || Row::Cells(Vec::new()),
            |row| match row {
                ServiceRow::Project(_) | ServiceRow::Lone(_) => heading(model, theme, row),
                ServiceRow::Service(id) => match model.service(id) {
                    Some((host, service, worst)) => service_row(model, theme, host, service, worst),
                    None => Row::Cells(Vec::new()),
                },
                ServiceRow::Container(id) => container_row(model, theme, id),
            },
        )
    });
    for row in list.rows.get(shown).unwrap_or(&[]) {
        match row {
            ServiceRow::Service(id) => {
                if let Some(service) = model.host(&id.host).and_then(|host| host.service(id)) {
                    wanted.extend(service.containers.iter().cloned());
                }
            }
            ServiceRow::Container(id) => wanted.push(id.clone()),
            ServiceRow::Project(_) | ServiceRow::Lone(_) => {}
        }
    }
    wanted.sort();
    wanted.dedup();
    screen.regions.containers = wanted;
}

/// The containers of the selected service: the detail pane shows them.
pub fn selected(model: &Model) -> Vec<ContainerId> {
    let selected = model.selected_service();
    selected.map_or_else(Vec::new, |(_, service, _)| service.containers.clone())
}

fn marked(screen: &Screen<'_>) -> Line<'static> {
    match screen.model.marked.len() {
        0 => Line::default(),
        n => Line::from(Span::styled(format!("✓ {n} marked"), screen.theme.accent)),
    }
}

/// The heading of a project or of the containers without one: fold, count, how many need somebody.
fn heading<'a>(model: &'a Model, theme: &Theme, row: &'a ServiceRow) -> Row<'a> {
    let (host, name) = match row {
        ServiceRow::Project(project) => (&project.host, &*project.name),
        ServiceRow::Lone(host) => (host, "containers without a project"),
        ServiceRow::Service(_) | ServiceRow::Container(_) => return Row::Cells(Vec::new()),
    };
    // What a filter finds is shown, folded or not.
    let narrowed = !model.services.filter.is_empty() || model.services.only_problems;
    let arrow = if model.folded.contains(row) && !narrowed {
        "▸ "
    } else {
        "▾ "
    };
    let mut line = Line::from(vec![
        Span::styled(arrow, theme.muted),
        Span::styled(name, theme.project),
    ]);
    if model.hosts.len() > 1 {
        line.spans.push(Span::styled(" on ", theme.muted));
        line.spans
            .push(Span::styled(host.as_str(), host_style(model, theme, host)));
    }
    let members = members(model, row);
    let count = format!(" {}", members.len());
    line.spans.push(Span::styled(count, theme.muted));
    line.spans.extend(badge(model, theme, row));
    Row::Heading(line, Line::default())
}

/// How many services below a heading need somebody. Counted from the findings, which hold while the state of a crash
/// loop goes back and forth.
fn badge(model: &Model, theme: &Theme, row: &ServiceRow) -> Vec<Span<'static>> {
    let below = model
        .findings
        .iter()
        .filter(|finding| match (&finding.subject, row) {
            (Subject::Service(id), ServiceRow::Project(project)) => {
                id.project_id().as_ref() == Some(project)
            }
            (Subject::Service(id), ServiceRow::Lone(host)) => {
                id.project.is_none() && id.host == *host
            }
            (Subject::Project(id), ServiceRow::Project(project)) => id == project,
            _ => false,
        });
    let severities: Vec<Severity> = below.map(|finding| finding.severity).collect();
    let Some(worst) = severities.iter().max() else {
        return Vec::new();
    };
    let (ServiceRow::Project(ProjectId { host, .. }) | ServiceRow::Lone(host)) = row else {
        return Vec::new();
    };
    let mut symbol = symbols::severity(theme, *worst);
    if model.host(host).is_some_and(Host::is_stale) {
        symbol = symbol.style(theme.muted);
    }
    let said = Span::styled(format!(" {}", severities.len()), symbol.style);
    vec![Span::raw("  "), symbol, said]
}

/// The services below a heading, folded or not.
pub fn members<'a>(model: &'a Model, row: &ServiceRow) -> Vec<&'a Service> {
    let (host, project) = match row {
        ServiceRow::Project(project) => (&project.host, Some(&project.name)),
        ServiceRow::Lone(host) => (host, None),
        ServiceRow::Service(_) | ServiceRow::Container(_) => return Vec::new(),
    };
    let services = model.host(host).map_or(&[][..], |host| &host.services);
    services
        .iter()
        .filter(|service| service.id.project.as_ref() == project)
        .collect()
}

fn service_row<'a>(
    model: &'a Model,
    theme: &Theme,
    host: &'a Host,
    service: &'a Service,
    worst: &'a Container,
) -> Row<'a> {
    let is_marked = model.marked.contains(&service.id);
    let mark = if is_marked { "✓" } else { " " };
    let symbol = if is_looping(model, service) && !host.is_stale() {
        symbols::severity(theme, Severity::Critical)
    } else {
        symbols::seen(theme, host, service.state)
    };
    let before = Line::from(vec![
        Span::styled(mark, theme.accent),
        symbol,
        Span::raw(" "),
    ]);
    let name = Span::styled(&*service.id.name, name_style(theme, host, service.state));
    let after = after_name(model, host, service, worst);
    let after = after
        .into_iter()
        .map(|said| Span::styled(said, theme.muted));
    let up = service
        .up_since
        .map(|since| age(since, host.as_of(model.now)));
    let restarts = (service.restarts > 0).then(|| format!("↻{}", service.restarts));
    Row::Cells(vec![
        Cell::Name(before, name, after.collect()),
        Cell::image(&worst.image, theme.muted),
        Cell::Words(format::ports_short(worst), theme.muted),
        state(model, theme, host, service, worst).into(),
        cpu(theme, host, host.usage_of_service(service)),
        memory(theme, host, host.usage_of_service(service)),
        Span::styled(up.unwrap_or_default(), theme.muted).into(),
        Span::styled(restarts.unwrap_or_default(), restarts_style(theme, host)).into(),
        Line::from(symbols::marks(theme, host, freshness::marks(host, service))).into(),
    ])
}

/// Whether it dies over and over: between two deaths it runs, and is not well all the same.
fn is_looping(model: &Model, service: &Service) -> bool {
    model.findings.iter().any(|finding| {
        finding.kind == FindingKind::CrashLoop
            && matches!(&finding.subject, Subject::Service(id) if *id == service.id)
    })
}

/// What is being done to the service, else what it does.
fn state(
    model: &Model,
    theme: &Theme,
    host: &Host,
    service: &Service,
    worst: &Container,
) -> Span<'static> {
    let mut jobs = model.running_jobs();
    let job = jobs.find(|job| job.service() == Some(&service.id));
    match job.and_then(|job| job.action) {
        Some(action) => Span::styled(format!("⟳ {}", action.word()), theme.info),
        None if is_looping(model, service) && !host.is_stale() => {
            Span::styled("crash loop", theme.critical)
        }
        None => Span::styled(
            format::state_word(service, Some(worst)),
            symbols::seen_style(theme, host, service.state),
        ),
    }
}

/// What stands behind a service's name: how many of its containers run, and whose network it uses.
pub fn after_name(
    model: &Model,
    host: &Host,
    service: &Service,
    container: &Container,
) -> Vec<String> {
    let mut after = Vec::new();
    let count = service.containers.len();
    if count > 1 {
        let arrow = if model.opened.contains(&service.id) {
            "▾"
        } else {
            "▸"
        };
        after.push(format!(" {}/{count} {arrow}", service.running));
    }
    if let Some(of) = network_of(host, container) {
        after.push(format!(" ⇄ {of}"));
    }
    after
}

fn container_row<'a>(model: &'a Model, theme: &Theme, id: &ContainerId) -> Row<'a> {
    let found = model
        .hosts
        .iter()
        .find_map(|host| Some((host, host.containers.get(id)?)));
    let Some((host, container)) = found else {
        return Row::Cells(Vec::new());
    };
    let state = container_state(container);
    let detail = container.detail.as_ref();
    let up = detail
        .filter(|_| container.is_up())
        .and_then(|detail| detail.started_at)
        .map(|since| age(since, host.as_of(model.now)));
    let restarts = detail
        .filter(|detail| detail.restarts > 0)
        .map(|detail| format!("↻{}", detail.restarts));
    Row::Cells(vec![
        Cell::Name(
            Line::from(vec![
                Span::styled("   └ ", theme.border),
                symbols::seen(theme, host, state),
                Span::raw(" "),
            ]),
            Span::styled(&*container.name, name_style(theme, host, state)),
            Line::default(),
        ),
        Cell::image(&container.image, theme.muted),
        Cell::Words(format::ports_short(container), theme.muted),
        Span::styled(
            format::container_word(container),
            symbols::seen_style(theme, host, state),
        )
        .into(),
        cpu(theme, host, host.usage_of(id)),
        memory(theme, host, host.usage_of(id)),
        Span::styled(up.unwrap_or_default(), theme.muted).into(),
        Span::styled(restarts.unwrap_or_default(), restarts_style(theme, host)).into(),
    ])
}

fn restarts_style(theme: &Theme, host: &Host) -> ratatui::style::Style {
    if host.is_stale() {
        theme.muted
    } else {
        theme.warning
    }
}

fn name_style(theme: &Theme, host: &Host, state: ServiceState) -> ratatui::style::Style {
    if host.is_stale() {
        theme.stale
    } else if matches!(state, ServiceState::Stopped | ServiceState::Created) {
        theme.muted
    } else {
        theme.text
    }
}

fn host_style(model: &Model, theme: &Theme, host: &HostId) -> ratatui::style::Style {
    match model.host(host) {
        Some(host) if host.is_stale() => theme.stale,
        _ => theme.muted,
    }
}

/// A whole core is much: it is said in the colour of the chart; next to nothing stays quiet.
fn cpu<'a>(theme: &Theme, host: &Host, usage: Option<Usage>) -> Cell<'a> {
    let Some(usage) = usage else {
        return Span::raw("").into();
    };
    let Some(percent) = usage.cpu_percent else {
        return Span::styled("…", theme.muted).into();
    };
    let style = match percent {
        _ if host.is_stale() => theme.muted,
        busy if busy >= 80.0 => theme.warning,
        idle if idle < 0.95 => theme.muted,
        _ => theme.text,
    };
    Span::styled(format::percent(percent), style).into()
}

fn memory<'a>(theme: &Theme, host: &Host, usage: Option<Usage>) -> Cell<'a> {
    let Some(usage) = usage else {
        return Span::raw("").into();
    };
    let near_limit = usage
        .memory_limit
        .is_some_and(|limit| limit.0 > 0 && usage.memory.0 as f64 > limit.0 as f64 * 0.9);
    let style = match (host.is_stale(), near_limit) {
        (true, _) => theme.muted,
        (false, true) => theme.warning,
        (false, false) => theme.text,
    };
    Span::styled(usage.memory.to_string(), style).into()
}

/// The name of the service whose network a container uses.
pub fn network_of<'a>(host: &'a Host, container: &'a Container) -> Option<&'a str> {
    match container.network_of.as_ref()? {
        NetworkOf::Container(id) => match host.network_owner(container) {
            Some(owner) => Some(
                owner
                    .compose
                    .as_ref()
                    .map_or(&*owner.name, |compose| compose.service.as_str()),
            ),
            None => Some(id.short()),
        },
        NetworkOf::Host => Some("host"),
        NetworkOf::Nothing => None,
    }
}
