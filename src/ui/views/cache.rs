//! The build cache: what builds left to be faster the next time, entry by entry.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Action, Host, Model};
use crate::domain::image_layer::in_dockerfile;
use crate::domain::text::visible;
use crate::domain::units::age;
use crate::domain::{ByteSize, CacheRecord, EngineUsage};
use crate::theme::Theme;
use crate::ui::format;
use crate::ui::screen::Screen;
use crate::ui::widgets::empty;
use crate::ui::widgets::table::{Cell, Column, Row, Sorted, Width, table};

use super::Count;

const COLUMNS: [Column; 5] = [
    Column::text("MADE BY", Width::Grow(20, 100, 3), 0),
    Column::number("SIZE", 5, 0),
    Column::text("KIND", Width::Grow(7, 16, 1), 3),
    Column::number("USED", 4, 1),
    Column::number("TIMES", 5, 2),
];

/// The largest comes first.
const ORDERS: [Sorted; 1] = [Sorted::always(1)];

/// Draws the list.
pub fn list(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let list = &model.cache;
    let usages = model.hosts.iter();
    let usages = usages.filter_map(|host| host.storing.engine.value.as_ref());
    let usages: Vec<&EngineUsage> = usages.collect();
    let count = Count {
        shown: list.rows.len(),
        all: usages.iter().map(|usage| usage.cache.len()).sum(),
    };
    let below = sum(screen, &usages);
    let inner = super::list_pane(screen, area, "build cache", count, list, below);
    if list.rows.is_empty() {
        if !super::answer_missing(screen, inner, "asking what the engine counts…", |host| {
            &host.storing.engine
        }) && !super::say_why_empty(screen, inner, "entry", list)
        {
            empty::empty(screen, inner, "no build left anything");
        }
        return;
    }
    let mut place = super::place(screen, list);
    place.orders = &ORDERS;
    table(screen, inner, &COLUMNS, place, |n| {
        let found = list.rows.get(n).and_then(|id| model.cached(id));
        found.map_or_else(
            || Row::Cells(Vec::new()),
            |(host, record)| row(model, theme, host, record),
        )
    });
}

/// What all of it takes that no image has, how much of it is in use, and the key that leads back.
fn sum(screen: &Screen<'_>, usages: &[&EngineUsage]) -> Line<'static> {
    let theme = screen.theme;
    let mut line = Line::default();
    if !usages.is_empty() {
        let size: ByteSize = usages.iter().map(|usage| usage.all_cache()).sum();
        let in_use: usize = usages.iter().map(|usage| usage.cache_in_use()).sum();
        let said = format!("{size} of its own · {in_use} in use · ");
        line.push_span(Span::styled(said, theme.muted));
    }
    if let Some(key) = screen.key(Action::NextTab) {
        line.spans
            .extend([key, Span::styled(" images", theme.muted)]);
    }
    line
}

fn row<'a>(model: &Model, theme: &Theme, host: &Host, record: &CacheRecord) -> Row<'a> {
    let (symbol, style) = match (record.in_use, record.shared) {
        (true, _) => (Span::styled("● ", theme.ok), theme.text),
        (false, true) => (Span::styled("◌ ", theme.muted), theme.text),
        (false, false) => (Span::styled("○ ", theme.muted), theme.text),
    };
    let style = if host.is_stale() { theme.stale } else { style };
    let used = record.last_used.map(|at| age(at, model.now));
    Row::Cells(vec![
        Cell::Name(
            Line::from(symbol),
            Span::styled(made_by(record), style),
            Line::default(),
        ),
        Span::styled(record.size.to_string(), style).into(),
        Span::styled(visible(&record.kind).into_owned(), theme.muted).into(),
        Span::styled(used.unwrap_or_default(), theme.muted).into(),
        Span::styled(record.uses.to_string(), theme.muted).into(),
    ])
}

/// The instruction as somebody wrote it; some engines name none.
fn made_by(record: &CacheRecord) -> String {
    let said = in_dockerfile(&record.description);
    let said = if said.trim().is_empty() {
        record.id.clone()
    } else {
        said
    };
    visible(&said).into_owned()
}

/// Draws the detail pane.
pub fn detail(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let selected = model.selected_cache();
    let title = selected.map_or("nothing selected", |(_, record)| &record.id);
    let stale = selected.is_some_and(|(host, _)| host.is_stale());
    super::detail_pane(screen, area, title, stale, |doc| {
        let Some((host, record)) = selected else {
            return;
        };
        doc.field("id", &record.id);
        if model.hosts.len() > 1 {
            doc.field("host", host.id.as_str());
        }
        doc.field("kind", &visible(&record.kind));
        doc.field("size", &record.size.to_string());
        doc.field("state", state(record));
        let moment = |at| {
            let ago = age(at, model.now);
            format!("{}, {ago} ago", format::moment(at, &model.zone))
        };
        if let Some(at) = record.created {
            doc.field("made", &moment(at));
        }
        let used = record.last_used.map_or("never".to_owned(), moment);
        let times = match record.uses {
            1 => "once".to_owned(),
            often => format!("{often} times"),
        };
        doc.field("used", &format!("{used}; {times}"));
        doc.heading("made by");
        doc.paragraph(0, &made_by(record), theme.text);
    });
}

const fn state(record: &CacheRecord) -> &'static str {
    match (record.in_use, record.shared) {
        (true, _) => "a build uses it right now: no prune takes it",
        (false, true) => "an image has it, too: it takes no room of its own",
        (false, false) => "nothing needs it; without it the next build takes longer",
    }
}
