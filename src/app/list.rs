//! A cursor in a list that changes under it: it stays on the same thing, not on the same line.

/// Where a list is looked at. `K` names a row whatever its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListCursor<K> {
    /// The row the cursor is on.
    pub selected: Option<K>,
    /// Its index when it was last seen, to fall back on when it is gone.
    pub index: usize,
    /// The first row on screen.
    pub offset: usize,
    /// The row that left from under the cursor, until somebody moves: a service that is created anew is away for a
    /// moment, and the cursor goes back to it.
    pub away: Option<K>,
}

impl<K> Default for ListCursor<K> {
    fn default() -> Self {
        Self {
            selected: None,
            index: 0,
            offset: 0,
            away: None,
        }
    }
}

impl<K: PartialEq + Clone> ListCursor<K> {
    /// Finds its row again among changed rows; where it is gone, the row that took its place.
    pub fn settle(&mut self, rows: &[K]) {
        let place = |key: &Option<K>| {
            let key = key.as_ref()?;
            rows.iter().position(|row| row == key)
        };
        if let Some(back) = place(&self.away) {
            return self.select(rows, back);
        }
        let found = place(&self.selected);
        if found.is_none() && self.away.is_none() {
            self.away = self.selected.take();
        }
        self.index = found
            .unwrap_or(self.index)
            .min(rows.len().saturating_sub(1));
        self.selected = rows.get(self.index).cloned();
    }

    /// Takes the row it fell on for the one that is meant.
    pub fn stay(&mut self) {
        self.away = None;
    }

    /// Moves by so many rows, stopping at the ends.
    pub fn step(&mut self, rows: &[K], by: isize) {
        let last = rows.len().saturating_sub(1);
        self.select(rows, self.index.saturating_add_signed(by).min(last));
    }

    /// Moves to a row.
    pub fn select(&mut self, rows: &[K], index: usize) {
        self.away = None;
        self.index = index.min(rows.len().saturating_sub(1));
        self.selected = rows.get(self.index).cloned();
    }
}

/// The first row to show so that `cursor` is on a screen of `height` rows, moving as little as possible from `offset`.
pub fn window(offset: usize, cursor: usize, len: usize, height: usize) -> usize {
    if height == 0 {
        return offset;
    }
    let most = len.saturating_sub(height);
    let lowest = (cursor + 1).saturating_sub(height);
    offset.clamp(lowest, cursor.max(lowest)).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_goes_back_to_a_row_that_was_away() {
        let mut cursor = ListCursor::default();
        cursor.settle(&["db", "web", "worker"]);
        cursor.select(&["db", "web", "worker"], 1);
        cursor.settle(&["db", "worker"]);
        assert_eq!(cursor.selected, Some("worker"));
        cursor.settle(&["db", "worker"]);
        cursor.settle(&["db", "web", "worker"]);
        assert_eq!((cursor.selected, cursor.away), (Some("web"), None));
    }

    #[test]
    fn whoever_moves_stays_where_they_went() {
        let mut cursor = ListCursor::default();
        cursor.settle(&["db", "web", "worker"]);
        cursor.select(&["db", "web", "worker"], 1);
        cursor.settle(&["db", "worker"]);
        cursor.step(&["db", "worker"], -1);
        cursor.settle(&["db", "web", "worker"]);
        assert_eq!(cursor.selected, Some("db"));
    }
}
