//! Compose's progress as JSON (`--progress=json`): what each layer of a pull does, and words for people.

use serde::Deserialize;

use crate::domain::layers::PullProgress;

/// A line of it.
#[derive(Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Line {
    id: String,
    parent_id: Option<String>,
    text: String,
    details: String,
    current: Option<u64>,
    total: Option<u64>,
    /// Why Compose ends.
    message: Option<String>,
}

/// What a line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Where a layer stands.
    Layer(PullProgress),
    /// Words for people, one a line.
    Words(String),
}

/// Reads a line. One that is no JSON of this kind is words as it is: plugins and warnings print what they like.
pub(super) fn read(line: &str) -> Said {
    let Some(said) = line
        .starts_with('{')
        .then(|| serde_json::from_str::<Line>(line).ok())
        .flatten()
    else {
        return Said::Words(line.to_owned());
    };
    if let Some(message) = said.message {
        return Said::Words(message);
    }
    if said.parent_id.is_some() {
        return Said::Layer(PullProgress {
            layer: Some(said.id),
            status: said.text,
            current: said.current,
            total: said.total,
        });
    }
    // As the plain progress has it: one space in front.
    let words = [said.id, said.text, said.details];
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !word.is_empty())
        .collect();
    Said::Words(format!(" {}", words.join(" ")))
}

/// The words of a line; none of a layer's.
pub(super) fn words(line: &str) -> Option<String> {
    match read(line) {
        Said::Words(words) => Some(words),
        Said::Layer(_) => None,
    }
}
