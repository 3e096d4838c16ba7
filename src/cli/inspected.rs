//! Containers with what only an inspect says of them.

use futures_util::{StreamExt, TryStreamExt};

use crate::backend::{Backend, BackendError};
use crate::domain::Container;

/// Inspects under way at once.
const AT_ONCE: usize = 4;

/// Asks about each of a list. What is gone by then is left out; what cannot be inspected stays as it was listed.
pub(super) async fn inspected(
    engine: &dyn Backend,
    listed: Vec<Container>,
) -> Result<Vec<Container>, BackendError> {
    let answers = futures_util::stream::iter(listed).map(|container| async move {
        match engine.inspect(&container.id).await {
            Ok(inspected) => Ok(Some(inspected)),
            // Gone between the list and now.
            Err(BackendError::NotFound(_)) => Ok(None),
            Err(error) if error.is_lost() => Err(error),
            // One container that can't be inspected hides no other.
            Err(_) => Ok(Some(container)),
        }
    });
    let answers = answers.buffer_unordered(AT_ONCE);
    answers
        .try_filter_map(async |one| Ok(one))
        .try_collect()
        .await
}
