//! The demo's own folder: its socket, its projects' files, its records. Nobody else may look, and it goes at the end.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::process::geteuid;

/// What every demo's folder is called at the beginning.
const NAME: &str = "topside-demo";
/// A file that the demo holds locked for as long as it lives: a folder whose lock is free was left by one that was
/// killed.
const LOCK: &str = "lock";

/// A folder that is removed with this value.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes one below the usual place. The first demo's has a name that is always the same, so that what is shown of it
    /// is, too.
    pub(super) fn make() -> io::Result<Self> {
        Self::below(&std::env::temp_dir())
    }

    fn below(above: &Path) -> io::Result<Self> {
        remove_left(above);
        let own = std::process::id();
        let names = std::iter::once(NAME.to_owned())
            .chain((0..64).map(|count| format!("{NAME}-{own}-{count}")));
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for name in names {
            let path = above.join(name);
            // Made by us alone, or not at all: nobody can have put something there before.
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => {
                    let lock = lock(&path).inspect_err(|_| drop(fs::remove_dir_all(&path)))?;
                    return Ok(Self { path, _lock: lock });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file below it, and the folders on the way.
    pub(super) fn write(&self, path: &str, text: &str) -> io::Result<()> {
        let path = self.path.join(path);
        if let Some(above) = path.parent() {
            fs::create_dir_all(above)?;
        }
        fs::write(path, text)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            tracing::warn!(%error, folder = %self.path.display(), "the demo's folder stays");
        }
    }
}

/// A lock in a new folder. It takes its place when it is held: nobody ever sees it free.
fn lock(folder: &Path) -> io::Result<File> {
    let path = folder.join("lock.new");
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)?;
    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    fs::rename(path, folder.join(LOCK))?;
    Ok(file)
}

/// Removes what killed demos of this user left. What cannot be removed stays, and does no harm.
fn remove_left(above: &Path) {
    for entry in fs::read_dir(above).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let is_ours = entry
            .metadata()
            .is_ok_and(|about| about.is_dir() && about.uid() == geteuid().as_raw());
        if name.to_string_lossy().starts_with(NAME) && is_ours && is_free(&path.join(LOCK)) {
            drop(fs::remove_dir_all(path));
        }
    }
}

/// Whether it is a lock that nobody holds.
fn is_free(lock: &Path) -> bool {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    OpenOptions::new()
        .write(true)
        .custom_flags(flags)
        .open(lock)
        .is_ok_and(|file| flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn two_demos_have_two_folders_and_leave_none() {
        let above = tempfile::tempdir().unwrap();
        let (one, other) = (
            Folder::below(above.path()).unwrap(),
            Folder::below(above.path()).unwrap(),
        );
        assert_ne!(one.path(), other.path());
        let mode = fs::metadata(one.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        one.write("a/b", "c").unwrap();
        drop((one, other));
        assert_eq!(fs::read_dir(above.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_killed_demo_left_goes_with_the_next_one_and_nothing_else_does() {
        let above = tempfile::tempdir().unwrap();
        let runs = Folder::below(above.path()).unwrap();
        let left = above.path().join("topside-demo-7-0");
        for other in ["topside-demo-not-ours", "another"] {
            fs::create_dir(above.path().join(other)).unwrap();
        }
        fs::write(above.path().join("another").join(LOCK), "").unwrap();
        fs::create_dir_all(left.join("projects")).unwrap();
        fs::write(left.join("projects/compose.yaml"), "").unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        let next = Folder::below(above.path()).unwrap();
        assert!(!left.exists() && runs.path().exists() && next.path().exists());
        assert!(above.path().join("topside-demo-not-ours").exists());
        assert!(above.path().join("another").exists());
    }
}
