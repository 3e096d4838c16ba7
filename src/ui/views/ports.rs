//! The ports of the hosts: who listens on which address, and from where it is reached.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::{Action, Host, Model};
use crate::domain::{Container, Door, Listening, ListeningId, Namespaces, Reach, Same};
use crate::theme::Theme;
use crate::ui::format;
use crate::ui::screen::Screen;
use crate::ui::widgets::document::Document;
use crate::ui::widgets::empty;
use crate::ui::widgets::table::{Cell, Column, Row, Width, table};

use super::Count;

const COLUMNS: [Column; 5] = [
    Column::text("PORT", Width::Fixed(11), 0),
    Column::text("FROM", Width::Fixed(9), 1),
    Column::text("LEADS TO", Width::Grow(20, 50, 3), 0),
    Column::text("ADDRESS", Width::Grow(11, 44, 1), 2),
    Column::text("AND", Width::Grow(14, 40, 2), 3),
];

/// Draws the list.
pub fn list(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let list = &model.ports;
    let count = Count {
        shown: list.rows.len(),
        all: model.hosts.iter().map(|host| host.ports.len()).sum(),
    };
    let mut below = Line::default();
    if let Some(key) = screen.key(Action::NextTab) {
        let said = Span::styled(" networks", theme.muted);
        below.spans.extend([key, said]);
    }
    let inner = super::list_pane(screen, area, "ports of the host", count, list, below);
    if list.rows.is_empty() {
        if !super::say_why_empty(screen, inner, "port", list) {
            empty::empty(screen, inner, "no container publishes a port");
        }
        return;
    }
    table(screen, inner, &COLUMNS, super::place(screen, list), |n| {
        let found = list.rows.get(n).and_then(|id| find(model, id));
        found.map_or_else(
            || Row::Cells(Vec::new()),
            |(host, port)| row(theme, host, port),
        )
    });
}

fn find<'a>(model: &'a Model, id: &ListeningId) -> Option<(&'a Host, &'a Listening)> {
    let host = model.host(&id.host)?;
    Some((host, host.ports.iter().find(|port| port.id == *id)?))
}

fn row<'a>(theme: &Theme, host: &'a Host, port: &'a Listening) -> Row<'a> {
    let symbol = match (port.same, port.is_open) {
        (Same::Clash, _) => Span::styled("▲ ", theme.warning),
        (_, false) => Span::styled("○ ", theme.muted),
        _ if host.is_stale() => Span::styled("● ", theme.muted),
        _ => Span::styled("● ", theme.ok),
    };
    let style = match (host.is_stale(), port.is_open) {
        (true, _) => theme.stale,
        (false, false) => theme.muted,
        (false, true) => theme.text,
    };
    let reach = if port.is_open {
        Span::styled(port.reach().word(), reach_style(theme, port.reach()))
    } else {
        Span::styled("stopped", theme.muted)
    };
    Row::Cells(vec![
        Line::from(vec![symbol, Span::styled(number(port), style)]).into(),
        reach.into(),
        Cell::Name(
            Line::default(),
            Span::styled(leads_to(host, port), style),
            Line::default(),
        ),
        Span::styled(addresses(port).join(" "), theme.muted).into(),
        and(theme, host, port).into(),
    ])
}

fn reach_style(theme: &Theme, reach: Reach) -> Style {
    match reach {
        Reach::World => theme.accent,
        Reach::Address => theme.text,
        Reach::Loopback | Reach::Unknown => theme.muted,
    }
}

/// `443/tcp`.
fn number(port: &Listening) -> String {
    match port.id.port {
        Some(number) => format!("{number}/{}", port.id.protocol.word()),
        None => "?".to_owned(),
    }
}

fn addresses(port: &Listening) -> Vec<String> {
    port.addresses.iter().map(ToString::to_string).collect()
}

/// `wezm/hitch:443`.
fn leads_to(host: &Host, port: &Listening) -> String {
    let container = host.containers.get(&port.id.container);
    let name = container.map_or_else(
        || port.id.container.short().to_owned(),
        |container| container.service_id().to_string(),
    );
    match port.id.door {
        Door::Published(inner) => format!("{name}:{inner}"),
        Door::Own | Door::Unknown => name,
    }
}

