//! A file or folder of this machine as a tar, with one owner for all of it.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use tar::{Builder, EntryType, Header};

use crate::backup::Damage;
use crate::domain::text::visible;

/// What a header has room for; longer names go into a record of their own (POSIX pax).
const SHORT: usize = 100;

/// Who owns it there: the numbers of a user and a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) uid: u64,
    pub(super) gid: u64,
}

/// Packs what is at a path under a name, with modes and times. Links in a folder stay links; devices, pipes and sockets
/// are left out. How many those were.
pub(super) fn pack(path: &Path, name: &str, owner: Owner, to: impl Write) -> Result<u64, Damage> {
    let mut builder = Builder::new(to);
    let mut left_out = 0;
    let mut to_do = vec![(path.to_owned(), name.as_bytes().to_vec())];
    let mut is_named = true;
    while let Some((path, name)) = to_do.pop() {
        // Who names a link means what it leads to.
        let about = if std::mem::take(&mut is_named) {
            fs::metadata(&path)
        } else {
            fs::symlink_metadata(&path)
        };
        let about = about.map_err(|error| unread(&path, &error))?;
        if about.is_dir() {
            let header = header(&about, EntryType::Directory, owner);
            append(&mut builder, header, (&name, None), io::empty())?;
            let below = below(&path, &name).map_err(|error| unread(&path, &error))?;
            to_do.extend(below);
        } else if about.is_file() {
            regular(&mut builder, &path, &name, owner)?;
        } else if about.is_symlink() {
            let target = fs::read_link(&path).map_err(|error| unread(&path, &error))?;
            let target = target.into_os_string().into_vec();
            let header = header(&about, EntryType::Symlink, owner);
            append(&mut builder, header, (&name, Some(&target)), io::empty())?;
        } else {
            left_out += 1;
        }
    }
    builder.into_inner()?.flush()?;
    Ok(left_out)
}

/// What is in a folder, the last name first, for it is taken from the end.
fn below(path: &Path, name: &[u8]) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let entries = fs::read_dir(path)?;
    let below = entries.map(|entry| {
        let entry = entry?;
        let name = [name, b"/", entry.file_name().as_bytes()].concat();
        Ok((entry.path(), name))
    });
    let mut below = below.collect::<io::Result<Vec<_>>>()?;
    below.sort_by(|a, b| b.1.cmp(&a.1));
    Ok(below)
}

fn regular(
    builder: &mut Builder<impl Write>,
    path: &Path,
    name: &[u8],
    owner: Owner,
) -> Result<(), Damage> {
    // Whatever it became since it was looked at, it is not waited for.
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let opened = OpenOptions::new().read(true).custom_flags(flags).open(path);
    let described = opened.and_then(|file: File| {
        let about = file.metadata()?;
        Ok((file, about))
    });
    let (file, about) = described.map_err(|error| unread(path, &error))?;
    if !about.is_file() {
        return Err(Damage::Wrong(format!(
            "{} is no file any more",
            shown(path)
        )));
    }
    let header = header(&about, EntryType::Regular, owner);
    let body = Exact {
        file,
        left: about.len(),
        path,
    };
    append(builder, header, (name, None), body)
}

fn header(about: &Metadata, kind: EntryType, owner: Owner) -> Header {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(about.mode() & 0o7777);
    header.set_uid(owner.uid);
    header.set_gid(owner.gid);
    header.set_mtime(u64::try_from(about.mtime()).unwrap_or_default());
    let size = if kind == EntryType::Regular {
        about.len()
    } else {
        0
    };
    header.set_size(size);
    header
}

fn append(
    builder: &mut Builder<impl Write>,
    mut header: Header,
    (name, link): (&[u8], Option<&[u8]>),
    body: impl Read,
) -> Result<(), Damage> {
    let mut records: Vec<(&str, &[u8])> = Vec::new();
    let room = name.len().min(SHORT);
    header.as_old_mut().name[..room].copy_from_slice(&name[..room]);
    if name.len() > SHORT {
        records.push(("path", name));
    }
    match link {
        Some(link) if link.len() > SHORT => records.push(("linkpath", link)),
        Some(link) => header.set_link_name_literal(link)?,
        None => {}
    }
    header.set_cksum();
    builder.append_pax_extensions(records)?;
    Ok(builder.append(&header, body)?)
}

/// So many bytes of a file: no more, for its header says how many; fewer are an error.
struct Exact<'a> {
    file: File,
    left: u64,
    path: &'a Path,
}

impl Read for Exact<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(out.len());
        let count = self.file.read(&mut out[..most])?;
        if count == 0 && most > 0 {
            let why = format!("{} became shorter while it was read", shown(self.path));
            return Err(io::Error::other(why));
        }
        self.left -= count as u64;
        Ok(count)
    }
}

fn unread(path: &Path, error: &io::Error) -> Damage {
    Damage::Wrong(format!("{}: {error}", shown(path)))
}

fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy()).into_owned()
}
