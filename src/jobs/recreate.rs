//! A container's place taken by a new one, and given back. Each call can be made again after it was cut off.

use super::engine::{act, failure};
use crate::backend::{Backend, BackendError};
use crate::domain::container::{SET_ASIDE, SET_ASIDE_ALWAYS};
use crate::domain::{Container, ContainerId, Failure, ImageId};

const ALWAYS: &str = "always";

/// Gives a container's name free, and stops it. What goes wrong in between is taken back at once.
pub(super) async fn set_aside(
    backend: &dyn Backend,
    container: &ContainerId,
    name: &str,
) -> Result<(), Failure> {
    let seen = backend.inspect(container).await;
    let seen = seen.map_err(|error| failure(&error, format!("inspect {name}")))?;
    let always = seen
        .detail
        .is_some_and(|detail| detail.restart_policy == ALWAYS);
    let end = if always { SET_ASIDE_ALWAYS } else { SET_ASIDE };
    let renamed = backend.rename(container, &format!("{name}{end}")).await;
    act("rename", name, renamed)?;
    let stopped = async {
        if always {
            backend.set_restart_policy(container, "no").await?;
        }
        backend.stop(container).await
    };
    if let Err(error) = stopped.await {
        let failure = failure(&error, format!("stop {name}"));
        return match restore(backend, container, name, always).await {
            Ok(()) => Err(failure),
            Err(second) => Err(Failure {
                why: format!("{}; and then {}", failure.why, second.why),
                ..failure
            }),
        };
    }
    Ok(())
}

/// Creates the one that takes its place; with `expect`, only of that image.
pub(super) async fn create(
    backend: &dyn Backend,
    like: &ContainerId,
    name: &str,
    image: &str,
    expect: Option<&ImageId>,
) -> Result<(), Failure> {
    let what = || format!("create {name}");
    let failed = |error: BackendError| failure(&error, what());
    let old = backend.inspect(like).await.map_err(failed)?;
    let new = backend
        .create_like(like, name, image)
        .await
        .map_err(failed)?;
    if old.name.ends_with(SET_ASIDE_ALWAYS) {
        backend
            .set_restart_policy(&new, ALWAYS)
            .await
            .map_err(failed)?;
    }
    let Some(expect) = expect else { return Ok(()) };
    let seen = backend.inspect(&new).await.map_err(failed)?;
    super::engine::is_of(&seen, expect).map_err(|why| Failure::new(what(), why))
}

/// The container of this very name. The engine would also take the name for the beginning of an id.
pub(super) async fn named(
    backend: &dyn Backend,
    name: &str,
) -> Result<Option<Container>, BackendError> {
    let all = backend.containers().await?;
    Ok(all.into_iter().find(|container| &*container.name == name))
}

/// Removes what has taken a container's name, gives that back, and starts it.
pub(super) async fn put_back(
    backend: &dyn Backend,
    container: &ContainerId,
    name: &str,
) -> Result<(), Failure> {
    let what = format!("put {name} back");
    let old = backend.inspect(container).await.map_err(|error| {
        let why =
            "the container that ran before is not there any more; the new one is left as it is";
        match error {
            BackendError::NotFound(_) => Failure::new(&what, why),
            error => failure(&error, what.clone()),
        }
    })?;
    let other = named(backend, name).await;
    let other = other.map_err(|error| failure(&error, what.clone()))?;
    if let Some(other) = other.filter(|other| other.id != old.id) {
        // Gracefully: it may hold data of the volumes that the old one is about to use.
        act("stop", name, backend.stop(&other.id).await)?;
        act("remove", name, backend.remove(&other.id).await)?;
    }
    let always = old.name.ends_with(SET_ASIDE_ALWAYS);
    restore(backend, &old.id, name, always).await
}

/// Its name, its restart policy, and that it runs. None of them hurts when it is so already.
async fn restore(
    backend: &dyn Backend,
    container: &ContainerId,
    name: &str,
    always: bool,
) -> Result<(), Failure> {
    if always {
        let set = backend.set_restart_policy(container, ALWAYS).await;
        act("restore the restart policy of", name, set)?;
    }
    let now = backend.inspect(container).await;
    let now = now.map_err(|error| failure(&error, format!("inspect {name}")))?;
    if &*now.name != name {
        act("rename", name, backend.rename(container, name).await)?;
    }
    act("start", name, backend.start(container).await)
}
