//! What is asked or chosen about a log, and one line of it in full.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::log_ask::{LogAsk, LogLineView, LogQuestion, LogServices};
use crate::domain::text::visible;
use crate::logs::{self, fields};
use crate::ui::area::{row, split_bottom, split_left};
use crate::ui::footer::field;
use crate::ui::screen::Screen;
use crate::ui::{format, text};

use super::confirm::answers;

/// A path or a command wants room.
const WIDE: u16 = 70;

/// Draws a question with a line to type.
pub fn draw_ask(screen: &mut Screen<'_>, area: Rect, ask: &LogAsk) {
    let theme = screen.theme;
    let width = area.width.saturating_sub(8).min(WIDE);
    let (title, prompt) = match ask.question {
        LogQuestion::Time => ("go to a time", "time: "),
        LogQuestion::File {
            everything: false, ..
        } => ("save the lines shown, or those marked", "file: "),
        LogQuestion::File { .. } => ("save all of the log, as the engine has it", "file: "),
        LogQuestion::Command => ("pipe the lines shown, or those marked", "command: "),
    };
    let inner = super::window(screen, area, title, width, 6);
    screen.line(
        row(inner, 0),
        &Line::from(Span::styled(prompt, theme.accent)),
    );
    let (_, place) = split_left(row(inner, 0), prompt.len() as u16);
    field(screen, place, &ask.input);
    let (said, style) = match (&ask.wrong, ask.question) {
        (Some(wrong), _) => (wrong.as_str(), theme.warning),
        (None, LogQuestion::Time) => (
            "09:30, 2h ago, yesterday 18:00, 2026-11-20 14:00",
            theme.muted,
        ),
        (None, LogQuestion::File { exists: true, .. }) => {
            ("something is there already: is it to go?", theme.warning)
        }
        (None, LogQuestion::File { everything, .. }) => (
            if everything {
                "Tab: only the lines shown"
            } else {
                "Tab: all of the log"
            },
            theme.muted,
        ),
        (None, LogQuestion::Command) => ("grep -c timeout, less -S, sort | uniq -c", theme.muted),
    };
    let rows = logs::wrap(said, usize::from(inner.width).max(1));
    for (n, part) in rows.into_iter().take(2).enumerate() {
        let part = said.get(part).unwrap_or("");
        screen.line(row(inner, 2 + n), &Line::from(Span::styled(part, style)));
    }
    let yes = match ask.question {
        LogQuestion::Time => ("Enter", "go there"),
        LogQuestion::File { exists: true, .. } => ("y", "overwrite"),
        LogQuestion::File { .. } => ("Enter", "write"),
        LogQuestion::Command => ("Enter", "run"),
    };
    answers(screen, inner, yes.0, yes.1);
}

/// Draws the services, and which of them are shown.
pub fn draw_services(screen: &mut Screen<'_>, area: Rect, view: &LogServices) {
    let (model, theme) = (screen.model, screen.theme);
    let rows = view.services.len() as u16 + 2;
    let inner = super::window(screen, area, "services of this log", 50, rows);
    let list = usize::from(inner.height.saturating_sub(2));
    let (body, _) = split_bottom(inner, 2);
    for (n, place) in super::rows_around(body, view.cursor, view.services.len()) {
        let Some(service) = view.services.get(n) else {
            continue;
        };
        let containers = model
            .service(service)
            .map_or(&[][..], |(_, service, _)| &service.containers);
        let theirs: Vec<_> = containers
            .iter()
            .filter_map(|id| Some((id, model.logs.sources.get(id)?)))
            .collect();
        let is_shown = theirs
            .iter()
            .any(|(id, _)| !model.logs.filter.hidden.contains(*id));
        let style = theirs
            .first()
            .map_or(theme.text, |(_, source)| theme.log_source(source.colour));
        let line = Line::from(vec![
            Span::styled(if is_shown { "[x] " } else { "[ ] " }, theme.text),
            Span::styled(visible(&service.to_string()).into_owned(), style),
        ]);
        screen.line(place, &line);
        super::list_row(screen, place, n, n == view.cursor);
    }
    let keys = Line::from(vec![
        Span::styled("Space", theme.key),
        Span::styled(" show or hide  ", theme.muted),
        Span::styled("o", theme.key),
        Span::styled(" only this  ", theme.muted),
        Span::styled("a", theme.key),
        Span::styled(" all", theme.muted),
    ]);
    screen.line(row(inner, list + 1), &keys);
}

/// Draws one line in full.
pub fn draw_line(screen: &mut Screen<'_>, area: Rect, view: LogLineView) {
    let (model, theme) = (screen.model, screen.theme);
    let width = area.width.saturating_sub(8).max(20);
    let buffer = &model.logs.buffer;
    let line = buffer
        .number_of(view.line)
        .and_then(|number| buffer.get(number));
    let Some(line) = line else {
        let inner = super::window(screen, area, "line", width, 1);
        let gone = Span::styled("the line left, for newer ones", theme.muted);
        screen.line(row(inner, 0), &Line::from(gone));
        return;
    };
    let mut rows: Vec<Line<'_>> = Vec::new();
    let mut say = |name: String, value: String| {
        let name_width = 14_usize;
        let room = usize::from(width).saturating_sub(name_width).max(10);
        for (n, part) in logs::wrap(&value, room).into_iter().enumerate() {
            let name = if n == 0 {
                text::cut_middle(&name, name_width - 1).into_owned()
            } else {
                String::new()
            };
            rows.push(Line::from(vec![
                Span::styled(format!("{name:<name_width$}"), theme.muted),
                Span::styled(value.get(part).unwrap_or("").to_owned(), theme.text),
            ]));
        }
    };
    let day = format::day(line.at, &model.zone);
    let time = format::time_of_day(line.at, &model.zone);
    say("time".to_owned(), format!("{day} {time}  ({})", line.at));
    if let Some(source) = model.logs.sources.get(&line.source) {
        say("container".to_owned(), visible(&source.name).into_owned());
    }
    let stream = match line.stream {
        crate::domain::LogStream::Out => "stdout",
        crate::domain::LogStream::Err => "stderr",
    };
    say("stream".to_owned(), stream.to_owned());
    if let Some(level) = line.level {
        say("level".to_owned(), level.word().to_owned());
    }
    say(String::new(), String::new());
    if let Some(fields) = fields::parse(&line.text) {
        if let Some(message) = &fields.message {
            say("message".to_owned(), message.clone());
        }
        for (name, value) in &fields.rest {
            say(name.clone(), value.clone());
        }
    } else {
        let room = usize::from(width).max(10);
        for part in logs::wrap(&line.text, room) {
            let text = line.text.get(part).unwrap_or("");
            rows.push(Line::from(Span::styled(text, theme.text)));
        }
    }
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    let inner = super::window(
        screen,
        area,
        "line",
        width,
        height.min(area.height.saturating_sub(4)),
    );
    let from = super::scrolled(screen, area, inner, rows.len(), view.offset);
    for (n, line) in rows
        .iter()
        .skip(from)
        .take(usize::from(inner.height))
        .enumerate()
    {
        screen.line(row(inner, n), line);
    }
}
