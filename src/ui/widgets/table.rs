//! The one table of all views: columns that say how wide and how needed they are, rows made only when on screen.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::list::window;
use crate::app::{Order, Pane, Target};
use crate::ui::area::{row, split_left, split_top};
use crate::ui::screen::Screen;
use crate::ui::text;

pub use super::columns::{Column, Width};
use super::columns::{GAP, widths};

/// What stands in a cell.
pub enum Cell<'a> {
    /// A line; what does not fit is cut off its end.
    Line(Line<'a>),
    /// A text cut in its middle.
    Middle(&'a str, Style),
    /// A name between what always stays and what may be cut off its end; the name's own end stays.
    Name(Line<'a>, Span<'a>, Line<'a>),
    /// Words, cut between them.
    Words(Vec<String>, Style),
    /// An image reference between two spans that are never cut: its tag stays.
    Image(Span<'a>, Span<'a>, Span<'a>),
}

impl<'a> Cell<'a> {
    /// An image reference alone.
    pub fn image(reference: &'a str, style: Style) -> Self {
        let nothing = Span::raw("");
        Self::Image(nothing.clone(), Span::styled(reference, style), nothing)
    }
}

impl Cell<'_> {
    /// The columns that it fills when nothing is cut.
    fn width(&self) -> usize {
        let spans = |spans: &[&Span<'_>]| -> usize {
            let each = spans.iter().map(|span| text::width(&span.content));
            each.sum()
        };
        match self {
            Self::Line(line) => text::line_width(line),
            Self::Middle(content, _) => text::width(content),
            Self::Name(before, name, after) => {
                text::line_width(before) + spans(&[name]) + text::line_width(after)
            }
            Self::Words(words, _) => {
                let gaps = words.len().saturating_sub(1);
                words.iter().map(|word| text::width(word)).sum::<usize>() + gaps
            }
            Self::Image(before, reference, after) => spans(&[before, reference, after]),
        }
    }
}

impl<'a, T: Into<Line<'a>>> From<T> for Cell<'a> {
    fn from(line: T) -> Self {
        Self::Line(line.into())
    }
}

/// A row.
pub enum Row<'a> {
    /// A heading over the whole width, with something at its right.
    Heading(Line<'a>, Line<'a>),
    /// One cell a column.
    Cells(Vec<Cell<'a>>),
}

/// Where a list is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// How many rows there are.
    pub len: usize,
    /// The row of the cursor.
    pub cursor: usize,
    /// The first row of the last frame.
    pub offset: usize,
    /// Whether the keys go here.
    pub focused: bool,
    /// What it can be sorted by, and is.
    pub orders: &'static [Sorted],
    /// The one it is sorted by; none is the order that needs no telling.
    pub order: Option<Order>,
}

/// A way to sort a list.
#[derive(Debug, Clone, Copy)]
pub struct Sorted {
    /// The column that it sorts by.
    pub column: usize,
    /// Whether the greatest comes first.
    pub greatest_first: bool,
    /// What a click at the heading asks for; none where it is always sorted so.
    pub order: Option<Order>,
}

impl Sorted {
    /// By a column, the least first.
    pub const fn up(column: usize, order: Order) -> Self {
        Self {
            column,
            greatest_first: false,
            order: Some(order),
        }
    }

    /// Always by a column, the greatest first.
    pub const fn always(column: usize) -> Self {
        Self {
            column,
            greatest_first: true,
            order: None,
        }
    }

    /// By a column, the greatest first.
    pub const fn down(column: usize, order: Order) -> Self {
        Self {
            greatest_first: true,
            ..Self::up(column, order)
        }
    }
}

/// Draws the headings and the rows that fit; reports rows and offset. Returns which rows are on screen.
pub fn table<'a>(
    screen: &mut Screen<'_>,
    area: Rect,
    columns: &[Column],
    place: Place,
    mut make: impl FnMut(usize) -> Row<'a>,
) -> std::ops::Range<usize> {
    let mut columns = wanted(screen, columns);
    snug(&mut columns, place.len, &mut make);
    let columns = &columns;
    let widths = widths(columns, area.width);
    let with_headings = area.height >= 5;
    let (top, body) = split_top(area, u16::from(with_headings));
    if with_headings {
        headings(screen, top, columns, &widths, (place.orders, place.order));
    }
    let height = usize::from(body.height);
    let offset = window(place.offset, place.cursor, place.len, height);
    screen.regions.list_offset = offset;
    screen.regions.list_rows = height;
    let shown = offset..offset.saturating_add(height).min(place.len);
    for (n, index) in shown.clone().enumerate() {
        let line = row(body, n);
        match make(index) {
            Row::Heading(left, right) => {
                let room = screen.line_right(line, &right);
                screen.line(room, &text::cut_line(left, usize::from(room.width)));
            }
            Row::Cells(row) => cells(screen, line, columns, &widths, row),
        }
        // The cursor covers the air beside the row too.
        let wide = Rect {
            x: line.x.saturating_sub(1),
            width: line.width.saturating_add(if line.x > 0 { 2 } else { 0 }),
            ..line
        };
        if index == place.cursor {
            let style = if place.focused {
                screen.theme.selection
            } else {
                screen.theme.selection_inactive
            };
            screen.style(wide, style);
        }
        screen.target(wide, Target::Row(index));
    }
    super::scroll_bar::scroll_bar(screen, body, Pane::List, offset, place.len);
    shown
}

