//! Records releases and keeps their images: the tag is what counts, the record adds what a tag cannot say.

use std::sync::Arc;

use super::World;
use super::journal::in_thread;
use crate::deploy;
use crate::domain::release::is_keep_tag;
use crate::domain::{
    Container, ContainerState, Failure, Health, Image, ImageId, LabelSource, Release, ReleaseState,
    Releases, ServiceId, Wishes,
};
use crate::store::Store;

/// What is known of a service's releases.
pub(super) async fn recorded(world: &World, service: &ServiceId) -> Vec<Release> {
    let Some(store) = &world.store else {
        return Vec::new();
    };
    let (engine, service) = (world.engine.clone(), service.clone());
    let read = in_thread(Arc::clone(store), move |store| {
        store.releases(&engine, &service)
    });
    read.await.unwrap_or_else(|why| {
        tracing::warn!(why, "the releases could not be read");
        Vec::new()
    })
}

/// What is asked of [`keep`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Keep<'a> {
    /// The service.
    pub(super) service: &'a ServiceId,
    /// The image that was gone back from.
    pub(super) undone: Option<&'a ImageId>,
    /// Whether it was seen to run well.
    pub(super) proven: bool,
}

/// Records what the service runs as a release and keeps its image; lets go of the oldest ones. Gives the release's
/// number; none when the service runs nothing.
pub(super) async fn keep(world: &World, keep: Keep<'_>) -> Result<Option<u64>, Failure> {
    let service = keep.service;
    let what = format!("keep the release of {service}");
    let seen = look(world, service)
        .await
        .map_err(|error| error.failure(&what))?;
    let Some(newest) = seen
        .members
        .iter()
        .max_by_key(|container| container.created)
    else {
        return Ok(None);
    };
    let known = recorded(world, service).await;
    let releases = deploy::merged(service, known, &seen.images);
    let (release, replaced) = next(&releases, &seen, newest, keep);
    world
        .backend
        .tag(&release.image, &release.keep_tag(service))
        .await
        .map_err(|error| error.failure(&what))?;
    put(world, service, &release).await;
    if let Some(old) = replaced {
        forget(world, service, old).await;
    }
    if let Some(undone) = keep.undone.and_then(|image| releases.of_image(image)) {
        let undone = Release {
            state: ReleaseState::RolledBack,
            ..undone.clone()
        };
        put(world, service, &undone).await;
    }
    let wishes = Wishes::of_labels(&newest.labels, LabelSource::Container, &mut Vec::new());
    let wishes = world.preferences.of(service, wishes);
    for old in releases.beyond(wishes.keep.unwrap_or(Wishes::KEEP), &release.image) {
        forget(world, service, old).await;
    }
    Ok(Some(release.number))
}

/// Records an image that did not prove itself. It is not kept.
pub(super) async fn failed(world: &World, service: &ServiceId, container: &Container) {
    let releases = Releases::merged(recorded(world, service).await, []);
    let known = releases.of_image(&container.image_id);
    let release = match known {
        // One that ran before, and was gone back to: it keeps its place, and its image.
        Some(known) if known.state != ReleaseState::Failed => Release {
            state: ReleaseState::Failed,
            ..known.clone()
        },
        _ => Release {
            number: releases.next_number(),
            digests: Vec::new(),
            state: ReleaseState::Failed,
            ..of(container)
        },
    };
    put(world, service, &release).await;
    if let Some(known) = known.filter(|known| known.number != release.number) {
        forget(world, service, known).await;
    }
}

struct Seen {
    members: Vec<Container>,
    images: Vec<Image>,
}

async fn look(world: &World, service: &ServiceId) -> Result<Seen, crate::backend::BackendError> {
    Ok(Seen {
        members: deploy::members(world.backend.as_ref(), service).await?,
        images: world.backend.images().await?,
    })
}

/// The release that the newest container is, and the one of the same image that it takes the place of.
fn next<'a>(
    releases: &'a Releases,
    seen: &Seen,
    newest: &Container,
    keep: Keep<'_>,
) -> (Release, Option<&'a Release>) {
    let known = releases.of_image(&newest.image_id);
    let is_last = |release: &&Release| release.number + 1 == releases.next_number();
    let image = seen.images.iter().find(|image| image.id == newest.image_id);
    let state = match known {
        _ if keep.proven => ReleaseState::Good,
        Some(known) => known.state,
        None if seen.members.iter().all(is_fine) => ReleaseState::Good,
        None => ReleaseState::Failed,
    };
    let mut release = Release {
        digests: image.map(|image| image.digests.clone()).unwrap_or_default(),
        state,
        ..of(newest)
    };
    // One that is deployed anew comes last again; who goes back stays at the place in the line.
    match known {
        Some(known) if !keep.proven || keep.undone.is_some() || is_last(&known) => {
            release.number = known.number;
            release.since = known.since;
            (release, None)
        }
        replaced => {
            release.number = releases.next_number();
            (release, replaced)
        }
    }
}

fn of(container: &Container) -> Release {
    Release {
        number: 0,
        image: container.image_id.clone(),
        reference: if is_keep_tag(&container.image) {
            String::new()
        } else {
            container.image.to_string()
        },
        digests: Vec::new(),
        config_hash: container
            .compose
            .as_ref()
            .and_then(|c| c.config_hash.clone()),
        since: container.created,
        state: ReleaseState::Good,
    }
}

/// Whether nothing speaks against it at this moment.
fn is_fine(container: &Container) -> bool {
    let ended_well = || container.detail.as_ref().and_then(|d| d.exit_code) == Some(0);
    match container.state {
        ContainerState::Running => container.health != Health::Unhealthy,
        ContainerState::Paused => true,
        ContainerState::Exited => ended_well(),
        _ => false,
    }
}

async fn put(world: &World, service: &ServiceId, release: &Release) {
    let (engine, service, release) = (world.engine.clone(), service.clone(), release.clone());
    write(world, move |store| {
        store.put_release(&engine, &service, &release)
    })
    .await;
}

/// Its image goes with its tag, unless something else holds it.
async fn forget(world: &World, service: &ServiceId, release: &Release) {
    let tag = release.keep_tag(service);
    if let Err(error) = world.backend.untag(&tag).await {
        // It is tried again when the next release is kept.
        tracing::warn!(%error, tag, "a release could not be let go");
        return;
    }
    let (engine, service, number) = (world.engine.clone(), service.clone(), release.number);
    write(world, move |store| {
        store.forget_release(&engine, &service, number)
    })
    .await;
}

async fn write(
    world: &World,
    entry: impl FnOnce(&Store) -> Result<(), crate::store::StoreError> + Send + 'static,
) {
    let Some(store) = &world.store else { return };
    if let Err(why) = in_thread(Arc::clone(store), entry).await {
        // The tag says the most of it.
        tracing::warn!(why, "a release could not be recorded");
    }
}
