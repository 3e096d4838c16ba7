//! Log lines: only what is on screen is touched, from the end backward while following, else from a line on.

use std::ops::Range;

use jiff::tz::TimeZone;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

use crate::app::log_view::{LogClock, LogView};
use crate::logs::{self, Level, LineKind, shown_text};

use crate::domain::units::age;

use super::area::row;
use super::screen::Screen;
use super::{format, highlight, text};

/// The columns of a time with its air.
const TIME: usize = 9;

/// Names of containers are cut to this.
const LONGEST_NAME: usize = 18;

/// A row on screen: the line, which of its rows it is, and the bytes of its text in it.
struct ScreenRow {
    line: u64,
    part: usize,
    bytes: Range<usize>,
}

/// Draws the lines that fit; reports what was drawn.
pub fn draw(screen: &mut Screen<'_>, area: Rect) {
    let view = &screen.model.logs;
    let times = view.style.clock != LogClock::Off && area.width >= 44;
    let names = name_width(view, area);
    let before = if times { TIME } else { 0 } + if names > 0 { names + 1 } else { 0 };
    let width = usize::from(area.width).saturating_sub(before);
    let height = usize::from(area.height);
    screen.regions.log_rows = height;
    screen.regions.log_width = width;
    let rows = rows(view, width, height);
    screen.regions.log_top = rows.first().map(|row| (row.line, row.part));
    screen.regions.log_at_end = at_end(view, rows.last());
    for (n, part) in rows.iter().enumerate() {
        draw_row(screen, row(area, n), part, times, names);
    }
}

/// The rows on screen, from the top.
fn rows(view: &LogView, width: usize, height: usize) -> Vec<ScreenRow> {
    if view.follow {
        return from_end(view, width, height);
    }
    let mut rows = Vec::with_capacity(height);
    let mut next = view.shown_from(view.top.0);
    while let Some(number) = next {
        let Some(line) = view.buffer.get(number) else {
            break;
        };
        let skip = if number == view.top.0 { view.top.1 } else { 0 };
        let parts = parts(view, line, width, height.saturating_add(skip));
        let skip = skip.min(parts.len().saturating_sub(1));
        for (part, bytes) in parts.into_iter().enumerate().skip(skip) {
            if rows.len() == height {
                return rows;
            }
            rows.push(ScreenRow {
                line: number,
                part,
                bytes,
            });
        }
        next = view.shown_from(number + 1);
    }
    // The end came before the bottom: no half-empty screen while there is something above.
    if rows.len() < height {
        return from_end(view, width, height);
    }
    rows
}

/// The last rows of the log.
fn from_end(view: &LogView, width: usize, height: usize) -> Vec<ScreenRow> {
    let mut rows = Vec::with_capacity(height);
    let mut next = view.shown_before(u64::MAX);
    while rows.len() < height
        && let Some(number) = next
    {
        let Some(line) = view.buffer.get(number) else {
            break;
        };
        let parts = parts(view, line, width, usize::MAX);
        for (part, bytes) in parts.into_iter().enumerate().rev() {
            if rows.len() == height {
                break;
            }
            rows.push(ScreenRow {
                line: number,
                part,
                bytes,
            });
        }
        next = view.shown_before(number);
    }
    rows.reverse();
    rows
}

/// The rows of one line; of a line of ASCII no more than are needed are made. A line of our own is always one row.
fn parts(view: &LogView, line: &logs::Line, width: usize, most: usize) -> Vec<Range<usize>> {
    if line.kind == LineKind::Border {
        return std::iter::once(highlight::visible_bytes(&line.text, 0, width)).collect();
    }
    let content = &*shown_text(line, view.style.fields);
    if view.style.wrap {
        let width = width.max(1);
        let needed = most.saturating_mul(width);
        if content.len() > needed && content.is_ascii() {
            return logs::wrap(&content[..needed], width);
        }
        return logs::wrap(content, width);
    }
    std::iter::once(highlight::visible_bytes(content, view.column, width)).collect()
}

fn at_end(view: &LogView, last: Option<&ScreenRow>) -> bool {
    let Some(last) = last else { return true };
    let Some(line) = view.buffer.get(last.line) else {
        return true;
    };
    let is_whole = !view.style.wrap
        || line.kind == LineKind::Border
        || last.bytes.end >= shown_text(line, view.style.fields).len();
    view.shown_from(last.line + 1).is_none() && is_whole
}

/// How wide the names are; 0 when there is one container only.
fn name_width(view: &LogView, area: Rect) -> usize {
    if view.sources.len() < 2 {
        return 0;
    }
    let longest = view
        .sources
        .values()
        .map(|source| text::width(&source.name));
    let most = LONGEST_NAME.min(usize::from(area.width) / 4);
    longest.max().unwrap_or(0).min(most)
}

