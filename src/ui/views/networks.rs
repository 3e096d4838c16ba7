//! The networks: their addresses, what they allow, who is in them.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Action, Host, Model};
use crate::domain::service::container_state;
use crate::domain::units::age;
use crate::domain::{Container, HostId, Member, Namespaces, Network, NetworkId, Reach, Subnet};
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::widgets::document::Document;
use crate::ui::widgets::empty;
use crate::ui::widgets::table::{Cell, Column, Row, Width, table};
use crate::ui::{format, symbols};

use super::Count;

const COLUMNS: [Column; 7] = [
    Column::text("NAME", Width::Grow(16, 40, 3), 0),
    Column::number("IN IT", 5, 1),
    Column::text("SUBNET", Width::Grow(15, 36, 1), 2),
    Column::text("USED BY", Width::Grow(16, 60, 3), 3),
    Column::text("DRIVER", Width::Fixed(7), 4),
    Column::text("GATEWAY", Width::Fixed(12), 6),
    Column::text("ALLOWS", Width::Fixed(10), 5),
];

/// Draws the list.
pub fn list(screen: &mut Screen<'_>, area: Rect) {
    let model = screen.model;
    let list = &model.networks;
    let all = model.hosts.iter();
    let count = Count {
        shown: list.rows.len(),
        all: all
            .filter_map(|host| host.networks.value.as_ref())
            .map(Vec::len)
            .sum(),
    };
    let below = ports_below(screen);
    let inner = super::list_pane(screen, area, "networks", count, list, below);
    if list.rows.is_empty() {
        if !super::answer_missing(screen, inner, "asking for the networks…", |host| {
            &host.networks
        }) && !super::say_why_empty(screen, inner, "network", list)
        {
            empty::empty(screen, inner, "there is no network");
        }
        return;
    }
    let theme = screen.theme;
    let namespaces: Vec<(&HostId, Namespaces<'_>)> = model
        .hosts
        .iter()
        .map(|host| (&host.id, Namespaces::of(host.containers.values())))
        .collect();
    table(screen, inner, &COLUMNS, super::place(screen, list), |n| {
        let found = list.rows.get(n).and_then(|key| {
            let (host, network) = find(model, key)?;
            let (_, all) = namespaces.iter().find(|(id, _)| **id == host.id)?;
            Some(row(theme, host, network, all))
        });
        found.unwrap_or_else(|| Row::Cells(Vec::new()))
    });
}

fn find<'a>(model: &'a Model, (host, id): &(HostId, NetworkId)) -> Option<(&'a Host, &'a Network)> {
    let host = model.host(host)?;
    let mut networks = host.networks.value.iter().flatten();
    Some((host, networks.find(|network| network.id == *id)?))
}

/// That there is another list, and what is in it.
fn ports_below(screen: &Screen<'_>) -> Line<'static> {
    let (model, theme) = (screen.model, screen.theme);
    let open = || {
        let all = model.hosts.iter().flat_map(|host| &host.ports);
        all.filter(|port| port.is_open && port.id.port.is_some())
    };
    let (all, world) = (
        open().count(),
        open().filter(|port| port.reach() == Reach::World).count(),
    );
    let mut line = Line::default();
    if let Some(key) = screen.key(Action::NextTab) {
        line.spans.extend([key, Span::raw(" ")]);
    }
    let s = if all == 1 { "" } else { "s" };
    let said = format!("{all} port{s} of the host, {world} open to the world");
    line.spans.push(Span::styled(said, theme.muted));
    line
}

fn row<'a>(theme: &Theme, host: &'a Host, network: &'a Network, all: &Namespaces<'_>) -> Row<'a> {
    let members = network.members(all);
    let is_own = network.is_predefined();
    let symbol = match (members.is_empty(), is_own) {
        (true, false) => Span::styled("○ ", theme.warning),
        (true, true) => Span::styled("○ ", theme.muted),
        (false, _) if host.is_stale() => Span::styled("● ", theme.muted),
        (false, _) => Span::styled("● ", theme.ok),
    };
    let style = match (host.is_stale(), is_own) {
        (true, _) => theme.stale,
        (false, true) => theme.muted,
        (false, false) => theme.text,
    };
    let ranges = network.subnets.iter().map(|one| one.range.clone());
    let gateways = gateways(&network.subnets).map(str::to_owned);
    let used_by = if members.is_empty() && !is_own {
        Span::styled("nobody", theme.warning).into()
    } else {
        Cell::Words(users(&members), theme.muted)
    };
    Row::Cells(vec![
        Cell::Name(
            symbol.into(),
            Span::styled(&*network.name, style),
            Line::default(),
        ),
        Span::styled(how_many(&members), theme.text).into(),
        Cell::Words(ranges.collect(), theme.muted),
        used_by,
        Cell::Middle(&network.driver, theme.muted),
        Cell::Words(gateways.collect(), theme.muted),
        Span::styled(network.flags.words().join(" "), theme.info).into(),
    ])
}

fn gateways(subnets: &[Subnet]) -> impl Iterator<Item = &str> {
    subnets.iter().filter_map(|one| one.gateway.as_deref())
}

