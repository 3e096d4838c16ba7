//! How the screen is divided, at every size.

use ratatui::layout::Rect;

use crate::app::{Model, Pane, View};

use super::area::{split_bottom, split_left, split_top};

/// The least columns and rows that make sense.
pub const LEAST: (u16, u16) = (24, 6);

/// From so many columns on, list and detail stand side by side.
const SIDE_BY_SIDE: u16 = 110;

/// From so many rows of body on, the detail stands below the list.
const ONE_BELOW_THE_OTHER: u16 = 28;

/// The parts of the screen from top to bottom.
pub struct Parts {
    /// Name, hosts, counts, clock.
    pub header: Rect,
    /// What needs somebody.
    pub findings: Rect,
    /// The views.
    pub tabs: Rect,
    /// The view.
    pub body: Rect,
    /// Keys.
    pub footer: Rect,
}

/// Divides the screen.
pub fn parts(model: &Model, area: Rect) -> Parts {
    let most = match area.height {
        0..9 => 0,
        9..16 => 1,
        16..24 => 2,
        24..32 => 3,
        _ => 5,
    };
    let count = u16::try_from(model.findings.len())
        .unwrap_or(u16::MAX)
        .min(most);
    let (header, rest) = split_top(area, 1);
    let (findings, rest) = split_top(rest, count);
    let (tabs, rest) = split_top(rest, 1);
    let (body, footer) = split_bottom(rest, 1);
    Parts {
        header,
        findings,
        tabs,
        body,
        footer,
    }
}

fn percent(of: u16, percent: u16) -> u16 {
    u16::try_from(u32::from(of) * u32::from(percent) / 100).unwrap_or(of)
}

/// List and detail: side by side, one below the other, or the one that has the focus.
pub fn panes(model: &Model, body: Rect) -> (Option<Rect>, Option<Rect>) {
    if model.view == View::Logs {
        return (None, None);
    }
    let own = matches!(model.view, View::Jobs | View::Hosts | View::Events);
    if !own && !model.hosts.iter().any(|host| host.listed) {
        // Nothing was ever listed: why has the whole screen.
        return (Some(body), None);
    }
    if body.width >= SIDE_BY_SIDE {
        let share = match model.view {
            View::Services | View::Certificates | View::Volumes | View::Images | View::Networks => {
                60
            }
            View::Jobs | View::Hosts | View::Logs | View::Events => 56,
        };
        let share = model.remembered.share.beside.unwrap_or(share);
        let (list, detail) = split_left(body, percent(body.width, share));
        return (Some(list), Some(detail));
    }
    if body.height >= ONE_BELOW_THE_OTHER {
        let share = model.remembered.share.below.unwrap_or(50);
        let (list, detail) = split_top(body, percent(body.height, share));
        return (Some(list), Some(detail));
    }
    match model.pane {
        Pane::List => (Some(body), None),
        Pane::Detail => (None, Some(body)),
    }
}