fn draw_row(screen: &mut Screen<'_>, area: Rect, part: &ScreenRow, times: bool, names: usize) {
    let (model, theme) = (screen.model, screen.theme);
    let view = &model.logs;
    let Some(line) = view.buffer.get(part.line) else {
        return;
    };
    if view.marking.is_some_and(|marking| marking.holds(part.line)) {
        screen.style(area, theme.selection);
    }
    let begins = part.part == 0;
    let mut drawn = Line::default();
    if times {
        let time = if begins {
            time(screen, line)
        } else {
            String::new()
        };
        drawn
            .spans
            .push(Span::styled(format!("{time:<TIME$}"), theme.time));
    }
    if line.kind == LineKind::Border {
        let content = line.text.get(part.bytes.clone()).unwrap_or("");
        let said = format!("── {content} ──");
        drawn.spans.push(Span::styled(said, theme.border_line));
        screen.line(area, &drawn);
        return;
    }
    if names > 0 {
        let source = view.sources.get(&line.source);
        let name = source.filter(|_| begins).map_or("", |source| &source.name);
        let cut = text::cut_middle(name, names);
        let air = " ".repeat(names + 1 - text::width(&cut).min(names));
        let style = source.map_or(theme.muted, |source| theme.log_source(source.colour));
        drawn.spans.push(Span::styled(format!("{cut}{air}"), style));
    }
    let content = shown_text(line, view.style.fields);
    styled_runs(screen, line, &content, part, &mut drawn);
    let is_last = part.bytes.end >= content.len();
    if line.cut > 0 && is_last {
        let said = format!(" …{} bytes more", line.cut);
        drawn.spans.push(Span::styled(said, theme.muted));
    }
    screen.line(area, &drawn);
}

/// The time before a line.
fn time(screen: &Screen<'_>, line: &logs::Line) -> String {
    let model = screen.model;
    match model.logs.style.clock {
        LogClock::Off => String::new(),
        LogClock::Local => format::time_of_day(line.at, &model.zone),
        LogClock::Utc => format::time_of_day(line.at, &TimeZone::UTC),
        LogClock::Ago => age(line.at, model.now),
    }
}

/// How the text of a line looks where its program gave it no colours.
fn level_style(screen: &Screen<'_>, line: &logs::Line) -> Style {
    let theme = screen.theme;
    match line.level {
        Some(Level::Fatal | Level::Error) => theme.text.patch(theme.critical),
        Some(Level::Warn) => theme.text.patch(theme.warning),
        Some(Level::Debug | Level::Trace) => theme.text.patch(theme.muted),
        Some(Level::Info) | None => theme.text,
    }
}

/// The text of a row in the styles its program asked for, with what is searched for on top.
fn styled_runs<'a>(
    screen: &Screen<'_>,
    line: &logs::Line,
    content: &'a str,
    part: &ScreenRow,
    drawn: &mut Line<'a>,
) {
    let (view, theme) = (&screen.model.logs, screen.theme);
    let Range { start, end } = part.bytes;
    let found = if view.hit == Some(part.line) {
        theme.match_current
    } else {
        theme.r#match
    };
    let matches = highlight::matches(view.query.as_ref(), content, start..end);
    // Of fields that are shown in short, colours stood elsewhere.
    let runs: &[logs::Run] = if content.len() == line.text.len() {
        &line.runs
    } else {
        &[]
    };
    let first = runs.partition_point(|run| run.start as usize <= start);
    let before = first.checked_sub(1).and_then(|n| runs.get(n));
    let plain = if runs.is_empty() {
        level_style(screen, line)
    } else {
        theme.text
    };
    let mut style = before.map_or(plain, |run| program_style(screen, run.style));
    let mut at = start;
    let mut segments = Vec::new();
    for run in runs.iter().skip(first) {
        let stop = (run.start as usize).min(end);
        segments.push((at..stop, style));
        if stop == end {
            break;
        }
        style = program_style(screen, run.style);
        at = stop;
    }
    if segments.last().is_none_or(|(range, _)| range.end < end) {
        segments.push((at..end, style));
    }
    drawn
        .spans
        .extend(highlight::spans(content, segments, &matches, found));
}

/// A program's own style, in colours that the terminal has.
fn program_style(screen: &Screen<'_>, style: logs::Style) -> Style {
    let color = |color| match color {
        logs::Color::Default => None,
        logs::Color::Indexed(n) => Some(Color::Indexed(n)),
        logs::Color::Rgb(r, g, b) => Some(Color::Rgb(r, g, b)),
    };
    let mut result = Style {
        fg: color(style.fg),
        bg: color(style.bg),
        ..Style::default()
    };
    for (set, modifier) in [
        (style.bold, Modifier::BOLD),
        (style.dim, Modifier::DIM),
        (style.italic, Modifier::ITALIC),
        (style.underline, Modifier::UNDERLINED),
        (style.reverse, Modifier::REVERSED),
    ] {
        if set {
            result = result.add_modifier(modifier);
        }
    }
    screen.theme.text.patch(screen.theme.fit(result))
}
