//! The volumes: who uses them and how big they are.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Host, Model};
use crate::domain::units::age;
use crate::domain::{ByteSize, Container, Volume, VolumeId};
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty;
use crate::ui::widgets::table::{Cell, Column, Row, Width, table};
use crate::ui::{format, symbols};

use super::Count;

const COLUMNS: [Column; 5] = [
    Column::text("NAME", Width::Grow(18, 48, 3), 0),
    Column::number("SIZE", 5, 1),
    Column::text("SHARE", Width::Fixed(8), 3),
    Column::text("USED BY", Width::Grow(22, 48, 2), 2),
    Column::text("DRIVER", Width::Fixed(8), 4),
];

/// The columns of the bar that compares sizes.
const BAR: usize = 8;

/// Draws the list.
pub fn list(screen: &mut Screen<'_>, area: Rect) {
    let model = screen.model;
    let list = &model.volumes;
    let below = below(screen);
    let all = model
        .hosts
        .iter()
        .filter_map(|host| host.volumes.value.as_ref());
    let count = Count {
        shown: list.rows.len(),
        all: all.map(Vec::len).sum(),
    };
    let inner = super::list_pane(screen, area, "volumes", count, list, below);
    if list.rows.is_empty() {
        if !super::answer_missing(screen, inner, "asking for the volumes…", |host| {
            &host.volumes
        }) && !super::say_why_empty(screen, inner, "volume", list)
        {
            empty::empty(screen, inner, "there is no volume");
        }
        return;
    }
    let theme = screen.theme;
    let sizes = model
        .hosts
        .iter()
        .filter_map(|host| host.volume_sizes.value.as_ref());
    let greatest = sizes.flat_map(|sizes| sizes.values()).max().copied();
    table(screen, inner, &COLUMNS, super::place(screen, list), |n| {
        list.rows.get(n).map_or_else(
            || Row::Cells(Vec::new()),
            |id| row(model, theme, id, greatest.unwrap_or_default()),
        )
    });
}

/// The sum, the age of the sizes, and whether they are being measured.
fn below(screen: &Screen<'_>) -> Line<'static> {
    let (model, theme) = (screen.model, screen.theme);
    if model.hosts.iter().any(|host| host.volume_sizes.asking) {
        let said = format!("{} measuring", symbols::spinner(model.now));
        return Line::from(Span::styled(said, theme.info));
    }
    let failure = model
        .hosts
        .iter()
        .find_map(|host| host.volume_sizes.failure.as_ref());
    if let Some(failure) = failure {
        let said = format!("▲ sizes: {}", failure.why);
        return Line::from(Span::styled(said, theme.warning));
    }
    let oldest = model
        .hosts
        .iter()
        .filter_map(|host| host.volume_sizes.at)
        .min();
    let Some(at) = oldest else {
        return Line::default();
    };
    let sizes = model
        .hosts
        .iter()
        .filter_map(|host| host.volume_sizes.value.as_ref());
    let sum: ByteSize = sizes.flat_map(|sizes| sizes.values().copied()).sum();
    let said = format!("{sum} in all, measured {} ago", age(at, model.now));
    Line::from(Span::styled(said, theme.muted))
}

fn size(host: &Host, id: &VolumeId) -> Option<ByteSize> {
    host.volume_sizes.value.as_ref()?.get(id).copied()
}

fn row<'a>(model: &'a Model, theme: &Theme, id: &'a VolumeId, greatest: ByteSize) -> Row<'a> {
    let found = model.host(&id.host).and_then(|host| {
        let volumes = host.volumes.value.as_ref()?;
        Some((host, volumes.iter().find(|volume| volume.id == *id)?))
    });
    let Some((host, volume)) = found else {
        return Row::Cells(Vec::new());
    };
    let users = host.users_of_volume(id);
    let symbol = if users.is_empty() {
        Span::styled("○ ", theme.warning)
    } else {
        Span::styled("● ", theme.ok)
    };
    let name = if volume.is_anonymous() {
        let short: String = id.name.chars().take(12).collect();
        Span::styled(format!("{short} unnamed"), theme.muted)
    } else if host.is_stale() {
        Span::styled(&*id.name, theme.stale)
    } else {
        Span::styled(&*id.name, theme.text)
    };
    let size = size(host, id);
    let (number, share) = match size {
        Some(size) => {
            let fraction = size.0 as f64 / greatest.0.max(1) as f64;
            let share = bar(theme, BAR, fraction, theme.bar_full);
            (
                Span::styled(size.to_string(), theme.text),
                Line::from(share.to_vec()),
            )
        }
        None => (Span::styled("?", theme.muted), Line::default()),
    };
    Row::Cells(vec![
        Line::from(vec![symbol, name]).into(),
        number.into(),
        share.into(),
        used_by(theme, &users).into(),
        Cell::Middle(&volume.driver, theme.muted),
    ])
}

fn used_by(theme: &Theme, users: &[&Container]) -> Line<'static> {
    if users.is_empty() {
        return Line::from(Span::styled("unused", theme.warning));
    }
    let mut names: Vec<String> = users
        .iter()
        .map(|container| container.service_id().to_string())
        .collect();
    names.sort();
    names.dedup();
    Line::from(Span::styled(names.join(", "), theme.muted))
}

/// Draws the detail pane.
pub fn detail(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let selected = model.selected_volume();
    let title = selected.map_or("nothing selected", |(_, volume)| &*volume.id.name);
    let stale = selected.is_some_and(|(host, _)| host.is_stale());
    super::detail_pane(screen, area, title, stale, |doc| {
        let Some((host, volume)) = selected else {
            return;
        };
        doc.field("name", &volume.id.name);
        if model.hosts.len() > 1 {
            doc.field("host", host.id.as_str());
        }
        match size(host, &volume.id) {
            Some(size) => doc.field("size", &size.to_string()),
            None => doc.styled_field("size", "not measured", theme.muted),
        }
        doc.field("driver", &volume.driver);
        doc.field("lies at", &volume.mountpoint);
        if let Some(created) = volume.created {
            let said = format::moment(created, &model.zone);
            doc.field(
                "created",
                &format!("{said}, {} ago", age(created, model.now)),
            );
        }
        users(doc, theme, host, volume);
        for (heading, pairs) in [("labels", &volume.labels), ("options", &volume.options)] {
            if !pairs.is_empty() {
                doc.heading(heading);
            }
            for (name, value) in pairs {
                doc.paragraph(0, &format!("{name}={value}"), theme.text);
            }
        }
    });
}

fn users(doc: &mut super::document::Document<'_>, theme: &Theme, host: &Host, volume: &Volume) {
    let users = host.users_of_volume(&volume.id);
    doc.heading("used by");
    if users.is_empty() {
        doc.paragraph(0, "no container, running or not", theme.warning);
    }
    for container in users {
        let mounts = container
            .mounts
            .iter()
            .filter(|mount| mount.name.as_deref() == Some(&*volume.id.name));
        for mount in mounts {
            let access = if mount.read_only { "ro" } else { "rw" };
            doc.paragraph(0, &container.name, theme.text);
            doc.paragraph(2, &format!("{} ({access})", mount.destination), theme.muted);
        }
    }
}
