//! Screen lines cover a text exactly.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::logs::wrap;

fn parts(text: &str, width: usize) -> Vec<&str> {
    wrap(text, width)
        .into_iter()
        .map(|range| &text[range])
        .collect()
}

#[test]
fn text_is_broken_at_the_width() {
    assert_eq!(parts("abcdef", 4), ["abcd", "ef"]);
    assert_eq!(parts("abcd", 4), ["abcd"]);
    assert_eq!(parts("", 4), [""]);
    assert_eq!(parts("ab", 0), ["a", "b"]);
    assert_eq!(parts("ab", usize::MAX), ["ab"]);
}

#[test]
fn wide_characters_are_not_split() {
    assert_eq!(parts("a漢字b", 2), ["a", "漢", "字", "b"]);
    assert_eq!(parts("漢字", 1), ["漢", "字"]);
    assert_eq!(parts("漢", 0), ["漢"]);
    assert_eq!(
        parts("e\u{301}e\u{301}e\u{301}", 2),
        ["e\u{301}e\u{301}", "e\u{301}"]
    );
    assert_eq!(parts("👩‍👩‍👧👩‍👩‍👧", 3), ["👩‍👩‍👧", "👩‍👩‍👧"]);
}

proptest! {
    #[test]
    fn wrapping_covers_the_text(text in "(\\PC|[a-z漢é]){0,40}", width in 0..12_usize) {
        let ranges = wrap(&text, width);
        prop_assert_eq!(ranges.first().map(|range| range.start), Some(0));
        prop_assert_eq!(ranges.last().map(|range| range.end), Some(text.len()));
        prop_assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
        for range in &ranges {
            let part = &text[range.clone()];
            let columns: usize = part.graphemes(true).map(UnicodeWidthStr::width).sum();
            prop_assert!(columns <= width.max(1) || part.graphemes(true).count() == 1, "{part:?}");
            prop_assert!(!part.is_empty() || text.is_empty());
        }
    }
}
