//! The first line: how everything is, at a glance.

use jiff::Timestamp;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Connection, Model, Target};
use crate::domain::Severity;
use crate::domain::units::age;

use super::area::split_left;
use super::screen::Screen;
use super::{format, symbols, text};

/// A name is never cut to less than this.
const LEAST_NAME: usize = 8;

const CONNECTING: &str = " connecting…";

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let clock = format::clock(model.now, &model.zone);
    let mut right = verdict(screen);
    let verdict_width = text::line_width(&right);
    right
        .spans
        .push(Span::styled(format!("   {clock} "), theme.muted));
    let left = screen.line_right(area, &right);
    if verdict_width > 0 {
        let (_, place) = split_left(area, left.width);
        screen.target(place, Target::Findings);
    }
    let mut line = Line::from(Span::styled(" topside ", theme.brand));
    let room = usize::from(left.width).saturating_sub(1);
    let most = longest_name(model, room.saturating_sub(text::line_width(&line)));
    for (n, host) in model.hosts.iter().enumerate() {
        let name = text::cut_middle(host.id.as_str(), most);
        let begins = text::line_width(&line);
        line.spans.push(Span::raw("  "));
        line.spans
            .push(symbols::connection(theme, &host.connection));
        line.spans.push(Span::raw(" "));
        match &host.connection {
            Connection::Lost { since, .. } => {
                line.spans.push(Span::styled(name, theme.stale));
                line.spans
                    .push(Span::styled(lost_for(model, *since), theme.stale));
            }
            Connection::Connecting => {
                line.spans.push(Span::styled(name, theme.muted));
                line.spans.push(Span::styled(CONNECTING, theme.muted));
            }
            Connection::Connected { .. } => line.spans.push(Span::styled(name, theme.text)),
        }
        let columns = |width: usize| u16::try_from(width).unwrap_or(u16::MAX);
        let ends = text::line_width(&line).min(room);
        let (_, place) = split_left(left, columns(begins));
        let (place, _) = split_left(place, columns(ends.saturating_sub(begins)));
        screen.target(place, Target::Host(n));
    }
    screen.line(left, &text::cut_line(line, room));
}

/// How long a host's name may be so that all of them fit: short ones leave their room to the long ones.
fn longest_name(model: &Model, room: usize) -> usize {
    let beside: usize = model
        .hosts
        .iter()
        .map(|host| {
            let suffix = match &host.connection {
                Connection::Lost { since, .. } => text::width(&lost_for(model, *since)),
                Connection::Connecting => text::width(CONNECTING),
                Connection::Connected { .. } => 0,
            };
            // The gap before it, its symbol, a blank.
            suffix + 4
        })
        .sum();
    let mut widths: Vec<usize> = model
        .hosts
        .iter()
        .map(|host| text::width(host.id.as_str()))
        .collect();
    widths.sort_unstable();
    let mut left = room.saturating_sub(beside);
    let mut names = widths.len();
    for width in widths {
        if width * names > left {
            return (left / names).max(LEAST_NAME);
        }
        left -= width;
        names -= 1;
    }
    usize::MAX
}

/// How long ago a host was last heard of.
fn lost_for(model: &Model, since: Timestamp) -> String {
    format!(" {}", age(since, model.now))
}

/// How many things need somebody, or that none does; nothing as long as nothing is known.
fn verdict(screen: &Screen<'_>) -> Line<'static> {
    let (model, theme) = (screen.model, screen.theme);
    let count = |severity| {
        let of = model.findings.iter().filter(|f| f.severity == severity);
        of.count()
    };
    let (critical, warning) = (count(Severity::Critical), count(Severity::Warning));
    let mut line = Line::default();
    if critical > 0 {
        line.spans
            .push(Span::styled(format!("✖ {critical}"), theme.critical));
    }
    if warning > 0 {
        let gap = if critical > 0 { "  " } else { "" };
        line.spans.push(Span::raw(gap));
        line.spans
            .push(Span::styled(format!("▲ {warning}"), theme.warning));
    }
    let later = model.snoozed.len();
    if line.spans.is_empty() && !model.hosts.is_empty() {
        let known = model.hosts.iter().all(|host| host.listed);
        if known {
            let said = if later > 0 {
                "✔ nothing else"
            } else {
                "✔ all is well"
            };
            line.spans.push(Span::styled(said, theme.ok));
        }
    }
    // Where nothing is known yet nothing is told.
    if later > 0 && !line.spans.is_empty() {
        let said = format!("  {later} snoozed");
        line.spans.push(Span::styled(said, theme.muted));
    }
    line
}
