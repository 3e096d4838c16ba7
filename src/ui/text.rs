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

/// The first so many characters: no more of a text is looked at than that.
pub fn cut_chars(text: &str, most: usize) -> &str {
    let end = text
        .char_indices()
        .nth(most)
        .map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
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

/// As many whole words as fit and how many more there are: half a number is another number.
pub fn cut_words(words: &[String], most: usize) -> Cow<'_, str> {
    for shown in (1..=words.len()).rev() {
        let mut line = words.get(..shown).unwrap_or(&[]).join(" ");
        if shown < words.len() {
            line = format!("{line} +{}", words.len() - shown);
        }
        if width(&line) <= most {
            return Cow::Owned(line);
        }
    }
    words
        .first()
        .map_or(Cow::Borrowed(""), |word| cut_end(word, most))
}

/// A name with something before it that always stays and something behind it: the name's end stays, for names often
/// differ only there, and what is behind it gives up its own end first.
pub fn cut_name<'a>(before: Line<'a>, name: &Span<'a>, after: Line<'a>, most: usize) -> Line<'a> {
    let room = most.saturating_sub(line_width(&before));
    let behind = room.saturating_sub(width(&name.content)).max(room / 3);
    let after = cut_line(after, behind);
    let cut = cut_middle(&name.content, room.saturating_sub(line_width(&after))).into_owned();
    let mut line = before;
    line.spans.push(Span::styled(cut, name.style));
    line.spans.extend(after.spans);
    cut_line(line, most)
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

    #[test]
    fn words_are_cut_between_them() {
        let ports = ["443", "8080→80", "5353→53/udp"].map(str::to_owned);
        assert_eq!(cut_words(&ports, 23), "443 8080→80 5353→53/udp");
        assert_eq!(cut_words(&ports, 22), "443 8080→80 +1");
        assert_eq!(cut_words(&ports, 8), "443 +2");
        assert_eq!(cut_words(&ports, 2), "4…");
        assert_eq!(cut_words(&[], 2), "");
    }

    #[test]
    fn a_name_keeps_its_end_and_what_belongs_to_it() {
        let cut = |name: &'static str, after: &'static str, most| -> String {
            let line = cut_name("● ".into(), &Span::raw(name), after.into(), most);
            line.spans.iter().map(|span| &*span.content).collect()
        };
        assert_eq!(cut("svc-with-a-long-name-01", "", 16), "● svc-wit…ame-01");
        assert_eq!(
            cut("svc-with-a-long-name-01", " 2/2 ▸", 20),
            "● svc-wi…me-01 2/2 ▸"
        );
        assert_eq!(cut("tunnel", " ⇄ nextcloud", 16), "● tunnel ⇄ next…");
        for most in 0..30 {
            assert!(width(&cut("日本語テキスト-01", " ⇄ 日本語", most)) <= most);
        }
    }
}
