//! What happened: what engines did beside what we did, the newest first.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::app::events::{Entry, EntryOf, Happening, Recall};
use crate::domain::units::{age, short_span};
use crate::domain::{Event, EventKind, Job, Outcome, Severity};
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::symbols;
use crate::ui::widgets::document::Document;
use crate::ui::widgets::empty;
use crate::ui::widgets::table::{Cell, Column, Row, Width, table};

use super::Count;

/// In fewer columns a day has no room beside its time.
const NARROW: u16 = 60;

const COLUMNS: [Column; 4] = [
    Column::text("TIME", Width::Fixed(12), 0),
    Column::text("WHO", Width::Grow(12, 36, 2), 0),
    Column::text("WHAT", Width::Grow(14, 70, 3), 0),
    Column::number("", 5, 1),
];

/// Draws the list.
pub fn list(screen: &mut Screen<'_>, area: Rect) {
    let model = screen.model;
    let events = &model.events;
    let list = &events.list;
    let count = Count {
        shown: list.rows.len(),
        all: events.entries.len(),
    };
    let below = below(screen);
    let inner = super::list_pane(screen, area, "events", count, list, below);
    if list.rows.is_empty() {
        if super::say_why_empty(screen, inner, "event", list) {
            return;
        }
        let reads = events.recalled.values().any(|one| *one == Recall::Asked);
        let said = if reads {
            "reading what happened…"
        } else {
            "nothing happened yet"
        };
        empty::empty(screen, inner, said);
        return;
    }
    let theme = screen.theme;
    let narrow = inner.width < NARROW;
    let mut columns = COLUMNS;
    if narrow {
        columns[0].width = Width::Fixed(9);
    }
    table(screen, inner, &columns, super::place(screen, list), |n| {
        let entry = list.rows.get(n).and_then(|id| events.entries.get(id));
        entry.map_or_else(
            || Row::Cells(Vec::new()),
            |entry| row(model, theme, entry, narrow),
        )
    });
}

/// How far back it goes.
fn below(screen: &Screen<'_>) -> Line<'static> {
    let events = &screen.model.events;
    let oldest = events.log.iter().next().map(|oldest| oldest.event.at);
    let Some(oldest) = oldest else {
        return Line::default();
    };
    let recalls = || events.recalled.values();
    let more = if recalls().any(|recall| *recall == Recall::Full) {
        ", and more in topside events"
    } else if recalls().any(|recall| matches!(recall, Recall::More(_) | Recall::Asked)) {
        ", and more before"
    } else {
        ""
    };
    let said = format!("since {} ago{more}", age(oldest, screen.model.now));
    Line::from(Span::styled(said, screen.theme.muted))
}

fn row<'a>(model: &'a Model, theme: &Theme, entry: &'a Entry, narrow: bool) -> Row<'a> {
    let time = Span::styled(when(entry.at, model, narrow), theme.muted);
    let (who, what, times) = match &entry.of {
        EntryOf::Engine { last, times, .. } => {
            let style = if entry.is_problem {
                theme.text
            } else {
                theme.muted
            };
            let what = Span::styled(last.event.phrase(), style);
            (who(model, theme, entry, last), Line::from(what), *times)
        }
        EntryOf::Job(id) => match model.job(*id) {
            Some(job) => of_job(theme, job),
            None => (Line::default().into(), Line::default(), 1),
        },
    };
    let times = if times > 1 {
        format!("×{times}")
    } else {
        String::new()
    };
    Row::Cells(vec![
        time.into(),
        who,
        what.into(),
        Span::styled(times, theme.warning).into(),
    ])
}

/// An entry as a line, without whom it is about.
pub fn line(model: &Model, theme: &Theme, entry: &Entry) -> Line<'static> {
    const TIME: usize = 12;
    let time = format!("{:<TIME$}  ", when(entry.at, model, false));
    let mut line = Line::from(Span::styled(time, theme.muted));
    match &entry.of {
        EntryOf::Engine { last, times, .. } => {
            line.spans.push(symbol(theme, entry, &last.event));
            let said = format!(" {}", last.event.phrase());
            line.spans.push(Span::styled(said, theme.text));
            if *times > 1 {
                let said = format!("  ×{times}");
                line.spans.push(Span::styled(said, theme.warning));
            }
        }
        EntryOf::Job(id) => {
            if let Some(job) = model.job(*id) {
                line.spans.push(symbols::outcome(theme, job.outcome()));
                line.spans.push(Span::raw(" "));
                line.spans.extend(done(theme, job));
            }
        }
    }
    line
}

fn who<'a>(model: &Model, theme: &Theme, entry: &Entry, last: &Happening) -> Cell<'a> {
    let symbol = symbol(theme, entry, &last.event);
    let name = match last.event.who() {
        // A prune is about nobody but the host.
        nobody if nobody.is_empty() => last.host.to_string(),
        // Whose it is where there are several.
        name if model.hosts.len() > 1 => format!("{}:{name}", last.host),
        name => name,
    };
    Cell::Name(
        Line::from(vec![symbol, Span::raw(" ")]),
        Span::styled(name, theme.text),
        Line::default(),
    )
}

fn of_job<'a>(theme: &Theme, job: &'a Job) -> (Cell<'a>, Line<'a>, usize) {
    let symbol = symbols::outcome(theme, job.outcome());
    let who = Line::from(vec![
        symbol,
        Span::raw(" "),
        Span::styled(job.target.to_string(), theme.text),
    ]);
    (who.into(), Line::from(done(theme, job)), 1)
}

