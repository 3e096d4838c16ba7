//! Records that survive us: the jobs that were asked for, how far each of them came, what services ran,
//! what registries said, what happened, what somebody wants to hear of later.
//!
//! SQLite in one file. Everything here is synchronous: async callers wrap it in `spawn_blocking`. The records add to
//! what the engine knows and are never needed for an action: a store that fails costs a warning, not a job.

mod events;
mod jobs;
mod open;
mod process;
mod registries;
mod releases;
mod schema;
mod sizes;
mod snoozes;

#[cfg(test)]
mod tests;

pub use events::{EventPage, EventsOf, RecordedEvent};
pub use jobs::{JobRecord, NewJob, StepRecord};
pub use process::Process;
pub use sizes::SizeKey;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, params};

/// Why the records could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file or its folder cannot be used.
    #[error("{path}: {why}", path = .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// The system's words.
        why: std::io::Error,
    },
    /// A newer topside wrote the file.
    #[error("the records are of a newer topside (schema {found}, this one knows {known})")]
    Newer {
        /// The file's schema.
        found: i64,
        /// The newest this version knows.
        known: i64,
    },
    /// SQLite refused: disk full, read-only, busy for too long.
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A plan or outcome could not be written as JSON.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

/// What a person should know about how the store was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note(pub String);

/// The open records. Two processes may have the same file open.
pub struct Store {
    /// Held for one statement or transaction at a time, never across an await.
    connection: Mutex<Connection>,
}

/// Of an engine's rows in a table with its time in `at`, leaves the newest.
fn keep_newest(
    connection: &Connection,
    table: &'static str,
    engine: &str,
    most: i64,
) -> Result<(), StoreError> {
    connection.execute(
        &format!(
            "DELETE FROM {table} WHERE engine = ?1 AND at <=
             (SELECT at FROM {table} WHERE engine = ?1 ORDER BY at DESC LIMIT 1 OFFSET ?2)"
        ),
        params![engine, most],
    )?;
    Ok(())
}

impl Store {
    /// How many jobs are kept.
    pub const JOBS: usize = 1_000;

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere leaves no half-done state here: a transaction rolls back when it is dropped.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}
