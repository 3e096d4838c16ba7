//! How wide columns are: some always so wide, some as their content needs, the least needed left out where room ends.

use crate::ui::text;

/// The air between two columns.
pub const GAP: u16 = 2;

/// How wide a column is.
#[derive(Debug, Clone, Copy)]
pub enum Width {
    /// Always so wide.
    Fixed(u16),
    /// At least, at most; room left over is shared out by the weight.
    Grow(u16, u16, u16),
    /// As wide as what stands in it, once that was measured ([`Column::fit`]).
    Fit {
        /// With less it says nothing.
        least: u16,
        /// Before it has so much no less needed column of this kind is shown.
        enough: u16,
        /// Not more, whatever stands in it.
        most: u16,
        /// Its part of what is left over.
        weight: u16,
    },
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

    /// Where it grows, it grows no wider than its widest cell and its heading.
    pub fn not_wider_than(&mut self, need: usize) {
        let need = u16::try_from(need.max(text::width(self.title))).unwrap_or(u16::MAX);
        if let Width::Grow(least, most, _) = &mut self.width {
            *most = (*most).min(need).max(1);
            *least = (*least).min(*most);
        }
    }

    /// Takes in what its widest cell needs; with nothing in any of them the column is left out.
    pub fn fit(&mut self, need: usize) {
        self.fit_between(need, need);
    }

    /// The same for cells that say what matters in fewer columns than they could fill.
    pub fn fit_between(&mut self, short: usize, full: usize) {
        if full == 0 {
            self.width = Width::Fixed(0);
            return;
        }
        let title = text::width(self.title);
        let columns = |need: usize| u16::try_from(need.max(title)).unwrap_or(u16::MAX);
        if let Width::Fit {
            least,
            enough,
            most,
            ..
        } = &mut self.width
        {
            *least = columns(short).min(*least);
            *enough = columns(short).min(*enough);
            *most = columns(full).min(*most);
        }
    }

    const fn least(&self) -> u16 {
        match self.width {
            Width::Fixed(width) => width,
            Width::Grow(least, ..) | Width::Fit { least, .. } => least,
        }
    }

    const fn most(&self) -> u16 {
        match self.width {
            Width::Fixed(width) => width,
            Width::Grow(_, most, _) | Width::Fit { most, .. } => most,
        }
    }

    const fn enough(&self) -> u16 {
        match self.width {
            Width::Fit { enough, .. } => enough,
            Width::Fixed(_) | Width::Grow(..) => self.least(),
        }
    }
}

/// How wide each column is; 0 for those left out.
pub fn widths(columns: &[Column], room: u16) -> Vec<u16> {
    let mut wide: Vec<u16> = columns.iter().map(Column::least).collect();
    while needed(&wide) > room {
        let least_needed = (0..columns.len())
            .filter(|n| wide[*n] > 0 && columns[*n].drop > 0)
            .max_by_key(|n| columns[*n].drop);
        let Some(n) = least_needed else { break };
        wide[n] = 0;
    }
    if leave_enough(columns, room, &mut wide) {
        bring_back(columns, room, &mut wide);
    }
    let mut spare = room.saturating_sub(needed(&wide));
    // First what each should have, the most needed first; then what they could fill.
    let mut by_need: Vec<usize> = (0..columns.len()).filter(|n| wide[*n] > 0).collect();
    by_need.sort_by_key(|n| columns[*n].drop);
    for n in by_need {
        let part = columns[n].enough().saturating_sub(wide[n]).min(spare);
        wide[n] += part;
        spare -= part;
    }
    share(columns, spare, &mut wide);
    wide
}

