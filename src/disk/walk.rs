//! Sums up a folder: each entry is looked at once, nothing is opened but folders, no link is followed, and no other file
//! system is entered.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::ffi::{CStr, CString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use jiff::Timestamp;
use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, RawDir, Stat, fstat, openat, statat};
use rustix::io::Errno;

use crate::domain::{ByteSize, FolderShare, FolderSize};

/// Each level keeps a descriptor open, of which a process has 1,024 mostly. What is deeper is told as unreadable.
const DEEPEST: usize = 256;
/// So many of the biggest folders are kept …
const BIGGEST: usize = 60;
/// … of at most so many levels: what is below counts for those.
const LEVELS: usize = 6;
/// So many files with several names are remembered (8 bytes each); a backup of links may have more, and then counts some
/// of them again.
const LINKED: usize = 1 << 21;

/// What a walk found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measured {
    /// The whole.
    pub size: FolderSize,
    /// The biggest folders below it, the biggest first.
    pub biggest: Vec<FolderShare>,
}

/// How far a walk is; and the way to end it.
#[derive(Debug, Default)]
pub struct Progress {
    files: AtomicU64,
    bytes: AtomicU64,
    cancelled: AtomicBool,
}

impl Progress {
    /// How many files were counted so far, and their bytes on disk.
    pub fn so_far(&self) -> (u64, ByteSize) {
        let bytes = ByteSize(self.bytes.load(Ordering::Relaxed));
        (self.files.load(Ordering::Relaxed), bytes)
    }

    /// Ends the walk at the next entry.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// Measures a folder or file, links on the way to it resolved.
pub(super) fn measure(path: &Path, progress: &Progress) -> io::Result<Measured> {
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let root = openat(CWD, path, flags, Mode::empty())?;
    let stat = fstat(&root)?;
    let mut walk = Walk {
        device: stat.st_dev,
        linked: HashSet::new(),
        biggest: BinaryHeap::new(),
        progress,
    };
    if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
        let mut size = FolderSize::default();
        walk.count(&stat, &mut size);
        return Ok(Measured {
            size,
            biggest: Vec::new(),
        });
    }
    let size = walk.folder(&root)?;
    let mut biggest: Vec<FolderShare> = walk.biggest.into_iter().map(|kept| kept.0.0).collect();
    biggest.sort_by(|a, b| {
        (Reverse(a.size.on_disk), &a.path).cmp(&(Reverse(b.size.on_disk), &b.path))
    });
    Ok(Measured { size, biggest })
}

struct Walk<'a> {
    device: u64,
    /// The inodes of files with several names that were counted.
    linked: HashSet<u64>,
    /// The smallest of the biggest on top.
    biggest: BinaryHeap<Reverse<BySize>>,
    progress: &'a Progress,
}

/// A folder on the way down.
struct Level {
    name: CString,
    size: FolderSize,
    folder: OwnedFd,
    /// The names of the folders in it that are still to do.
    to_do: Vec<CString>,
}

impl Walk<'_> {
    fn folder(&mut self, root: &OwnedFd) -> io::Result<FolderSize> {
        let mut levels = vec![self.enter(root.as_fd(), c".".to_owned())?];
        loop {
            if self.progress.is_cancelled() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let depth = levels.len();
            let Some(level) = levels.last_mut() else {
                return Ok(FolderSize::default());
            };
            if let Some(name) = level.to_do.pop() {
                if depth >= DEEPEST {
                    level.size.unreadable += 1;
                    continue;
                }
                match self.enter(level.folder.as_fd(), name) {
                    Ok(below) => levels.push(below),
                    // Removed, or replaced by something else, since its folder was read.
                    Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::XDEV) => {}
                    Err(_) => level.size.unreadable += 1,
                }
                continue;
            }
            let Some(done) = levels.pop() else {
                continue;
            };
            match levels.last_mut() {
                Some(above) => above.size.add(&done.size),
                None => return Ok(done.size),
            }
            self.offer(&levels, &done);
        }
    }

    /// Opens a folder and counts what is in it, but for the folders.
    fn enter<Fd: AsFd>(&mut self, within: Fd, name: CString) -> Result<Level, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = openat(within, &name, flags, Mode::empty())?;
        let stat = fstat(&folder)?;
        if stat.st_dev != self.device {
            return Err(Errno::XDEV);
        }
        let mut size = FolderSize {
            on_disk: blocks(&stat),
            folders: 1,
            ..FolderSize::default()
        };
        let mut to_do = Vec::new();
        let mut buffer = [MaybeUninit::uninit(); 8 * 1024];
        let mut entries = RawDir::new(&folder, &mut buffer);
        while let Some(entry) = entries.next() {
            if self.progress.is_cancelled() {
                return Err(Errno::INTR);
            }
            let entry = entry?;
            let name: &CStr = entry.file_name();
            if name == c"." || name == c".." {
                continue;
            }
            match entry.file_type() {
                FileType::Directory => to_do.push(name.to_owned()),
                // Some file systems do not say; and a file is to be looked at anyway.
                _ => match statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Directory => {
                        to_do.push(name.to_owned());
                    }
                    Ok(stat) => self.count(&stat, &mut size),
                    Err(Errno::NOENT) => {}
                    Err(_) => size.unreadable += 1,
                },
            }
        }
        let bytes = size.on_disk.0;
        self.progress.files.fetch_add(size.files, Ordering::Relaxed);
        self.progress.bytes.fetch_add(bytes, Ordering::Relaxed);
        Ok(Level {
            name,
            size,
            folder,
            to_do,
        })
    }

    fn count(&mut self, stat: &Stat, size: &mut FolderSize) {
        size.files += 1;
        let is_known =
            stat.st_nlink > 1 && self.linked.len() < LINKED && !self.linked.insert(stat.st_ino);
        if is_known {
            return;
        }
        size.on_disk = size.on_disk + blocks(stat);
        size.apparent = size.apparent + ByteSize(u64::try_from(stat.st_size).unwrap_or(0));
        let written = Timestamp::from_second(stat.st_mtime).ok();
        size.written = size.written.max(written);
    }

    /// Keeps a folder when it is one of the biggest so far.
    fn offer(&mut self, above: &[Level], done: &Level) {
        if above.is_empty() || above.len() > LEVELS {
            return;
        }
        let on_disk = done.size.on_disk;
        let least = self.biggest.peek().map(|kept| kept.0.0.size.on_disk);
        if self.biggest.len() >= BIGGEST && least >= Some(on_disk) {
            return;
        }
        let names = above.iter().skip(1).chain([done]);
        let names: Vec<_> = names.map(|level| level.name.to_string_lossy()).collect();
        let share = FolderShare {
            path: names.join("/"),
            size: done.size,
        };
        self.biggest.push(Reverse(BySize(share)));
        if self.biggest.len() > BIGGEST {
            self.biggest.pop();
        }
    }
}

/// What `du` counts: blocks are of 512 bytes, whatever the file system's are (POSIX `<sys/stat.h>`, and Linux' stat(2)).
fn blocks(stat: &Stat) -> ByteSize {
    ByteSize(
        u64::try_from(stat.st_blocks)
            .unwrap_or(0)
            .saturating_mul(512),
    )
}

/// Ordered by what is on disk.
struct BySize(FolderShare);

impl BySize {
    fn key(&self) -> (ByteSize, Reverse<&str>) {
        (self.0.size.on_disk, Reverse(&self.0.path))
    }
}

impl PartialEq for BySize {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}
impl Eq for BySize {}
impl PartialOrd for BySize {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for BySize {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

#[cfg(test)]
mod tests;
