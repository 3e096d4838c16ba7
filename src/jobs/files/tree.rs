//! A folder that is being unpacked: beside where it will be, gone unless it is kept. No name in the tar leads out of it,
//! and no link of it is followed, whoever packed it.

use std::fs::{self, File, FileTimes};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, FlockOperation, Mode, OFlags, ResolveFlags, Timespec, Timestamps, fchmod, flock,
    linkat, mkdirat, openat, openat2, symlinkat, syncfs, unlinkat, utimensat,
};
use rustix::io::Errno;
use tar::EntryType;

use super::fetch::{Unfetched, copy, time};
use crate::backup::{name_anew, part_of, sync_folder_of};
use crate::domain::ByteSize;
use crate::domain::text::visible;
use crate::tape::{Member, Tape};

/// The folder, and what is in it so far. Dropped, it is gone.
#[derive(Debug)]
pub(super) struct Tree {
    path: PathBuf,
    root: OwnedFd,
    /// Folders with their modes and times, which are set when nothing is written in them any more.
    folders: Vec<(Vec<u8>, u32, i64)>,
    count: u64,
    bytes: u64,
    /// Devices, pipes, and names of files that did not come along.
    left_out: u64,
    kept: bool,
}

impl Tree {
    /// Unpacks a tar whose names begin with `./`.
    pub(super) fn write(path: &Path, tar: impl Read) -> Result<Self, Unfetched> {
        let unwritten = |error| Unfetched::unwritten(path, error);
        let mut tree = Self::begin(path).map_err(unwritten)?;
        let mut tape = Tape::new(tar);
        while let Some(member) = tape.next_member()? {
            tree.add(&member, &mut tape)?;
        }
        if !tape.is_whole() {
            return Err(Unfetched::CutOff);
        }
        tree.finish().map_err(unwritten)?;
        Ok(tree)
    }

