//! Where containers keep data: volumes and folders of the host, how big they are, how they grow, who uses them.

use std::fmt::Write;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Host, Model};
use crate::domain::units::{age, short_span};
use crate::domain::{ByteSize, Growth, MeasuredBy, Measurement, Storage, StorageId, StorageKind};
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::document::Document;
use crate::ui::widgets::empty;
use crate::ui::widgets::spark::spark;
use crate::ui::widgets::table::{Cell, Column, Row, Width, table};
use crate::ui::{format, symbols};

use super::{Count, disk};

const COLUMNS: [Column; 7] = [
    Column::text("NAME", Width::Grow(18, 56, 3), 0),
    Column::number("SIZE", 5, 1),
    Column::text("SHARE", Width::Fixed(8), 4),
    Column::number("A WEEK", 6, 3),
    Column::text("TREND", Width::Fixed(SPARK as u16), 6),
    Column::text("USED BY", Width::Grow(18, 48, 2), 2),
    Column::text("DRIVER", Width::Fixed(8), 5),
];

/// The columns of the bar that compares sizes, and of the trend.
const BAR: usize = 8;
const SPARK: usize = 10;
/// So many of the biggest folders are shown.
const FOLDERS: usize = 30;

/// Draws the list.
pub fn list(screen: &mut Screen<'_>, area: Rect) {
    let model = screen.model;
    let list = &model.volumes;
    let below = below(screen);
    let count = Count {
        shown: list.rows.len(),
        all: model
            .hosts
            .iter()
            .map(|host| host.storing.places.len())
            .sum(),
    };
    let inner = super::list_pane(screen, area, "volumes and bind mounts", count, list, below);
    if list.rows.is_empty() {
        if !super::answer_missing(screen, inner, "asking for the volumes…", |host| {
            &host.volumes
        }) && !super::say_why_empty(screen, inner, "volume", list)
        {
            let inner = disk::draw(screen, inner);
            empty::empty(
                screen,
                inner,
                "there is no volume, and no folder is mounted",
            );
        }
        return;
    }
    let inner = disk::draw(screen, inner);
    let theme = screen.theme;
    let sizes = model
        .hosts
        .iter()
        .flat_map(|host| host.storing.sizes.values());
    let greatest = sizes.map(Measurement::bytes).max().unwrap_or_default();
    table(screen, inner, &COLUMNS, super::place(screen, list), |n| {
        list.rows.get(n).map_or_else(
            || Row::Cells(Vec::new()),
            |id| row(model, theme, id, greatest),
        )
    });
}

/// What is being measured; else the sum and how old it is.
fn below(screen: &Screen<'_>) -> Line<'static> {
    let (model, theme) = (screen.model, screen.theme);
    let rounds = model
        .hosts
        .iter()
        .filter_map(|host| host.storing.round.as_ref());
    if let Some(round) = rounds.max_by_key(|round| round.left) {
        let mut said = format!("{} measuring", symbols::spinner(model.now));
        if let Some((id, files, bytes)) = &round.now {
            let name = crate::ui::text::cut_middle(&id.name, 24);
            let _ = write!(said, " {name}: {files} files, {bytes}");
        }
        if round.left > 1 {
            let _ = write!(said, ", {} to go", round.left - 1);
        }
        return Line::from(Span::styled(said, theme.info));
    }
    let measured = || {
        model
            .hosts
            .iter()
            .flat_map(|host| host.storing.sizes.values())
    };
    let Some(oldest) = measured().map(|one| one.at).min() else {
        return Line::default();
    };
    let sum: ByteSize = measured().map(Measurement::bytes).sum();
    let said = format!("{sum} in all, measured {} ago", age(oldest, model.now));
    Line::from(Span::styled(said, theme.muted))
}

fn find<'a>(model: &'a Model, id: &StorageId) -> Option<(&'a Host, &'a Storage)> {
    let host = model.host(&id.host)?;
    Some((host, host.storing.place(id)?))
}

fn row<'a>(model: &'a Model, theme: &Theme, id: &'a StorageId, greatest: ByteSize) -> Row<'a> {
    let Some((host, place)) = find(model, id) else {
        return Row::Cells(Vec::new());
    };
    let symbol = if place.users.is_empty() {
        Span::styled("○ ", theme.warning)
    } else {
        Span::styled("● ", theme.ok)
    };
    let name = if place.is_anonymous() {
        let short: String = id.name.chars().take(12).collect();
        Span::styled(format!("{short} unnamed"), theme.muted)
    } else if host.is_stale() {
        Span::styled(&*id.name, theme.stale)
    } else if place.is_of_system() {
        Span::styled(&*id.name, theme.muted)
    } else {
        Span::styled(&*id.name, theme.text)
    };
    let (number, share) = match host.storing.size(id) {
        Some(size) => {
            let fraction = size.0 as f64 / greatest.0.max(1) as f64;
            let share = bar(theme, BAR, fraction, theme.bar_full);
            (
                Span::styled(size.to_string(), theme.text),
                Line::from(share.to_vec()),
            )
        }
        None if place.is_of_system() => (Span::styled("–", theme.muted), Line::default()),
        None => (Span::styled("?", theme.muted), Line::default()),
    };
    let growth = host.storing.growth.get(id);
    let growth = growth.map_or_else(String::new, Growth::to_string);
    let samples = host.storing.samples(id);
    let values: Vec<f64> = samples.iter().map(|(_, size)| size.0 as f64).collect();
    let trend = if values.len() > 1 {
        spark(&values, SPARK)
    } else {
        String::new()
    };
    let driver = place
        .volume
        .as_ref()
        .map_or("bind", |volume| &volume.driver);
    Row::Cells(vec![
        Cell::Name(symbol.into(), name, Line::default()),
        number.into(),
        share.into(),
        Span::styled(growth, theme.muted).into(),
        Span::styled(trend, theme.accent).into(),
        used_by(theme, place).into(),
        Cell::Middle(driver, theme.muted),
    ])
}

