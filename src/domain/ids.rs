//! Ids as types, so that a container's id is never passed for an image's. Cheap to clone.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::text::visible;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as the engine writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<T: AsRef<str> + ?Sized> From<&T> for $name {
            fn from(text: &T) -> Self {
                Self(Arc::from(text.as_ref()))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(Arc::from(text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

text_id! {
    /// One engine we are connected to, by the name a person gave it (`local`, a Docker context's name …).
    HostId
}
text_id! {
    /// A container's full id: 64 hex digits.
    ContainerId
}
text_id! {
    /// An image's id: `sha256:` and 64 hex digits.
    ImageId
}
text_id! {
    /// A network's id: 64 hex digits.
    NetworkId
}

impl ContainerId {
    /// The first 12 digits, as `docker ps` shows.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl ImageId {
    /// The first 12 digits after `sha256:`, as `docker images` shows.
    pub fn short(&self) -> &str {
        let digits = self.0.strip_prefix("sha256:").unwrap_or(&self.0);
        digits.get(..12).unwrap_or(digits)
    }
}

/// A Compose project (later also a Swarm stack or a Kubernetes namespace) of a host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProjectId {
    /// The host it runs on.
    pub host: HostId,
    /// The project's name, unique on its host.
    pub name: Arc<str>,
}

/// The unit a person thinks in: a Compose service, or a lone container by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ServiceId {
    /// The host it runs on.
    pub host: HostId,
    /// The project it belongs to; none for a lone container.
    pub project: Option<Arc<str>>,
    /// The service's name in its project, or the container's name.
    pub name: Arc<str>,
}

impl ServiceId {
    /// The project as an id of its own.
    pub fn project_id(&self) -> Option<ProjectId> {
        let name = self.project.clone()?;
        Some(ProjectId {
            host: self.host.clone(),
            name,
        })
    }
}

impl fmt::Display for ServiceId {
    /// `project/name`, or the name alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.project {
            Some(project) => write!(f, "{project}/{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// A named volume of a host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VolumeId {
    /// The host it lies on.
    pub host: HostId,
    /// The volume's name, unique on its host.
    pub name: Arc<str>,
}

/// An image of a host by one of its names, or by its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ImageName {
    /// The host it lies on.
    pub host: HostId,
    /// A reference, an id, or the beginning of one.
    pub name: Arc<str>,
}

impl ImageName {
    /// What a file is called that it is written to: `web-2.tar` of `nas:5000/web:2`.
    pub fn file_name(&self) -> String {
        let shown = self.to_string();
        let last = shown.rsplit('/').next().unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let name: String = last
            .chars()
            .map(|c| if plain(c) { c } else { '-' })
            .collect();
        format!("{}.tar", name.trim_start_matches('.'))
    }
}

impl fmt::Display for ImageName {
    /// The reference, or the id as `docker images` shows it; safe for a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = match self.name.strip_prefix("sha256:") {
            Some(digits) => digits.get(..12).unwrap_or(digits),
            None => &self.name,
        };
        f.write_str(&visible(shown))
    }
}

/// A job of this process, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct JobId(pub u64);

/// One opening of a log view; answers to an older opening are told apart by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u64);
