//! What a Compose `up` changed: the containers of a service before and after.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::{Container, ContainerId, ImageId, ServiceId};

/// Which containers a service had, since when they ran, and of which images.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Snapshot {
    runs: BTreeMap<ContainerId, Option<Timestamp>>,
    images: BTreeSet<ImageId>,
}

impl Snapshot {
    pub(super) fn of(containers: &[Container]) -> Self {
        Self {
            runs: containers
                .iter()
                .map(|c| (c.id.clone(), c.detail.as_ref().and_then(|d| d.started_at)))
                .collect(),
            images: containers.iter().map(|c| c.image_id.clone()).collect(),
        }
    }

    /// The short ids of its images.
    pub(super) fn images(&self) -> String {
        let ids: Vec<&str> = self.images.iter().map(ImageId::short).collect();
        ids.join(", ")
    }
}

/// What happened to one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// The same containers, not started anew.
    Nothing,
    /// The same containers, started (or some of several added or removed).
    Started,
    /// New containers of the same image: its configuration changed.
    Recreated {
        /// The image.
        image: String,
    },
    /// New containers of another image.
    Image {
        /// What it ran before.
        old: String,
        /// What it runs now.
        new: String,
    },
}

impl Change {
    pub(super) fn between(before: &Snapshot, after: &Snapshot) -> Self {
        if before == after {
            Self::Nothing
        } else if before.images != after.images {
            Self::Image {
                old: before.images(),
                new: after.images(),
            }
        } else if after.runs.keys().any(|id| before.runs.contains_key(id)) {
            Self::Started
        } else {
            Self::Recreated {
                image: after.images(),
            }
        }
    }
}

/// What the job's `up` steps changed, by service.
#[derive(Debug, Default)]
pub(super) struct Changes {
    by_service: BTreeMap<ServiceId, Change>,
}

impl Changes {
    pub(super) fn insert(&mut self, service: ServiceId, change: Change) {
        self.by_service.insert(service, change);
    }

    pub(super) fn of(&self, service: &ServiceId) -> Option<&Change> {
        self.by_service.get(service)
    }
}
