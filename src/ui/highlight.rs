//! A stretch of a text in several styles, with what is searched for on top.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::Span;

use crate::logs::Query;

/// Cuts styled segments, in order and without overlap, where matches begin and end.
pub fn spans<'a>(
    text: &'a str,
    segments: impl IntoIterator<Item = (Range<usize>, Style)>,
    matches: &[Range<usize>],
    found: Style,
) -> Vec<Span<'a>> {
    let mut spans = Vec::new();
    let mut next = 0;
    let mut push = |range: Range<usize>, style: Style| {
        if let Some(content) = text.get(range).filter(|content| !content.is_empty()) {
            spans.push(Span::styled(content, style));
        }
    };
    for (segment, style) in segments {
        let mut at = segment.start;
        while at < segment.end {
            while matches.get(next).is_some_and(|range| range.end <= at) {
                next += 1;
            }
            let (stop, is_found) = match matches.get(next) {
                Some(range) if range.start <= at => (range.end, true),
                Some(range) => (range.start, false),
                None => (segment.end, false),
            };
            let stop = stop.clamp(at + 1, segment.end);
            let style = if is_found { style.patch(found) } else { style };
            push(at..stop, style);
            at = stop;
        }
    }
    spans
}

/// Where a query stands in a stretch of a text, also when it reaches over its edges; the rest of a long text is not
/// looked at.
pub fn matches(query: Option<&Query>, text: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let Some(query) = query else {
        return Vec::new();
    };
    let margin = query.text().len().saturating_mul(4);
    let mut from = within.start.saturating_sub(margin).min(text.len());
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = within.end.saturating_add(margin).min(text.len());
    while !text.is_char_boundary(to) {
        to += 1;
    }
    query
        .ranges(text.get(from..to).unwrap_or(""))
        .into_iter()
        .map(|range| range.start + from..range.end + from)
        .collect()
}

/// The bytes of a text that are seen from a column on in so many columns.
pub fn visible_bytes(text: &str, column: usize, width: usize) -> Range<usize> {
    let from = super::text::skip_columns(text, column);
    // A column takes at least a byte, and seldom more than eight.
    let mut end = from.saturating_add(width.saturating_mul(8)).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let seen = super::text::prefix(&text[from..end], width).len();
    from..from + seen
}
