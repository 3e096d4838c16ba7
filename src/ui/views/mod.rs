//! One file a view, and what their lists have in common.

mod browser;
mod cache;
mod certificates;
mod chain;
mod disk;
mod events;
mod hosts;
mod image_detail;
mod images;
mod jobs;
mod logs;
mod networks;
mod ports;
mod renewal;
mod served;
mod service_columns;
mod services;
mod verdict;
mod volumes;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::asked::Asked;
use crate::app::{
    Connection, Division, Host, ImagePart, ListView, NetworkPart, Pane, Target, View,
};
use crate::domain::units::age;

pub use events::line as event_line;
pub use logs::{body as log_body, state as log_state};
pub use services::members;

use super::layout;
use super::screen::Screen;
use super::widgets::pane::{Title, is_tight, pane};
use super::widgets::table::Place;
use super::widgets::{document, empty};

/// Draws the view into the body of the screen.
pub fn draw(screen: &mut Screen<'_>, body: Rect) {
    let model = screen.model;
    if let Some(browser) = &model.browser {
        browser::draw(screen, body, browser);
        return;
    }
    if model.view == View::Logs {
        logs::draw(screen, body);
        return;
    }
    // While the list is away its place is kept.
    screen.regions.list_rows = model.regions.list_rows;
    screen.regions.list_offset = match model.view {
        View::Services | View::Logs => model.services.cursor.offset,
        View::Certificates => model.certificates.cursor.offset,
        View::Volumes => model.volumes.cursor.offset,
        View::Images => match model.image_part {
            ImagePart::Images => model.images.cursor.offset,
            ImagePart::Cache => model.cache.cursor.offset,
        },
        View::Jobs => model.job_rows.cursor.offset,
        View::Hosts => model.host_rows.cursor.offset,
        View::Events => model.events.list.cursor.offset,
        View::Networks => match model.network_part {
            NetworkPart::Networks => model.networks.cursor.offset,
            NetworkPart::Ports => model.ports.cursor.offset,
        },
    };
    let (list, detail) = layout::panes(model, body);
    screen.regions.body = super::area::cells(body);
    if let Some(area) = list {
        screen.target(area, Target::Pane(Pane::List));
        match model.view {
            View::Services | View::Logs => services::list(screen, area),
            View::Certificates => certificates::list(screen, area),
            View::Volumes => volumes::list(screen, area),
            View::Images => match model.image_part {
                ImagePart::Images => images::list(screen, area),
                ImagePart::Cache => cache::list(screen, area),
            },
            View::Jobs => jobs::list(screen, area),
            View::Hosts => hosts::list(screen, area),
            View::Events => events::list(screen, area),
            View::Networks => match model.network_part {
                NetworkPart::Networks => networks::list(screen, area),
                NetworkPart::Ports => ports::list(screen, area),
            },
        }
    }
    if let Some(area) = detail {
        screen.target(area, Target::Pane(Pane::Detail));
        match model.view {
            View::Services | View::Logs => super::detail::draw(screen, area),
            View::Certificates => certificates::detail(screen, area),
            View::Volumes => volumes::detail(screen, area),
            View::Images => match model.image_part {
                ImagePart::Images => image_detail::draw(screen, area),
                ImagePart::Cache => cache::detail(screen, area),
            },
            View::Jobs => jobs::detail(screen, area),
            View::Hosts => hosts::detail(screen, area),
            View::Events => events::detail(screen, area),
            View::Networks => match model.network_part {
                NetworkPart::Networks => networks::detail(screen, area),
                NetworkPart::Ports => ports::detail(screen, area),
            },
        }
    }
    if let (Some(list), Some(detail)) = (list, detail) {
        divider(screen, list, detail);
    }
}

/// Reports the edge between the panes: the frames that touch there.
fn divider(screen: &mut Screen<'_>, list: Rect, detail: Rect) {
    let (edge, division) = if list.right() == detail.x {
        let edge = Rect {
            x: detail.x.saturating_sub(1),
            width: 2,
            ..detail
        };
        (edge, Division::Beside)
    } else {
        let edge = Rect {
            y: detail.y.saturating_sub(1),
            height: 2,
            ..detail
        };
        (edge, Division::Below)
    };
    screen.target(edge, Target::Divider(division));
}

/// How many things a list shows of how many there are.
#[derive(Clone, Copy)]
struct Count {
    shown: usize,
    all: usize,
}

