//! A named volume.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::VolumeId;

/// A named volume as the engine describes it. Who mounts it follows from the containers' mounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// Host and name.
    pub id: VolumeId,
    /// The volume driver; `local` mostly.
    pub driver: String,
    /// Where it lies on the host.
    pub mountpoint: String,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// The driver's options.
    pub options: BTreeMap<String, String>,
}

impl Volume {
    /// Whether nobody gave it a name: the engine made one of 64 hex digits up.
    pub fn is_anonymous(&self) -> bool {
        self.labels.contains_key("com.docker.volume.anonymous")
            || (self.id.name.len() == 64 && self.id.name.bytes().all(|b| b.is_ascii_hexdigit()))
    }
}
