//! Short messages that go away by themselves.

use jiff::{SignedDuration, Timestamp};

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something was asked for, or is as it should be: nothing to check.
    Note,
    /// Something was done, and verified.
    Done,
    /// Something did not happen, and nothing is broken.
    Warning,
    /// Something failed.
    Failed,
}

/// A short message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// What it says.
    pub text: String,
    /// How it is marked.
    pub tone: Tone,
    /// When it goes away.
    pub until: Timestamp,
}

impl Toast {
    /// A message that stays as long as it takes to read: longer when something went wrong.
    pub fn new(text: impl Into<String>, tone: Tone, now: Timestamp) -> Self {
        let seconds = match tone {
            Tone::Note => 5,
            Tone::Done => 8,
            Tone::Warning | Tone::Failed => 12,
        };
        Self {
            text: text.into(),
            tone,
            until: now + SignedDuration::from_secs(seconds),
        }
    }
}
