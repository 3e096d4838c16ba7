//! The engine's JSON of a container, line by line; only the lines on screen are looked at.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::domain::{Container, ProjectId};
use crate::theme::Theme;
use crate::ui::area::row;
use crate::ui::highlight;
use crate::ui::screen::Screen;
use crate::ui::widgets::document::scroll_to;
use crate::ui::widgets::empty;

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, container: &Container) {
    let inspect = &screen.model.detail.inspect;
    let is_ours = inspect.container.as_ref() == Some(&container.id);
    lines(screen, area, is_ours, segments);
}

/// Draws the merged Compose files of a project.
pub fn draw_config(screen: &mut Screen<'_>, area: Rect, project: &ProjectId) {
    let inspect = &screen.model.detail.inspect;
    let is_ours = inspect.project.as_ref() == Some(project);
    lines(screen, area, is_ours, yaml_segments);
}

type Segments = fn(&Theme, &str, Range<usize>) -> Vec<(Range<usize>, Style)>;

fn lines(screen: &mut Screen<'_>, area: Rect, is_ours: bool, segments: Segments) {
    let (model, theme) = (screen.model, screen.theme);
    let inspect = &model.detail.inspect;
    let shown = inspect.shown(model.detail.revealed);
    let Some(lines) = shown.filter(|_| is_ours) else {
        match inspect.lines.failure.as_ref().filter(|_| is_ours) {
            Some(failure) => empty::failed(screen, area, failure, None),
            None => empty::waiting(screen, area, "asking…"),
        }
        return;
    };
    let from = scroll_to(screen, area, lines.len(), model.detail.scroll);
    let shown = lines.iter().enumerate().skip(from);
    for (place, (number, line)) in shown.take(usize::from(area.height)).enumerate() {
        let bytes = highlight::visible_bytes(line, model.detail.column, usize::from(area.width));
        let found = if inspect.hit == Some(number) {
            theme.match_current
        } else {
            theme.r#match
        };
        let matches = highlight::matches(inspect.query.as_ref(), line, bytes.clone());
        let segments = segments(theme, line, bytes);
        let spans = highlight::spans(line, segments, &matches, found);
        screen.line(row(area, place), &Line::from(spans));
    }
}

/// The parts of a line of pretty-printed JSON that are seen, in their styles.
fn segments(theme: &Theme, line: &str, seen: Range<usize>) -> Vec<(Range<usize>, Style)> {
    let mut segments = Vec::new();
    let known = line.get(..seen.end).unwrap_or(line);
    let mut at = 0;
    while at < known.len() {
        let rest = &known[at..];
        let (len, style) = token(theme, rest);
        let len = len.clamp(1, rest.len());
        let range = at.max(seen.start)..at + len;
        if range.start < range.end {
            segments.push((range, style));
        }
        at += len;
    }
    segments
}

/// The name and the value of a line of YAML, as far as they are seen, in their styles.
fn yaml_segments(theme: &Theme, line: &str, seen: Range<usize>) -> Vec<(Range<usize>, Style)> {
    let start = line.find(|c| !" -".contains(c)).unwrap_or(line.len());
    let name = line[start..].find(": ").map(|at| start + at);
    let name = name.or_else(|| line.strip_suffix(':').map(str::len));
    let name = name.unwrap_or(start).max(start);
    let parts = [
        (0..start, theme.muted),
        (start..name, theme.member),
        (name..line.len(), theme.string),
    ];
    let cut = parts.into_iter().map(|(range, style)| {
        let range = range.start.max(seen.start)..range.end.min(seen.end);
        (range, style)
    });
    cut.filter(|(range, _)| range.start < range.end).collect()
}

/// The length and the style of the token a text begins with.
fn token(theme: &Theme, rest: &str) -> (usize, Style) {
    let first = rest.chars().next().unwrap_or(' ');
    let run = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
    match first {
        '"' => {
            let end = string_end(rest);
            let is_name = rest[end..].trim_start().starts_with(':');
            (end, if is_name { theme.member } else { theme.string })
        }
        '0'..='9' | '-' => {
            let is_number = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
            (run(is_number), theme.number)
        }
        'a'..='z' => (run(|c| c.is_ascii_lowercase()), theme.literal),
        ' ' => (run(|c| c == ' '), theme.text),
        c => (c.len_utf8(), theme.muted),
    }
}

fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}
