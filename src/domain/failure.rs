//! What reaches a person when something went wrong.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An error as a tired person needs it: what was tried, why it failed, what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What we tried, as a phrase: "restart wizards".
    pub what: String,
    /// Why it failed, in the words of the engine or tool that refused.
    pub why: String,
    /// What to do about it, where we know.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure without a hint.
    pub fn new(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            why: why.into(),
            hint: None,
        }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}
