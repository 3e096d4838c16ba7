//! The demo's own folder: its socket, its projects' files, its records. Nobody else may look, and it goes at the end.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// A folder that is removed with this value.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes one below the usual place. The first demo's has a name that is always the same, so that what is shown of it
    /// is, too.
    pub(super) fn make() -> io::Result<Self> {
        let above = std::env::temp_dir();
        let own = std::process::id();
        let names = std::iter::once("topside-demo".to_owned())
            .chain((0..64).map(|count| format!("topside-demo-{own}-{count}")));
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for name in names {
            let path = above.join(name);
            // Made by us alone, or not at all: nobody can have put something there before.
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file below it, and the folders on the way.
    pub(super) fn write(&self, path: &str, text: &str) -> io::Result<()> {
        let path = self.0.join(path);
        if let Some(above) = path.parent() {
            fs::create_dir_all(above)?;
        }
        fs::write(path, text)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, folder = %self.0.display(), "the demo's folder stays");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn two_demos_have_two_folders_and_leave_none() {
        let (one, other) = (Folder::make().unwrap(), Folder::make().unwrap());
        assert_ne!(one.path(), other.path());
        let mode = fs::metadata(one.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        one.write("a/b", "c").unwrap();
        let paths = [one.path().to_owned(), other.path().to_owned()];
        drop((one, other));
        assert!(paths.iter().all(|path| !path.exists()));
    }
}
