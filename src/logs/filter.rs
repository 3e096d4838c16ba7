//! What of a log is shown.

use std::collections::BTreeSet;

use super::{Level, Line, LineKind, Query};
use crate::domain::{ContainerId, LogStream};

/// What a text does to the lines that it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// They are marked; all lines are shown.
    #[default]
    All,
    /// Only they are shown, and what is around them.
    Matches,
    /// They are left out.
    Others,
}

impl Keep {
    /// The next one, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::All => Self::Matches,
            Self::Matches => Self::Others,
            Self::Others => Self::All,
        }
    }
}

/// Which lines of a log are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Containers whose lines are not.
    pub hidden: BTreeSet<ContainerId>,
    /// Only what was written there.
    pub stream: Option<LogStream>,
    /// Only lines that are at least so grave. A line that does not say how grave it is counts as [`Level::Info`].
    pub level: Option<Level>,
    /// What the text that is searched for does.
    pub keep: Keep,
    /// So many lines before and after a match are shown too.
    pub context: usize,
}

impl Filter {
    /// Whether a line may be shown, whatever its text is.
    pub fn takes(&self, line: &Line) -> bool {
        if self.hidden.contains(&line.source) {
            return false;
        }
        if line.kind == LineKind::Border {
            return true;
        }
        self.stream.is_none_or(|stream| line.stream == stream)
            && self
                .level
                .is_none_or(|least| line.level.unwrap_or(Level::Info) >= least)
    }

    /// The text that decides which lines are shown, and how.
    pub(super) fn text<'a>(&self, query: Option<&'a Query>) -> Option<(&'a Query, bool)> {
        match self.keep {
            Keep::All => None,
            Keep::Matches => query.map(|query| (query, true)),
            Keep::Others => query.map(|query| (query, false)),
        }
    }

    /// Whether every line is shown.
    pub fn is_everything(&self, query: Option<&Query>) -> bool {
        self.hidden.is_empty()
            && self.stream.is_none()
            && self.level.is_none()
            && self.text(query).is_none()
    }
}
