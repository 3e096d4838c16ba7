//! Somebody's files: a folder, or a file that is read, in place of the view.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Order;
use crate::app::browser::{Browser, Opening, Page, PageBody};
use crate::domain::units::age;
use crate::domain::{ActionName, ByteSize, FileEntry, FileKind, FileOrder};
use crate::theme::Theme;
use crate::ui::area::row;
use crate::ui::highlight;
use crate::ui::screen::Screen;
use crate::ui::symbols::spinner;
use crate::ui::text;
use crate::ui::widgets::empty;
use crate::ui::widgets::pane::{Title, pane};
use crate::ui::widgets::table::{Column, Place, Row, Sorted, Width, table};

const COLUMNS: [Column; 5] = [
    Column::text("NAME", Width::Grow(16, 200, 1), 0),
    Column::number("SIZE", 5, 1),
    Column::number("AGE", 4, 2),
    Column::text("MODE", Width::Fixed(10), 3),
    Column::text("OWNER", Width::Fixed(11), 4),
];

/// What a click at a heading sorts by.
const ORDERS: [Sorted; 3] = [
    Sorted::up(0, Order::Files(FileOrder::Name)),
    Sorted::down(1, Order::Files(FileOrder::Size)),
    Sorted::up(2, Order::Files(FileOrder::Modified)),
];

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, browser: &Browser) {
    match &browser.page {
        Some(page) => file(screen, area, browser, page),
        None => folder(screen, area, browser),
    }
}

fn folder(screen: &mut Screen<'_>, area: Rect, browser: &Browser) {
    let (model, theme) = (screen.model, screen.theme);
    let mut left = whose(theme, browser, &browser.path, area.width);
    if let Some(entries) = &browser.entries {
        let all = entries.len() as u64 + browser.more;
        let count = match (&browser.unfinished, browser.more) {
            _ if !browser.filter.is_empty() => format!("  {} of {all}", browser.rows.len()),
            (Some(_), _) => format!("  {all}, not all"),
            (None, 1..) => format!("  {all}, {} listed", entries.len()),
            (None, 0) => format!("  {all}"),
        };
        left.spans.push(Span::styled(count, theme.muted));
    }
    if !browser.filter.is_empty() {
        left.spans.push(Span::styled("  / ", theme.key));
        let filter = Span::styled(browser.filter.as_str(), theme.accent);
        left.spans.push(filter);
    }
    let title = Title {
        left,
        right: asking(screen, browser, area.width),
        below: below(screen, browser, area.width),
        focused: true,
        stale: model
            .host(&browser.host)
            .is_some_and(crate::app::Host::is_stale),
    };
    let inner = pane(screen, area, title);
    let Some(entries) = &browser.entries else {
        match (&browser.failure, &browser.opening) {
            (Some(failure), _) => empty::failed(screen, inner, failure, None),
            (None, Some(opening)) => empty::waiting(screen, inner, &said(opening)),
            (None, None) => empty::empty(screen, inner, "nothing was read"),
        }
        return;
    };
    if browser.rows.is_empty() {
        if entries.is_empty() {
            empty::empty(screen, inner, "the folder is empty");
        } else {
            empty::no_match(screen, inner, "file", &browser.filter, false);
        }
        return;
    }
    let place = Place {
        len: browser.rows.len(),
        cursor: browser.cursor,
        offset: browser.offset,
        focused: true,
        orders: &ORDERS,
        order: Some(Order::Files(browser.order)),
    };
    table(screen, inner, &COLUMNS, place, |n| match browser.entry(n) {
        Some(entry) => cells(theme, entry, model.now),
        None => Row::Cells(Vec::new()),
    });
}

/// Whose files, and the path: the end of that stays.
fn whose(theme: &Theme, browser: &Browser, path: &str, width: u16) -> Line<'static> {
    let title = text::cut_middle(&browser.title, usize::from(width / 3)).into_owned();
    let path = match path.trim_start_matches('/') {
        "" => "/".to_owned(),
        path => path.replace('/', " › "),
    };
    let room = usize::from(width / 2).saturating_sub(2);
    let path = match text::width(&path) {
        wide if wide > room => {
            let from = text::skip_columns(&path, wide - room.saturating_sub(1));
            format!("…{}", path.get(from..).unwrap_or_default())
        }
        _ => path,
    };
    let mut line = Line::from(Span::styled(title, theme.title));
    line.spans.push(Span::styled(" › ", theme.border));
    line.spans.push(Span::styled(path, theme.heading));
    line
}