/// The frame of a list; returns what is within.
fn list_pane<K>(
    screen: &mut Screen<'_>,
    area: Rect,
    what: &str,
    count: Count,
    list: &ListView<K>,
    below: Line<'_>,
) -> Rect {
    let (model, theme) = (screen.model, screen.theme);
    let Count { shown, all } = count;
    // What is folded is there all the same; only what is narrowed says of how many.
    let count = if list.filter.is_empty() && !list.only_problems {
        format!(" {all}")
    } else {
        format!(" {shown} of {all}")
    };
    let mut left = Line::from(vec![
        Span::styled(what.to_owned(), theme.title),
        Span::styled(count, theme.muted),
    ]);
    if !list.filter.is_empty() {
        left.spans.push(Span::styled("  / ", theme.key));
        left.spans
            .push(Span::styled(list.filter.as_str(), theme.accent));
    }
    if list.only_problems {
        left.spans
            .push(Span::styled("  only problems", theme.warning));
    }
    let stale = !model.hosts.is_empty()
        && model
            .hosts
            .iter()
            .all(|host| host.is_stale() && host.listed);
    let mut right = Line::default();
    if stale && let Some(since) = lost_since(screen) {
        right.spans.push(Span::styled(since, theme.stale));
    }
    if is_tight(area) && list.filter.is_empty() && !list.only_problems && !stale {
        // The tabs name the view; a small screen has no row to say it again.
        left = Line::default();
    }
    let title = Title {
        left,
        right,
        below,
        focused: model.pane == Pane::List,
        stale,
    };
    pane(screen, area, title)
}

/// How old the picture is, when the connection is lost.
fn lost_since(screen: &Screen<'_>) -> Option<String> {
    let model = screen.model;
    let since = model
        .hosts
        .iter()
        .filter_map(|host| match &host.connection {
            Connection::Lost { since, .. } => Some(*since),
            Connection::Connecting | Connection::Connected { .. } => None,
        });
    since
        .min()
        .map(|since| format!("as of {} ago", age(since, model.now)))
}

/// Where a list is looked at.
fn place<K>(screen: &Screen<'_>, list: &ListView<K>) -> Place {
    Place {
        len: list.rows.len(),
        cursor: list.cursor.index,
        offset: list.cursor.offset,
        focused: screen.model.pane == Pane::List,
        orders: &[],
        order: None,
    }
}

/// Says why a list is empty; false when nothing is known to be wrong, so that it simply is.
fn say_why_empty<K>(screen: &mut Screen<'_>, area: Rect, what: &str, list: &ListView<K>) -> bool {
    if hosts_missing(screen, area) {
        return true;
    }
    if !list.filter.is_empty() || list.only_problems {
        empty::no_match(screen, area, what, &list.filter, list.only_problems);
        return true;
    }
    false
}

/// While no host was ever listed: connecting, or why that fails.
fn hosts_missing(screen: &mut Screen<'_>, area: Rect) -> bool {
    let model = screen.model;
    if model.hosts.iter().any(|host| host.listed) {
        return false;
    }
    let lost = model.hosts.iter().find_map(|host| match &host.connection {
        Connection::Lost {
            failure, retry_at, ..
        } => Some((failure, *retry_at)),
        Connection::Connecting | Connection::Connected { .. } => None,
    });
    match (lost, model.hosts.first()) {
        (Some((failure, retry_at)), _) => {
            let wait = crate::domain::units::short_span(retry_at.duration_since(model.now));
            empty::failed(screen, area, failure, Some(format!("next try in {wait}")));
        }
        (None, Some(host)) => {
            let said = format!("connecting to {} at {}…", host.id, host.address);
            empty::waiting(screen, area, &said);
        }
        (None, None) => empty::empty(screen, area, "no host"),
    }
    true
}

/// While none of the hosts answered a question: asking, or why that fails.
fn answer_missing<T>(
    screen: &mut Screen<'_>,
    area: Rect,
    asking: &str,
    of: impl Fn(&Host) -> &Asked<T>,
) -> bool {
    if hosts_missing(screen, area) {
        return true;
    }
    let model = screen.model;
    if model.hosts.iter().any(|host| of(host).value.is_some()) {
        return false;
    }
    let failure = model
        .hosts
        .iter()
        .find_map(|host| of(host).failure.as_ref());
    match failure {
        Some(failure) => empty::failed(screen, area, failure, None),
        None => empty::waiting(screen, area, asking),
    }
    true
}

/// The frame of a detail pane and its document, from a function that writes it.
fn detail_pane<'a>(
    screen: &mut Screen<'a>,
    area: Rect,
    title: &str,
    stale: bool,
    write: impl FnOnce(&mut document::Document<'a>),
) {
    let (model, theme) = (screen.model, screen.theme);
    let title = Title {
        left: Line::from(Span::styled(title.to_owned(), theme.title)),
        focused: model.pane == Pane::Detail,
        stale,
        ..Title::default()
    };
    let inner = pane(screen, area, title);
    screen.regions.detail_rows = usize::from(inner.height);
    let mut document = document::Document::new(theme, inner);
    write(&mut document);
    document.draw(screen, inner, model.scroll);
}
