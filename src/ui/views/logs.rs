//! The log of a service over the whole screen.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Action, Host, Pane, Target};
use crate::ui::screen::Screen;
use crate::ui::widgets::empty;
use crate::ui::widgets::pane::{Title, pane};
use crate::ui::{format, logs};

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let view = &model.logs;
    let name = view.service.as_ref().map(ToString::to_string);
    let mut left = Line::from(Span::styled(
        name.unwrap_or_else(|| "logs".to_owned()),
        theme.title,
    ));
    left.spans.push(Span::raw("  "));
    left.spans.extend(state(screen));
    let stale = view
        .service
        .as_ref()
        .and_then(|id| model.host(&id.host))
        .is_some_and(crate::app::Host::is_stale);
    let title = Title {
        left,
        right: facts(screen),
        below: Line::default(),
        focused: true,
        stale,
    };
    screen.target(area, Target::Pane(Pane::Detail));
    let inner = pane(screen, area, title);
    body(screen, inner);
    screen.regions.containers = view.sources.keys().cloned().collect();
}

/// The lines, or why there are none.
pub fn body(screen: &mut Screen<'_>, area: Rect) {
    let view = &screen.model.logs;
    logs::draw(screen, area);
    if !view.buffer.is_empty() {
        return;
    }
    match (&view.failure, view.loading, &view.service) {
        (Some(failure), _, _) => empty::failed(screen, area, failure, None),
        (None, true, _) => empty::waiting(screen, area, "reading the log…"),
        (None, false, Some(_)) => empty::empty(screen, area, "nothing was logged yet"),
        (None, false, None) => {
            let mut line = Line::from(Span::styled("select a service, then ", screen.theme.muted));
            line.spans.extend(screen.key(Action::Logs));
            empty::message(screen, area, &[line]);
        }
    }
}

/// Following, paused, reading.
pub fn state(screen: &Screen<'_>) -> Vec<Span<'static>> {
    let (model, theme) = (screen.model, screen.theme);
    let view = &model.logs;
    if view.service.is_none() {
        return Vec::new();
    }
    let following = view.sources.values().any(|source| source.following);
    let service = view.service.as_ref();
    let host = service.and_then(|service| model.host(&service.host));
    let lost = host.is_some_and(Host::is_stale);
    let gone = service.is_some_and(|service| model.service(service).is_none());
    let (text, style) = match (view.follow, following) {
        _ if lost => ("✖ connection lost", theme.critical),
        _ if view.loading => ("reading…", theme.info),
        _ if gone => ("○ removed", theme.muted),
        (false, _) => ("‖ paused", theme.warning),
        (true, true) => ("● following", theme.ok),
        (true, false) => ("○ ended", theme.muted),
    };
    vec![Span::styled(text, style)]
}

/// What is searched for, the day, the mode, what was dropped.
fn facts(screen: &Screen<'_>) -> Line<'static> {
    let (model, theme) = (screen.model, screen.theme);
    let view = &model.logs;
    let mut said = Vec::new();
    if let Some(query) = &view.query {
        said.push(Span::styled(format!("“{}”", query.text()), theme.accent));
    }
    let shown = view.buffer.get(view.top.0).filter(|_| !view.follow);
    if let Some(line) = shown {
        said.push(Span::styled(format::day(line.at, &model.zone), theme.muted));
    }
    if view.buffer.dropped() > 0 {
        let dropped = format!("{} older dropped", view.buffer.dropped());
        said.push(Span::styled(dropped, theme.muted));
    }
    let mode = match (view.wrap, view.column) {
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
