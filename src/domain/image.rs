//! An image.

use jiff::Timestamp;

use super::{ByteSize, HostId, ImageId};

/// An image as the engine lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The host it lies on.
    pub host: HostId,
    /// Its id.
    pub id: ImageId,
    /// Its references (`nginx:1.27`); empty when it is dangling.
    pub tags: Vec<String>,
    /// The digests that registries know it by (`nginx@sha256:…`); empty when it was only built here.
    pub digests: Vec<String>,
    /// The size of all its layers, shared ones included.
    pub size: ByteSize,
    /// When it was made.
    pub created: Timestamp,
}
