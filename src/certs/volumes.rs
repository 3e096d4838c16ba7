//! Certificates in volumes that no container mounts: of a client that is only run now and then, say.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::collect::{Collected, Elsewhere};
use super::examine::Reading;
use super::memory::{Asked, Memory, Next};
use super::read::read;
use super::targets::speaks_of_certificates;
use super::watch::Watch;
use crate::backend::{Backend, BackendError, VOLUME_PATH, any_image};
use crate::domain::container::HELD_BY;
use crate::domain::{Container, ContainerId, ImageId, Volume};

/// Volumes that are looked into in one scan at most, since each takes a container; the next scan goes on with others.
const MOST: usize = 16;

/// A container of ours this old was left behind by a topside that was killed; a younger one may be at work.
const LEFT_BEHIND: SignedDuration = SignedDuration::from_mins(10);

/// The same of one that a job needs: a backup of terabytes takes days.
const HELD_LEFT_BEHIND: SignedDuration = SignedDuration::from_hours(14 * 24);

/// How long the removal may take beside what was read.
const REMOVAL: Duration = Duration::from_secs(30);

/// Removes containers that an earlier search left behind.
pub(super) async fn sweep(backend: &dyn Backend, containers: &[Container]) {
    let now = Timestamp::now();
    for container in containers {
        // One that a job needs goes with that job, or with the next one on the volume.
        let left_behind = if container.labels.contains_key(HELD_BY) {
            HELD_LEFT_BEHIND
        } else {
            LEFT_BEHIND
        };
        let is_old = now.duration_since(container.created) > left_behind;
        if container.only_reads_a_volume() && is_old && !container.is_up() {
            tracing::info!(container = %container.name, "removing a container that was left behind");
            if let Err(error) = backend.remove(&container.id).await {
                tracing::warn!(%error, "a container of ours stays");
            }
        }
    }
}

/// Looks into the volumes that no container mounts and whose name speaks of certificates.
pub(super) async fn unmounted(
    backend: &dyn Backend,
    containers: &[Container],
    memory: &Memory,
    next: &mut Next,
    collected: &mut Collected<'_>,
) -> Result<(), BackendError> {
    let volumes = match backend.volumes().await {
        Ok(volumes) => volumes,
        Err(error) if error.is_lost() => return Err(error),
        // Then there is nothing to look into, and the view of volumes says why.
        Err(_) => return Ok(()),
    };
    let Some(image) = any_image(backend, containers).await? else {
        return Ok(());
    };
    let mut left = MOST;
    for volume in volumes.iter().filter(|one| is_wanted(one, containers)) {
        let name = Arc::clone(&volume.id.name);
        if let Some(reading) = recall(&name, memory, next) {
            collected.add_elsewhere(&Elsewhere::Volume(name), &reading);
            continue;
        }
        if left == 0 {
            continue;
        }
        left -= 1;
        match look(backend, &name, &image, next).await {
            Ok(reading) => collected.add_elsewhere(&Elsewhere::Volume(name), &reading),
            Err(error) if error.is_lost() => return Err(error),
            Err(error) => {
                collected.failed_elsewhere(&Elsewhere::Volume(name), error.to_string());
            }
        }
    }
    Ok(())
}

/// Only those of the engine's own driver: others may have to be fetched from another machine.
fn is_wanted(volume: &Volume, containers: &[Container]) -> bool {
    let is_mounted = |container: &Container| {
        !container.only_reads_a_volume()
            && container
                .mounts
                .iter()
                .any(|mount| mount.name.as_deref() == Some(&*volume.id.name))
    };
    volume.driver == "local"
        && !volume.is_anonymous()
        && speaks_of_certificates(&[&*volume.id.name])
        && !containers.iter().any(is_mounted)
}

/// The question that a volume's name stands for.
fn question(volume: &str) -> (String, Asked) {
    let origin = format!("unmounted volume {volume}");
    let asked = Asked {
        reader: ContainerId::from(&origin),
        path: VOLUME_PATH.to_owned(),
        named: false,
    };
    (origin, asked)
}

/// What was read before. While no container mounts a volume, nothing is written there: it counts for an hour.
fn recall(volume: &str, memory: &Memory, next: &mut Next) -> Option<Arc<Reading>> {
    let (origin, asked) = question(volume);
    let known = memory.recall(&origin, &asked)?;
    next.keep(&origin, known.clone());
    Some(Arc::clone(&known.reading))
}

async fn look(
    backend: &dyn Backend,
    volume: &str,
    image: &ImageId,
    next: &mut Next,
) -> Result<Arc<Reading>, BackendError> {
    let container = backend.create_for_volume(volume, image).await?;
    let read = read(backend, &container, VOLUME_PATH, false).await;
    let removed = tokio::time::timeout(REMOVAL, backend.remove(&container)).await;
    if !matches!(removed, Ok(Ok(()))) {
        tracing::warn!(%container, ?removed, "a container of ours stays until a later search");
    }
    let (reading, _) = read?;
    let reading = Arc::new(reading);
    let (origin, asked) = question(volume);
    next.remember(&origin, asked, &reading, Watch::default());
    Ok(reading)
}
