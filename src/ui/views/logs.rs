//! The log of services over the whole screen.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::log_view::LogScope;
use crate::app::{Action, Host, Pane, Target};
use crate::domain::LogStream;
use crate::domain::text::visible;
use crate::logs::Keep;
use crate::ui::area::split_top;
use crate::ui::screen::Screen;
use crate::ui::widgets::empty;
use crate::ui::widgets::pane::{Title, pane};
use crate::ui::widgets::spark::eighth;
use crate::ui::{format, logs};

/// So many rows there have to be for one of them to show how much is logged.
const PULSE_FROM: u16 = 14;

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let view = &model.logs;
    let name = view.scope.as_ref().map(LogScope::title);
    let mut left = Line::from(Span::styled(
        name.unwrap_or_else(|| "logs".to_owned()),
        theme.title,
    ));
    left.spans.push(Span::raw("  "));
    left.spans.extend(state(screen));
    let stale = is_lost(screen);
    let title = Title {
        left,
        right: facts(screen),
        below: Line::default(),
        focused: true,
        stale,
    };
    screen.target(area, Target::Pane(Pane::Detail));
    let inner = pane(screen, area, title);
    let inner = if inner.height >= PULSE_FROM {
        let (top, rest) = split_top(inner, 1);
        pulse(screen, top);
        rest
    } else {
        inner
    };
    body(screen, inner);
    screen.regions.containers = view.sources.keys().cloned().collect();
}

/// How many lines came in each of the last minutes, and whether errors or warnings were among them.
fn pulse(screen: &mut Screen<'_>, area: Rect) {
    let (view, theme) = (&screen.model.logs, screen.theme);
    // Of a log that ended long ago, the minutes until then.
    let Some(last) = view
        .buffer
        .end()
        .checked_sub(1)
        .and_then(|last| view.buffer.time_of(last))
    else {
        return;
    };
    let label = 32;
    let columns = usize::from(area.width).saturating_sub(label).min(120);
    if columns < 20 {
        return;
    }
    let beats = view.pulse.until(last, columns);
    let most = beats.iter().map(|beat| beat.lines).max().unwrap_or(0);
    let mut line = Line::default();
    for beat in &beats {
        let style = if beat.errors > 0 {
            theme.critical
        } else if beat.warnings > 0 {
            theme.warning
        } else {
            theme.muted
        };
        line.spans
            .push(Span::styled(eighth(beat.lines, most), style));
    }
    let errors: u32 = beats.iter().map(|beat| beat.errors).sum();
    let (said, style) = match errors {
        0 => (format!("  {most} a minute at most"), theme.muted),
        1 => ("  1 error in these minutes".to_owned(), theme.critical),
        _ => (
            format!("  {errors} errors in these minutes"),
            theme.critical,
        ),
    };
    line.spans.push(Span::styled(said, style));
    screen.line(area, &line);
}

/// The lines, or why there are none.
pub fn body(screen: &mut Screen<'_>, area: Rect) {
    let view = &screen.model.logs;
    logs::draw(screen, area);
    if view.shown_from(0).is_some() {
        return;
    }
    let lost = is_lost(screen);
    match (&view.failure, &view.scope) {
        (_, None) => {
            let mut line = Line::from(Span::styled("select a service, then ", screen.theme.muted));
            line.spans.extend(screen.key(Action::Logs));
            empty::message(screen, area, &[line]);
        }
        _ if view.is_looking() => empty::waiting(screen, area, "searching…"),
        _ if !view.buffer.is_empty() => {
            let said = "no line is like that; Esc shows all";
            empty::empty(screen, area, said);
        }
        (Some(failure), _) => empty::failed(screen, area, failure, None),
        _ if view.is_loading() => empty::waiting(screen, area, "reading the log…"),
        _ if view.sources.is_empty() && lost => {
            empty::waiting(screen, area, "waiting for the host…");
        }
        _ if view.from.is_some() => empty::empty(screen, area, "nothing was logged since then"),
        _ => empty::empty(screen, area, "nothing was logged yet"),
    }
}

/// Whether a host whose logs these are does not answer.
fn is_lost(screen: &Screen<'_>) -> bool {
    let model = screen.model;
    let concerned = |host: &&Host| {
        let scope = model.logs.scope.as_ref();
        scope.is_some_and(|scope| scope.concerns(&host.id))
    };
    model.hosts.iter().filter(concerned).any(Host::is_stale)
}

