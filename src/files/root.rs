//! Folders of this machine that are a container's or a volume's. Only where it is certain that the engine runs here: a
//! socket can lead to another machine, whose paths mean something else there.

use std::io;
use std::os::fd::OwnedFd;

use rustix::fs::{CWD, Mode, OFlags, openat};

use super::resolve::Links;
use crate::backend::Backend;
use crate::domain::{Container, ContainerId, FilePlace, FilesOf, MountKind, Volume};

/// A folder, and where below it a place is.
pub(super) struct Root {
    pub(super) folder: OwnedFd,
    /// Where the folder is among the files that are looked at; empty for their root.
    pub(super) at: String,
    /// The path below it.
    pub(super) path: String,
    pub(super) links: Links,
}

/// The nearest folder of this machine that leads to a place; none where only the engine does.
pub(super) async fn of(backend: &dyn Backend, place: &FilePlace) -> Option<Root> {
    match &place.of {
        FilesOf::Container(id) => match backend.seen_root(id).await {
            Some(folder) => Some(Root {
                folder,
                at: String::new(),
                path: place.path.clone(),
                links: Links::FromRoot,
            }),
            None => of_mount(backend, id, &place.path).await,
        },
        FilesOf::Volume(name) => {
            let volume = of_volume(backend, name).await?;
            Some(Root {
                folder: open(volume.mountpoint).await.ok()?,
                at: String::new(),
                path: place.path.clone(),
                links: Links::Within,
            })
        }
    }
}

/// What is mounted into a container that does not run lies on the host all the same.
async fn of_mount(backend: &dyn Backend, id: &ContainerId, path: &str) -> Option<Root> {
    let container = backend.inspect(id).await.ok()?;
    if container.is_up() {
        return None;
    }
    let below = |destination: &str| {
        let rest = path.strip_prefix(destination.trim_end_matches('/'))?;
        (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
    };
    let mounts = container.mounts.iter();
    let over = mounts.filter_map(|mount| Some((mount, below(&mount.destination)?)));
    let (mount, path) = over.max_by_key(|(mount, _)| mount.destination.len())?;
    let source = match (mount.kind, &mount.name) {
        (MountKind::Bind, _) if is_here(backend).await => mount.source.clone(),
        (MountKind::Volume, Some(name)) => of_volume(backend, name).await?.mountpoint,
        _ => return None,
    };
    Some(Root {
        folder: open(source).await.ok()?,
        at: mount.destination.trim_end_matches('/').to_owned(),
        path,
        links: Links::Within,
    })
}

/// A volume whose folder holds what is in it. One with options may be mounted there only while it is used.
async fn of_volume(backend: &dyn Backend, name: &str) -> Option<Volume> {
    let volumes = backend.volumes().await.ok()?;
    let volume = volumes.into_iter().find(|one| *one.id.name == *name)?;
    let is_plain = volume.driver == "local" && volume.options.is_empty();
    (is_plain && volume.mountpoint.starts_with('/') && is_here(backend).await).then_some(volume)
}

/// Whether a process of one of its containers is one of this machine.
async fn is_here(backend: &dyn Backend) -> bool {
    /// One that is just ending proves nothing.
    const TRIED: usize = 3;
    let containers = backend.containers().await.unwrap_or_default();
    for container in containers
        .iter()
        .filter(|one| Container::is_up(one))
        .take(TRIED)
    {
        if backend.seen_root(&container.id).await.is_some() {
            return true;
        }
    }
    false
}

async fn open(path: String) -> io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let opened = tokio::task::spawn_blocking(move || openat(CWD, path, flags, Mode::empty()));
    Ok(opened.await.map_err(io::Error::other)??)
}
