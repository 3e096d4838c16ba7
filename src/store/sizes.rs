//! Samples of sizes, so that growth is known: at most one an hour, fewer of what is long past, and never too many.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{TransactionBehavior, params};

use super::jobs::time_of;
use super::{Store, StoreError, keep_newest};
use crate::domain::{ByteSize, SizeSample};

/// Two samples of one thing are this far apart at least; a little less than an hour, so that a cron job of each hour
/// counts every time.
const APART: SignedDuration = SignedDuration::from_mins(55);
/// Hourly samples are kept for so long, …
const HOURLY: SignedDuration = SignedDuration::from_hours(3 * 24);
/// … the first of each day for so long, …
const DAILY: SignedDuration = SignedDuration::from_hours(60 * 24);
/// … and the first of each week for so long. What was not seen since is forgotten.
const WEEKLY: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);
/// An engine with more things than this has the newest samples kept: 30 MB at most.
const MOST: i64 = 300_000;

const DAY: i64 = 86_400_000;

/// What was measured: a sort of thing and its name or path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SizeKey {
    /// `filesystem`, `volume`, `bind`, `images` …
    pub kind: &'static str,
    /// Its name or path; empty for what there is one of.
    pub name: String,
}

impl Store {
    /// Adds samples of an engine, but of what was sampled in the last hour already, and thins out the older ones. How
    /// many were added.
    pub fn put_sizes(
        &self,
        engine: &str,
        at: Timestamp,
        sizes: &[(SizeKey, ByteSize)],
    ) -> Result<usize, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let millisecond = at.as_millisecond();
        let lately = (at - APART).as_millisecond();
        let mut added = 0;
        {
            let mut insert = transaction.prepare(
                "INSERT INTO sizes (engine, kind, name, at, bytes)
                 SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS
                 (SELECT 1 FROM sizes WHERE engine = ?1 AND kind = ?2 AND name = ?3 AND at > ?6 AND at <= ?4)
                 ON CONFLICT DO NOTHING",
            )?;
            for (key, size) in sizes {
                let bytes = i64::try_from(size.0).unwrap_or(i64::MAX);
                let row = params![engine, key.kind, key.name, millisecond, bytes, lately];
                added += insert.execute(row)?;
            }
        }
        if added > 0 {
            for (older, span) in [(HOURLY, DAY), (DAILY, 7 * DAY)] {
                transaction.execute(
                    "DELETE FROM sizes WHERE engine = ?1 AND at < ?2 AND (kind, name, at) NOT IN
                     (SELECT kind, name, min(at) FROM sizes WHERE engine = ?1 GROUP BY kind, name, at / ?3)",
                    params![engine, (at - older).as_millisecond(), span],
                )?;
            }
            transaction.execute(
                "DELETE FROM sizes WHERE at < ?1",
                params![(at - WEEKLY).as_millisecond()],
            )?;
            keep_newest(&transaction, "sizes", engine, MOST)?;
        }
        transaction.commit()?;
        Ok(added)
    }

    /// The samples of every thing of one sort since a moment, the oldest first.
    pub fn sizes(
        &self,
        engine: &str,
        kind: &str,
        since: Timestamp,
    ) -> Result<Vec<(String, Vec<SizeSample>)>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare(
            "SELECT name, at, bytes FROM sizes WHERE engine = ?1 AND kind = ?2 AND at >= ?3 ORDER BY name, at",
        )?;
        let mut rows = statement.query(params![engine, kind, since.as_millisecond()])?;
        let mut found: Vec<(String, Vec<SizeSample>)> = Vec::new();
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            let bytes: i64 = row.get(2)?;
            let sample = (
                time_of(row.get(1)?),
                ByteSize(u64::try_from(bytes).unwrap_or(0)),
            );
            match found.last_mut() {
                Some((known, samples)) if *known == name => samples.push(sample),
                _ => found.push((name, vec![sample])),
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + hours * 3_600).unwrap()
    }

    fn key(name: &str) -> SizeKey {
        SizeKey {
            kind: "volume",
            name: name.to_owned(),
        }
    }

    fn store() -> (Store, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(&folder.path().join("records.db")).unwrap();
        (store, folder)
    }

    fn put(store: &Store, engine: &str, hours: i64, name: &str, size: u64) -> usize {
        store
            .put_sizes(engine, at(hours), &[(key(name), ByteSize(size))])
            .unwrap()
    }

    #[test]
    fn one_sample_an_hour_is_kept_of_each() {
        let (store, _folder) = store();
        let half = at(0) + SignedDuration::from_mins(30);
        assert_eq!(put(&store, "one", 0, "a", 5), 1);
        assert_eq!(
            store
                .put_sizes(
                    "one",
                    half,
                    &[(key("a"), ByteSize(6)), (key("b"), ByteSize(7))]
                )
                .unwrap(),
            1,
            "b is new"
        );
        assert_eq!(put(&store, "two", 0, "a", 8), 1);
        assert_eq!(put(&store, "one", 1, "a", 9), 1);
        let found = store.sizes("one", "volume", at(-1)).unwrap();
        assert_eq!(
            found,
            [
                (
                    "a".to_owned(),
                    vec![(at(0), ByteSize(5)), (at(1), ByteSize(9))]
                ),
                ("b".to_owned(), vec![(half, ByteSize(7))])
            ]
        );
        assert!(store.sizes("one", "bind", at(-1)).unwrap().is_empty());
        assert_eq!(store.sizes("one", "volume", at(1)).unwrap().len(), 1);
    }

    #[test]
    fn what_is_long_past_is_thinned_and_then_forgotten() {
        let (store, _folder) = store();
        for hour in 0..24 * 100 {
            put(&store, "one", hour, "a", hour as u64);
        }
        let found = store.sizes("one", "volume", at(-1)).unwrap();
        let samples = &found[0].1;
        // Three days of hours, eight weeks of days, six of weeks; borders count twice at most.
        assert!((125..=145).contains(&samples.len()), "{}", samples.len());
        assert!(samples.is_sorted());
        assert_eq!(samples.last(), Some(&(at(2_399), ByteSize(2_399))));
        put(&store, "two", 24 * 365 * 3, "b", 1);
        assert!(store.sizes("one", "volume", at(-1)).unwrap().is_empty());
    }

    #[test]
    fn a_size_too_big_for_the_file_is_the_biggest_there_is() {
        let (store, _folder) = store();
        put(&store, "one", 0, "a", u64::MAX);
        let found = store.sizes("one", "volume", at(-1)).unwrap();
        assert_eq!(found[0].1[0].1, ByteSize(i64::MAX as u64));
    }

    #[test]
    fn two_at_once_add_one_sample() {
        let (store, folder) = store();
        drop(store);
        let path = folder.path().join("records.db");
        let added = std::thread::scope(|scope| {
            let one = || {
                let (store, _) = Store::open(&path).unwrap();
                (0..50)
                    .map(|hour| put(&store, "one", hour, "a", 1))
                    .sum::<usize>()
            };
            let both = [scope.spawn(one), scope.spawn(one)];
            both.into_iter()
                .map(|one| one.join().unwrap())
                .sum::<usize>()
        });
        let (store, _) = Store::open(&path).unwrap();
        let found = store.sizes("one", "volume", at(-1)).unwrap();
        assert_eq!(found[0].1.len(), 50);
        assert_eq!(added, 50);
    }
}
