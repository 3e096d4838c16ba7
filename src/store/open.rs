//! Opens the file; a broken one is set aside, never repaired and never deleted.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode};

use super::schema::migrate;
use super::{Note, Store, StoreError};

/// How long a statement waits for another process.
const BUSY: Duration = Duration::from_secs(5);

impl Store {
    /// Opens or makes the records at `path`, readable by the user alone (plans and logs may hold secrets).
    ///
    /// A file that is no database, or a damaged one, is renamed to `….broken-<time>` and a new one made; the note says
    /// so. Fails when the folder cannot be written, or a newer topside wrote the file.
    pub fn open(path: &Path) -> Result<(Self, Option<Note>), StoreError> {
        prepare(path)?;
        match connect(path) {
            Ok(connection) => Ok((Self::of(connection), None)),
            Err(error) if is_broken(&error) => {
                let aside = set_aside(path)?;
                prepare(path)?;
                let note = Note(format!(
                    "the records were damaged ({error}); they were set aside as {} and new ones begun",
                    aside.display()
                ));
                Ok((Self::of(connect(path)?), Some(note)))
            }
            Err(error) => Err(error),
        }
    }

    fn of(connection: Connection) -> Self {
        Self {
            connection: Mutex::new(connection),
        }
    }
}

fn prepare(path: &Path) -> Result<(), StoreError> {
    let in_file = |why| StoreError::File {
        path: path.to_owned(),
        why,
    };
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(in_file)?;
    }
    // SQLite would make the file with the umask's mode, and its -wal and -shm with the file's.
    fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map_err(in_file)?;
    Ok(())
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    use_wal(&connection)?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(damaged(verdict));
    }
    migrate(&mut connection)?;
    Ok(connection)
}

/// The file stays in this mode; who finds it so has nothing to switch. Switching does not wait for its turn as other
/// statements do (sqlite.org/wal.html, "busy"): two that open a new file at once meet here.
fn use_wal(connection: &Connection) -> Result<(), StoreError> {
    let until = Instant::now() + BUSY;
    loop {
        let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
        if mode == "wal" {
            return Ok(());
        }
        match connection.pragma_update(None, "journal_mode", "wal") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && Instant::now() < until =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            other => return Ok(other?),
        }
    }
}

fn damaged(verdict: String) -> StoreError {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    StoreError::Sqlite(rusqlite::Error::SqliteFailure(code, Some(verdict)))
}

fn is_broken(error: &StoreError) -> bool {
    let StoreError::Sqlite(error) = error else {
        return false;
    };
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
    )
}

/// Renames the file with its `-wal` and `-shm`, which must not meet another database.
fn set_aside(path: &Path) -> Result<PathBuf, StoreError> {
    let suffix = format!(".broken-{}", Timestamp::now().strftime("%Y%m%dT%H%M%SZ"));
    let with = |base: &Path, end: &str| {
        let mut name = base.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let aside = with(path, &suffix);
    fs::rename(path, &aside).map_err(|why| StoreError::File {
        path: path.to_owned(),
        why,
    })?;
    for end in ["-wal", "-shm"] {
        let side = with(path, end);
        if side.exists() {
            fs::rename(&side, with(&aside, end)).map_err(|why| StoreError::File {
                path: side.clone(),
                why,
            })?;
        }
    }
    Ok(aside)
}
