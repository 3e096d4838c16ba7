//! What is below a folder of this machine that is a container's root, or a volume.

use std::ffi::CStr;
use std::fs::File;
use std::io::{self, Read};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, RawDir, Stat, openat, readlinkat, statat};
use rustix::io::Errno;

use super::resolve::{Astray, Links, resolve};
use crate::domain::{ByteSize, FileEntry, FileKind, Folder, Opened};

/// Opens what is at a path: lists a folder, reads at most so many bytes of a file. Blocks; `stop` ends the listing of a
/// folder without an end.
pub(super) fn open(
    root: &OwnedFd,
    path: &str,
    links: Links,
    limit: u64,
    stop: &AtomicBool,
) -> Result<Opened, Astray> {
    let found = resolve(root, path, links)?;
    let path = found.path;
    Ok(match kind(&found.stat) {
        FileKind::Folder => Opened::Folder {
            path,
            folder: list(&found.file, stop)?,
            below: std::collections::BTreeMap::new(),
        },
        FileKind::File => {
            let content = read(&found.file, limit)?;
            // Files of /proc say that they are empty.
            let size = size(&found.stat).0.max(content.len() as u64);
            Opened::File {
                path,
                content,
                size: ByteSize(size),
            }
        }
        other => Opened::Other {
            path,
            word: other.word(),
        },
    })
}

fn list(folder: &OwnedFd, stop: &AtomicBool) -> io::Result<Folder> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = openat(folder, c".", flags, Mode::empty())?;
    let mut listed = Folder::default();
    let mut buffer = [MaybeUninit::uninit(); 8 * 1024];
    let mut entries = RawDir::new(&folder, &mut buffer);
    while let Some(entry) = entries.next() {
        if stop.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let entry = entry?;
        let name = entry.file_name();
        if name == c"." || name == c".." {
            continue;
        }
        if listed.entries.len() >= Folder::MOST {
            listed.more += 1;
            continue;
        }
        match statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => listed.entries.push(described(&folder, name, &stat)),
            // Removed since its folder was read.
            Err(Errno::NOENT) => {}
            Err(_) => listed.more += 1,
        }
    }
    Ok(listed)
}

fn described(folder: &OwnedFd, name: &CStr, stat: &Stat) -> FileEntry {
    let kind = match kind(stat) {
        FileKind::Link(_) => {
            let target = readlinkat(folder, name, Vec::new()).unwrap_or_default();
            FileKind::Link(target.to_string_lossy().into_owned())
        }
        kind => kind,
    };
    FileEntry {
        exact: name.to_str().is_ok(),
        name: name.to_string_lossy().into_owned(),
        size: match kind {
            FileKind::File => size(stat),
            _ => ByteSize(0),
        },
        kind,
        mode: stat.st_mode & 0o7777,
        uid: stat.st_uid.into(),
        gid: stat.st_gid.into(),
        modified: Timestamp::from_second(stat.st_mtime).ok(),
    }
}

fn kind(stat: &Stat) -> FileKind {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => FileKind::File,
        FileType::Directory => FileKind::Folder,
        FileType::Symlink => FileKind::Link(String::new()),
        FileType::BlockDevice => FileKind::BlockDevice,
        FileType::CharacterDevice => FileKind::CharDevice,
        FileType::Fifo => FileKind::Pipe,
        _ => FileKind::Socket,
    }
}

fn size(stat: &Stat) -> ByteSize {
    ByteSize(u64::try_from(stat.st_size).unwrap_or(0))
}

/// Reads the beginning of a regular file. What would wait for somebody (`/proc/kmsg`) is an error.
fn read(file: &OwnedFd, limit: u64) -> io::Result<Vec<u8>> {
    let itself = format!("/proc/self/fd/{}", file.as_raw_fd());
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::from(openat(CWD, itself, flags, Mode::empty())?);
    let mut content = Vec::new();
    file.take(limit).read_to_end(&mut content)?;
    Ok(content)
}
