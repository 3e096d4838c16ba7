//! A file that is being written: beside where it will be, for its owner's eyes only, gone unless it is kept.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FlockOperation, OFlags, RenameFlags, flock, renameat_with};
use rustix::io::Errno;
use sha2::{Digest, Sha256};

use super::scan::{Contents, Damage, Depth, scan};
use super::sum;

/// A file that is being written. Dropped, it is gone.
#[derive(Debug)]
pub struct Part {
    file: File,
    path: PathBuf,
    kept: bool,
}

/// A whole tar that was written and has its name not yet.
#[derive(Debug)]
pub struct Written {
    part: Part,
    /// What is in it.
    pub contents: Contents,
    /// Its SHA-256 in hexadecimal.
    pub sum: String,
}

impl Part {
    /// Begins the file that will be at `path`. What one left that was killed is written over; what another one is writing
    /// is not.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let part = part_of(path);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            // Nobody's link leads us to another file.
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
            .open(&part)?;
        // Where there are no locks the name has to do.
        let locked = flock(&file, FlockOperation::NonBlockingLockExclusive);
        if locked == Err(Errno::WOULDBLOCK) {
            let why = format!("{} is being written by another job", part.display());
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, why));
        }
        file.set_len(0)?;
        Ok(Self {
            file,
            path: part,
            kept: false,
        })
    }

    /// The file.
    pub const fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Gives it its name; what is there goes only where it may be replaced.
    pub fn name(mut self, path: &Path, replace: bool) -> io::Result<()> {
        if replace {
            fs::rename(&self.path, path)?;
        } else {
            name_anew(&self.path, path)?;
        }
        self.kept = true;
        sync_folder_of(path)
    }

    /// Writes a tar, whole or not at all, so that it survives a loss of power.
    pub fn write(mut self, tar: impl Read) -> Result<Written, Damage> {
        let mut digest = Sha256::new();
        let copy = Copy {
            from: tar,
            to: &mut self.file,
            digest: &mut digest,
        };
        let contents = scan(copy, Depth::Outline)?;
        self.file.sync_all()?;
        Ok(Written {
            contents,
            sum: sum::hex(digest.finalize()),
            part: self,
        })
    }
}

impl Written {
    /// Gives the file its name. Nothing is written over.
    pub fn keep_alone(mut self, path: &Path) -> io::Result<()> {
        name_anew(&self.part.path, path)?;
        self.part.kept = true;
        sync_folder_of(path)
    }

    /// Gives the file its name, after its checksum has one: a backup is never without. Nothing is written over.
    pub fn keep(mut self, path: &Path) -> io::Result<()> {
        let beside = sum::beside(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut part = Part::begin(&beside)?;
        part.file
            .write_all(sum::line(&self.sum, &name).as_bytes())?;
        part.file.sync_all()?;
        // One without its file is left of a backup that was killed at this very place, and says nothing.
        fs::rename(&part.path, &beside)?;
        part.kept = true;
        if let Err(error) = name_anew(&self.part.path, path) {
            let _ = fs::remove_file(&beside);
            return Err(error);
        }
        self.part.kept = true;
        sync_folder_of(path)
    }
}

/// Makes a name survive a loss of power.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// `/srv/blog.tar` is written as `/srv/.blog.tar.topside-part`.
pub fn part_of(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".topside-part");
    path.with_file_name(name)
}

/// Renames, and fails where there is something.
pub fn name_anew(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(error) if sum::is_unknown(error) => {
            if to.symlink_metadata().is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            fs::rename(from, to)
        }
        other => Ok(other?),
    }
}

/// Passes on what it reads, and writes and digests it on the way.
struct Copy<'a, R> {
    from: R,
    to: &'a mut File,
    digest: &'a mut Sha256,
}

impl<R: Read> Read for Copy<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(out)?;
        self.to.write_all(&out[..count])?;
        self.digest.update(&out[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