fn used_by(theme: &Theme, place: &Storage) -> Line<'static> {
    if place.users.is_empty() {
        return Line::from(Span::styled("unused", theme.warning));
    }
    let names: Vec<String> = place.services().iter().map(ToString::to_string).collect();
    Line::from(Span::styled(names.join(", "), theme.muted))
}

/// Draws the detail pane.
pub fn detail(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let selected = model.selected_storage();
    let title = selected.map_or("nothing selected", |(_, place)| &*place.id.name);
    let stale = selected.is_some_and(|(host, _)| host.is_stale());
    super::detail_pane(screen, area, title, stale, |doc| {
        let Some((host, place)) = selected else {
            return;
        };
        doc.field("name", &place.id.name);
        if model.hosts.len() > 1 {
            doc.field("host", host.id.as_str());
        }
        size(doc, model, theme, host, place);
        if let Some(volume) = &place.volume {
            doc.field("driver", &volume.driver);
        }
        if *place.path != *place.id.name {
            doc.field("lies at", &place.path);
        }
        if let Some(created) = place.volume.as_ref().and_then(|volume| volume.created) {
            let said = format::moment(created, &model.zone);
            let ago = age(created, model.now);
            doc.field("created", &format!("{said}, {ago} ago"));
        }
        users(doc, theme, host, place);
        biggest(doc, theme, host, place);
        let Some(volume) = &place.volume else {
            return;
        };
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

fn size(doc: &mut Document<'_>, model: &Model, theme: &Theme, host: &Host, place: &Storage) {
    let Some(measured) = host.storing.sizes.get(&place.id) else {
        let why = host.storing.unmeasured.get(&place.id);
        let said = match why {
            Some(why) => format!("not known: {why}"),
            None if place.is_of_system() => "not measured: a part of the system".to_owned(),
            None => "not measured yet".to_owned(),
        };
        doc.styled_field("size", &said, theme.muted);
        return;
    };
    let found = measured.size;
    let by = match measured.by {
        MeasuredBy::Walk => "on disk",
        MeasuredBy::Du => "on disk (du)",
        MeasuredBy::Engine => "long, as the engine counts",
        MeasuredBy::Records => "when last measured",
    };
    doc.field("size", &format!("{} {by}", measured.bytes()));
    if measured.by == MeasuredBy::Walk {
        // A sparse file, or many small ones.
        let (on_disk, long) = (found.on_disk.0, found.apparent.0);
        if on_disk.abs_diff(long) > on_disk.max(long) / 5 {
            doc.field("length", &format!("{} of its files", found.apparent));
        }
        doc.field(
            "files",
            &format!("{} in {} folders", found.files, found.folders),
        );
        if let Some(written) = found.written {
            let said = format::moment(written, &model.zone);
            doc.field(
                "written",
                &format!("{said}, {} ago", age(written, model.now)),
            );
        }
        if found.unreadable > 0 {
            let said = format!("{} folders could not be read", found.unreadable);
            doc.styled_field("but", &said, theme.warning);
        }
    }
    doc.field("measured", &format!("{} ago", age(measured.at, model.now)));
    if let Some(growth) = host.storing.growth.get(&place.id) {
        let mut said = format!("{growth} a week");
        let samples = host.storing.samples(&place.id);
        if let (Some(first), Some(last)) = (samples.first(), samples.last()) {
            let span = short_span(last.0.duration_since(first.0));
            let _ = write!(said, ", known for {span}");
        }
        doc.field("growth", &said);
    }
}

fn users(doc: &mut Document<'_>, theme: &Theme, host: &Host, place: &Storage) {
    doc.heading("used by");
    if place.users.is_empty() {
        doc.paragraph(0, "no container, running or not", theme.warning);
    }
    for user in &place.users {
        let container = host.containers.get(&user.container);
        let name = container.map_or_else(|| user.container.short(), |one| &*one.name);
        doc.paragraph(0, &format!("{name} {}", user.words()), theme.text);
        doc.paragraph(2, &user.destination, theme.muted);
    }
    if place.id.kind == StorageKind::Volume && !place.users.is_empty() {
        let names: Vec<String> = place.services().iter().map(ToString::to_string).collect();
        let said = format!("without it these do not start: {}", names.join(", "));
        doc.paragraph(0, &said, theme.muted);
    }
}

fn biggest(doc: &mut Document<'_>, theme: &Theme, host: &Host, place: &Storage) {
    let folders = host.storing.biggest.get(&place.id);
    let Some(folders) = folders.filter(|folders| !folders.is_empty()) else {
        return;
    };
    doc.heading("biggest folders");
    let whole = host.storing.size(&place.id).unwrap_or_default().0.max(1);
    for folder in folders.iter().take(FOLDERS) {
        let fraction = folder.size.on_disk.0 as f64 / whole as f64;
        let [full, empty] = bar(theme, BAR, fraction, theme.bar_full);
        let size = format!("{:>5} ", folder.size.on_disk.to_string());
        let path = crate::domain::text::visible(&folder.path).into_owned();
        doc.line(Line::from(vec![
            Span::styled(size, theme.text),
            full,
            empty,
            Span::styled(format!(" {path}"), theme.muted),
        ]));
    }
}
