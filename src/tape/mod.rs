//! A tar stream (POSIX.1-2001 pax, GNU, old) as it comes from an engine: read once, member by member, nothing of the
//! files kept.
//!
//! The tar crate's own walk reads a long name or a pax header into memory however long it says it is; what is in a
//! container or an image is whoever's made it. So it parses the headers here, and the walk is ours.

mod chunks;
mod walk;

use std::io;

pub use chunks::Chunks;
pub use walk::{Body, Member, Tape, is_header, read_full};

/// Why a tar cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum TapeError {
    /// The stream ended in the middle, or failed.
    #[error("{0}")]
    Read(#[from] io::Error),
    /// It is no tar.
    #[error("{0}")]
    Garbage(String),
}
