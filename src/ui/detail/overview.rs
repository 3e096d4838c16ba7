//! What a service is: the first tab.

use std::fmt::Write as _;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Host, Model};
use crate::domain::service::container_state;
use crate::domain::units::age;
use crate::domain::{
    Container, ContainerDetail, Health, Mount, MountKind, NetworkAttachment, NetworkOf, Service,
};
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::widgets::document::Document;
use crate::ui::{format, symbols};

use super::freshness;

/// How many runs of a health check are shown.
const PROBES: usize = 5;

/// Draws it.
pub fn draw<'a>(
    screen: &mut Screen<'a>,
    area: Rect,
    host: &'a Host,
    service: &'a Service,
    container: &'a Container,
) {
    let (model, theme) = (screen.model, screen.theme);
    let mut doc = Document::new(theme, area);
    if service.containers.len() > 1 {
        containers(&mut doc, model, theme, host, service);
        doc.heading(&*container.name);
    }
    state(&mut doc, model, theme, host, container);
    what_runs(&mut doc, model, theme, host, container);
    surroundings(&mut doc, host, container);
    if let Some(detail) = &container.detail {
        health(&mut doc, model, theme, detail);
    }
    origin(&mut doc, theme, host, container);
    doc.draw(screen, area, model.detail.scroll);
}

/// A line for each container.
fn containers<'a>(
    doc: &mut Document<'a>,
    model: &Model,
    theme: &'a Theme,
    host: &'a Host,
    service: &'a Service,
) {
    for container in host.containers_of(service) {
        let state = container_state(container);
        let mut line = Line::from(vec![
            symbols::seen(theme, host, state),
            Span::raw(" "),
            Span::styled(&*container.name, theme.text),
            Span::styled(
                format!("  {}", format::container_word(container)),
                symbols::seen_style(theme, host, state),
            ),
        ]);
        if let Some(usage) = host.usage_of(&container.id) {
            let cpu = usage.cpu_percent.map(format::percent);
            let said = format!("  {}  {}", cpu.as_deref().unwrap_or("…"), usage.memory);
            line.spans.push(Span::styled(said, theme.muted));
        }
        let started = container
            .detail
            .as_ref()
            .and_then(|detail| detail.started_at);
        if let Some(since) = started.filter(|_| container.is_up()) {
            let said = format!("  {}", age(since, host.as_of(model.now)));
            line.spans.push(Span::styled(said, theme.muted));
        }
        doc.line(line);
    }
}

/// How it is, in the words that matter now.
fn state(doc: &mut Document<'_>, model: &Model, theme: &Theme, host: &Host, container: &Container) {
    let state = container_state(container);
    let detail = container.detail.as_ref();
    let mut said = container.state.word().to_owned();
    if container.health != Health::None {
        let _ = write!(said, ", {}", container.health.word());
    }
    if let Some(since) = detail
        .and_then(|detail| detail.started_at)
        .filter(|_| container.is_up())
    {
        let _ = write!(said, ", up {}", age(since, host.as_of(model.now)));
    }
    let style = symbols::seen_style(theme, host, state);
    doc.line_field("state", {
        let symbol = symbols::seen(theme, host, state);
        let word = if style == theme.muted {
            theme.text
        } else {
            style
        };
        Line::from(vec![symbol, Span::styled(format!(" {said}"), word)])
    });
    let Some(detail) = detail else { return };
    if let Some(error) = &detail.error {
        doc.styled_field("error", error, theme.critical);
    }
    let ended = detail
        .finished_at
        .filter(|_| !container.is_up() || detail.restarts > 0);
    if let (Some(code), Some(at)) = (detail.exit_code, ended) {
        let memory = if detail.oom_killed {
            ", out of memory"
        } else {
            ""
        };
        let ago = age(at, model.now);
        let style = if code == 0 {
            theme.text
        } else {
            theme.critical
        };
        doc.styled_field("last exit", &format!("{code}{memory}, {ago} ago"), style);
    }
    if detail.restarts > 0 {
        doc.styled_field("restarts", &detail.restarts.to_string(), theme.warning);
    }
    doc.field("restart", &detail.restart_policy);
}