/// Following, paused, reading.
pub fn state(screen: &Screen<'_>) -> Vec<Span<'static>> {
    let (model, theme) = (screen.model, screen.theme);
    let view = &model.logs;
    let Some(scope) = &view.scope else {
        return Vec::new();
    };
    let following = view.sources.values().any(|source| source.following);
    let gone = match scope {
        LogScope::Service(service) => model.service(service).is_none(),
        _ => false,
    };
    let (text, style) = match (view.follow, following) {
        _ if is_lost(screen) => ("✖ connection lost", theme.critical),
        _ if view.is_loading() => ("reading…", theme.info),
        _ if view.reads_older() => ("reading older lines…", theme.info),
        _ if gone => ("○ removed", theme.muted),
        _ if view.held_up.is_some() => ("‖ paused, newer lines wait", theme.warning),
        (false, _) => ("‖ paused", theme.warning),
        (true, true) => ("● following", theme.ok),
        (true, false) => ("○ ended", theme.muted),
    };
    let mut said = vec![Span::styled(text, style)];
    if let Some(lines) = view.saving {
        let saving = format!("  saving, {lines} lines so far, Esc stops");
        said.push(Span::styled(saving, theme.info));
    }
    said
}

/// What is searched for, the day, the mode, what was dropped.
fn facts(screen: &Screen<'_>) -> Line<'static> {
    let (model, theme) = (screen.model, screen.theme);
    let view = &model.logs;
    let mut said = found(screen);
    said.extend(filtered(screen));
    let shown = view.buffer.get(view.top.0).filter(|_| !view.follow);
    if let Some(line) = shown {
        said.push(Span::styled(format::day(line.at, &model.zone), theme.muted));
    }
    if let Some(failure) = view.failure.as_ref().filter(|_| !view.buffer.is_empty()) {
        let failure = visible(&failure.why).into_owned();
        said.push(Span::styled(failure, theme.warning));
    }
    if view.left_out > 0 {
        let left_out = format!("{} containers are not followed", view.left_out);
        said.push(Span::styled(left_out, theme.warning));
    }
    if view.buffer.dropped() > 0 {
        let dropped = format!("{} older dropped", view.buffer.dropped());
        said.push(Span::styled(dropped, theme.muted));
    }
    let mode = match (view.style.wrap, view.column) {
        (true, _) => "wrapped".to_owned(),
        (false, 0) => "not wrapped".to_owned(),
        (false, column) => format!("from column {}", column + 1),
    };
    said.push(Span::styled(mode, theme.muted));
    let mut line = Line::default();
    for (n, span) in said.into_iter().enumerate() {
        if n > 0 {
            line.spans.push(Span::styled(" · ", theme.border));
        }
        line.spans.push(span);
    }
    line
}

/// What is searched for, and which of the matches one is at.
fn found(screen: &Screen<'_>) -> Vec<Span<'static>> {
    let (view, theme) = (&screen.model.logs, screen.theme);
    if let Some(wrong) = &view.no_regex {
        return vec![Span::styled(wrong.clone(), theme.warning)];
    }
    let (Some(query), Some(hits)) = (&view.query, &view.hits) else {
        return Vec::new();
    };
    let text = if view.is_regex {
        format!("/{}/", query.text())
    } else {
        format!("“{}”", query.text())
    };
    let count = hits.index.numbers().len();
    let position = view.hit.and_then(|hit| hits.index.position(hit));
    let count = match position {
        _ if view.is_looking() => {
            let (first, end) = (view.buffer.first(), view.buffer.end());
            let done = view.looked_at().saturating_sub(first) * 100 / (end - first).max(1);
            format!(" {count} so far, {done} %")
        }
        Some(position) => format!(" {} of {count}", position + 1),
        None if count == 0 => " not found".to_owned(),
        None => format!(" {count}"),
    };
    vec![Span::styled(text + &count, theme.accent)]
}

/// Which lines are left out.
fn filtered(screen: &Screen<'_>) -> Vec<Span<'static>> {
    let (view, theme) = (&screen.model.logs, screen.theme);
    let filter = &view.filter;
    let mut said: Vec<String> = Vec::new();
    if view.marking.is_some() {
        said.push(format!("{} marked", view.marked().len()));
    }
    if let Some(level) = filter.level {
        said.push(format!("{} and worse", level.word()));
    }
    match filter.stream {
        Some(LogStream::Err) => said.push("stderr".to_owned()),
        Some(LogStream::Out) => said.push("stdout".to_owned()),
        None => {}
    }
    match (filter.keep, filter.context) {
        _ if view.query.is_none() => {}
        (Keep::All, _) => {}
        (Keep::Matches, 0) => said.push("only matches".to_owned()),
        (Keep::Matches, context) => said.push(format!("only matches ±{context}")),
        (Keep::Others, _) => said.push("without matches".to_owned()),
    }
    if !filter.hidden.is_empty() {
        said.push(format!("{} hidden", filter.hidden.len()));
    }
    let span = |said| Span::styled(said, theme.warning);
    said.into_iter().map(span).collect()
}
