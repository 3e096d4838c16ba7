//! Narrowing a list by what is typed: several words all have to match, `!word` must not. A word that stands somewhere
//! as it was typed is taken literally; only when it stands nowhere, its letters may lie apart.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// A filter ready to be asked.
pub struct Filter {
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl Filter {
    /// A filter of a text; smart-case.
    pub fn new(text: &str) -> Self {
        Self {
            pattern: Pattern::parse(text, CaseMatching::Smart, Normalization::Smart),
            matcher: Matcher::new(Config::DEFAULT),
            buffer: Vec::new(),
        }
    }

    /// One that finds words only where they stand as they were typed.
    pub fn literal(text: &str) -> Self {
        Self::new(&literally(text))
    }

    /// How well a text matches; none when it does not. An empty filter matches everything alike.
    pub fn score(&mut self, text: &str) -> Option<u32> {
        self.pattern
            .score(Utf32Str::new(text, &mut self.buffer), &mut self.matcher)
    }

    /// Whether a text matches.
    pub fn matches(&mut self, text: &str) -> bool {
        self.score(text).is_some()
    }
}

/// The items that match what is typed.
pub fn narrow<T>(items: Vec<T>, text: &str, haystack: impl Fn(&T) -> String) -> Vec<T> {
    if text.trim().is_empty() {
        return items;
    }
    let haystacks: Vec<String> = items.iter().map(haystack).collect();
    let keep = |mut filter: Filter| -> Vec<bool> {
        haystacks
            .iter()
            .map(|haystack| filter.matches(haystack))
            .collect()
    };
    let mut kept = keep(Filter::new(&literally(text)));
    if !kept.contains(&true) {
        kept = keep(Filter::new(text));
    }
    items
        .into_iter()
        .zip(kept)
        .filter_map(|(item, kept)| kept.then_some(item))
        .collect()
}

/// The same words, to be found as they stand: fzf's syntax has a quote for that.
fn literally(text: &str) -> String {
    let word = |word: &str| {
        if word.starts_with(['!', '^', '\'']) {
            word.to_owned()
        } else {
            format!("'{word}")
        }
    };
    text.split_whitespace()
        .map(word)
        .collect::<Vec<_>>()
        .join(" ")
}
