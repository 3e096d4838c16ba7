//! A series in one row: how something went, without an axis.

use super::chart::EIGHTHS;

/// The last values that fit into so many columns, from the least of them at the bottom to the greatest at the top; level
/// where nothing changed.
pub fn spark(values: &[f64], columns: usize) -> String {
    let shown = values
        .get(values.len().saturating_sub(columns)..)
        .unwrap_or(values);
    let finite = || shown.iter().copied().filter(|value| value.is_finite());
    let least = finite().fold(f64::INFINITY, f64::min);
    let span = finite().fold(f64::NEG_INFINITY, f64::max) - least;
    let symbol = |value: &f64| {
        if !value.is_finite() {
            return EIGHTHS[0];
        }
        let share = if span > 0.0 {
            (value - least) / span
        } else {
            0.4
        };
        EIGHTHS[1 + (share * 7.0).round() as usize % 8]
    };
    shown.iter().map(symbol).collect()
}

/// A count as a column, where `most` is the highest; nothing is empty, and one is seen.
pub fn eighth(count: u32, most: u32) -> &'static str {
    let share = f64::from(count) / f64::from(most.max(1));
    let at = (share * 8.0).ceil() as usize;
    EIGHTHS[at.min(8)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_from_the_least_to_the_greatest() {
        assert_eq!(spark(&[10.0, 17.0, 10.0], 9), "▁█▁");
        assert_eq!(spark(&[1.0, 2.0, 3.0], 2), "▁█");
        assert_eq!(spark(&[5.0, 5.0], 9), "▄▄");
        assert_eq!(spark(&[1.0, f64::NAN, 2.0], 9), "▁ █");
        assert_eq!(spark(&[], 9), "");
    }
}
