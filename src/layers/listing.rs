//! What one layer's tar says: its files, and what it deletes of the layers below (OCI image spec, layer.md: whiteouts).

use std::io::Read;

use tar::EntryType;

use super::LayersError;
use crate::tape::Tape;

const WHITEOUT: &[u8] = b".wh.";
const OPAQUE: &[u8] = b".wh..wh..opq";
/// AUFS's own book-keeping, which old engines put into layers.
const OF_AUFS: &[u8] = b".wh..wh.";

/// Relative to the root, without a slash at either end.
pub(super) type Path = Box<[u8]>;

/// What a layer holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    /// By path, each once.
    pub(super) nodes: Vec<Node>,
    /// What is deleted.
    pub(super) whiteouts: Vec<Path>,
    /// Folders that begin anew: nothing of the layers below is in them.
    pub(super) opaque: Vec<Path>,
}

/// A path of a layer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) path: Path,
    pub(super) kind: NodeKind,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    Folder,
    /// A file of so many bytes; a symbolic link of those of its target; a device or a pipe of none.
    File(u64),
    /// Another name of the file at this path.
    SecondName(Path),
}

/// How many names may still be held: an image may be made to have no end of them.
pub(super) struct Room {
    pub(super) names: usize,
    pub(super) bytes: usize,
}

impl Room {
    /// The largest images have half a million files.
    const NAMES: usize = 2_000_000;
    const BYTES: usize = 256 << 20;

    pub(super) const fn new() -> Self {
        Self {
            names: Self::NAMES,
            bytes: Self::BYTES,
        }
    }

    fn take(&mut self, path: &[u8]) -> Result<(), LayersError> {
        let full = || LayersError::TooMany(Self::NAMES);
        self.names = self.names.checked_sub(1).ok_or_else(full)?;
        self.bytes = self.bytes.checked_sub(path.len()).ok_or_else(full)?;
        Ok(())
    }
}

/// Reads a layer's tar to its end.
pub(super) fn read(reader: impl Read, room: &mut Room) -> Result<Listing, LayersError> {
    let mut tape = Tape::new(reader);
    let mut listing = Listing::default();
    while let Some(member) = tape.next_member()? {
        let path = normal(&member.path);
        room.take(&path)?;
        let (folder, name) = split(&path);
        if name == OPAQUE {
            listing.opaque.push(folder.into());
            continue;
        }
        if name.starts_with(OF_AUFS) {
            continue;
        }
        if let Some(name) = name.strip_prefix(WHITEOUT) {
            let gone = [folder, name].join(if folder.is_empty() { &b""[..] } else { b"/" });
            listing.whiteouts.push(gone.into());
            continue;
        }
        let kind = match member.kind {
            EntryType::Directory => NodeKind::Folder,
            EntryType::Link => {
                let first = normal(&member.link);
                room.take(&first)?;
                NodeKind::SecondName(first)
            }
            // As engines count it.
            EntryType::Symlink => NodeKind::File(member.link.len() as u64),
            _ => NodeKind::File(member.size),
        };
        if !path.is_empty() {
            listing.nodes.push(Node { path, kind });
        }
    }
    // What is in it twice is there as it was written last.
    listing.nodes.reverse();
    listing.nodes.sort_by(|a, b| a.path.cmp(&b.path));
    listing.nodes.dedup_by(|a, b| a.path == b.path);
    Ok(listing)
}

/// A path without `.`, `..` and needless slashes; nothing climbs out of the root.
pub(super) fn normal(path: &[u8]) -> Path {
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join(&b'/').into()
}

/// The folder and the name in it.
pub(super) fn split(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|byte| *byte == b'/') {
        Some(at) => (&path[..at], &path[at + 1..]),
        None => (b"", path),
    }
}
