//! What is asked about the disk, and what is answered.

use crate::domain::{
    ByteSize, ContainerId, EngineUsage, Failure, Filesystem, FolderShare, FolderSize, MeasuredBy,
    SizeSample, StorageId,
};

/// What is asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageEffect {
    /// Read the samples of before.
    Recall,
    /// Ask how full the file systems behind these paths of the host are.
    AskFilesystems(Vec<String>),
    /// Ask what the engine counts.
    AskEngine,
    /// Ask how big the containers' logs are; the folder is the engine's data root.
    AskLogs(String),
    /// Measure no more.
    StopMeasuring,
    /// Measure these, each with its path, one after the other.
    Measure(Vec<(StorageId, String)>),
}

/// What is answered.
#[derive(Debug)]
pub enum StorageMsg {
    /// The samples of before, by kind and name.
    Recalled(Vec<Series>),
    /// The file systems.
    Filesystems(Result<Vec<Filesystem>, Failure>),
    /// What the engine counts.
    Engine(Box<Result<EngineUsage, Failure>>),
    /// The sizes of logs on disk.
    Logs(Result<Vec<(ContainerId, ByteSize)>, Failure>),
    /// How far the measuring of one is: files and bytes.
    Measuring(StorageId, u64, ByteSize),
    /// One was measured, or why it cannot be.
    Measured(StorageId, Result<Found, String>),
    /// All were.
    AllMeasured,
}

/// What was found in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// How big it is.
    pub size: FolderSize,
    /// By whom it was measured.
    pub by: MeasuredBy,
    /// Its biggest folders, where they are known.
    pub biggest: Vec<FolderShare>,
}

/// The samples of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its sort, as in [`crate::domain::StorageKind::word`] or [`FILESYSTEM`].
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The oldest first.
    pub samples: Vec<SizeSample>,
}

/// The kind of the samples of what is used of file systems, by mount point.
pub const FILESYSTEM: &str = "filesystem";
