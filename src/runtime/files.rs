//! Lets Compose read the files of a project unasked: only those that Compose itself put into the labels.

use crate::backend::Backend;
use crate::compose::{Finder, files_say};
use crate::deploy::borrowed_label;
use crate::domain::{Failure, FilesSay, FilesUnread, ImageId, Origin};

/// Reads the files of an origin that the containers of these images name. One of them has to have the labels of its own:
/// an image that brings them along names files that its maker chose, and what they include would be fetched.
pub async fn read(
    backend: &dyn Backend,
    compose: &Finder,
    origin: &Origin,
    images: &[ImageId],
) -> Result<FilesSay, FilesUnread> {
    let what = || format!("read the Compose files of {}", origin.project);
    let mut borrowed = None;
    for image in images {
        match borrowed_label(backend, image).await {
            Ok(None) => return files_say(compose, origin, backend.client_environment()).await,
            Ok(Some(label)) => borrowed = Some(label),
            Err(error) => return Err(FilesUnread::NoAnswer(error.failure(what()))),
        }
    }
    let why = match borrowed {
        Some(label) => format!("the image, not Compose, gives the label {label}"),
        None => "no container names them any more".to_owned(),
    };
    Err(FilesUnread::NoAnswer(Failure::new(what(), why)))
}
