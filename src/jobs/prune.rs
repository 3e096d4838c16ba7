//! Takes images, networks and volumes away one by one. What came to be used since the plan was made is left, and said.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::engine::failure;
use super::journal::in_thread;
use super::tell::Teller;
use super::{Stop, World};
use crate::backend::{Backend, BackendError};
use crate::deploy::{self, Kept, plan_prune};
use crate::domain::text::visible;
use crate::domain::{ByteSize, Failure, ImageId, JobEvent, NetworkId, Plan, Request};

/// Looks at what lies on the host and says what will go.
pub(super) async fn plan(
    world: &World,
    request: &Request,
    cancel: &CancellationToken,
) -> Result<Plan, Stop> {
    let Some(prune) = &request.prune else {
        let why = "it is for a service, not for a host";
        return Err(Failure::new(request.title(), why).into());
    };
    let looking = async {
        let kept = kept(world, request).await?;
        let host = request.target.host();
        deploy::take_stock(world.backend.as_ref(), host, prune, kept).await
    };
    let stock = tokio::select! {
        biased;
        () = cancel.cancelled() => return Err(Stop::Cancelled),
        stock = looking => stock?,
    };
    Ok(plan_prune(prune, &stock)?)
}

/// What the records keep. Where they cannot be read nothing is pruned: a release could lose its image.
async fn kept(world: &World, request: &Request) -> Result<Vec<Kept>, Failure> {
    let Some(store) = &world.store else {
        // Without any, the keep-tags still say it.
        return Ok(Vec::new());
    };
    let engine = world.engine.clone();
    let read = in_thread(Arc::clone(store), move |store| store.kept_images(&engine)).await;
    let kept = read.map_err(|why| {
        let why = format!("the records of releases cannot be read: {why}");
        Failure::new(request.title(), why).hint("an image that is kept there could be lost")
    })?;
    let named = kept
        .into_iter()
        .map(|(image, release)| Kept { image, release });
    Ok(named.collect())
}

/// An image as it was planned to go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Planned<'a> {
    pub(super) image: &'a ImageId,
    pub(super) tags: &'a [String],
    pub(super) digests: &'a [String],
    pub(super) size: ByteSize,
}

/// What was taken away so far.
#[derive(Debug, Default)]
pub(super) struct Removed {
    images: usize,
    networks: usize,
    volumes: usize,
    cached: usize,
    freed: ByteSize,
    /// Whether something went whose size is not known.
    unmeasured: bool,
    /// What was left because it is used, or not the same, by now.
    left: usize,
}

impl Removed {
    /// Takes an image away, if it is still what was planned to go and nothing uses it.
    pub(super) async fn image(
        &mut self,
        backend: &dyn Backend,
        teller: &Teller,
        planned: Planned<'_>,
    ) -> Result<(), Failure> {
        let name = planned
            .tags
            .first()
            .map_or_else(|| planned.image.short(), String::as_str);
        let what = format!("remove image {}", visible(name));
        let failed = |error: BackendError| failure(&error, what.clone());
        let id = planned.image.as_str();
        let Some(now) = backend.image(id).await.map_err(failed)? else {
            say(teller, name, "is gone already");
            return Ok(());
        };
        let set = |tags: &[String]| tags.iter().cloned().collect::<BTreeSet<_>>();
        if set(&now.tags) != set(planned.tags) {
            self.leave(teller, name, "has other tags by now");
            return Ok(());
        }
        // The engine would take a tag of an image that is used, as long as it has another one.
        let containers = backend.containers().await.map_err(failed)?;
        if containers.iter().any(|one| one.image_id == *planned.image) {
            self.leave(teller, name, "is used by now");
            return Ok(());
        }
        match take_image(backend, planned).await.map_err(failed)? {
            Taken::Gone => {
                self.images += 1;
                self.freed = self.freed + planned.size;
            }
            Taken::Refused(why) => self.leave(teller, name, &format!("stays: {}", visible(&why))),
        }
        Ok(())
    }

    /// Takes a network away, if no container is or would be in it.
    pub(super) async fn network(
        &mut self,
        backend: &dyn Backend,
        teller: &Teller,
        id: &NetworkId,
        name: &str,
    ) -> Result<(), Failure> {
        let what = format!("remove network {}", visible(name));
        let failed = |error: BackendError| failure(&error, what.clone());
        // The engine heeds the running ones only; the others would not start again without it.
        let containers = backend.containers().await.map_err(failed)?;
        let mut networks = containers.iter().flat_map(|one| &one.networks);
        if networks.any(|one| one.name == name) {
            self.leave(teller, name, "is used by now");
            return Ok(());
        }
        match backend.remove_network(id).await {
            Ok(()) => self.networks += 1,
            Err(BackendError::NotFound(_)) => say(teller, name, "is gone already"),
            Err(BackendError::Conflict(_)) => self.leave(teller, name, "is used by now"),
            Err(error) => return Err(failed(error)),
        }
        Ok(())
    }

