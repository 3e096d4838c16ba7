//! What is wrong with a file that a person wrote (the config, a theme), and where.

use std::path::{Path, PathBuf};

use super::Failure;

/// What is wrong with a file that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", self.place())]
pub struct Mistake {
    /// The file.
    pub path: PathBuf,
    /// Line and column, from 1; none when the file can't be read at all.
    pub at: Option<(usize, usize)>,
    /// What is wrong, and the valid choices.
    pub message: String,
    /// The closest valid choice.
    pub suggestion: Option<String>,
}

impl Mistake {
    /// A file that can't be read at all.
    pub fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self {
            path: path.into(),
            at: None,
            message: error.to_string(),
            suggestion: None,
        }
    }

    /// Something wrong at a byte of the file's text.
    pub fn at(path: &Path, text: &str, offset: usize, message: String) -> Self {
        Self {
            path: path.into(),
            at: Some(position(text, offset)),
            message,
            suggestion: None,
        }
    }

    /// What the parser says, with the closest valid choice where it lists them.
    pub fn from_toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let message = error.message().trim().to_owned();
        let at = error.span().map(|span| position(text, span.start));
        let error = Self {
            path: path.into(),
            at,
            message: message.clone(),
            suggestion: None,
        };
        // serde: "unknown field `x`, expected one of `a`, `b`".
        let mut quoted = message.split('`').skip(1).step_by(2);
        match quoted.next() {
            Some(wrong) if message.starts_with("unknown") => {
                let valid: Vec<&str> = quoted.collect();
                Self {
                    suggestion: closest(wrong, &valid),
                    ..error
                }
            }
            _ => error,
        }
    }

    /// The same with the valid choices, and the closest of them first.
    #[must_use]
    pub fn closest(mut self, wrong: &str, valid: &[&str]) -> Self {
        self.message = format!("{}, expected one of: {}", self.message, valid.join(", "));
        self.suggestion = closest(wrong, valid);
        self
    }

    fn place(&self) -> String {
        match self.at {
            Some((line, column)) => format!("{}:{line}:{column}", self.path.display()),
            None => self.path.display().to_string(),
        }
    }

    /// The same where there is little room: the file's name, and of the valid choices the closest.
    pub fn brief(&self) -> Failure {
        let name = self.path.file_name().map(|name| name.to_string_lossy());
        let name = name.unwrap_or_default();
        let place = match self.at {
            Some((line, column)) => format!("{name}:{line}:{column}"),
            None => name.into_owned(),
        };
        let why = match &self.suggestion {
            Some(suggestion) => {
                let wrong = self.message.split(", expected").next().unwrap_or_default();
                format!("{wrong}; did you mean `{suggestion}`?")
            }
            None => self.message.clone(),
        };
        Failure::new(format!("read {place}"), why)
    }

    /// The error for a person.
    pub fn failure(&self) -> Failure {
        let what = format!("read {}", self.place());
        let failure = Failure::new(what, self.message.clone());
        match &self.suggestion {
            Some(suggestion) => failure.hint(format!("did you mean `{suggestion}`?")),
            None => failure,
        }
    }
}

fn closest(wrong: &str, valid: &[&str]) -> Option<String> {
    valid
        .iter()
        .map(|choice| (strsim::damerau_levenshtein(wrong, choice), choice))
        .filter(|(distance, choice)| *distance <= choice.len().max(3) / 2)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, choice)| (*choice).to_owned())
}

/// Line and column of a byte, both from 1; the column counts characters.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}
