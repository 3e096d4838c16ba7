//! What an engine tells while it is listened to.

use crate::domain::{ContainerId, Event};

/// What the engine says happened, reduced to what a list has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineEvent {
    /// A container was made, started, died, changed its health, name or limits: ask again.
    ContainerChanged(ContainerId),
    /// A container is gone.
    ContainerRemoved(ContainerId),
    /// Images were pulled, built, tagged, removed.
    ImagesChanged,
    /// Volumes were made or removed.
    VolumesChanged,
    /// Networks were made or removed.
    NetworksChanged,
    /// What happened, for people; it comes after what it means for a list.
    Happened(Box<Event>),
}

/// So many events of before are taken at most: an engine that logs them to a file or journal (Podman) remembers all.
pub const PAST_EVENTS: usize = 10_000;