/// `3`, or `2/3` where not all of them run.
fn how_many(members: &[Member<'_>]) -> String {
    let running = members.iter().filter(|one| one.container.is_up()).count();
    if running == members.len() {
        running.to_string()
    } else {
        format!("{running}/{}", members.len())
    }
}

/// The services in a network, each with those that share its place: `web`, `nextcloud⇄tunnel`.
fn users(members: &[Member<'_>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for member in members {
        let mut said = member.container.service_id().name.to_string();
        for sharer in member.sharers {
            said.push('⇄');
            said.push_str(&sharer.service_id().name);
        }
        // The containers of one service, one after the other.
        if names.last() != Some(&said) {
            names.push(said);
        }
    }
    names
}

/// Draws the detail pane.
pub fn detail(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let selected = model.selected_network();
    let title = selected.map_or("nothing selected", |(_, network)| &*network.name);
    let stale = selected.is_some_and(|(host, _)| host.is_stale());
    super::detail_pane(screen, area, title, stale, |doc| {
        let Some((host, network)) = selected else {
            return;
        };
        what_it_is(doc, model, theme, host, network);
        in_it(doc, theme, host, network);
        for (heading, pairs) in [("options", &network.options), ("labels", &network.labels)] {
            if !pairs.is_empty() {
                doc.heading(heading);
            }
            for (name, value) in pairs {
                doc.paragraph(0, &format!("{name}={value}"), theme.text);
            }
        }
    });
}

fn what_it_is(
    doc: &mut Document<'_>,
    model: &Model,
    theme: &Theme,
    host: &Host,
    network: &Network,
) {
    doc.field("name", &network.name);
    if model.hosts.len() > 1 {
        doc.field("host", host.id.as_str());
    }
    if network.is_predefined() {
        doc.styled_field("made by", "the engine, for itself", theme.muted);
    }
    doc.field("project", network.project().unwrap_or_default());
    doc.field("driver", &network.driver);
    let ranges = network.subnets.iter().map(|one| one.range.clone());
    doc.fields("subnets", ranges);
    doc.fields("gateways", gateways(&network.subnets).map(str::to_owned));
    let flags = [
        (network.flags.internal, "internal: nobody in it gets out"),
        (
            network.flags.attachable,
            "attachable: containers outside a stack may join",
        ),
        (network.flags.ipv6, "IPv6"),
        (network.flags.ingress, "ingress: the swarm's way in"),
    ];
    let set = flags.iter().filter(|(is_set, _)| *is_set);
    doc.fields("allows", set.map(|(_, said)| (*said).to_owned()));
    if let Some(created) = network.created {
        let said = format::moment(created, &model.zone);
        doc.field(
            "created",
            &format!("{said}, {} ago", age(created, model.now)),
        );
    }
    doc.field(
        "id",
        network.id.as_str().get(..12).unwrap_or(network.id.as_str()),
    );
}

fn in_it<'a>(doc: &mut Document<'a>, theme: &'a Theme, host: &'a Host, network: &Network) {
    doc.heading("in it");
    let all = Namespaces::of(host.containers.values());
    let members = network.members(&all);
    if members.is_empty() {
        let style = if network.is_predefined() {
            theme.muted
        } else {
            theme.warning
        };
        doc.paragraph(0, "no container, running or not", style);
    }
    for member in &members {
        let addresses = member.attachment.addresses.join(", ");
        doc.line(named(theme, host, "", member.container, &addresses));
        // A container's own id is an alias everywhere: of no use to anybody.
        let id = member.container.id.as_str();
        let aliases = member.attachment.aliases.iter();
        let aliases: Vec<&str> = aliases
            .map(String::as_str)
            .filter(|alias| alias.len() < 12 || !id.starts_with(alias))
            .collect();
        if !aliases.is_empty() {
            doc.paragraph(2, &format!("as {}", aliases.join(", ")), theme.muted);
        }
        let ports = format::ports_short(member.container);
        if !ports.is_empty() {
            doc.paragraph(2, &format!("ports {}", ports.join(", ")), theme.muted);
        }
        let last = member.sharers.len().saturating_sub(1);
        for (n, sharer) in member.sharers.iter().enumerate() {
            let branch = if n == last {
                "  └ ⇄ "
            } else {
                "  ├ ⇄ "
            };
            doc.line(named(theme, host, branch, sharer, "same network"));
        }
    }
}

/// A container after a branch of the tree, with what is said of it.
fn named(
    theme: &Theme,
    host: &Host,
    branch: &'static str,
    container: &Container,
    said: &str,
) -> Line<'static> {
    let state = container_state(container);
    let mut line = Line::from(vec![
        Span::styled(branch, theme.border),
        symbols::seen(theme, host, state),
        Span::styled(format!(" {}", container.name), theme.text),
        Span::styled(format!("  {said}"), theme.muted),
    ]);
    if !container.is_up() {
        let word = format!("  {}", format::container_word(container));
        line.spans
            .push(Span::styled(word, symbols::seen_style(theme, host, state)));
    }
    line
}
