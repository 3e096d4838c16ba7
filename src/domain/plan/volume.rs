//! The steps of a backup and of a restoration: a volume to a file, and a file to a new volume.

use serde::{Deserialize, Serialize};

/// One step. Files lie on the machine where topside runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum VolumeStep {
    /// Write what is in a volume beside where the file will be. Cut short it leaves nothing.
    WriteBackup {
        /// The volume's name.
        volume: String,
        /// The file's absolute path.
        file: String,
    },
    /// Give what was written its name, with its checksum beside it.
    KeepBackup {
        /// The file's absolute path.
        file: String,
    },
    /// Read a file to its end: whether it is whole, and the same as when it was written.
    CheckBackup {
        /// The file's absolute path.
        file: String,
    },
    /// Make an empty volume; fails where there is one of that name.
    MakeVolume {
        /// The volume's name.
        volume: String,
        /// The file that it is for.
        file: String,
    },
    /// Unpack the file in the volume. Cut short, the volume goes.
    FillVolume {
        /// The volume's name.
        volume: String,
        /// The file's absolute path.
        file: String,
    },
    /// Read the volume back and compare it with the file.
    CompareVolume {
        /// The volume's name.
        volume: String,
        /// The file's absolute path.
        file: String,
    },
}
