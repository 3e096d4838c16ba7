//! Short messages that go away by themselves.

use jiff::{SignedDuration, Timestamp};

use crate::domain::Severity;

/// A short message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// What it says.
    pub text: String,
    /// How it is coloured.
    pub severity: Severity,
    /// When it goes away.
    pub until: Timestamp,
}

impl Toast {
    /// A message that stays as long as it takes to read: longer when something went wrong.
    pub fn new(text: impl Into<String>, severity: Severity, now: Timestamp) -> Self {
        let seconds = if severity == Severity::Fine { 5 } else { 12 };
        Self {
            text: text.into(),
            severity,
            until: now + SignedDuration::from_secs(seconds),
        }
    }
}
