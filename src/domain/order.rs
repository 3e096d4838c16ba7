//! The order of names as people count: `p2` before `p10`.

use std::cmp::Ordering;

/// Compares two names, each run of digits as the number it is. Names that differ only in zeros before a number are
/// still told apart, so that the order is total.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        match (left.chars().next(), right.chars().next()) {
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (one, other) = (digits(&mut left), digits(&mut right));
                // Without zeros before it the longer number is the greater, however long: nothing overflows.
                let order = one.len().cmp(&other.len()).then_with(|| one.cmp(other));
                if order.is_ne() {
                    return order;
                }
            }
            (Some(x), Some(y)) if x == y => {
                left = &left[x.len_utf8()..];
                right = &right[y.len_utf8()..];
            }
            (None, None) => return a.cmp(b),
            (x, y) => return x.cmp(&y),
        }
    }
}

/// Takes the digits off the start of a text; returns them without the zeros before them.
fn digits<'a>(text: &mut &'a str) -> &'a str {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    digits.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        let sorted = [
            "",
            "0",
            "12",
            "108",
            "120",
            "120a",
            "99999999999999999999999999",
            "p",
            "p01",
            "p1",
            "p1-a",
            "p2",
            "p2-worker-9",
            "p2-worker-10",
            "p10",
            "pa",
            "é1",
        ];
        for (n, a) in sorted.iter().enumerate() {
            for (m, b) in sorted.iter().enumerate() {
                assert_eq!(natural(a, b), n.cmp(&m), "{a:?} {b:?}");
            }
        }
    }
}
