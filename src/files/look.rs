//! Which way leads to a place, and what is there.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::engine::{Through, leads_out};
use super::resolve::Astray;
use super::root::Root;
use super::{local, root};
use crate::backend::{Backend, BackendError, VOLUME_PATH, any_image};
use crate::domain::file::absolute;
use crate::domain::{ByteSize, Container, ContainerId, Failure, FilePlace, FilesOf, Opened};

/// Looks into the files of an engine's containers and volumes.
#[derive(Clone)]
pub struct Looker {
    /// The engine.
    pub backend: Arc<dyn Backend>,
    /// Whether a container may be made, and removed again, to look into a volume that none mounts. It is never started.
    pub may_create: bool,
}

impl Looker {
    /// Opens what is at a place: lists a folder, reads at most so many bytes of a file. Tells how many bytes the engine had
    /// to send so far. Dropping the future ends it.
    pub async fn open<F: Future<Output = ()>>(
        &self,
        place: &FilePlace,
        limit: u64,
        tell: impl FnMut(ByteSize) -> F,
    ) -> Result<Opened, Failure> {
        let backend = &*self.backend;
        if let Some(root) = root::of(backend, place).await {
            match look(root, limit).await {
                Ok(opened) => return Ok(opened),
                Err(error) if is_final(&error, &place.of) => {
                    let what = format!("open {}", place.path);
                    return Err(Failure::new(what, in_words(&error, &place.of)));
                }
                // The engine may do more than we may.
                Err(error) => tracing::debug!(%error, path = place.path, "not read from here"),
            }
        }
        match &place.of {
            FilesOf::Container(id) => {
                let through = Through {
                    backend,
                    container: id.clone(),
                    base: String::new(),
                };
                through.open(&place.path, limit, tell).await
            }
            FilesOf::Volume(name) => self.open_volume(name, &place.path, limit, tell).await,
        }
    }

    async fn open_volume<F: Future<Output = ()>>(
        &self,
        name: &str,
        path: &str,
        limit: u64,
        tell: impl FnMut(ByteSize) -> F,
    ) -> Result<Opened, Failure> {
        let what = format!("open {path} of volume {name}");
        let backend = &*self.backend;
        let failed = |error: BackendError| error.failure(&what);
        let volumes = backend.volumes().await.map_err(failed)?;
        let volume = volumes.iter().find(|one| *one.id.name == *name);
        let Some(volume) = volume else {
            return Err(Failure::new(&what, "there is no such volume"));
        };
        let containers = backend.containers().await.map_err(failed)?;
        if let Some((container, base)) = mounted(&containers, name, &volume.mountpoint) {
            let through = Through {
                backend,
                container,
                base,
            };
            return through.open(path, limit, tell).await;
        }
        if !self.may_create {
            let why =
                "no container mounts it, and nothing may be made on this host to look into it";
            return Err(Failure::new(&what, why).hint("its policy is read-only"));
        }
        let Some(image) = any_image(backend, &containers).await.map_err(failed)? else {
            let why = "it is reached through a container that never runs, and there is no image to make one of";
            return Err(Failure::new(&what, why).hint("pull any image, however small"));
        };
        let container = backend.create_for_volume(name, &image).await;
        let container = container.map_err(failed)?;
        let carrier = Carrier {
            backend: Arc::clone(&self.backend),
            container: Some(container.clone()),
        };
        let through = Through {
            backend,
            container,
            base: VOLUME_PATH.to_owned(),
        };
        let opened = through.open(path, limit, tell).await;
        carrier.remove().await;
        opened
    }
}

/// A container that shows all of a volume and nothing else below that.
fn mounted(
    containers: &[Container],
    name: &str,
    mountpoint: &str,
) -> Option<(ContainerId, String)> {
    containers.iter().find_map(|container| {
        let whole = |mount: &&crate::domain::Mount| {
            let base = format!("{}/", mount.destination.trim_end_matches('/'));
            let mut others = container.mounts.iter();
            mount.name.as_deref() == Some(name)
                && mount.source == mountpoint
                && base != "/"
                && !others.any(|other| other.destination.starts_with(&base))
        };
        let mount = container.mounts.iter().find(whole)?;
        let base = mount.destination.trim_end_matches('/').to_owned();
        Some((container.id.clone(), base))
    })
}

async fn look(root: Root, limit: u64) -> Result<Opened, Astray> {
    let stop = Arc::new(AtomicBool::new(false));
    let _guard = Stop(Arc::clone(&stop));
    let opened = tokio::task::spawn_blocking(move || {
        let mut opened = local::open(&root.folder, &root.path, root.links, limit, &stop)?;
        let (Opened::Folder { path, .. } | Opened::File { path, .. } | Opened::Other { path, .. }) =
            &mut opened;
        *path = absolute(&format!("{}{path}", root.at));
        Ok(opened)
    });
    opened
        .await
        .map_err(|error| Astray::Io(io::Error::other(error)))?
}

/// Whether the engine would say the same.
fn is_final(error: &Astray, of: &FilesOf) -> bool {
    match error {
        // In a container it leads somewhere: only not where we look.
        Astray::LeadsOut(_) => matches!(of, FilesOf::Volume(_)),
        Astray::Io(error) => matches!(
            error.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
        ),
    }
}

fn in_words(error: &Astray, of: &FilesOf) -> String {
    match (error, of) {
        (Astray::LeadsOut(to), FilesOf::Volume(_)) => leads_out(to),
        (Astray::Io(error), _) if error.kind() == io::ErrorKind::NotFound => {
            "there is no such file or folder".to_owned()
        }
        (error, _) => error.to_string(),
    }
}

/// Ends a thread that reads a folder when nobody waits for it any more.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A container that was made to look into a volume. Removed also when nobody waits for it any more.
struct Carrier {
    backend: Arc<dyn Backend>,
    container: Option<ContainerId>,
}

impl Carrier {
    async fn remove(mut self) {
        if let Some(container) = self.container.take() {
            remove(&*self.backend, &container).await;
        }
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        let (Some(container), Ok(runtime)) =
            (self.container.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let backend = Arc::clone(&self.backend);
        runtime.spawn(async move { remove(&*backend, &container).await });
    }
}

async fn remove(backend: &dyn Backend, container: &ContainerId) {
    if let Err(error) = backend.remove(container).await {
        // The next search for certificates removes it (`certs::volumes::sweep`).
        tracing::warn!(%error, %container, "a container of ours stays until a later search");
    }
}
