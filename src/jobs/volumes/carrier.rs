//! The container that shows a volume to the archive API while a job is at it.

use crate::backend::{BackendError, Carry};
use crate::domain::container::{HELD_BY, READS_VOLUME};
use crate::domain::{ContainerId, ImageId};
use crate::jobs::World;

/// Whose locks ours are: those of a folder of this machine. Who holds a volume's lock there knows that every other
/// container of this holder and volume was left by a job that was killed.
fn holder(world: &World) -> String {
    let system = rustix::system::uname();
    let machine = system.nodename().to_string_lossy();
    format!("{machine}:{}", world.lock_dir.display())
}

/// Makes one.
pub(in crate::jobs) async fn make(
    world: &World,
    volume: &str,
    image: &ImageId,
    writes: bool,
) -> Result<ContainerId, BackendError> {
    let holder = holder(world);
    let carry = Carry {
        volume,
        writes,
        holder: &holder,
    };
    world.backend.create_to_carry(&carry, image).await
}

/// Removes those of this volume: ours, and what a job of before left.
pub(in crate::jobs) async fn clear(world: &World, volume: &str) -> Result<(), BackendError> {
    let holder = holder(world);
    for container in world.backend.containers().await? {
        let label = |key| container.labels.get(key).map(String::as_str);
        if label(READS_VOLUME) != Some(volume) || label(HELD_BY) != Some(&holder) {
            continue;
        }
        match world.backend.remove(&container.id).await {
            Ok(()) | Err(BackendError::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