/// No column that grows is wider than what stands in it: the room is another's. So many rows are looked at, always the
/// same, so that nothing moves when one scrolls.
fn snug<'a>(columns: &mut [Column], len: usize, make: &mut impl FnMut(usize) -> Row<'a>) {
    const LOOKED_AT: usize = 200;
    let grows = |column: &Column| matches!(column.width, Width::Grow(..));
    if !columns.iter().any(grows) {
        return;
    }
    let mut needs = vec![0; columns.len()];
    for index in 0..len.min(LOOKED_AT) {
        if let Row::Cells(cells) = make(index) {
            for (need, cell) in needs.iter_mut().zip(&cells) {
                *need = (*need).max(cell.width());
            }
        }
    }
    for (column, need) in columns.iter_mut().zip(needs) {
        column.not_wider_than(need);
    }
}

/// The columns, without what somebody hid: those that never go stay. Reports which can be hidden.
fn wanted(screen: &mut Screen<'_>, columns: &[Column]) -> Vec<Column> {
    let hidden = screen.model.hidden_columns();
    let can_go = |column: &&Column| column.drop > 0 && !column.title.is_empty();
    screen.regions.columns = columns.iter().filter(can_go).map(|c| c.title).collect();
    let mut columns = columns.to_vec();
    for column in &mut columns {
        let is_hidden = hidden.is_some_and(|hidden| hidden.contains(column.title));
        if is_hidden && can_go(&&*column) {
            column.width = Width::Fixed(0);
        }
    }
    columns
}

/// Draws the cells of a row.
pub fn cells(
    screen: &mut Screen<'_>,
    line: Rect,
    columns: &[Column],
    widths: &[u16],
    row: Vec<Cell<'_>>,
) {
    let mut rest = line;
    for ((column, width), cell) in columns.iter().zip(widths).zip(row) {
        if *width == 0 {
            continue;
        }
        let (place, after) = split_left(rest, *width);
        let room = usize::from(*width);
        let content = match cell {
            Cell::Line(line) => text::cut_line(line, room),
            Cell::Middle(content, style) => {
                Line::from(Span::styled(text::cut_middle(content, room), style))
            }
            Cell::Name(before, name, after) => text::cut_name(before, &name, after, room),
            Cell::Words(words, style) => {
                let cut = text::cut_words(&words, room).into_owned();
                Line::from(Span::styled(cut, style))
            }
            Cell::Image(before, reference, after) => {
                let kept = text::width(&before.content) + text::width(&after.content);
                let cut = text::cut_image(&reference.content, room.saturating_sub(kept));
                let cut = Span::styled(cut.into_owned(), reference.style);
                Line::from(vec![before, cut, after])
            }
        };
        if column.right {
            screen.line_right(place, &content);
        } else {
            screen.line(place, &content);
        }
        (_, rest) = split_left(after, GAP);
    }
}

/// Draws the headings.
pub fn headings(
    screen: &mut Screen<'_>,
    line: Rect,
    columns: &[Column],
    widths: &[u16],
    (orders, order): (&[Sorted], Option<Order>),
) {
    let mut rest = line;
    for (n, (column, width)) in columns.iter().zip(widths).enumerate() {
        if *width == 0 {
            continue;
        }
        let (cell, after) = split_left(rest, *width);
        let mut title = Line::from(Span::styled(column.title, screen.theme.header));
        let by_it = orders.iter().find(|sorted| sorted.column == n);
        if let Some(wanted) = by_it.and_then(|sorted| sorted.order) {
            // The air between two columns belongs to the one before.
            let wide = Rect {
                width: cell.width.saturating_add(GAP),
                ..cell
            };
            screen.target(wide, Target::Heading(wanted));
        }
        if let Some(sorted) = by_it.filter(|sorted| order == sorted.order) {
            let arrow = if sorted.greatest_first { "▾" } else { "▴" };
            title = Line::from(Span::styled(
                format!("{}{arrow}", column.title),
                screen.theme.accent,
            ));
        }
        if column.right {
            screen.line_right(cell, &title);
        } else {
            screen.line(cell, &title);
        }
        (_, rest) = split_left(after, GAP);
    }
}
