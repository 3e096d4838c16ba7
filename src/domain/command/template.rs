//! What is written of a command, with its placeholders: `{service}`; `{{` and `}}` are braces.

use super::quotes::{Reader, Within};
use super::{CommandOn, Placeholder, Values};

/// What is written of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Template {
    /// Program and arguments.
    Words(Vec<Vec<Piece>>),
    /// A line for `sh -c`, which names its arguments, and which those are.
    Line(String, Vec<Placeholder>),
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it is written.
    Text(String),
    /// What is put there.
    Value(Placeholder),
}

/// Braces around what is no placeholder here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown placeholder `{{{wrong}}}`, expected one of: {}; write {{{{ and }}}} for braces",
    valid.iter().map(|word| format!("{{{word}}}")).collect::<Vec<_>>().join(", ")
)]
pub struct UnknownPlaceholder {
    /// What is between the braces.
    pub wrong: String,
    /// What may be.
    pub valid: Vec<&'static str>,
}

/// Why what is written is no command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Braces around what is no placeholder here.
    #[error(transparent)]
    Unknown(#[from] UnknownPlaceholder),
    /// Quotes mean something else there in every shell.
    #[error("`{{{0}}}` stands between backticks; write $(…) in their place")]
    Backticks(&'static str),
}

impl Template {
    /// Program and arguments, each of which may have placeholders in it.
    pub fn of_words(words: &[String], on: CommandOn) -> Result<Self, TemplateError> {
        let words = words.iter().map(|word| pieces(word, on));
        Ok(Self::Words(words.collect::<Result<_, _>>()?))
    }

    /// A line for a shell. Where a placeholder stands, in quotes or not, decides how the line names it.
    pub fn of_line(line: &str, on: CommandOn) -> Result<Self, TemplateError> {
        let mut script = String::new();
        let mut arguments: Vec<Placeholder> = Vec::new();
        let mut reader = Reader::default();
        for piece in pieces(line, on)? {
            let placeholder = match piece {
                Piece::Text(text) => {
                    text.chars().for_each(|c| reader.read(c));
                    script.push_str(&text);
                    continue;
                }
                Piece::Value(placeholder) => placeholder,
            };
            let known = arguments.iter().position(|known| *known == placeholder);
            let at = known.unwrap_or_else(|| {
                arguments.push(placeholder);
                arguments.len() - 1
            });
            let name = format!("${{{}}}", at + 1);
            // A backslash before it means itself: it must not take the quote or the dollar that follow.
            if reader.value() {
                script.push('\\');
            }
            if reader.open.contains(&Within::Backticks) {
                return Err(TemplateError::Backticks(placeholder.word()));
            }
            let (before, after) = match reader.open.last() {
                None | Some(Within::Parentheses | Within::Backticks) => ("\"", "\""),
                Some(Within::Double | Within::Comment) => ("", ""),
                Some(Within::Single) => ("'\"", "\"'"),
            };
            script.extend([before, &name, after]);
        }
        Ok(Self::Line(script, arguments))
    }

    /// Program and arguments with these values; fails with the first that is not there.
    pub(super) fn words(&self, values: &Values) -> Result<Vec<String>, &'static str> {
        let value = |of: &Placeholder| values.get(of).ok_or(of.word());
        match self {
            Self::Words(words) => {
                let mut done = Vec::with_capacity(words.len());
                for pieces in words {
                    let mut word = String::new();
                    for piece in pieces {
                        word.push_str(match piece {
                            Piece::Text(text) => text,
                            Piece::Value(of) => value(of)?,
                        });
                    }
                    done.push(word);
                }
                Ok(done)
            }
            Self::Line(script, arguments) => {
                let mut done = ["sh", "-c", script, "sh"].map(str::to_owned).to_vec();
                for of in arguments {
                    done.push(value(of)?.clone());
                }
                Ok(done)
            }
        }
    }
}

/// A text taken apart. Only lower-case letters between braces are meant for us: `${HOME}`, `{print $1}` and `{a,b}` are
/// the shell's and awk's.
fn pieces(text: &str, on: CommandOn) -> Result<Vec<Piece>, UnknownPlaceholder> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("{{") {
            plain.push('{');
            rest = after;
            continue;
        }
        if let Some(after) = rest.strip_prefix("}}") {
            plain.push('}');
            rest = after;
            continue;
        }
        let word = rest.strip_prefix('{').filter(|_| !plain.ends_with('$'));
        let word = word.and_then(|inner| inner.split_once('}'));
        let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
        if let Some((word, after)) = word.filter(|(word, _)| is_word(word)) {
            let valid = on.placeholders();
            let Some(placeholder) = valid.iter().find(|one| one.word() == word) else {
                return Err(UnknownPlaceholder {
                    wrong: word.to_owned(),
                    valid: valid.iter().map(|one| one.word()).collect(),
                });
            };
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Value(*placeholder));
            rest = after;
            continue;
        }
        plain.push(c);
        rest = &rest[c.len_utf8()..];
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}
