//! What containers in the host's own network listen on. The engine does not know; the kernel does, where the engine runs
//! on this machine and we may look at its processes (as root).
//!
//! `table` reads the kernel's tables of sockets; here the sockets of a container are found in them.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use crate::backend::Backend;
use crate::domain::{ContainerId, Listener};

mod table;

/// What these containers, all of them in the host's own network, listen on. Those that cannot be looked at are left out:
/// on another machine, as another user, or when they ended meanwhile.
pub async fn listeners(
    backend: &dyn Backend,
    is_local: bool,
    containers: &[ContainerId],
) -> Vec<(ContainerId, Vec<Listener>)> {
    let mut found = Vec::new();
    if !is_local {
        return found;
    }
    for id in containers {
        let processes = match backend.processes(id).await {
            Ok(processes) => processes,
            Err(error) => {
                tracing::info!(%id, %error, "who listens is not known");
                continue;
            }
        };
        let pids: Vec<u32> = processes.iter().map(|process| process.pid).collect();
        let container = id.clone();
        let looked = tokio::task::spawn_blocking(move || {
            of_processes(Path::new("/proc"), &container, &pids)
        });
        match looked.await {
            Ok(Ok(listeners)) => found.push((id.clone(), listeners)),
            Ok(Err(error)) => tracing::info!(%id, %error, "who listens is not known"),
            Err(error) => tracing::warn!(%id, %error, "who listens is not known"),
        }
    }
    found
}

/// The sockets that any of a container's processes holds open and listens on. Fails when not all could be seen: half of
/// the truth would look like the whole.
fn of_processes(proc: &Path, container: &ContainerId, pids: &[u32]) -> io::Result<Vec<Listener>> {
    let mut sockets = HashSet::new();
    let mut one_of_them = None;
    for pid in pids {
        let process = proc.join(pid.to_string());
        match sockets_of(&process, container, &mut sockets) {
            Ok(()) => one_of_them = Some(process),
            // It ended since it was listed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    let process = one_of_them.ok_or(io::ErrorKind::NotFound)?;
    let mut listeners = Vec::new();
    for table in table::TABLES {
        let path = process.join("net").join(table.file);
        // Without IPv6 there are no tables of it.
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            text => text?,
        };
        let all = table::listening(&text, table);
        let ours = all.filter(|(inode, _)| sockets.contains(inode));
        listeners.extend(ours.map(|(_, listener)| listener));
    }
    // A server's workers share its sockets, or have one each for the same port.
    listeners.sort_unstable();
    listeners.dedup();
    Ok(listeners)
}

/// Adds the sockets that a process holds open.
fn sockets_of(
    process: &Path,
    container: &ContainerId,
    sockets: &mut HashSet<u64>,
) -> io::Result<()> {
    // A number means another process where the engine counts them otherwise, as when we are in a container ourselves.
    let groups = std::fs::read_to_string(process.join("cgroup"))?;
    if !groups.contains(container.as_str()) {
        let why = "its processes have other numbers here";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    }
    for entry in std::fs::read_dir(process.join("fd"))? {
        // One that was closed meanwhile is none.
        let Ok(target) = entry.and_then(|entry| std::fs::read_link(entry.path())) else {
            continue;
        };
        sockets.extend(socket(&target));
    }
    Ok(())
}

/// The inode of `socket:[12345]`.
fn socket(target: &Path) -> Option<u64> {
    let text = target.to_str()?.strip_prefix("socket:[")?;
    text.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests;
