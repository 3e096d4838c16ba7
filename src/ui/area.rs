//! Cutting rectangles, never out of them.

use ratatui::layout::Rect;

use crate::app::Area;

/// The area as the model knows it.
pub const fn cells(area: Rect) -> Area {
    Area {
        x: area.x,
        y: area.y,
        width: area.width,
        height: area.height,
    }
}

/// One row of an area; empty when there is none.
pub fn row(area: Rect, n: usize) -> Rect {
    let n = u16::try_from(n).unwrap_or(u16::MAX).min(area.height);
    Rect {
        y: area.y.saturating_add(n),
        height: area.height.saturating_sub(n).min(1),
        ..area
    }
}

/// The top rows and the rest.
pub fn split_top(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    let top = Rect {
        height: rows,
        ..area
    };
    let rest = Rect {
        y: area.y.saturating_add(rows),
        height: area.height - rows,
        ..area
    };
    (top, rest)
}

/// The rest and the bottom rows.
pub fn split_bottom(area: Rect, rows: u16) -> (Rect, Rect) {
    split_top(area, area.height.saturating_sub(rows))
}

/// The left columns and the rest.
pub fn split_left(area: Rect, columns: u16) -> (Rect, Rect) {
    let columns = columns.min(area.width);
    let left = Rect {
        width: columns,
        ..area
    };
    let rest = Rect {
        x: area.x.saturating_add(columns),
        width: area.width - columns,
        ..area
    };
    (left, rest)
}

/// The area without so many columns and rows at each side.
pub fn inset(area: Rect, columns: u16, rows: u16) -> Rect {
    let (_, right) = split_left(area, columns);
    let (_, rest) = split_top(right, rows);
    Rect {
        width: rest.width.saturating_sub(columns),
        height: rest.height.saturating_sub(rows),
        ..rest
    }
}

/// An area of at most this size in the middle of another.
pub fn centered(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}
