//! Not now: a finding that somebody wants to hear of later.

use jiff::{SignedDuration, Timestamp};

use super::{Finding, Severity};

/// For how long a finding is not to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nap {
    /// For a time.
    For(SignedDuration),
    /// Until it changes for the worse.
    UntilWorse,
}

impl Nap {
    /// What can be chosen.
    pub const ALL: [Self; 5] = [
        Self::For(SignedDuration::from_hours(1)),
        Self::For(SignedDuration::from_hours(8)),
        Self::For(SignedDuration::from_hours(24)),
        Self::For(SignedDuration::from_hours(7 * 24)),
        Self::UntilWorse,
    ];

    /// The words of the choice.
    pub fn words(self) -> String {
        match self {
            Self::For(span) => format!("for {}", super::super::units::in_words(span)),
            Self::UntilWorse => "until it changes for the worse".to_owned(),
        }
    }
}

/// A finding that is not told for a while. Whatever was chosen, it is told again as soon as it is worse than it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snooze {
    /// The finding.
    pub id: String,
    /// When somebody said so.
    pub at: Timestamp,
    /// Until when; none is until it changes for the worse.
    pub until: Option<Timestamp>,
    /// How bad it was then.
    pub severity: Severity,
    /// What it said then; untrusted.
    pub what: String,
}

impl Snooze {
    /// Puts a finding to sleep. A time that no calendar has is for ever, which ends with a change for the worse.
    pub fn new(finding: &Finding, nap: Nap, now: Timestamp) -> Self {
        let until = match nap {
            Nap::For(span) => now.checked_add(span).ok(),
            Nap::UntilWorse => None,
        };
        Self {
            id: finding.id.clone(),
            at: now,
            until,
            severity: finding.severity,
            what: finding.what.clone(),
        }
    }

    /// Whether its time is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Whether it holds for a finding as it is now. It does not where that is worse than it was; nor, where no time was
    /// said, where it is known to have begun anew since.
    pub fn holds(&self, finding: &Finding, now: Timestamp) -> bool {
        let is_anew = self.until.is_none() && finding.since.is_some_and(|since| since > self.at);
        self.id == finding.id && !self.is_over(now) && finding.severity <= self.severity && !is_anew
    }
}
