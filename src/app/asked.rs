//! Something asked of an engine: what was answered, how old it is, and whether it is being asked again.

use jiff::Timestamp;

use crate::domain::Failure;

/// An answer that can be missing, fresh, old or refused. The last good answer stays.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked<T> {
    /// The last good answer.
    pub value: Option<T>,
    /// When it was given.
    pub at: Option<Timestamp>,
    /// Whether the question is under way.
    pub asking: bool,
    /// Why the last asking failed, when it did.
    pub failure: Option<Failure>,
}

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self {
            value: None,
            at: None,
            asking: false,
            failure: None,
        }
    }
}

impl<T> Asked<T> {
    /// Takes in an answer.
    pub fn answer(&mut self, answer: Result<T, Failure>, now: Timestamp) {
        self.asking = false;
        match answer {
            Ok(value) => {
                self.value = Some(value);
                self.at = Some(now);
                self.failure = None;
            }
            Err(failure) => self.failure = Some(failure),
        }
    }
}