    /// Begins the folder that will be at `path`. What one left that was killed goes; what another one is writing stays.
    fn begin(path: &Path) -> io::Result<Self> {
        let part = part_of(path);
        match fs::DirBuilder::new().mode(0o700).create(&part) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => made?,
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let root = openat(CWD, &part, flags, Mode::empty())?;
        if flock(&root, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK) {
            let why = format!("{} is being written by another job", part.display());
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, why));
        }
        for left in fs::read_dir(&part)? {
            let left = left?;
            if left.file_type()?.is_dir() {
                fs::remove_dir_all(left.path())?;
            } else {
                fs::remove_file(left.path())?;
            }
        }
        Ok(Self {
            path: part,
            root,
            folders: Vec::new(),
            count: 0,
            bytes: 0,
            left_out: 0,
            kept: false,
        })
    }

    fn add(&mut self, member: &Member, tape: &mut Tape<impl Read>) -> Result<(), Unfetched> {
        let path = plain(&member.path)?;
        if path.is_empty() {
            let own = (path, member.mode, member.modified);
            if member.kind == EntryType::Directory {
                self.folders.push(own);
            }
            return Ok(());
        }
        let unwritten = |error: io::Error| {
            let path = String::from_utf8_lossy(&member.path);
            Unfetched::Unwritten(visible(&path).into_owned(), error)
        };
        let (above, name) = split(&path);
        let folder = self.folder(above).map_err(unwritten)?;
        match member.kind {
            EntryType::Directory => {
                match mkdirat(&folder, name, Mode::RWXU) {
                    // One that comes twice has the later one's mode.
                    Ok(()) | Err(Errno::EXIST) => {}
                    Err(error) => return Err(unwritten(error.into())),
                }
                let about = (path, member.mode, member.modified);
                self.folders.push(about);
            }
            EntryType::Regular | EntryType::Continuous => {
                let mut file = create(&folder, name).map_err(unwritten)?;
                self.bytes += copy(&mut tape.body(), |bytes| {
                    file.write_all(bytes).map_err(unwritten)
                })?;
                let times = FileTimes::new().set_modified(time(member.modified));
                let mode = Mode::from_raw_mode(member.mode & 0o777);
                fchmod(&file, mode).map_err(|error| unwritten(error.into()))?;
                file.set_times(times).map_err(unwritten)?;
            }
            EntryType::Symlink => {
                free(&folder, name).map_err(unwritten)?;
                let made = symlinkat(&*member.link, &folder, name);
                made.map_err(|error| unwritten(error.into()))?;
            }
            EntryType::Link => {
                let first = plain(&member.link)?;
                let (above, first) = split(&first);
                let linked = self.folder(above).and_then(|from| {
                    free(&folder, name)?;
                    Ok(linkat(&from, first, &folder, name, AtFlags::empty())?)
                });
                if linked.is_err() {
                    self.left_out += 1;
                    return Ok(());
                }
            }
            _ => {
                self.left_out += 1;
                return Ok(());
            }
        }
        self.count += 1;
        Ok(())
    }

    /// A folder below the root, made where it is missing: a tar need not name the folders that its files are in.
    fn folder(&self, path: &[u8]) -> io::Result<OwnedFd> {
        match self.open(path) {
            Err(Errno::NOENT) => {
                let (above, name) = split(path);
                match mkdirat(self.folder(above)?, name, Mode::RWXU) {
                    Ok(()) | Err(Errno::EXIST) => Ok(self.open(path)?),
                    Err(error) => Err(error.into()),
                }
            }
            opened => Ok(opened?),
        }
    }

    fn open(&self, path: &[u8]) -> Result<OwnedFd, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        // What was unpacked is in the way of nothing that comes after it.
        let within = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_XDEV;
        let path: &[u8] = if path.is_empty() { b"." } else { path };
        openat2(&self.root, path, flags, Mode::empty(), within)
    }

    /// Sets what is set last, and writes all of it to the disk.
    fn finish(&mut self) -> io::Result<()> {
        for (path, mode, modified) in std::mem::take(&mut self.folders).into_iter().rev() {
            // One that became something else meanwhile has no mode of a folder.
            let Ok(folder) = self.open(&path) else {
                continue;
            };
            // Who copied it can always go in and remove it again.
            fchmod(&folder, Mode::from_raw_mode(mode & 0o777 | 0o700))?;
            let at = Timespec {
                tv_sec: modified,
                tv_nsec: 0,
            };
            let times = Timestamps {
                last_access: at,
                last_modification: at,
            };
            utimensat(&folder, c"", &times, AtFlags::EMPTY_PATH)?;
        }
        // One call rather than one a file.
        Ok(syncfs(&self.root)?)
    }

    /// Gives it its name, and says what is in it. Nothing is written over.
    pub(super) fn keep(mut self, path: &Path) -> io::Result<String> {
        name_anew(&self.path, path)?;
        self.kept = true;
        sync_folder_of(path)?;
        let word = if self.count == 1 { "entry" } else { "entries" };
        let mut said = format!("{} {word}, {}", self.count, ByteSize(self.bytes));
        if self.left_out > 0 {
            let left_out = format!("; {} devices, pipes and the like left out", self.left_out);
            said.push_str(&left_out);
        }
        Ok(said)
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        if !self.kept {
            // It follows no links.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// A new file; one of that name that came before in the same tar is gone.
fn create(folder: &OwnedFd, name: &[u8]) -> io::Result<File> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    free(folder, name)?;
    let file = openat(folder, name, flags, Mode::RUSR | Mode::WUSR)?;
    Ok(File::from(file))
}

fn free(folder: &OwnedFd, name: &[u8]) -> io::Result<()> {
    match unlinkat(folder, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A name without what only packers put there: `./a/b/` is `a/b`. One that climbs is refused.
fn plain(path: &[u8]) -> Result<Vec<u8>, Unfetched> {
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                let path = String::from_utf8_lossy(path);
                return Err(Unfetched::LeadsOut(visible(&path).into_owned()));
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join(&b'/'))
}

/// The folder and the name in it.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|byte| *byte == b'/') {
        Some(at) => (&path[..at], &path[at + 1..]),
        None => (b"", path),
    }
}
