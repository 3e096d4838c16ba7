//! An image.

use jiff::Timestamp;

use super::release::is_keep_tag;
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

impl Image {
    /// The references that people gave it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let tags = self.tags.iter().map(String::as_str);
        tags.filter(|tag| !is_keep_tag(tag))
    }

    /// The tags of ours that keep it.
    pub fn keep_tags(&self) -> impl Iterator<Item = &str> {
        let tags = self.tags.iter().map(String::as_str);
        tags.filter(|tag| is_keep_tag(tag))
    }
}
