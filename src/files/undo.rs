//! Takes away what was written half. The archive API cannot remove anything: only from this machine that can be done.

use std::fs;
use std::io;
use std::os::fd::AsRawFd;

use rustix::fs::{AtFlags, Mode, OFlags, openat, unlinkat};
use rustix::io::Errno;

use super::resolve::resolve;
use super::root;
use crate::backend::Backend;
use crate::domain::FilePlace;

/// Removes a file or folder of this name from the folder at a place, a link itself; whether that could be done. Nothing of
/// that name is as good.
pub async fn remove(backend: &dyn Backend, folder: &FilePlace, name: &str) -> bool {
    let Some(root) = root::of(backend, folder).await else {
        return false;
    };
    let name = name.to_owned();
    let removing = tokio::task::spawn_blocking(move || {
        let found = resolve(&root.folder, &root.path, root.links).map_err(io::Error::other)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = openat(&found.file, c".", flags, Mode::empty())?;
        match unlinkat(&folder, &name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            // It follows no link, neither here nor below.
            Err(Errno::ISDIR | Errno::PERM) => {
                fs::remove_dir_all(format!("/proc/self/fd/{}/{name}", folder.as_raw_fd()))
            }
            Err(error) => Err(error.into()),
        }
    });
    matches!(removing.await, Ok(Ok(())))
}
