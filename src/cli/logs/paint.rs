//! A line's styles as the only escape sequences that reach a terminal: SGR (ECMA-48 §8.3.117).

use std::fmt::Write;

use crate::logs::{Color, Run, Style};

/// Adds a text with its styles; the terminal has its own again after it.
pub(super) fn line(out: &mut String, text: &str, runs: &[Run]) {
    let mut at = 0;
    let mut style = Style::default();
    for run in runs {
        let start = run.start as usize;
        out.push_str(text.get(at..start).unwrap_or_default());
        at = start;
        style = run.style;
        set(out, &style);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    if style != Style::default() {
        out.push_str("\x1b[m");
    }
}

fn set(out: &mut String, style: &Style) {
    out.push_str("\x1b[0");
    for (is_set, code) in [
        (style.bold, ";1"),
        (style.dim, ";2"),
        (style.italic, ";3"),
        (style.underline, ";4"),
        (style.reverse, ";7"),
    ] {
        if is_set {
            out.push_str(code);
        }
    }
    colour(out, style.fg, 38);
    colour(out, style.bg, 48);
    out.push('m');
}

/// `layer` is 38 for letters, 48 for what is behind them.
fn colour(out: &mut String, colour: Color, layer: u8) {
    // Writing to a String cannot fail.
    let _ = match colour {
        Color::Default => Ok(()),
        Color::Indexed(index @ 0..=7) => write!(out, ";{}", layer - 8 + index),
        Color::Indexed(index @ 8..=15) => write!(out, ";{}", layer + 52 + index - 8),
        Color::Indexed(index) => write!(out, ";{layer};5;{index}"),
        Color::Rgb(red, green, blue) => write!(out, ";{layer};2;{red};{green};{blue}"),
    };
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::logs::sanitize;

    fn painted(bytes: &[u8]) -> String {
        let (text, runs) = sanitize(bytes);
        let mut out = String::new();
        line(&mut out, &text, &runs);
        out
    }

    #[test]
    fn colours_are_kept_and_end_with_the_line() {
        for (bytes, expected) in [
            ("a", "a"),
            ("\x1b[31ma\x1b[mb", "\x1b[0;31ma\x1b[0mb"),
            ("\x1b[1;3;4;7;2ma", "\x1b[0;1;2;3;4;7ma\x1b[m"),
            ("\x1b[91;103ma", "\x1b[0;91;103ma\x1b[m"),
            (
                "\x1b[38;5;208;48;2;1;2;3ma",
                "\x1b[0;38;5;208;48;2;1;2;3ma\x1b[m",
            ),
            ("\x1b]52;c;AAAA\x07\x1b[2J\x1b[32mok", "\x1b[0;32mok\x1b[m"),
        ] {
            assert_eq!(painted(bytes.as_bytes()), expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_painted_reads_back_the_same(bytes in "(\x1b\\[[0-9;]{0,9}m|[a-zé]|\x1b\\]0;x\x07|\\PC){0,20}") {
            let shown = painted(bytes.as_bytes());
            let (text, runs) = sanitize(bytes.as_bytes());
            let (again, styles) = sanitize(shown.as_bytes());
            prop_assert_eq!(&again, &text);
            // A style that nothing was written in has no run.
            let at = |runs: &[Run], at: usize| {
                let before = runs.iter().rev().find(|run| run.start as usize <= at);
                before.map_or(Style::default(), |run| run.style)
            };
            for (start, _) in text.char_indices() {
                prop_assert_eq!(at(&styles, start), at(&runs, start));
            }
            let sequences = shown.split('\x1b').skip(1);
            for sequence in sequences {
                let end = sequence.find('m');
                prop_assert!(end.is_some_and(|end| sequence.starts_with('[')
                    && sequence[1..end].bytes().all(|byte| byte == b';' || byte.is_ascii_digit())));
            }
        }
    }
}
