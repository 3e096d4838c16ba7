//! The tables, and how an older file becomes a current one.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// One step a version: the file's `user_version` says how many were taken. Never change one that was released.
const MIGRATIONS: [&str; 5] = [
    "
    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        host TEXT NOT NULL,
        project TEXT,
        service TEXT NOT NULL,
        action TEXT NOT NULL,
        who TEXT NOT NULL,
        pid INTEGER NOT NULL,
        pid_started INTEGER,
        asked_at INTEGER NOT NULL,
        ended_at INTEGER,
        outcome TEXT,
        plan TEXT
    );
    CREATE INDEX jobs_open ON jobs (id) WHERE ended_at IS NULL;
    CREATE TABLE steps (
        job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
        step INTEGER NOT NULL,
        title TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        ended_at INTEGER,
        ok INTEGER,
        PRIMARY KEY (job, step)
    ) WITHOUT ROWID;
",
    // A job's service is empty when it was aimed at a whole project, and its project too when at a host.
    "
    ALTER TABLE jobs ADD COLUMN output TEXT;
    CREATE TABLE releases (
        engine TEXT NOT NULL,
        project TEXT NOT NULL,
        service TEXT NOT NULL,
        number INTEGER NOT NULL,
        image TEXT NOT NULL,
        reference TEXT NOT NULL,
        digests TEXT NOT NULL,
        config_hash TEXT,
        since INTEGER NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (engine, project, service, number)
    ) WITHOUT ROWID;
",
    "
    CREATE TABLE registry_answers (
        engine TEXT NOT NULL,
        reference TEXT NOT NULL,
        digest TEXT,
        checked_at INTEGER NOT NULL,
        error TEXT,
        PRIMARY KEY (engine, reference)
    ) WITHOUT ROWID;
    CREATE TABLE registry_limits (
        engine TEXT PRIMARY KEY,
        until INTEGER NOT NULL
    ) WITHOUT ROWID;
",
    "
    CREATE TABLE sizes (
        engine TEXT NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        at INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        PRIMARY KEY (engine, kind, name, at)
    ) WITHOUT ROWID;
",
    // Times of events are nanoseconds: they tell two of the same container apart.
    "
    CREATE TABLE events (
        engine TEXT NOT NULL,
        at INTEGER NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        verb TEXT NOT NULL,
        host TEXT NOT NULL,
        name TEXT NOT NULL,
        project TEXT,
        service TEXT,
        attributes TEXT NOT NULL,
        PRIMARY KEY (engine, at, id, kind, verb)
    ) WITHOUT ROWID;
    CREATE TABLE snoozes (
        finding TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        until INTEGER,
        severity TEXT NOT NULL,
        what TEXT NOT NULL
    ) WITHOUT ROWID;
",
];

/// Brings the file to the current schema; another process may be doing the same.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let known = MIGRATIONS.len().cast_signed() as i64;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for migration in MIGRATIONS.iter().skip(found as usize) {
        transaction.execute_batch(migration)?;
    }
    if found < known {
        transaction.pragma_update(None, "user_version", known)?;
    }
    transaction.commit()?;
    Ok(())
}