/// What was done, and how it ended.
fn done(theme: &Theme, job: &Job) -> Vec<Span<'static>> {
    let action = job.action.map_or_else(
        || job.title.clone(),
        |action| action.word().replace('_', " "),
    );
    let (how, style) = match job.outcome() {
        None => ("goes on", theme.info),
        Some(outcome @ (Outcome::Done { .. } | Outcome::NothingToDo { .. })) => {
            (outcome.word(), theme.muted)
        }
        Some(outcome @ (Outcome::Failed { .. } | Outcome::Interrupted { .. })) => {
            (outcome.word(), theme.critical)
        }
        Some(outcome @ (Outcome::RolledBack { .. } | Outcome::Cancelled { .. })) => {
            (outcome.word(), theme.warning)
        }
    };
    vec![
        Span::styled(format!("{action}: "), theme.accent),
        Span::styled(how, style),
    ]
}

/// By what it means, and by what it is about.
fn symbol(theme: &Theme, entry: &Entry, event: &Event) -> Span<'static> {
    if entry.is_problem {
        let severity = event.severity().max(Severity::Warning);
        return symbols::severity(theme, severity);
    }
    let (symbol, style) = match (event.kind, &*event.verb) {
        (EventKind::Container, "start" | "restart" | "unpause") => ("●", theme.ok),
        (EventKind::Container, "health_status") if event.health() == Some("healthy") => {
            ("✔", theme.ok)
        }
        (EventKind::Container, "die" | "stop" | "kill" | "pause") => ("○", theme.muted),
        (_, "create" | "pull" | "build" | "load" | "import" | "tag") => ("+", theme.muted),
        (_, "destroy" | "delete" | "untag" | "prune") => ("-", theme.muted),
        _ => ("·", theme.muted),
    };
    Span::styled(symbol, style)
}

/// `03:12:05` today, `Sat 03:12:05` in the last week, `11-08 03:12` before that.
fn when(at: Timestamp, model: &Model, narrow: bool) -> String {
    const WEEK: SignedDuration = SignedDuration::from_hours(6 * 24);
    let here = at.to_zoned(model.zone.clone());
    let today = model.now.to_zoned(model.zone.clone());
    let is_of_week = model.now.duration_since(at).abs() < WEEK;
    let form = match (here.date() == today.date(), is_of_week) {
        (true, _) => "%H:%M:%S",
        (false, true) if narrow => "%a %H:%M",
        (false, true) => "%a %H:%M:%S",
        (false, false) if narrow => "%m-%d",
        (false, false) => "%m-%d %H:%M",
    };
    here.strftime(form).to_string()
}

/// Draws the detail pane.
pub fn detail(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let selected = model.events.selected();
    let title = match selected.map(|entry| &entry.of) {
        Some(EntryOf::Engine { last, .. }) => last.event.who(),
        Some(EntryOf::Job(id)) => model
            .job(*id)
            .map_or_else(String::new, |job| job.title.clone()),
        None => "nothing selected".to_owned(),
    };
    super::detail_pane(screen, area, &title, false, |doc| {
        let Some(entry) = selected else { return };
        match &entry.of {
            EntryOf::Engine { last, times, first } => {
                of_engine(doc, model, theme, entry, last, (*times, *first));
            }
            EntryOf::Job(id) => {
                if let Some(job) = model.job(*id) {
                    job_detail(doc, model, theme, job);
                }
            }
        }
    });
}

fn of_engine<'a>(
    doc: &mut Document<'a>,
    model: &Model,
    theme: &'a Theme,
    entry: &Entry,
    last: &'a Happening,
    (times, first): (usize, Timestamp),
) {
    let event = &last.event;
    doc.line(Line::from(vec![
        symbol(theme, entry, event),
        Span::raw(" "),
        Span::styled(event.phrase(), theme.text),
    ]));
    doc.blank();
    if times > 1 {
        let span = short_span(event.at.duration_since(first));
        let said = format!(
            "{times} times in {span}, first {}",
            exactly(first, &model.zone)
        );
        doc.field("often", &said);
        doc.field("last", &exactly(event.at, &model.zone));
    } else {
        doc.field("when", &exactly(event.at, &model.zone));
    }
    doc.field("ago", &age(event.at, model.now));
    doc.field("host", last.host.as_str());
    doc.field("about", event.kind.word());
    doc.field("name", &event.name);
    if let Some((project, service)) = &event.service {
        doc.field("service", &format!("{project}/{service}"));
    }
    doc.field("event", &event.verb);
    doc.field("id", &event.id);
    if !event.attributes.is_empty() {
        doc.heading("what the engine told");
    }
    for (name, value) in &event.attributes {
        doc.named(name, theme.muted, value, theme.text);
    }
}

fn job_detail<'a>(doc: &mut Document<'a>, model: &Model, theme: &'a Theme, job: &'a Job) {
    doc.field("asked", &exactly(job.asked_at, &model.zone));
    let who = job.who.as_deref().unwrap_or("here");
    doc.field("by", who);
    match job.outcome() {
        Some(outcome) => doc.field("ended", outcome.word()),
        None => doc.field("ended", "not yet"),
    }
    if let Some(Outcome::Failed { failure, .. } | Outcome::RolledBack { failure, .. }) =
        job.outcome()
    {
        doc.paragraph(0, &failure.why, theme.text);
    }
    doc.blank();
    doc.paragraph(0, "Enter shows it step by step", theme.muted);
}

/// `2026-06-01 03:12:05.804`: what two logs are compared by.
fn exactly(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%F %T%.3f").to_string()
}
