//! Operations that are one call of the engine, and what their refusals mean.

use futures_util::StreamExt;
use tokio_util::sync::CancellationToken;

use super::Stop;
use super::tell::Teller;
use crate::backend::{Backend, BackendError};
use crate::compose::hint;
use crate::domain::layers::Layers;
use crate::domain::text::visible;
use crate::domain::{Container, ContainerId, Failure, ImageId, Target};

/// What a call on a container failed with, for people.
pub(super) fn act(
    verb: &str,
    container: &str,
    result: Result<(), BackendError>,
) -> Result<(), Failure> {
    result.map_err(|error| failure(&error, format!("{verb} {container}")))
}

/// Lets a reference mean an image.
pub(super) async fn tag(
    backend: &dyn Backend,
    image: &ImageId,
    reference: &str,
) -> Result<(), Failure> {
    let tagged = backend.tag(image, reference).await;
    tagged.map_err(|error| error.failure(format!("tag {reference}")))
}

/// An engine's refusal with its words made safe.
pub(super) fn failure(error: &BackendError, what: String) -> Failure {
    let mut failure = error.failure(what);
    failure.why = visible(&failure.why).into_owned();
    if failure.hint.is_none() {
        failure.hint = hint(&failure.why).map(str::to_owned);
    }
    failure
}

/// Whether a container is of the image it was to be of.
pub(super) fn is_of(container: &Container, image: &ImageId) -> Result<(), String> {
    if container.image_id == *image {
        return Ok(());
    }
    Err(format!(
        "{} is of {}, not of {}: something else has changed what its reference means",
        container.name,
        container.image_id.short(),
        image.short()
    ))
}

pub(super) async fn remove(backend: &dyn Backend, container: &ContainerId) -> Result<(), Failure> {
    match backend.remove(container).await {
        // It removed itself when it was stopped (`docker run --rm`), or is at it; the gate waits for it.
        Err(BackendError::NotFound(_)) => Ok(()),
        Err(BackendError::Conflict(why)) if why.contains("already in progress") => Ok(()),
        other => act("remove", container.short(), other),
    }
}

/// Pulls an image. An error in the middle of the stream is an error of the pull.
pub(super) async fn pull(
    backend: &dyn Backend,
    reference: &str,
    teller: &Teller,
    cancel: &CancellationToken,
) -> Result<(), Stop> {
    let failed = |error: BackendError| failure(&error, format!("pull {reference}"));
    let mut layers = Layers::default();
    let pulling = async {
        let mut stream = backend.pull(reference).await.map_err(failed)?;
        while let Some(progress) = stream.next().await {
            layers.take(progress.map_err(failed)?);
            teller.progress(layers.line());
        }
        Ok(())
    };
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(Stop::Cancelled),
        pulled = pulling => pulled,
    }
}

/// Ends the job when the reference means what runs.
pub(super) async fn compare(
    backend: &dyn Backend,
    reference: &str,
    running: &ImageId,
    target: &Target,
) -> Result<(), Stop> {
    let image = backend
        .image(reference)
        .await
        .map_err(|error| failure(&error, format!("look for the image {reference}")))?;
    match image {
        Some(image) if image.id == *running => Err(Stop::NothingNew(format!(
            "{target} already runs what {reference} means"
        ))),
        Some(_) => Ok(()),
        None => Err(Failure::new(
            format!("look for the image {reference}"),
            "it is not on this host",
        )
        .into()),
    }
}
