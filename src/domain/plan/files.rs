//! The steps of copying a file or folder out of a container or volume, and into one.

use serde::{Deserialize, Serialize};

use crate::domain::FileCopy;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum FileStep {
    /// Read what is copied out, beside where it will be. Cut short it leaves nothing.
    Fetch {
        /// What, and where to.
        copy: FileCopy,
    },
    /// Give what was read its name.
    Keep {
        /// What, and where to.
        copy: FileCopy,
    },
    /// Write what is copied in. Cut short, what was not there before goes again, where that can be done.
    Send {
        /// What, and where to.
        copy: FileCopy,
    },
    /// Read it back and compare.
    Compare {
        /// What, and where to.
        copy: FileCopy,
    },
}

impl FileStep {
    /// What it is about.
    pub const fn copy(&self) -> &FileCopy {
        match self {
            Self::Fetch { copy }
            | Self::Keep { copy }
            | Self::Send { copy }
            | Self::Compare { copy } => copy,
        }
    }
}
