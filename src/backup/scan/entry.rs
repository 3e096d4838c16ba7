//! What an entry of a tar is, as a digest, and its name as it is compared.

use std::io::{self, Read};

use sha2::{Digest, Sha256};
use tar::{Entry, EntryType, Header};

use super::{Damage, Depth};
use crate::domain::text::visible;

/// The beginning of a SHA-256: enough that no two names or entries of a volume have the same.
pub(super) type Short = [u8; 16];

/// Owner, mode and time of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct About {
    /// Its permission bits.
    mode: u32,
    /// Its owner's number.
    uid: u64,
    /// Its group's number.
    gid: u64,
    /// When it was last written, in seconds since 1970.
    modified: u64,
}

/// What an entry is but for its name.
pub(super) fn facts(
    entry: &mut Entry<'_, impl Read>,
    kind: EntryType,
    depth: Depth,
    bytes: &mut u64,
    name: &[u8],
) -> Result<Short, Damage> {
    let mut digest = Sha256::new();
    let about = about(entry.header())?;
    digest.update(about.mode.to_le_bytes());
    for number in [about.uid, about.gid, about.modified] {
        digest.update(number.to_le_bytes());
    }
    if let Some(capability) = capability(entry)? {
        digest.update(b"capability");
        digest.update(capability);
    }
    match kind {
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
            digest.update(b"file");
            let size = entry.size();
            *bytes = bytes.saturating_add(size);
            digest.update(size.to_le_bytes());
            let read = match depth {
                Depth::Content => io::copy(entry, &mut Sink(&mut digest))?,
                Depth::Outline => io::copy(entry, &mut io::sink())?,
            };
            if read < size {
                return Err(Damage::CutOff);
            }
        }
        EntryType::Directory => digest.update(b"folder"),
        EntryType::Symlink => {
            digest.update(b"link");
            digest.update(&*entry.link_name_bytes().unwrap_or_default());
        }
        EntryType::Fifo => digest.update(b"pipe"),
        EntryType::Char | EntryType::Block => {
            digest.update([kind.as_byte()]);
            for number in [
                entry.header().device_major()?,
                entry.header().device_minor()?,
            ] {
                digest.update(number.unwrap_or_default().to_le_bytes());
            }
        }
        other => {
            let why = format!("{} is of an unknown kind ({other:?})", shown(name));
            return Err(Damage::Wrong(why));
        }
    }
    Ok(shortened(digest))
}

/// The one extended attribute that engines pack.
fn capability(entry: &mut Entry<'_, impl Read>) -> io::Result<Option<Vec<u8>>> {
    let Some(records) = entry.pax_extensions()? else {
        return Ok(None);
    };
    for record in records {
        let record = record?;
        if record.key_bytes() == b"SCHILY.xattr.security.capability" {
            return Ok(Some(record.value_bytes().to_vec()));
        }
    }
    Ok(None)
}

fn about(header: &Header) -> io::Result<About> {
    Ok(About {
        // Some packers put the kind of file there, too.
        mode: header.mode()? & 0o7777,
        uid: header.uid()?,
        gid: header.gid()?,
        modified: header.mtime()?,
    })
}

/// A name without what only packers put there: `./a/b/` is `a/b`, the folder of everything is empty.
pub(in crate::backup) fn plain(path: &[u8]) -> Result<Vec<u8>, Damage> {
    let mut name = Vec::with_capacity(path.len());
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                let why = format!("{} leads out of it", shown(path));
                return Err(Damage::Wrong(why));
            }
            part => {
                if !name.is_empty() {
                    name.push(b'/');
                }
                name.extend_from_slice(part);
            }
        }
    }
    Ok(name)
}

pub(super) fn shown(name: &[u8]) -> String {
    visible(&String::from_utf8_lossy(name)).into_owned()
}

pub(super) fn short(bytes: &[u8]) -> Short {
    let mut digest = Sha256::new();
    digest.update(bytes);
    shortened(digest)
}

fn shortened(digest: Sha256) -> Short {
    let mut short = [0; 16];
    let whole = digest.finalize();
    short
        .iter_mut()
        .zip(whole)
        .for_each(|(to, from)| *to = from);
    short
}

/// A digest as what is written to.
struct Sink<'a>(&'a mut Sha256);

impl io::Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
