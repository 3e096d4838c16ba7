//! Where certificates are served and stored besides what containers tell.

use std::path::PathBuf;

use serde::{Deserialize, Deserializer};

use crate::domain::CertificateReach;
use crate::domain::endpoint::Entry;

/// The table `[certificates]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Certificates {
    /// Endpoints that are asked from the first host.
    endpoints: Vec<Named>,
    /// Folders and files of this machine that hold certificates.
    paths: Vec<Absolute>,
    /// Whether volumes that no container mounts are looked into.
    unmounted_volumes: bool,
}

impl Default for Certificates {
    fn default() -> Self {
        Self {
            endpoints: Vec::new(),
            paths: Vec::new(),
            unmounted_volumes: true,
        }
    }
}

/// An absolute path: topside may be started anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Absolute(PathBuf);

/// One entry; each by itself, so that an error names its place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named(Entry);

impl Certificates {
    /// The endpoints it names.
    pub fn endpoints(&self) -> Vec<Entry> {
        self.endpoints.iter().map(|named| named.0.clone()).collect()
    }

    /// How far a search for certificates goes; each host makes its own of it.
    pub fn reach(&self) -> CertificateReach {
        CertificateReach {
            folders: self.paths.iter().map(|path| path.0.clone()).collect(),
            volumes: self.unmounted_volumes,
        }
    }
}

impl<'de> Deserialize<'de> for Absolute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let path = PathBuf::deserialize(deserializer)?;
        if path.is_absolute() {
            return Ok(Self(path));
        }
        let message = format!("`{}` is no absolute path", path.display());
        Err(serde::de::Error::custom(message))
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let entry = Entry::parse(&text).map_err(serde::de::Error::custom)?;
        Ok(Self(entry))
    }
}
