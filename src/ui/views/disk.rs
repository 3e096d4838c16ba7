//! How full the disks are and what fills them: a bar for each file system.

use std::fmt::Write;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Host;
use crate::domain::units::short_span;
use crate::domain::{ByteSize, Part, Picture, Severity};
use crate::theme::Theme;
use crate::ui::area::{row, split_top};
use crate::ui::screen::Screen;

/// Rows that the list keeps for itself.
const LIST: u16 = 8;
/// Rows of one picture: its bar, and what is in it.
const ROWS: u16 = 2;

/// Draws as many pictures as there is room for over the list, the fullest first; returns the rest of the area.
pub fn draw(screen: &mut Screen<'_>, area: Rect) -> Rect {
    let model = screen.model;
    let mut all: Vec<(&Host, &Picture)> = Vec::new();
    for host in &model.hosts {
        all.extend(host.storing.pictures.iter().map(|picture| (host, picture)));
    }
    all.sort_by(|(_, a), (_, b)| {
        let fullness = |one: &Picture| one.filesystem.fullness();
        fullness(b).total_cmp(&fullness(a))
    });
    let room = area.height.saturating_sub(LIST) / ROWS;
    all.truncate(usize::from(room.min(4)));
    if all.is_empty() {
        return area;
    }
    let rows = u16::try_from(all.len()).unwrap_or(0) * ROWS;
    let (pictures, rest) = split_top(area, rows + 1);
    let several = model.hosts.len() > 1;
    for (n, (host, picture)) in all.into_iter().enumerate() {
        let name = if several {
            format!("{}:{}", host.id, picture.filesystem.mount_point)
        } else {
            picture.filesystem.mount_point.clone()
        };
        let width = usize::from(pictures.width);
        let headline = headline(screen.theme, host, picture, &name, width);
        screen.line(row(pictures, 2 * n), &headline);
        screen.line(row(pictures, 2 * n + 1), &legend(screen.theme, picture));
    }
    rest
}

/// `/srv  ████▓▓▓░░░░░  72%  66G free, full in 9w`
fn headline(
    theme: &Theme,
    host: &Host,
    picture: &Picture,
    name: &str,
    width: usize,
) -> Line<'static> {
    let filesystem = &picture.filesystem;
    let filling = host.storing.filling.get(&filesystem.mount_point).copied();
    let style = match filesystem.severity(filling) {
        Severity::Critical => theme.critical,
        Severity::Warning => theme.warning,
        Severity::Fine => theme.text,
    };
    let mut said = format!(
        " {:>3.0}%  {} free of {}",
        filesystem.fullness() * 100.0,
        filesystem.available,
        filesystem.size
    );
    if let Some(span) = filling.and_then(|growth| growth.fills(filesystem.available)) {
        let _ = write!(said, ", full in {}", short_span(span));
    }
    let name = crate::ui::text::cut_middle(name, 24).into_owned();
    let columns = width.saturating_sub(said.chars().count() + name.chars().count() + 4);
    let mut line = Line::from(vec![
        Span::raw(" "),
        Span::styled(name, theme.heading),
        Span::raw(" "),
    ]);
    line.spans.extend(bar(theme, picture, columns.clamp(8, 60)));
    line.spans.push(Span::styled(said, style));
    line
}

/// The parts are told apart without colours, too.
const PATTERNS: [&str; 4] = ["█", "▓", "▒", "▚"];

/// A part of the bar for each part of the picture.
fn bar(theme: &Theme, picture: &Picture, columns: usize) -> Vec<Span<'static>> {
    let filesystem = &picture.filesystem;
    let whole = filesystem.used.0.saturating_add(filesystem.available.0);
    let share = |size: u64| size as f64 / whole.max(1) as f64 * columns as f64;
    let mut spans = Vec::new();
    let (mut upto, mut drawn) = (0.0, 0);
    let known: u64 = picture.parts.values().map(|size| size.0).sum();
    // What is held may be more than what is used; the bar never says more than the disk.
    let scale = filesystem.used.0 as f64 / known.max(filesystem.used.0).max(1) as f64;
    for (n, (part, size)) in picture.parts.iter().enumerate() {
        upto += share(size.0) * scale;
        let end = (upto.round() as usize).clamp(drawn, columns);
        let symbol = PATTERNS[n % PATTERNS.len()];
        spans.push(Span::styled(
            symbol.repeat(end - drawn),
            style(theme, *part),
        ));
        drawn = end;
    }
    spans.push(Span::styled("░".repeat(columns - drawn), theme.bar_empty));
    spans
}

/// What each part is, in the order of the bar.
fn legend(theme: &Theme, picture: &Picture) -> Line<'static> {
    let mut line = Line::from(Span::raw("  "));
    for (n, (part, size)) in picture.parts.iter().enumerate() {
        let symbol = format!("{} ", PATTERNS[n % PATTERNS.len()]);
        line.spans.push(Span::styled(symbol, style(theme, *part)));
        let said = format!("{} {}  ", part.title(), ByteSize(size.0));
        line.spans.push(Span::styled(said, theme.muted));
    }
    line
}

fn style(theme: &Theme, part: Part) -> Style {
    let at = Part::ALL.iter().position(|one| *one == part);
    match part {
        Part::Other => theme.muted,
        _ => theme.log_source(at.unwrap_or_default()),
    }
}