    /// Takes away what builds left.
    pub(super) async fn build_cache(&mut self, backend: &dyn Backend) -> Result<(), Failure> {
        let pruned = backend.prune_build_cache().await;
        let (entries, size) =
            pruned.map_err(|error| failure(&error, "prune the build cache".to_owned()))?;
        self.cached += entries;
        self.freed = self.freed + size;
        Ok(())
    }

    /// Takes a volume away with all that is in it. The engine refuses one that a container mounts, running or not.
    pub(super) async fn volume(
        &mut self,
        backend: &dyn Backend,
        teller: &Teller,
        name: &str,
        size: Option<ByteSize>,
    ) -> Result<(), Failure> {
        match backend.remove_volume(name).await {
            Ok(()) => {
                self.volumes += 1;
                self.unmeasured |= size.is_none();
                self.freed = self.freed + size.unwrap_or_default();
            }
            Err(BackendError::NotFound(_)) => say(teller, name, "is gone already"),
            Err(BackendError::Conflict(_)) => self.leave(teller, name, "is used by now"),
            Err(error) => {
                return Err(failure(&error, format!("remove volume {}", visible(name))));
            }
        }
        Ok(())
    }

    fn leave(&mut self, teller: &Teller, name: &str, why: &str) {
        self.left += 1;
        say(teller, name, why);
    }

    /// One sentence of it: "removed 4 images and 1 network, freed up to 340M; 2 were left, in use by now".
    pub(super) fn sentence(&self) -> String {
        let counted = [
            (self.images, "image"),
            (self.networks, "network"),
            (self.volumes, "volume"),
        ];
        let mut words: Vec<String> = counted
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", if *count == 1 { "" } else { "s" }))
            .collect();
        match self.cached {
            0 => {}
            1 => words.push("1 entry of the build cache".to_owned()),
            count => words.push(format!("{count} entries of the build cache")),
        }
        let mut said = if words.is_empty() {
            "removed nothing".to_owned()
        } else {
            format!("removed {}", words.join(" and "))
        };
        // Of images only the engine knows what they share, and its sum takes minutes.
        let up_to = if self.images > 0 { "up to " } else { "" };
        if self.freed > ByteSize::default() {
            let more = if self.unmeasured { ", and more" } else { "" };
            let _ = write!(said, ", freed {up_to}{}{more}", self.freed);
        }
        match self.left {
            0 => {}
            1 => said.push_str("; 1 was left, in use or changed meanwhile"),
            n => {
                let _ = write!(said, "; {n} were left, in use or changed meanwhile");
            }
        }
        said
    }
}

fn say(teller: &Teller, name: &str, what: &str) {
    let line = format!("{} {what}", visible(name));
    teller.sink()(JobEvent::Output { line });
}

/// How taking an image away ended.
enum Taken {
    Gone,
    /// The engine's words.
    Refused(String),
}

/// Takes each reference, then what is left. An image that stays after all gets its tags back: a name that is gone while
/// its image is not frees nothing.
async fn take_image(backend: &dyn Backend, planned: Planned<'_>) -> Result<Taken, BackendError> {
    let id = planned.image.as_str();
    let mut refused = None;
    for reference in planned.tags.iter().chain(planned.digests) {
        match backend.untag(reference).await {
            Ok(()) => {}
            Err(BackendError::Conflict(why)) => {
                refused = Some(why);
                break;
            }
            Err(error) => return Err(error),
        }
    }
    if refused.is_none() {
        match backend.remove_image(id).await {
            // Mostly it went with its last reference.
            Ok(()) | Err(BackendError::NotFound(_)) => return Ok(Taken::Gone),
            Err(BackendError::Conflict(why)) => refused = Some(why),
            Err(error) => return Err(error),
        }
    }
    if backend.image(id).await?.is_none() {
        return Ok(Taken::Gone);
    }
    for tag in planned.tags {
        backend.tag(planned.image, tag).await?;
    }
    Ok(Taken::Refused(refused.unwrap_or_default()))
}
