//! The Compose CLI: found once, called the way a project was started, its words read.
//!
//! The user's own Compose does the user's work: we parse no Compose file. What it prints goes to the caller line by
//! line; what it says last when it fails is the failure's `why`.

mod arguments;
mod call;
mod facts;
mod find;
mod group;
mod lines;
mod once;
mod overrule;
mod process;
mod progress;
mod project;
mod says;
mod tail;
#[cfg(test)]
mod tests;
mod version;
mod whole;
mod words;

pub use call::{Call, Compose, Tell, Up, run_command, run_words};
pub use facts::ServiceFacts;
pub use find::{Candidate, Finder};
pub use lines::Lines;
pub use project::project_of;
pub use says::{Hashes, files_say, stamp};
pub use version::Version;
pub use words::hint;

use crate::domain::Failure;

/// How a call of Compose ended when not well.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// It was cut short because the caller asked for it.
    #[error("cancelled")]
    Cancelled,
    /// It could not be called, or it failed, in its own words.
    #[error("{0}")]
    Failed(#[from] Failure),
}

impl ComposeError {
    /// As a failure, for who does not tell a cancel from one.
    pub fn failure(self, what: impl Into<String>) -> Failure {
        match self {
            Self::Failed(failure) => failure,
            Self::Cancelled => Failure::new(what, "it was cancelled"),
        }
    }
}