/// Shares out what is left over by the weights.
fn share(columns: &[Column], mut spare: u16, wide: &mut [u16]) {
    // Round by round, for a column that is full leaves its part to the others.
    while spare > 0 {
        let open: Vec<(usize, u16, u16)> = columns
            .iter()
            .enumerate()
            .filter_map(|(n, column)| match column.width {
                Width::Grow(_, _, weight) | Width::Fit { weight, .. }
                    if wide[n] > 0 && wide[n] < column.most() =>
                {
                    Some((n, column.most() - wide[n], weight.max(1)))
                }
                Width::Grow(..) | Width::Fit { .. } | Width::Fixed(_) => None,
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
}

/// What so wide columns take with the gaps between them.
fn needed(wide: &[u16]) -> u16 {
    let shown = wide.iter().filter(|width| **width > 0).count();
    let gaps = u16::try_from(shown.saturating_sub(1)).unwrap_or(0) * GAP;
    wide.iter().sum::<u16>() + gaps
}

/// Leaves out the columns beside which more needed ones would have too little; says whether there were any.
fn leave_enough(columns: &[Column], room: u16, wide: &mut [u16]) -> bool {
    let mut any = false;
    loop {
        let shown = (0..columns.len()).filter(|n| wide[*n] > 0 && columns[*n].drop > 0);
        let squeezes = |n: &usize| {
            let column = &columns[*n];
            let wanted: Vec<u16> = columns
                .iter()
                .zip(&*wide)
                .map(|(other, width)| match *width {
                    0 => 0,
                    _ if other.drop < column.drop => other.enough(),
                    width => width,
                })
                .collect();
            matches!(column.width, Width::Fit { .. }) && needed(&wanted) > room
        };
        let Some(squeezing) = shown.clone().find(squeezes) else {
            return any;
        };
        // What is needed even less goes first, however narrow.
        let least_needed = shown.max_by_key(|n| columns[*n].drop);
        wide[least_needed.unwrap_or(squeezing)] = 0;
        any = true;
    }
}

/// A narrow column that had to go before a wider one went too may fit now.
fn bring_back(columns: &[Column], room: u16, wide: &mut [u16]) {
    let mut by_need: Vec<usize> = (0..columns.len()).collect();
    by_need.sort_by_key(|n| columns[*n].drop);
    for n in by_need {
        if wide[n] > 0 || !matches!(columns[n].width, Width::Fixed(1..)) {
            continue;
        }
        let wanted: Vec<u16> = columns
            .iter()
            .enumerate()
            .map(|(m, column)| match wide[m] {
                0 if m != n => 0,
                _ => column.enough(),
            })
            .collect();
        if needed(&wanted) <= room {
            wide[n] = columns[n].least();
        }
    }
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

    #[test]
    fn a_narrow_column_comes_back_when_a_wide_one_had_to_go() {
        let columns = [
            Column::text("NAME", fit(10, 20), 0),
            Column::text("IMAGE", fit(10, 20), 1),
            Column::number("↻", 4, 2),
        ];
        assert_eq!(widths(&columns, 32), [20, 10, 0]);
        assert_eq!(widths(&columns, 31), [25, 0, 4]);
    }

    const FITTED: [Column; 3] = [
        Column::text("NAME", fit(10, 20), 0),
        Column::text("IMAGE", fit(10, 20), 1),
        Column::text("PORTS", fit(8, 8), 2),
    ];

    const fn fit(least: u16, enough: u16) -> Width {
        Width::Fit {
            least,
            enough,
            most: 60,
            weight: 1,
        }
    }

    fn fitted(needs: [usize; 3], room: u16) -> Vec<u16> {
        let mut columns = FITTED;
        for (column, need) in columns.iter_mut().zip(needs) {
            column.fit(need);
        }
        widths(&columns, room)
    }

    #[test]
    fn columns_take_what_they_need_and_no_more() {
        assert_eq!(fitted([12, 30, 19], 200), [12, 30, 19]);
        assert_eq!(fitted([12, 30, 0], 200), [12, 30, 0], "nothing in it");
        assert_eq!(fitted([300, 3, 1], 200), [60, 5, 5], "at least its heading");
    }

    #[test]
    fn a_less_needed_column_does_not_squeeze_the_others() {
        // 20 + 20 + 5 and two gaps.
        assert_eq!(fitted([40, 40, 4], 49), [20, 20, 5]);
        assert_eq!(fitted([40, 40, 4], 48), [23, 23, 0]);
        assert_eq!(
            fitted([11, 14, 4], 34),
            [11, 14, 5],
            "short ones leave room"
        );
    }
}
