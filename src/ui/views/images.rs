//! The images: what they are called, how big they are, who runs them.

use std::collections::HashSet;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Host, Model};
use crate::domain::units::age;
use crate::domain::{Container, HostId, Image, ImageId};
use crate::theme::Theme;
use crate::ui::format;
use crate::ui::screen::Screen;
use crate::ui::widgets::empty;
use crate::ui::widgets::table::{Cell, Column, Row, Width, table};

use super::Count;

const COLUMNS: [Column; 5] = [
    Column::text("TAG", Width::Grow(20, 64, 3), 0),
    Column::text("ID", Width::Fixed(12), 4),
    Column::number("SIZE", 5, 1),
    Column::number("AGE", 4, 3),
    Column::text("USED BY", Width::Grow(16, 40, 2), 2),
];

/// Draws the list.
pub fn list(screen: &mut Screen<'_>, area: Rect) {
    let model = screen.model;
    let list = &model.images;
    let below = sum(screen);
    let all = model
        .hosts
        .iter()
        .filter_map(|host| host.images.value.as_ref());
    let count = Count {
        shown: list.rows.len(),
        all: all.map(Vec::len).sum(),
    };
    let inner = super::list_pane(screen, area, "images", count, list, below);
    if list.rows.is_empty() {
        if !super::answer_missing(screen, inner, "asking for the images…", |host| {
            &host.images
        }) && !super::say_why_empty(screen, inner, "image", list)
        {
            empty::empty(screen, inner, "there is no image");
        }
        return;
    }
    let theme = screen.theme;
    table(screen, inner, &COLUMNS, super::place(screen, list), |n| {
        list.rows
            .get(n)
            .map_or_else(|| Row::Cells(Vec::new()), |key| row(model, theme, key))
    });
}

/// How many nobody runs.
fn sum(screen: &Screen<'_>) -> Line<'static> {
    let unused = screen.model.hosts.iter().flat_map(|host| {
        let containers = host.containers.values();
        let used: HashSet<&ImageId> = containers.map(|container| &container.image_id).collect();
        let images = host.images.value.iter().flatten();
        images.filter(move |image| !used.contains(&image.id) && image.keep_tags().next().is_none())
    });
    match unused.count() {
        0 => Line::default(),
        n => Line::from(Span::styled(format!("{n} unused"), screen.theme.muted)),
    }
}

fn row<'a>(model: &'a Model, theme: &Theme, (host, id): &'a (HostId, ImageId)) -> Row<'a> {
    let found = model.host(host).and_then(|host| {
        let images = host.images.value.as_ref()?;
        Some((host, images.iter().find(|image| image.id == *id)?))
    });
    let Some((host, image)) = found else {
        return Row::Cells(Vec::new());
    };
    let users = users(host, image);
    let kept = host.kept_for(image);
    let symbol = match (users.is_empty(), kept.is_empty()) {
        (false, _) => Span::styled("● ", theme.ok),
        (true, false) => Span::styled("◌ ", theme.muted),
        (true, true) => Span::styled("○ ", theme.muted),
    };
    let style = if host.is_stale() {
        theme.stale
    } else {
        theme.text
    };
    let more = match image.names().count() {
        0 | 1 => String::new(),
        count => format!(" +{}", count - 1),
    };
    let name = match (image.names().next(), kept.first()) {
        (Some(tag), _) => Cell::Image(
            symbol,
            Span::styled(tag, style),
            Span::styled(more, theme.muted),
        ),
        (None, Some(release)) => {
            Line::from(vec![symbol, Span::styled(release.clone(), theme.muted)]).into()
        }
        (None, None) => Line::from(vec![symbol, Span::styled("<none>", theme.warning)]).into(),
    };
    let used_by = match (users.is_empty(), kept.is_empty()) {
        (false, _) => users.join(", "),
        (true, false) if image.names().next().is_none() => "kept".to_owned(),
        (true, false) => format!("kept: {}", kept.join(", ")),
        (true, true) => "unused".to_owned(),
    };
    let used_by = Span::styled(used_by, theme.muted);
    Row::Cells(vec![
        name,
        Span::styled(image.id.short(), theme.muted).into(),
        Span::styled(image.size.to_string(), theme.text).into(),
        Span::styled(age(image.created, model.now), theme.muted).into(),
        used_by.into(),
    ])
}

fn users(host: &Host, image: &Image) -> Vec<String> {
    let users = host.users_of_image(image).map(Container::service_id);
    let mut names: Vec<String> = users.map(|service| service.to_string()).collect();
    names.sort();
    names.dedup();
    names
}

/// Draws the detail pane.
pub fn detail(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let selected = model.selected_image();
    let title = selected.map_or("nothing selected", |(_, image)| {
        image.names().next().unwrap_or_else(|| image.id.short())
    });
    let stale = selected.is_some_and(|(host, _)| host.is_stale());
    super::detail_pane(screen, area, title, stale, |doc| {
        let Some((host, image)) = selected else {
            return;
        };
        let kept = host.kept_for(image);
        if image.names().next().is_none() {
            // What is kept is meant to be here without a name.
            let word = if kept.is_empty() {
                theme.warning
            } else {
                theme.text
            };
            doc.styled_field("tags", "none: another image took its name", word);
        }
        doc.fields("tags", image.names().map(str::to_owned));
        doc.fields("kept as", kept);
        doc.field("id", image.id.as_str());
        if model.hosts.len() > 1 {
            doc.field("host", host.id.as_str());
        }
        doc.field("size", &image.size.to_string());
        let made = format::moment(image.created, &model.zone);
        let ago = age(image.created, model.now);
        doc.field("made", &format!("{made}, {ago} ago"));
        if image.digests.is_empty() {
            doc.styled_field("digests", "none: no registry has it", theme.muted);
        }
        doc.fields("digests", image.digests.iter().cloned());
        doc.heading("used by");
        let mut any = false;
        for container in host.users_of_image(image) {
            any = true;
            let said = format!("{}, {}", container.name, container.state.word());
            doc.paragraph(0, &said, theme.text);
        }
        if !any {
            doc.paragraph(0, "no container, running or not", theme.muted);
        }
    });
}
