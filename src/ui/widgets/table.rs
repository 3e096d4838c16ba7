//! The one table of all views: columns that say how wide and how needed they are, rows made only when on screen.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Target;
use crate::app::list::window;
use crate::ui::area::{row, split_left, split_top};
use crate::ui::screen::Screen;
use crate::ui::text;

/// How wide a column is.
#[derive(Debug, Clone, Copy)]
pub enum Width {
    /// Always so wide.
    Fixed(u16),
    /// At least, at most; room left over is shared out by the weight.
    Grow(u16, u16, u16),
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// How wide it is.
    pub width: Width,
    /// Whether it is a number, which stands right.
    pub right: bool,
    /// The higher, the sooner it is left out when the screen is narrow; 0 never is.
    pub drop: u8,
}

impl Column {
    /// A column of text.
    pub const fn text(title: &'static str, width: Width, drop: u8) -> Self {
        Self {
            title,
            width,
            right: false,
            drop,
        }
    }

    /// A column of numbers.
    pub const fn number(title: &'static str, width: u16, drop: u8) -> Self {
        Self {
            title,
            width: Width::Fixed(width),
            right: true,
            drop,
        }
    }

    const fn least(&self) -> u16 {
        match self.width {
            Width::Fixed(width) => width,
            Width::Grow(least, _, _) => least,
        }
    }
}

/// What stands in a cell.
pub enum Cell<'a> {
    /// A line; what does not fit is cut off its end.
    Line(Line<'a>),
    /// A text cut in its middle.
    Middle(&'a str, Style),
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
    /// The column it is sorted by, and whether the greatest comes first.
    pub sorted: Option<(usize, bool)>,
}

const GAP: u16 = 2;

/// Draws the headings and the rows that fit; reports rows and offset. Returns which rows are on screen.
pub fn table<'a>(
    screen: &mut Screen<'_>,
    area: Rect,
    columns: &[Column],
    place: Place,
    mut make: impl FnMut(usize) -> Row<'a>,
) -> std::ops::Range<usize> {
    let widths = widths(columns, area.width);
    let with_headings = area.height >= 5;
    let (top, body) = split_top(area, u16::from(with_headings));
    if with_headings {
        headings(screen, top, columns, &widths, place.sorted);
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
            Row::Cells(cells) => draw_cells(screen, line, columns, &widths, cells),
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
    shown
}

fn draw_cells(
    screen: &mut Screen<'_>,
    line: Rect,
    columns: &[Column],
    widths: &[u16],
    cells: Vec<Cell<'_>>,
) {
    let mut rest = line;
    for ((column, width), cell) in columns.iter().zip(widths).zip(cells) {
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

fn headings(
    screen: &mut Screen<'_>,
    line: Rect,
    columns: &[Column],
    widths: &[u16],
    sorted: Option<(usize, bool)>,
) {
    let mut rest = line;
    for (n, (column, width)) in columns.iter().zip(widths).enumerate() {
        if *width == 0 {
            continue;
        }
        let (place, after) = split_left(rest, *width);
        let mut title = Line::from(Span::styled(column.title, screen.theme.header));
        if let Some((at, greatest_first)) = sorted
            && at == n
        {
            let arrow = if greatest_first { "▾" } else { "▴" };
            title = Line::from(Span::styled(
                format!("{}{arrow}", column.title),
                screen.theme.accent,
            ));
        }
        if column.right {
            screen.line_right(place, &title);
        } else {
            screen.line(place, &title);
        }
        (_, rest) = split_left(after, GAP);
    }
}

/// How wide each column is; 0 for those left out.
fn widths(columns: &[Column], room: u16) -> Vec<u16> {
    let mut wide: Vec<u16> = columns.iter().map(Column::least).collect();
    let needed = |wide: &[u16]| -> u16 {
        let shown = wide.iter().filter(|width| **width > 0).count();
        let gaps = u16::try_from(shown.saturating_sub(1)).unwrap_or(0) * GAP;
        wide.iter().sum::<u16>() + gaps
    };
    while needed(&wide) > room {
        let least_needed = (0..columns.len())
            .filter(|n| wide[*n] > 0 && columns[*n].drop > 0)
            .max_by_key(|n| columns[*n].drop);
        let Some(n) = least_needed else { break };
        wide[n] = 0;
    }
    let mut spare = room.saturating_sub(needed(&wide));
    // Round by round, for a column that is full leaves its part to the others.
    while spare > 0 {
        let open: Vec<(usize, u16, u16)> = columns
            .iter()
            .enumerate()
            .filter_map(|(n, column)| match column.width {
                Width::Grow(_, most, weight) if wide[n] > 0 && wide[n] < most => {
                    Some((n, most - wide[n], weight.max(1)))
                }
                Width::Grow(..) | Width::Fixed(_) => None,
            })
            .collect();
        let weights: u32 = open.iter().map(|(_, _, weight)| u32::from(*weight)).sum();
        if weights == 0 {
            break;
        }
        let before = u32::from(spare);
        for (n, most, weight) in open {
            let part = before * u32::from(weight) / weights;
            let part = u16::try_from(part).unwrap_or(0).max(1).min(most).min(spare);
            wide[n] += part;
            spare -= part;
        }
    }
    wide
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] = [
        Column::text("NAME", Width::Grow(10, 30, 2), 0),
        Column::text("IMAGE", Width::Grow(10, 60, 1), 2),
        Column::number("CPU", 5, 1),
        Column::text("PORTS", Width::Fixed(8), 3),
    ];

    #[test]
    fn the_least_needed_column_goes_first() {
        assert_eq!(widths(&COLUMNS, 39), [10, 10, 5, 8]);
        assert_eq!(widths(&COLUMNS, 38), [16, 13, 5, 0]);
        assert_eq!(widths(&COLUMNS, 3), [10, 0, 0, 0]);
        assert_eq!(widths(&COLUMNS, 0), [10, 0, 0, 0]);
    }

    #[test]
    fn room_left_over_is_shared_and_bounded() {
        let wide = widths(&COLUMNS, 500);
        assert_eq!(wide, [30, 60, 5, 8]);
    }
}
