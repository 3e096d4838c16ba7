//! Where a text is broken so that it fits a width.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The screen lines of a text as byte ranges that cover it exactly; at least one, also of an empty text.
///
/// Breaks between graphemes only. One that is wider than the whole width stands alone on its line; a width of 0 is
/// taken for 1.
pub fn wrap(text: &str, width: usize) -> Vec<Range<usize>> {
    let width = width.max(1);
    if text.is_ascii() {
        return wrap_ascii(text.len(), width);
    }
    let mut lines = Vec::with_capacity(text.len() / width + 1);
    let (mut start, mut used) = (0, 0);
    for (at, grapheme) in text.grapheme_indices(true) {
        let columns = grapheme.width();
        if used + columns > width && at > start {
            lines.push(start..at);
            (start, used) = (at, 0);
        }
        used += columns;
    }
    lines.push(start..text.len());
    lines
}

fn wrap_ascii(len: usize, width: usize) -> Vec<Range<usize>> {
    (0..len.div_ceil(width).max(1))
        .map(|line| line * width..len.min((line + 1).saturating_mul(width)))
        .collect()
}
