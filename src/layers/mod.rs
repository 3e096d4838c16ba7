//! Looks into the layers of an image: what each adds, changes and deletes, and what lies in it for nothing.
//!
//! The engine hands an image out as one tar stream of tars (`docker save`). Of each file only its path and length are
//! kept, so that an image of any size takes memory for its names alone, and those are bounded.
//!
//! | file | duty |
//! | --- | --- |
//! | `listing` | what one layer's tar says: files, and what it deletes |
//! | `saved` | the stream of an image: its layers, and in which order they lie on each other |
//! | `compare` | layers laid on each other, from the base up |
//! | `look` | all of it, of an image of an engine |
//! | `platforms` | for which machines images are |

mod compare;
mod listing;
mod look;
mod platforms;
mod saved;
#[cfg(test)]
mod tests;
mod unzstd;

use std::io;

use crate::tape::TapeError;

pub use look::look;
pub use platforms::platforms;
pub use saved::read;

/// Why layers cannot be looked into.
#[derive(Debug, thiserror::Error)]
pub enum LayersError {
    /// The stream ended, or its bytes cannot be inflated.
    #[error("reading the image: {0}")]
    Read(#[from] io::Error),
    /// It is no tar, or not one of an image.
    #[error("the image is not as docker save writes it: {0}")]
    Garbage(String),
    /// What holds more names than we want to hold.
    #[error("its layers have more than {0} files")]
    TooMany(usize),
    /// Layers packed as we cannot read.
    #[error("its layers are packed with {0}, which topside cannot unpack")]
    Packed(&'static str),
}

impl From<TapeError> for LayersError {
    fn from(error: TapeError) -> Self {
        match error {
            TapeError::Read(error) => Self::Read(error),
            TapeError::Garbage(why) => Self::Garbage(why),
        }
    }
}
