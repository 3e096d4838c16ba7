//! What is in a tar, read in one pass: enough of each entry to compare two of them, in memory that names do not fill.

mod entry;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io::{self, Read};

use tar::{Entry, EntryType};

use self::entry::{Short, facts, short, shown};

pub(super) use self::entry::plain;

use crate::domain::ByteSize;
use crate::domain::text::visible;

/// Why a tar is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// It cannot be read on.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It ends in the middle.
    #[error("it ends before its end: it was cut off when it was written, or later")]
    CutOff,
    /// It begins with what no tar begins with.
    #[error("it is no tar: {0}")]
    NoTar(String),
    /// Something of it is not what belongs into a volume.
    #[error("{0}")]
    Wrong(String),
}

/// How closely it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Whether it is a whole tar, and how much is in it.
    Outline,
    /// Also each content, to be compared.
    Content,
}

/// What is in a tar.
#[derive(Debug, Default)]
pub struct Contents {
    /// What each name stands for. A name that comes twice stands for the later one, as when it is unpacked.
    entries: HashMap<Short, Short>,
    /// The folders that are there because something is in them.
    implied: HashSet<Short>,
    /// How many entries it has, folders and links too.
    pub count: u64,
    /// What its files hold together.
    pub bytes: u64,
}

/// What one tar has otherwise than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// It is not the same there.
    Other,
    /// It is only in the second.
    New,
}

impl Contents {
    /// What an entry of a second tar is to this one; none where it is the same.
    fn difference(&self, name: Short, entry: Short, is_folder: bool) -> Option<Difference> {
        match self.entries.get(&name) {
            Some(same) if *same == entry => None,
            Some(_) => Some(Difference::Other),
            // A tar need not name the folders that its files are in.
            None if is_folder && self.implied.contains(&name) => None,
            None => Some(Difference::New),
        }
    }

    /// How a second tar differs from this one, and how many entries of this one it has not. Each difference is told with
    /// its name, made safe.
    pub fn compare(
        &self,
        second: impl Read,
        mut tell: impl FnMut(Difference, String),
    ) -> Result<u64, Damage> {
        let mut seen = HashSet::new();
        scan_with(second, Depth::Content, |found| {
            if self.entries.contains_key(&found.key) {
                seen.insert(found.key);
            }
            if let Some(difference) = self.difference(found.key, found.entry, found.is_folder) {
                tell(
                    difference,
                    visible(&String::from_utf8_lossy(found.name)).into_owned(),
                );
            }
        })?;
        Ok(self.entries.len().saturating_sub(seen.len()) as u64)
    }
}

impl fmt::Display for Contents {
    /// `12 entries, 3.4M`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.count == 1 { "entry" } else { "entries" };
        write!(f, "{} {word}, {}", self.count, ByteSize(self.bytes))
    }
}

/// Reads a tar to its end.
pub fn scan(tar: impl Read, depth: Depth) -> Result<Contents, Damage> {
    scan_with(tar, depth, |_| {})
}

/// An entry, as it is told of.
struct Found<'a> {
    name: &'a [u8],
    key: Short,
    entry: Short,
    is_folder: bool,
}

fn scan_with(
    tar: impl Read,
    depth: Depth,
    mut tell: impl FnMut(&Found<'_>),
) -> Result<Contents, Damage> {
    let mut contents = Contents::default();
    let reading = Reading::default();
    let mut archive = tar::Archive::new(Watched {
        from: tar,
        reading: &reading,
    });
    let mut read = || {
        let mut entries = archive.entries()?;
        loop {
            reading.left.set(HEADERS);
            let Some(entry) = entries.next() else {
                return Ok(());
            };
            reading.left.set(u64::MAX);
            add(&mut contents, entry?, depth, &mut tell)?;
        }
    };
    match read() {
        Ok(()) => {}
        Err(Damage::Unreadable(_)) if reading.ended.get() => return Err(Damage::CutOff),
        Err(Damage::Unreadable(error)) if contents.count == 0 && !reading.failed.get() => {
            return Err(Damage::NoTar(error.to_string()));
        }
        Err(damage) => return Err(damage),
    }
    reading.left.set(u64::MAX);
    // A tar ends with two empty blocks, of which one was read. Where there is nothing more the stream just stopped.
    let padding = io::copy(&mut archive.into_inner(), &mut io::sink())?;
    if padding < BLOCK {
        return Err(Damage::CutOff);
    }
    Ok(contents)
}

/// What one entry's headers may take, in bytes: a name has 4 KiB at most, and there can be attributes.
const HEADERS: u64 = 4 << 20;

/// What came of reading so far.
#[derive(Default)]
struct Reading {
    /// Whether there was no more.
    ended: Cell<bool>,
    /// Whether it could not be read.
    failed: Cell<bool>,
    /// How much may be read.
    left: Cell<u64>,
}

/// Notes what comes of reading. The headers of an entry are kept in memory: they end somewhere.
struct Watched<'a, R> {
    from: R,
    reading: &'a Reading,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.reading.left.get();
        if left == 0 {
            return Err(io::Error::other("the name of an entry has no end"));
        }
        let most = out.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = self.from.read(&mut out[..most]);
        match count {
            Ok(0) if most > 0 => self.reading.ended.set(true),
            Ok(count) => self.reading.left.set(left - count as u64),
            Err(_) => self.reading.failed.set(true),
        }
        count
    }
}

/// The unit of a tar, in bytes.
const BLOCK: u64 = 512;

fn add(
    contents: &mut Contents,
    mut entry: Entry<'_, impl Read>,
    depth: Depth,
    tell: &mut impl FnMut(&Found<'_>),
) -> Result<(), Damage> {
    let kind = entry.header().entry_type();
    // What concerns all that comes after it holds nothing of its own.
    if kind == EntryType::XGlobalHeader {
        return Ok(());
    }
    let path = entry.path_bytes().into_owned();
    let name = plain(&path)?;
    let key = short(&name);
    contents.count += 1;
    let is_folder = kind == EntryType::Directory;
    let facts = match kind {
        EntryType::Link => {
            let target = entry.link_name_bytes().unwrap_or_default();
            let target = plain(&target)?;
            // Two names of one file: which of them comes first is up to who packs it.
            *contents.entries.get(&short(&target)).ok_or_else(|| {
                Damage::Wrong(format!("{} is a link to what is not in it", shown(&name)))
            })?
        }
        _ => facts(&mut entry, kind, depth, &mut contents.bytes, &name)?,
    };
    if name.is_empty() && !is_folder {
        let why = "what it is all in is no folder";
        return Err(Damage::Wrong(why.to_owned()));
    }
    imply(contents, &name);
    contents.entries.insert(key, facts);
    tell(&Found {
        name: &name,
        key,
        entry: facts,
        is_folder,
    });
    Ok(())
}

/// Notes the folders that a name is in, up to the first that is noted already.
fn imply(contents: &mut Contents, name: &[u8]) {
    let mut end = name.len();
    if end == 0 {
        return;
    }
    loop {
        end = memchr::memrchr(b'/', &name[..end]).unwrap_or(0);
        if !contents.implied.insert(short(&name[..end])) || end == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
