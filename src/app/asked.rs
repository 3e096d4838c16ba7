//! Something asked of an engine: what was answered, how old it is, and whether it is being asked again.

use jiff::Timestamp;

use crate::domain::Failure;

/// An answer that can be missing, fresh, old or refused. The last good answer stays.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked<T> {
    /// The last good answer.
    pub value: Option<T>,
    /// When it was given; none when it no longer holds.
    pub at: Option<Timestamp>,
    /// Whether the question is under way.
    pub asking: bool,
    /// Why the last asking failed, when it did.
    pub failure: Option<Failure>,
    /// Whether things changed since the question under way was put: its answer will be old.
    outdated: bool,
}

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self {
            value: None,
            at: None,
            asking: false,
            failure: None,
            outdated: false,
        }
    }
}

impl<T> Asked<T> {
    /// Whether it should be asked where it is looked at: nothing that holds is there, and nothing failed.
    pub const fn is_wanted(&self) -> bool {
        self.at.is_none() && !self.asking && self.failure.is_none()
    }

    /// Notes that it is being asked; false when it was already.
    pub const fn begin(&mut self) -> bool {
        !std::mem::replace(&mut self.asking, true)
    }

    /// Notes that it is being asked, where it should be; whether that is so.
    pub const fn begin_where_wanted(&mut self) -> bool {
        self.is_wanted() && self.begin()
    }

    /// What is known, or is being answered, no longer holds: it is asked again when it is looked at.
    pub fn invalidate(&mut self) {
        self.at = None;
        self.failure = None;
        self.outdated = self.asking;
    }

    /// The connection is lost: what is being asked fails for that, and is asked again when it is back.
    pub const fn lost(&mut self) {
        self.outdated = self.asking;
    }

    /// The connection is back: what failed may be asked again.
    pub fn forgive(&mut self) {
        self.failure = None;
    }

    /// Takes in an answer.
    pub fn answer(&mut self, answer: Result<T, Failure>, now: Timestamp) {
        self.asking = false;
        let outdated = std::mem::take(&mut self.outdated);
        match answer {
            Ok(value) => {
                self.value = Some(value);
                self.at = (!outdated).then_some(now);
                self.failure = None;
            }
            Err(_) if outdated => self.failure = None,
            Err(failure) => self.failure = Some(failure),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn failed() -> Result<u8, Failure> {
        Err(Failure::new("ask", "no"))
    }

    #[test]
    fn it_is_asked_once_until_it_no_longer_holds() {
        let mut asked = Asked::default();
        assert!(asked.is_wanted());
        assert!(asked.begin());
        assert!(!asked.begin() && !asked.is_wanted());
        asked.answer(Ok(1), NOW);
        assert!(!asked.is_wanted());
        asked.invalidate();
        assert!(asked.is_wanted());
        assert_eq!(asked.value, Some(1));
    }

    #[test]
    fn what_changes_while_it_is_asked_is_asked_again() {
        let mut asked = Asked::default();
        asked.begin();
        asked.invalidate();
        asked.answer(Ok(1), NOW);
        assert_eq!((asked.value, asked.is_wanted()), (Some(1), true));
        asked.begin();
        asked.answer(Ok(2), NOW);
        assert!(!asked.is_wanted());
    }

    #[test]
    fn a_refusal_stands_and_a_lost_connection_does_not() {
        let mut asked = Asked::default();
        asked.begin();
        asked.answer(failed(), NOW);
        assert!(!asked.is_wanted() && asked.failure.is_some());
        asked.forgive();
        assert!(asked.is_wanted());
        asked.begin();
        asked.lost();
        asked.answer(failed(), NOW);
        assert!(asked.is_wanted());
    }
}
