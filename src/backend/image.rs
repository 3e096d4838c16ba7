//! An image for a container that is never started.

use super::{Backend, BackendError};
use crate::domain::{Container, ImageId};

/// Any image will do: nothing of it is run. None where the engine has none.
pub async fn any_image(
    backend: &dyn Backend,
    containers: &[Container],
) -> Result<Option<ImageId>, BackendError> {
    if let Some(container) = containers.iter().find(|container| container.is_up()) {
        return Ok(Some(container.image_id.clone()));
    }
    match backend.images().await {
        Ok(images) => Ok(images.into_iter().next().map(|image| image.id)),
        Err(error) if error.is_lost() => Err(error),
        Err(_) => Ok(None),
    }
}