/// The image and what is started in it.
fn what_runs(
    doc: &mut Document<'_>,
    model: &Model,
    theme: &Theme,
    host: &Host,
    container: &Container,
) {
    doc.field("image", &container.image);
    doc.field("image id", container.image_id.short());
    freshness::image(doc, model, theme, host, container);
    doc.field(
        "container",
        &format!("{}  {}", container.name, container.id.short()),
    );
    let created = format!(
        "{}, {} ago",
        format::moment(container.created, &model.zone),
        age(container.created, model.now)
    );
    doc.field("created", &created);
    match &container.detail {
        Some(detail) => {
            doc.field("entrypoint", &shell_words(&detail.entrypoint));
            doc.field("command", &shell_words(&detail.command));
            let user = if detail.user.is_empty() {
                "root"
            } else {
                &detail.user
            };
            doc.field("user", user);
            doc.field("working dir", &detail.working_dir);
            if let Some(limit) = detail.memory_limit {
                doc.field("memory limit", &limit.to_string());
            }
            let size = host.storing.log_size(&container.id);
            let size = size.map_or_else(String::new, |size| format!("{size}, "));
            doc.field("log", &format!("{size}{}", detail.log));
        }
        None => doc.field("command", &container.command),
    }
}

/// Ports, storage, networks.
fn surroundings(doc: &mut Document<'_>, host: &Host, container: &Container) {
    let ports = format::ports_in_order(container);
    doc.fields("ports", ports.into_iter().map(format::port_full));
    doc.fields("mounts", container.mounts.iter().map(mount));
    match &container.network_of {
        Some(NetworkOf::Host) => doc.field("network", "the host's"),
        Some(NetworkOf::Nothing) => doc.field("network", "none"),
        Some(NetworkOf::Container(id)) => {
            let said = match host.network_owner(container) {
                Some(owner) => format!("⇄ shared with {}", owner.name),
                None => format!("✖ that of {}, which is gone", id.short()),
            };
            doc.field("network", &said);
        }
        None => {}
    }
    let networks = container.attachments().iter();
    doc.fields("networks", networks.map(network));
}

fn mount(mount: &Mount) -> String {
    let source = mount.name.as_deref().unwrap_or(&mount.source);
    let read_only = if mount.read_only { " (read-only)" } else { "" };
    match mount.kind {
        MountKind::Tmpfs => format!("memory → {}{read_only}", mount.destination),
        MountKind::Bind | MountKind::Volume | MountKind::Other => {
            format!("{source} → {}{read_only}", mount.destination)
        }
    }
}

fn network(network: &NetworkAttachment) -> String {
    let mut said = network.name.clone();
    if !network.addresses.is_empty() {
        let _ = write!(said, "  {}", network.addresses.join(", "));
    }
    if !network.aliases.is_empty() {
        let _ = write!(said, "  as {}", network.aliases.join(", "));
    }
    said
}

/// The last runs of the health check, the newest first.
fn health(doc: &mut Document<'_>, model: &Model, theme: &Theme, detail: &ContainerDetail) {
    if detail.health_log.is_empty() {
        return;
    }
    doc.heading("health checks");
    for probe in detail.health_log.iter().rev().take(PROBES) {
        let (symbol, style) = if probe.exit_code == 0 {
            ("✔", theme.ok)
        } else {
            ("✖", theme.critical)
        };
        let when = probe
            .at
            .map_or_else(String::new, |at| format!("{} ago, ", age(at, model.now)));
        doc.line(Line::from(vec![
            Span::styled(symbol, style),
            Span::styled(format!(" {when}exit {}", probe.exit_code), theme.muted),
        ]));
        doc.paragraph(2, probe.output.trim(), theme.text);
    }
}

/// Where it comes from: Compose, and its other labels.
fn origin(doc: &mut Document<'_>, theme: &Theme, host: &Host, container: &Container) {
    if let Some(compose) = &container.compose {
        doc.heading("compose");
        doc.field("project", &compose.project);
        doc.field("service", &compose.service);
        if let Some(folder) = &compose.working_dir {
            doc.field("folder", folder);
        }
        doc.fields("files", compose.config_files.iter().cloned());
        doc.fields("env files", compose.env_files.iter().cloned());
        doc.field("depends on", &compose.depends_on.join(", "));
        freshness::configuration(doc, theme, host, container);
    }
    let mut own = container
        .labels
        .iter()
        .filter(|(name, _)| !name.starts_with("com.docker.compose."))
        .peekable();
    if own.peek().is_some() {
        doc.heading("labels");
        for (name, value) in own {
            doc.paragraph(0, &format!("{name}={value}"), theme.text);
        }
    }
}

/// Words as a shell would read them.
fn shell_words(words: &[String]) -> String {
    let is_plain = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_alphanumeric() || "-_./:=,@%+".contains(c))
    };
    let quoted: Vec<String> = words
        .iter()
        .map(|word| {
            if is_plain(word) {
                word.clone()
            } else {
                format!("'{}'", word.replace('\'', r"'\''"))
            }
        })
        .collect();
    quoted.join(" ")
}
