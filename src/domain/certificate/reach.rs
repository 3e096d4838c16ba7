//! How far a search for certificates goes beyond what containers show.

use std::path::PathBuf;

/// What is looked at besides containers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CertificateReach {
    /// Folders and files of this machine, absolute. Only for an engine that runs here.
    pub folders: Vec<PathBuf>,
    /// Whether volumes that no container mounts are looked into. That takes a container, which is never started and
    /// removed at once; so not where nothing may be changed.
    pub volumes: bool,
}
