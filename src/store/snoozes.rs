//! What somebody wants to hear of later. Every dashboard and check goes by it.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::jobs::time_of;
use super::{Store, StoreError};
use crate::domain::{Severity, Snooze};

/// More are not kept, the newest stay.
const MOST: i64 = 500;

impl Store {
    /// Writes down that a finding is not told for a while, in place of what was said of it before, and forgets what is
    /// over.
    pub fn snooze(&self, snooze: &Snooze) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        transaction.execute(
            "INSERT OR REPLACE INTO snoozes (finding, at, until, severity, what)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                snooze.id,
                snooze.at.as_millisecond(),
                snooze.until.map(Timestamp::as_millisecond),
                snooze.severity.word(),
                snooze.what,
            ],
        )?;
        transaction.execute(
            "DELETE FROM snoozes WHERE until <= ?1",
            params![snooze.at.as_millisecond()],
        )?;
        transaction.execute(
            "DELETE FROM snoozes WHERE finding NOT IN
             (SELECT finding FROM snoozes ORDER BY at DESC LIMIT ?1)",
            params![MOST],
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// Forgets it: the finding is told again. Whether there was one.
    pub fn wake(&self, finding: &str) -> Result<bool, StoreError> {
        let delete = "DELETE FROM snoozes WHERE finding = ?1";
        let many = self.connection().execute(delete, params![finding])?;
        Ok(many > 0)
    }

    /// All that are kept; some may be over by now.
    pub fn snoozes(&self) -> Result<Vec<Snooze>, StoreError> {
        let connection = self.connection();
        let mut statement = connection
            .prepare("SELECT finding, at, until, severity, what FROM snoozes ORDER BY at DESC")?;
        let rows = statement.query_map([], snooze_of)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn snooze_of(row: &Row<'_>) -> rusqlite::Result<Snooze> {
    let severity: String = row.get(3)?;
    let known = [Severity::Critical, Severity::Warning];
    let severity = known.into_iter().find(|known| known.word() == severity);
    Ok(Snooze {
        id: row.get(0)?,
        at: time_of(row.get(1)?),
        until: row.get::<_, Option<i64>>(2)?.map(time_of),
        // One that is not known hides nothing.
        severity: severity.unwrap_or(Severity::Fine),
        what: row.get(4)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn snooze(id: &str, seconds: i64, until: Option<i64>) -> Snooze {
        Snooze {
            id: id.to_owned(),
            at: at(seconds),
            until: until.map(at),
            severity: Severity::Critical,
            what: format!("{id} is so"),
        }
    }

    #[test]
    fn a_snooze_is_kept_replaced_ended_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.db");
        let (store, _) = Store::open(&path).unwrap();
        let (day, worse) = (snooze("a", 1, Some(86_400)), snooze("b", 2, None));
        store.snooze(&day).unwrap();
        store.snooze(&worse).unwrap();
        drop(store);
        let (store, _) = Store::open(&path).unwrap();
        assert_eq!(store.snoozes().unwrap(), [worse.clone(), day]);
        let hour = snooze("a", 3, Some(3_600));
        store.snooze(&hour).unwrap();
        assert_eq!(store.snoozes().unwrap(), [hour, worse.clone()]);
        // What is over goes with the next one that is written.
        let later = snooze("c", 4_000, None);
        store.snooze(&later).unwrap();
        assert_eq!(store.snoozes().unwrap(), [later, worse]);
        assert!(store.wake("b").unwrap());
        assert!(!store.wake("b").unwrap());
        assert_eq!(store.snoozes().unwrap().len(), 1);
    }

    #[test]
    fn no_more_are_kept_than_somebody_could_have_said() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(&folder.path().join("records.db")).unwrap();
        for n in 0..MOST + 3 {
            store
                .snooze(&snooze(&format!("finding{n}"), n, None))
                .unwrap();
        }
        let kept = store.snoozes().unwrap();
        assert_eq!(kept.len(), 500);
        assert_eq!(
            kept.last().map(|one| one.at),
            Some(at(0) + SignedDuration::from_secs(3))
        );
    }
}
