//! The images: what they are called, how big they are, who runs them.

use std::collections::HashSet;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Action, Host, ImageOrder, Model, Order};
use crate::domain::units::age;
use crate::domain::{
    ByteSize, Container, EngineUsage, HostId, Image, ImageId, ImageShare, Platform,
};
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::widgets::empty;
use crate::ui::widgets::table::{Cell, Column, Row, Sorted, Width, table};

use super::Count;

const COLUMNS: [Column; 8] = [
    Column::text("IMAGE", Width::Grow(20, 64, 3), 0),
    Column::text("ID", Width::Fixed(12), 7),
    Column::number("SIZE", 5, 1),
    Column::number("UNIQUE", 7, 3),
    Column::number("SHARED", 6, 6),
    Column::number("AGE", 4, 4),
    Column::text("FOR", Width::Fixed(8), 5),
    Column::text("USED BY", Width::Grow(16, 40, 2), 2),
];

/// What a click at a heading sorts by.
const ORDERS: [Sorted; 4] = [
    Sorted::up(0, Order::Images(ImageOrder::Name)),
    Sorted::down(2, Order::Images(ImageOrder::Size)),
    Sorted::down(3, Order::Images(ImageOrder::Unique)),
    Sorted::down(5, Order::Images(ImageOrder::Age)),
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
    let mut place = super::place(screen, list);
    place.orders = &ORDERS;
    place.order = Some(Order::Images(model.image_order));
    table(screen, inner, &COLUMNS, place, |n| {
        list.rows
            .get(n)
            .map_or_else(|| Row::Cells(Vec::new()), |key| row(model, theme, key))
    });
}

/// What all layers take, what the build cache does, and how many images nobody runs.
fn sum(screen: &Screen<'_>) -> Line<'static> {
    let unused = screen.model.hosts.iter().flat_map(|host| {
        let containers = host.containers.values();
        let used: HashSet<&ImageId> = containers.map(|container| &container.image_id).collect();
        let images = host.images.value.iter().flatten();
        images.filter(move |image| !used.contains(&image.id) && image.keep_tags().next().is_none())
    });
    let hosts = screen.model.hosts.iter();
    let usages: Vec<&EngineUsage> = hosts
        .filter_map(|host| host.storing.engine.value.as_ref())
        .collect();
    let theme = screen.theme;
    let mut words: Vec<Vec<Span<'static>>> = Vec::new();
    if !usages.is_empty() {
        let layers: ByteSize = usages.iter().map(|usage| usage.layers).sum();
        words.push(vec![Span::styled(format!("{layers} in all"), theme.muted)]);
        let cache: ByteSize = usages.iter().map(|usage| usage.all_cache()).sum();
        if cache > ByteSize::default() {
            let said = Span::styled(format!(" build cache {cache}"), theme.muted);
            let key = screen.key(Action::NextTab);
            words.push(key.into_iter().chain([said]).collect());
        }
    }
    match unused.count() {
        0 => {}
        n => words.push(vec![Span::styled(format!("{n} unused"), theme.muted)]),
    }
    let between = [Span::styled(" · ", theme.muted)];
    Line::from(words.join(between.as_slice()))
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
    // Beside its name, too: the column goes where there is no room for it.
    let platform = host.imaging.platform(&image.id);
    let more = match platform.filter(|platform| is_foreign(host, platform)) {
        Some(_) => Span::styled(format!("{more} !"), theme.warning),
        None => Span::styled(more, theme.muted),
    };
    let name = match (image.names().next(), kept.first()) {
        (Some(tag), _) => Cell::Image(symbol, Span::styled(tag, style), more),
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
    let share = host.storing.share(&image.id);
    let size = |size: Option<ByteSize>, style| {
        size.map_or_else(
            || Span::styled("?", theme.muted),
            |size| Span::styled(size.to_string(), style),
        )
    };
    Row::Cells(vec![
        name,
        Span::styled(image.id.short(), theme.muted).into(),
        Span::styled(image.size.to_string(), theme.text).into(),
        size(share.and_then(ImageShare::unique), theme.text).into(),
        size(share.and_then(|share| share.shared), theme.muted).into(),
        Span::styled(age(image.created, model.now), theme.muted).into(),
        machine(theme, host, image).into(),
        used_by.into(),
    ])
}

/// For which machines it is; marked where that is not the host's.
fn machine(theme: &Theme, host: &Host, image: &Image) -> Line<'static> {
    let Some(platform) = host.imaging.platform(&image.id) else {
        return Line::default();
    };
    let said = crate::domain::text::visible(&platform.architecture).into_owned();
    if is_foreign(host, platform) {
        return Line::from(Span::styled(format!("{said} !"), theme.warning));
    }
    Line::from(Span::styled(said, theme.muted))
}

/// Whether the host runs it with an emulator at best.
pub(super) fn is_foreign(host: &Host, platform: &Platform) -> bool {
    let info = host.info.as_ref();
    info.is_some_and(|info| !platform.is_for(&info.architecture))
}

fn users(host: &Host, image: &Image) -> Vec<String> {
    let users = host.users_of_image(image).map(Container::service_id);
    let mut names: Vec<String> = users.map(|service| service.to_string()).collect();
    names.sort();
    names.dedup();
    names
}
