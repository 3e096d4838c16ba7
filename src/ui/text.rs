//! The one funnel of untrusted text to the screen: safe characters, known widths, honest cuts.

use std::borrow::Cow;

use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::domain::text::visible;

/// What stands for what was cut off.
const CUT: &str = "…";

/// How many columns a text takes once it is safe.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    visible(text)
        .graphemes(true)
        .map(UnicodeWidthStr::width)
        .sum()
}

/// How many columns a line takes.
pub fn line_width(line: &Line<'_>) -> usize {
    line.spans.iter().map(|span| width(&span.content)).sum()
}

/// The text, cut at its end to fit a width.
pub fn cut_end(text: &str, most: usize) -> Cow<'_, str> {
    let safe = visible(text);
    if width(&safe) <= most {
        return safe;
    }
    if most == 0 {
        return Cow::Borrowed("");
    }
    let kept = prefix(&safe, most - 1).to_owned();
    Cow::Owned(kept + CUT)
}

/// The text, cut in its middle to fit a width.
pub fn cut_middle(text: &str, most: usize) -> Cow<'_, str> {
    cut_before(text, most, most.saturating_sub(1) / 2)
}

/// An image reference: first the registry and the folders go, then the middle; the tag stays.
pub fn cut_image(reference: &str, most: usize) -> Cow<'_, str> {
    if width(reference) <= most {
        return visible(reference);
    }
    let name_from = reference.rfind('/').map_or(0, |at| at + 1);
    let name = &reference[name_from..];
    let tag = name.rfind([':', '@']).map_or(0, |at| width(&name[at..]));
    // Of a digest or a very long tag a part is enough.
    cut_before(name, most, tag.min(most * 2 / 3))
}

/// The text cut so that `tail` columns of its end stay.
fn cut_before(text: &str, most: usize, tail: usize) -> Cow<'_, str> {
    let safe = visible(text);
    if width(&safe) <= most {
        return safe;
    }
    if most == 0 {
        return Cow::Borrowed("");
    }
    let end = suffix(&safe, tail.min(most - 1));
    let start = prefix(&safe, most - 1 - width(end));
    Cow::Owned(format!("{start}{CUT}{end}"))
}

/// As much of the start as fits.
pub fn prefix(text: &str, most: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > most {
            return &text[..at];
        }
    }
    text
}

fn suffix(text: &str, most: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += grapheme.width();
        if used > most {
            return &text[at + grapheme.len()..];
        }
    }
    text
}

/// The text from a display column on, in O(column).
pub fn skip_columns(text: &str, column: usize) -> usize {
    if column == 0 {
        return 0;
    }
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        if used >= column {
            return at;
        }
        used += grapheme.width();
    }
    text.len()
}

/// A line with its end cut off to fit a width.
pub fn cut_line(line: Line<'_>, most: usize) -> Line<'_> {
    if line_width(&line) <= most {
        return line;
    }
    let mut left = most;
    let mut cut = Line::default();
    for span in line.spans {
        let wide = width(&span.content);
        if wide < left {
            left -= wide;
            cut.spans.push(span);
        } else {
            // Something is left out after this one, so it has to say so even if it fits exactly.
            let safe = visible(&span.content);
            let kept = prefix(&safe, left.saturating_sub(1));
            let mark = if left > 0 { CUT } else { "" };
            cut.spans
                .push(Span::styled(format!("{kept}{mark}"), span.style));
            break;
        }
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_fit_whatever_is_cut() {
        let texts = [
            "",
            "a",
            "nginx:1.27",
            "日本語テキスト",
            "e\u{301}e\u{301}e\u{301}",
            "\u{1b}[31mred\u{7}",
        ];
        for text in texts {
            for most in 0..12 {
                for cut in [
                    cut_end(text, most),
                    cut_middle(text, most),
                    cut_image(text, most),
                ] {
                    assert!(width(&cut) <= most, "{text:?} {most} {cut:?}");
                    assert!(!cut.chars().any(char::is_control));
                }
                let line = Line::from(vec![Span::raw(text), Span::raw(text)]);
                assert!(line_width(&cut_line(line, most)) <= most);
            }
        }
    }

    #[test]
    fn an_image_keeps_its_tag() {
        assert_eq!(
            cut_image("registry.example.org/team/web:1.27", 16),
            "web:1.27"
        );
        assert_eq!(cut_image("web:1.27", 16), "web:1.27");
        assert_eq!(cut_image("localhost:5000/some/long/name", 12), "name");
        assert_eq!(cut_middle("0123456789", 7), "012…789");
        assert_eq!(cut_end("0123456789", 4), "012…");
    }
}
