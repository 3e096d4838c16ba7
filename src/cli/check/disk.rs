//! How full the file system is on which the engine keeps what it has.

use std::io;

use crate::domain::ByteSize;

use super::observed::Disk;

/// Asks this machine's kernel. May hang on a network's file system: not for a thread that is waited for without a limit.
pub(super) fn of_path(path: &str) -> io::Result<Disk> {
    let said = rustix::fs::statvfs(path)?;
    // POSIX counts blocks in fragments.
    let bytes = |blocks: u64| ByteSize(blocks.saturating_mul(said.f_frsize));
    Ok(Disk {
        path: path.to_owned(),
        size: bytes(said.f_blocks),
        available: bytes(said.f_bavail),
        used: bytes(said.f_blocks.saturating_sub(said.f_bfree)),
    })
}
