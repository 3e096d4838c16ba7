//! What the archive API says of files of containers.

use jiff::Timestamp;

/// A file or folder of a container, read through the archive API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveEntry {
    /// Absolute path in the container.
    pub path: String,
    /// What it is.
    pub kind: ArchiveKind,
    /// When it was last written, in whole seconds: a tar of the engine has no more.
    pub modified: Timestamp,
}

/// What is at a path of a container, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveStat {
    /// What it is itself, a link unresolved.
    pub kind: StatKind,
    /// Its size in bytes; of a folder something else.
    pub size: u64,
    /// When it was last written.
    pub modified: Timestamp,
}

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link and the absolute path at its end, all links on the way resolved.
    Link(String),
    /// A device, a pipe, a socket.
    Other,
}

/// What an archive entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveKind {
    /// A regular file with its content; none when it is larger than was asked for.
    File(Option<Vec<u8>>),
    /// A symbolic link and where it points, as it is written.
    Link(String),
    /// A folder.
    Folder,
}

/// What was read of a folder or file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Archive {
    /// Its entries in the engine's order.
    pub entries: Vec<ArchiveEntry>,
    /// Whether the reading stopped at a limit before the end.
    pub truncated: bool,
}

/// How much of a folder is read at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveLimits {
    /// Bytes of the whole stream.
    pub total: u64,
    /// Bytes of one file; larger ones are skipped.
    pub file: u64,
}
