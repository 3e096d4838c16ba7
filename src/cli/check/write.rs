//! A file that is replaced in one go: a collector that reads it meanwhile sees the old one or the new one, never a half.

use std::ffi::OsString;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Everybody may read it: a collector is another user, and cron's umask may be strict.
const MODE: u32 = 0o644;

/// Writes a file beside it and renames that. Its name does not end like the file's own: a collector reads every `*.prom`.
/// A link stays one, and what is no file (`/dev/stdout`, a pipe) is written to.
pub(super) fn atomically(path: &Path, content: &str) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(about) if !about.is_file() => {
            return OpenOptions::new()
                .write(true)
                .open(path)?
                .write_all(content.as_bytes());
        }
        // /dev/stdout and its like lead to a file that has no name to rename to.
        Ok(_) if fs::symlink_metadata(path)?.is_symlink() => {
            let place = path.canonicalize()?;
            if place.starts_with("/proc") || place.starts_with("/dev") {
                let mut file = OpenOptions::new().write(true).truncate(true).open(path)?;
                return file.write_all(content.as_bytes());
            }
            return in_its_place(&place, content);
        }
        _ => {}
    }
    in_its_place(path, content)
}

fn in_its_place(path: &Path, content: &str) -> io::Result<()> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
    let mut fresh_name = OsString::from(".");
    fresh_name.push(name);
    fresh_name.push(format!(".{}.new", std::process::id()));
    let fresh = path.with_file_name(fresh_name);
    // What a process of the same id left behind when it was killed.
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = write(&fresh, content).and_then(|()| fs::rename(&fresh, path));
    if written.is_err() {
        // The first error is the one to tell.
        drop(fs::remove_file(&fresh));
    }
    written
}

fn write(path: &Path, content: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        // Never through a link that somebody put there.
        .create_new(true)
        .mode(MODE)
        .open(path)?;
    file.set_permissions(Permissions::from_mode(MODE))?;
    file.write_all(content.as_bytes())?;
    file.sync_all()
}
