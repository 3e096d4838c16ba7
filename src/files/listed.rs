//! What is in a folder, from the headers of the tar of all that is below it.

use std::collections::{BTreeMap, HashMap};
use std::io::{ErrorKind, Read};

use jiff::Timestamp;
use tar::EntryType;

use crate::domain::{ByteSize, FileEntry, FileKind, Folder};
use crate::tape::{Member, Tape, TapeError};

/// So many files of folders further down are kept besides: who goes in there need not wait again.
const MOST_BELOW: usize = 50_000;

/// What was read of a tar.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// The folder itself.
    pub(super) folder: Folder,
    /// Folders below it by their paths from it, without a slash at either end; each is whole.
    pub(super) below: BTreeMap<String, Folder>,
}

/// Reads a tar whose names begin with `./`. What was read before an error counts: it says so.
pub(super) fn read(tar: impl Read) -> (Listed, Result<(), TapeError>) {
    let mut reading = Reading::default();
    let mut tape = Tape::new(tar);
    let outcome = loop {
        match tape.next_member() {
            Ok(Some(member)) => reading.add(&member),
            Ok(None) if tape.is_whole() => break Ok(()),
            Ok(None) => break Err(std::io::Error::from(ErrorKind::UnexpectedEof).into()),
            Err(error) => break Err(error),
        }
    };
    let mut listed = reading.listed;
    if outcome.is_err() {
        // Which of them were whole is not known.
        listed.below.clear();
    }
    (listed, outcome)
}

#[derive(Default)]
struct Reading {
    listed: Listed,
    /// How many files of folders further down are kept.
    kept: usize,
    /// What files hold that may have a second name, by path.
    sizes: HashMap<String, ByteSize>,
}

impl Reading {
    fn add(&mut self, member: &Member) {
        let Some((path, exact)) = relative(&member.path) else {
            return;
        };
        if path.is_empty() {
            return;
        }
        let (above, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let Some(entry) = self.entry(member, name, exact) else {
            return;
        };
        if above.is_empty() {
            if self.listed.folder.entries.len() >= Folder::MOST {
                self.listed.folder.more += 1;
                return;
            }
        } else if self.kept >= MOST_BELOW {
            // It is not whole now. Nothing is added to it again, for there is no more room.
            self.listed.below.remove(above);
            return;
        } else {
            self.kept += 1;
        }
        if entry.kind == FileKind::Folder && self.kept < MOST_BELOW {
            self.listed.below.entry(path.clone()).or_default();
        }
        if entry.kind == FileKind::File {
            self.sizes.insert(path.clone(), entry.size);
        }
        let folder = if above.is_empty() {
            &mut self.listed.folder
        } else {
            self.listed.below.entry(above.to_owned()).or_default()
        };
        folder.entries.push(entry);
    }

    fn entry(&self, member: &Member, name: &str, exact: bool) -> Option<FileEntry> {
        let kind = match member.kind {
            EntryType::Directory => FileKind::Folder,
            EntryType::Symlink => {
                FileKind::Link(String::from_utf8_lossy(&member.link).into_owned())
            }
            EntryType::Fifo => FileKind::Pipe,
            EntryType::Char => FileKind::CharDevice,
            EntryType::Block => FileKind::BlockDevice,
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse | EntryType::Link => {
                FileKind::File
            }
            _ => return None,
        };
        let size = match member.kind {
            // A second name of a file that came before.
            EntryType::Link => {
                let first = relative(&member.link).map(|(path, _)| path);
                let first = first.and_then(|path| self.sizes.get(&path));
                first.copied().unwrap_or_default()
            }
            _ if kind == FileKind::File => ByteSize(member.size),
            _ => ByteSize(0),
        };
        Some(FileEntry {
            name: name.to_owned(),
            exact,
            kind,
            size,
            mode: member.mode,
            uid: member.uid,
            gid: member.gid,
            modified: Timestamp::from_second(member.modified).ok(),
        })
    }
}

/// A name without what only packers put there, and whether it is UTF-8; none of one that would climb.
fn relative(path: &[u8]) -> Option<(String, bool)> {
    let (text, exact) = match std::str::from_utf8(path) {
        Ok(text) => (text.into(), true),
        Err(_) => (String::from_utf8_lossy(path), false),
    };
    let mut parts = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => return None,
            part => parts.push(part),
        }
    }
    Some((parts.join("/"), exact))
}
