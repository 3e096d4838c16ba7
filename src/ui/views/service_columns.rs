//! The columns of the services, as wide as names, images and ports need. Nothing that changes by itself counts, or the
//! columns would jump about: every service is measured, on screen or not, whatever it does.

use crate::app::{Model, ServiceOrder, freshness};
use crate::ui::widgets::table::{Column, Width};
use crate::ui::{format, text};

use super::services::after_name;

const COLUMNS: [Column; 9] = [
    Column::text(
        "NAME",
        Width::Fit {
            least: 18,
            enough: 23,
            most: 60,
            weight: 4,
        },
        0,
    ),
    Column::text(
        "IMAGE",
        Width::Fit {
            least: 12,
            enough: 20,
            most: 80,
            weight: 2,
        },
        6,
    ),
    Column::text(
        "PORTS",
        Width::Fit {
            least: 11,
            enough: 11,
            most: 40,
            weight: 3,
        },
        8,
    ),
    Column::text("STATE", Width::Fixed(11), 1),
    Column::number("CPU", 5, 3),
    Column::number("MEM", 4, 4),
    Column::number("UP", 4, 5),
    Column::number("↻", 4, 7),
    // What is out of date: a symbol each.
    Column::text("", Width::Fixed(0), 2),
];

/// The columns for what there is; those that would be empty in every row are left out.
pub fn columns(model: &Model) -> [Column; 9] {
    let (mut name, mut image, mut tag, mut ports) = (0, 0, 0, 0);
    let mut marks = 0;
    let mut restarts = model.order == ServiceOrder::Restarts;
    for host in &model.hosts {
        for service in &host.services {
            restarts |= service.restarts > 0;
            marks = marks.max(freshness::marks(host, service).count());
            let is_open = model.opened.contains(&service.id) && service.containers.len() > 1;
            let own_name = text::width(&service.id.name);
            for container in host.containers_of(service) {
                let after = after_name(model, host, service, container);
                let after: usize = after.iter().map(|part| text::width(part)).sum();
                name = name.max(3 + own_name + after);
                if is_open {
                    name = name.max(7 + text::width(&container.name));
                }
                image = image.max(text::width(&container.image));
                tag = tag.max(text::width(without_folders(&container.image)));
                let shown = format::ports_short(container);
                let wide: usize = shown.iter().map(|port| text::width(port) + 1).sum();
                ports = ports.max(wide.saturating_sub(1));
            }
        }
    }
    let mut columns = COLUMNS;
    let [
        name_column,
        image_column,
        ports_column,
        ..,
        restarts_column,
        marks_column,
    ] = &mut columns;
    name_column.fit(name);
    image_column.fit_between(tag, image);
    ports_column.fit(ports);
    marks_column.width = Width::Fixed(u16::try_from(marks).unwrap_or(0));
    if !restarts {
        restarts_column.fit(0);
    }
    columns
}

/// An image without its registry and folders: they are cut off first.
fn without_folders(image: &str) -> &str {
    image.rsplit('/').next().unwrap_or(image)
}
