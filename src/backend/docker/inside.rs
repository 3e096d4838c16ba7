//! A file as a container's own first process sees it, read through `/proc` of this machine.
//!
//! The archive API resolves a path on the host: of a bind mount whose source was replaced it shows the new file, while
//! the container keeps the old one (moby; tried with 20.10 and 28.5). Nothing is run in the container for this.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags, fstat, openat, openat2};

/// A control group's file is short; a machine with many hierarchies has a dozen lines of it.
const LONGEST_MEMBERSHIP: u64 = 16 * 1024;

/// Opens the root folder as a process sees it. Fails where the process is not this container's (the engine runs in a
/// machine of its own), and where we may not look into it. Blocks.
pub(super) fn root(pid: u32, container: &str) -> io::Result<OwnedFd> {
    let folder = OFlags::DIRECTORY | OFlags::CLOEXEC;
    // Once open it stays this process's, whoever gets the number next.
    let process = openat(CWD, format!("/proc/{pid}"), folder, Mode::empty())?;
    if !is_of(&process, container)? {
        return Err(io::Error::other("not a process of this container"));
    }
    let flags = folder | OFlags::PATH;
    Ok(openat(&process, "root", flags, Mode::empty())?)
}

/// Reads at most `limit` bytes of a file. Fails where [`root`] does, and where the path is no regular file, or a larger
/// one. Blocks.
pub(super) fn read(pid: u32, container: &str, path: &str, limit: u64) -> io::Result<Vec<u8>> {
    let root = root(pid, container)?;
    // Links of the container lead where they lead there, never to a file of the host.
    let within = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    let look = OFlags::PATH | OFlags::CLOEXEC;
    let found = openat2(&root, Path::new(path), look, Mode::empty(), within)?;
    // Looked at before it is opened: a pipe would wait, a device may do anything.
    let stat = fstat(&found)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(io::Error::other("not a file"));
    }
    let size = u64::try_from(stat.st_size).unwrap_or(u64::MAX);
    if size > limit {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let itself = format!("/proc/self/fd/{}", found.as_raw_fd());
    let file = File::open(itself)?;
    // In one piece: a buffer that grows leaves copies behind, and it may hold a private key.
    let mut content = Vec::with_capacity(size as usize + 1);
    file.take(limit).read_to_end(&mut content)?;
    Ok(content)
}

/// Whether a process is in a control group that bears the container's id.
fn is_of(process: &OwnedFd, container: &str) -> io::Result<bool> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    let file = File::from(openat(process, "cgroup", flags, Mode::empty())?);
    let mut membership = String::new();
    file.take(LONGEST_MEMBERSHIP)
        .read_to_string(&mut membership)?;
    Ok(!container.is_empty() && membership.contains(container))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A container's id that is in our own control group's path, so that we are "its" first process.
    fn own_group() -> String {
        let membership = std::fs::read_to_string("/proc/self/cgroup").unwrap();
        membership.lines().next().unwrap().to_owned()
    }

    #[test]
    fn only_a_process_of_the_container_is_looked_into() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "text").unwrap();
        let (path, pid) = (path.to_str().unwrap(), std::process::id());
        let content = read(pid, &own_group(), path, 10).unwrap();
        assert_eq!(content, b"text");
        assert!(read(pid, "0123456789abcdef", path, 10).is_err());
        assert!(read(pid, "", path, 10).is_err());
    }

    #[test]
    fn what_is_no_file_or_too_large_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "four").unwrap();
        let read = |path: &Path, limit| {
            let path = path.to_str().unwrap();
            read(std::process::id(), &own_group(), path, limit)
        };
        assert_eq!(read(&path, 4).unwrap(), b"four");
        assert_eq!(
            read(&path, 3).unwrap_err().kind(),
            io::ErrorKind::FileTooLarge
        );
        assert!(read(folder.path(), 10).is_err());
        assert!(read(&folder.path().join("none"), 10).is_err());
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(CWD, &pipe, FileType::Fifo, Mode::RWXU, 0).unwrap();
        // Nobody writes: a reader that opened it would wait for ever.
        assert!(read(&pipe, 10).is_err());
    }
}