/// What has to be known besides, in a few words.
fn and(theme: &Theme, host: &Host, port: &Listening) -> Line<'static> {
    let door = match port.id.door {
        Door::Unknown => Some("host network, listeners not known".to_owned()),
        Door::Own => Some("host network".to_owned()),
        Door::Published(_) => {
            let names = sharers(host, port);
            (!names.is_empty()).then(|| format!("⇄ {}", names.join(", ")))
        }
    };
    let mut words: Vec<Span<'static>> = Vec::new();
    match port.same {
        Same::Clash => words.push(Span::styled("wanted twice", theme.warning)),
        Same::Elsewhere => words.push(Span::styled("also elsewhere", theme.muted)),
        Same::Alone => {}
    }
    if let Some(door) = door {
        if !words.is_empty() {
            words.push(Span::raw("  "));
        }
        words.push(Span::styled(door, theme.muted));
    }
    Line::from(words)
}

/// Who is in the network namespace that the port leads to, besides the container that published it.
fn sharers(host: &Host, port: &Listening) -> Vec<String> {
    let Some(container) = host.containers.get(&port.id.container) else {
        return Vec::new();
    };
    let all = host.containers.values();
    let sharers = all.filter(|other| other.uses_network_of(container));
    sharers
        .map(|one| one.service_id().name.to_string())
        .collect()
}

/// Draws the detail pane.
pub fn detail(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let selected = model.selected_port();
    let title = selected.map_or("nothing selected".to_owned(), |(_, port)| number(port));
    let stale = selected.is_some_and(|(host, _)| host.is_stale());
    super::detail_pane(screen, area, &title, stale, |doc| {
        let Some((host, port)) = selected else {
            return;
        };
        if model.hosts.len() > 1 {
            doc.field("host", host.id.as_str());
        }
        doc.field("port", &number(port));
        doc.fields("addresses", addresses(port));
        let from = match port.reach() {
            _ if !port.is_open => "nowhere: its container does not run",
            Reach::Unknown => "not known",
            reach => reach.word(),
        };
        doc.field("reached from", from);
        doc.field("leads to", &leads_to(host, port));
        if let Some(container) = host.containers.get(&port.id.container) {
            doc.field("container", &container.name);
            doc.field("image", &container.image);
            doc.field("state", &format::container_word(container));
            unit(doc, theme, host, container);
        }
        doc.blank();
        doc.paragraph(0, why(port), theme.muted);
        others(doc, theme, host, port);
    });
}

/// What a person may not expect of it.
fn why(port: &Listening) -> &'static str {
    match (port.id.door, port.reach(), port.is_open) {
        (Door::Unknown, ..) => {
            "It is in the host's own network: the engine does not know what it listens on. Where the engine runs on this \
             machine, topside as root asks the kernel."
        }
        (_, _, false) => "It asks for this port when it starts.",
        (Door::Published(_), Reach::World, _) => {
            "Every address of the host: from anywhere, unless a firewall before the host keeps it away. Docker's own rules \
             come before those of ufw and firewalld. For this host alone, publish it on 127.0.0.1."
        }
        (Door::Own, Reach::World, _) => {
            "Every address of the host: from anywhere, unless a firewall keeps it away. It is in the host's own network and \
             listens there itself."
        }
        (_, Reach::Loopback, _) => "From programs of this host alone.",
        (_, Reach::Address | Reach::Unknown, _) => "From where these addresses are reached.",
    }
}

/// The containers that share the namespace which the port leads to, as a tree.
fn unit<'a>(doc: &mut Document<'a>, theme: &'a Theme, host: &'a Host, container: &Container) {
    let all = Namespaces::of(host.containers.values());
    let sharers = all.sharers(container);
    if sharers.is_empty() {
        return;
    }
    doc.heading("one network");
    doc.paragraph(0, &container.name, theme.text);
    for (n, sharer) in sharers.iter().enumerate() {
        let branch = if n + 1 == sharers.len() { "└" } else { "├" };
        doc.paragraph(2, &format!("{branch} ⇄ {}", sharer.name), theme.text);
    }
    doc.paragraph(0, "Any of them may be the one that listens.", theme.muted);
}

fn others(doc: &mut Document<'_>, theme: &Theme, host: &Host, port: &Listening) {
    let others = host.ports.iter().filter(|other| {
        other.id != port.id
            && port.id.port.is_some()
            && (other.id.port, other.id.protocol) == (port.id.port, port.id.protocol)
    });
    let mut others = others.peekable();
    if others.peek().is_none() {
        return;
    }
    doc.heading("the same port");
    for other in others {
        let state = if other.is_open { "" } else { ", stopped" };
        let said = format!(
            "{} → {}{state}",
            addresses(other).join(", "),
            leads_to(host, other)
        );
        doc.paragraph(0, &said, theme.text);
    }
    if port.same == Same::Clash {
        let said = "Only one of them can have it: the other does not start.";
        doc.paragraph(0, said, theme.warning);
    }
}
