//! What registries said, so that a dashboard that is opened again asks nobody before it is time.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, params};

use super::jobs::time_of;
use super::{Store, StoreError};
use crate::domain::{RegistryAnswer, RegistryRecord};

/// What nobody asked about for so long is forgotten: its service is gone.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

impl Store {
    /// Records what a registry says of a reference. A failure leaves the digest of before. `engine` is the engine's own
    /// id: each may ask other mirrors.
    pub fn put_registry_answer(
        &self,
        engine: &str,
        answer: &RegistryAnswer,
    ) -> Result<(), StoreError> {
        let connection = self.connection();
        connection.execute(
            "INSERT INTO registry_answers (engine, reference, digest, checked_at, error)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (engine, reference) DO UPDATE SET
             digest = coalesce(excluded.digest, digest), checked_at = excluded.checked_at, error = excluded.error",
            params![
                engine,
                answer.reference,
                answer.digest,
                answer.checked_at.as_millisecond(),
                answer.error,
            ],
        )?;
        let forgotten = answer.checked_at - KEPT;
        connection.execute(
            "DELETE FROM registry_answers WHERE checked_at < ?1",
            params![forgotten.as_millisecond()],
        )?;
        Ok(())
    }

    /// Records until when registries want no more questions.
    pub fn put_registry_limit(&self, engine: &str, until: Timestamp) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT OR REPLACE INTO registry_limits (engine, until) VALUES (?1, ?2)",
            params![engine, until.as_millisecond()],
        )?;
        Ok(())
    }

    /// What registries said, as asked through an engine.
    pub fn registry_record(&self, engine: &str) -> Result<RegistryRecord, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare(
            "SELECT reference, digest, checked_at, error FROM registry_answers
             WHERE engine = ?1 ORDER BY reference",
        )?;
        let answers = statement
            .query_map(params![engine], answer_of)?
            .collect::<Result<_, _>>()?;
        let until = "SELECT until FROM registry_limits WHERE engine = ?1";
        let limited_until = connection
            .query_row(until, params![engine], |row| row.get(0).map(time_of))
            .optional()?;
        Ok(RegistryRecord {
            answers,
            limited_until,
        })
    }
}

fn answer_of(row: &Row<'_>) -> rusqlite::Result<RegistryAnswer> {
    Ok(RegistryAnswer {
        reference: row.get(0)?,
        digest: row.get(1)?,
        checked_at: time_of(row.get(2)?),
        error: row.get(3)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn answer(reference: &str, digest: Option<&str>, second: i64) -> RegistryAnswer {
        RegistryAnswer {
            reference: reference.to_owned(),
            digest: digest.map(str::to_owned),
            checked_at: at(second),
            error: digest.is_none().then(|| "it is down".to_owned()),
        }
    }

    #[test]
    fn the_last_answer_of_each_engine_is_kept_and_a_failure_leaves_the_digest() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(&folder.path().join("records.db")).unwrap();
        let put = |engine: &str, answer: RegistryAnswer| {
            store.put_registry_answer(engine, &answer).unwrap();
        };
        put("one", answer("nginx:1", Some("sha256:a"), 0));
        put("one", answer("nginx:1", Some("sha256:b"), 1));
        put("one", answer("nginx:1", None, 2));
        put("two", answer("nginx:1", None, 3));
        let record = store.registry_record("one").unwrap();
        let expected = RegistryAnswer {
            digest: Some("sha256:b".to_owned()),
            ..answer("nginx:1", None, 2)
        };
        assert_eq!(record.answers, [expected]);
        assert_eq!(record.limited_until, None);
        let other = store.registry_record("two").unwrap();
        assert_eq!(other.answers, [answer("nginx:1", None, 3)]);
        let unknown = store.registry_record("three").unwrap();
        assert_eq!(unknown, RegistryRecord::default());
    }

    #[test]
    fn a_limit_is_remembered_and_what_is_gone_for_long_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(&folder.path().join("records.db")).unwrap();
        store.put_registry_limit("one", at(5)).unwrap();
        store.put_registry_limit("one", at(9)).unwrap();
        let old = answer("old:1", Some("sha256:a"), -100 * 86_400);
        store.put_registry_answer("one", &old).unwrap();
        store
            .put_registry_answer("one", &answer("new:1", Some("sha256:a"), 0))
            .unwrap();
        let record = store.registry_record("one").unwrap();
        assert_eq!(record.limited_until, Some(at(9)));
        assert_eq!(record.answers.len(), 1);
    }
}