/// What is being asked, while something is shown already.
fn asking(screen: &Screen<'_>, browser: &Browser, width: u16) -> Line<'static> {
    let theme = screen.theme;
    let Some(opening) = &browser.opening else {
        return Line::default();
    };
    if browser.entries.is_none() && browser.page.is_none() {
        return Line::default();
    }
    // The path has half of the edge.
    let said = match said(opening) {
        long if text::width(&long) > usize::from(width / 2).saturating_sub(16) => {
            format!("{} passed", opening.passed)
        }
        said => said,
    };
    Line::from(vec![
        Span::styled(spinner(screen.model.now), theme.accent),
        Span::styled(format!(" {said}"), theme.info),
    ])
}

fn said(opening: &Opening) -> String {
    let passed = match opening.passed {
        ByteSize(0) => String::new(),
        passed => format!(" {passed} passed,"),
    };
    let name = match crate::domain::file::last_part(&opening.path) {
        "" => "/",
        name => name,
    };
    format!(
        "reading {}…{passed} Esc ends it",
        text::cut_middle(name, 24)
    )
}

/// What is copied now, else what the listing lacks, else how old it is.
fn below(screen: &Screen<'_>, browser: &Browser, width: u16) -> Line<'static> {
    let (model, theme) = (screen.model, screen.theme);
    let copies = |action| matches!(action, Some(ActionName::CopyOut | ActionName::CopyIn));
    if let Some(job) = model.running_jobs().find(|job| copies(job.action)) {
        let progress = job.progress.as_deref().unwrap_or("…");
        let said = format!("{} {progress}", spinner(model.now));
        return Line::from(vec![
            Span::styled(said, theme.info),
            Span::styled("  x cancels", theme.muted),
        ]);
    }
    let mut words = Vec::new();
    if browser.more > 0 {
        words.push(format!("{} more, not listed", browser.more));
    }
    if let Some(why) = &browser.unfinished {
        words.push(format!("not all: the reading ended {why}"));
    }
    if !words.is_empty() {
        let said = words.join(" · ");
        let said = text::cut_end(&said, usize::from(width).saturating_sub(8)).into_owned();
        return Line::from(Span::styled(said, theme.warning));
    }
    let seconds = model.now.duration_since(browser.read_at).as_secs();
    if browser.entries.is_some() && seconds >= 60 {
        let said = format!("as of {} ago", age(browser.read_at, model.now));
        return Line::from(Span::styled(said, theme.muted));
    }
    Line::default()
}

fn cells<'a>(theme: &Theme, entry: &'a FileEntry, now: jiff::Timestamp) -> Row<'a> {
    let plain = |text: String| Span::styled(text, theme.muted).into();
    let size = match entry.kind {
        FileKind::File => Span::styled(entry.size.to_string(), theme.text),
        _ => Span::raw(""),
    };
    let modified = entry.modified.map(|at| age(at, now)).unwrap_or_default();
    Row::Cells(vec![
        name(theme, entry).into(),
        size.into(),
        plain(modified),
        plain(entry.permissions()),
        plain(format!("{}:{}", entry.uid, entry.gid)),
    ])
}

/// What it is is not said by colour alone.
fn name<'a>(theme: &Theme, entry: &'a FileEntry) -> Line<'a> {
    let named = |style: Style| Span::styled(entry.name.as_str(), style);
    match &entry.kind {
        FileKind::Folder => Line::from(vec![named(theme.heading), Span::styled("/", theme.muted)]),
        FileKind::Link(to) => Line::from(vec![
            named(theme.text),
            Span::styled(" → ", theme.muted),
            Span::styled(to.as_str(), theme.muted),
        ]),
        FileKind::File => Line::from(named(theme.text)),
        other => Line::from(vec![
            named(theme.muted),
            Span::styled(format!("  {}", other.word()), theme.muted),
        ]),
    }
}

fn file(screen: &mut Screen<'_>, area: Rect, browser: &Browser, page: &Page) {
    let theme = screen.theme;
    let mut left = whose(theme, browser, &page.path, area.width);
    let size = match page.cut {
        Some(shown) => format!("  first {shown} of {}", page.size),
        None => format!("  {}", page.size),
    };
    left.spans.push(Span::styled(size, theme.muted));
    let mut right = asking(screen, browser, area.width);
    if let Some(query) = page.query.as_ref().filter(|_| right.spans.is_empty()) {
        let missing = if page.hit.is_none() { " not found" } else { "" };
        let said = format!("“{}”{missing}", query.text());
        right = Line::from(Span::styled(said, theme.accent));
    }
    let below = match (&page.body, page.cut) {
        (PageBody::Binary(_), _) => "no text: its bytes",
        (PageBody::Text(_), Some(_)) => "a copy has all of it",
        (PageBody::Text(_), None) => "",
    };
    let below = Span::styled(below, theme.warning);
    let title = Title {
        left,
        right,
        below: Line::from(below),
        focused: true,
        ..Title::default()
    };
    let inner = pane(screen, area, title);
    let rows = usize::from(inner.height);
    screen.regions.list_rows = rows;
    screen.regions.list_offset = browser.offset;
    if page.is_empty() {
        empty::empty(screen, inner, "the file is empty");
        return;
    }
    let top = page.top.min(page.len().saturating_sub(rows));
    for (n, at) in (top..page.len()).take(rows).enumerate() {
        let line = page.line(at);
        let bytes = highlight::visible_bytes(&line, page.column, usize::from(inner.width));
        let found = highlight::matches(page.query.as_ref(), &line, bytes.clone());
        let style = theme.text;
        let segments = [(bytes, style)];
        let spans = highlight::spans(
            &line,
            segments,
            &found,
            if page.hit == Some(at) {
                theme.match_current
            } else {
                theme.r#match
            },
        );
        screen.line(row(inner, n), &Line::from(spans));
    }
}
