//! A container's place taken by a new one, and given back. Each call can be made again after it was cut off.

use super::engine::{act, failure};
use crate::backend::{Backend, BackendError};
use crate::domain::container::SET_ASIDE;
use crate::domain::{ContainerId, Failure};

/// Stops a container and gives its name free.
pub(super) async fn set_aside(
    backend: &dyn Backend,
    container: &ContainerId,
    name: &str,
) -> Result<(), Failure> {
    act("stop", name, backend.stop(container).await)?;
    let renamed = backend
        .rename(container, &format!("{name}{SET_ASIDE}"))
        .await;
    if let Err(error) = renamed {
        // Nothing has taken its place yet: it goes on as before.
        let _ = backend.start(container).await;
        return Err(failure(&error, format!("rename {name}")));
    }
    Ok(())
}

/// Creates the one that takes its place.
pub(super) async fn create(
    backend: &dyn Backend,
    like: &ContainerId,
    name: &str,
    image: &str,
) -> Result<(), Failure> {
    let created = backend.create_like(like, name, image).await;
    created
        .map(drop)
        .map_err(|error| failure(&error, format!("create {name}")))
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
    match backend.inspect(&ContainerId::from(name)).await {
        Ok(other) if other.id != old.id => {
            // Gracefully: it may hold data of the volumes that the old one is about to use.
            act("stop", name, backend.stop(&other.id).await)?;
            act("remove", name, backend.remove(&other.id).await)?;
        }
        Ok(_) | Err(BackendError::NotFound(_)) => {}
        Err(error) => return Err(failure(&error, what)),
    }
    if &*old.name != name {
        act("rename", name, backend.rename(&old.id, name).await)?;
    }
    act("start", name, backend.start(&old.id).await)
}
