//! Where a path leads below a folder of this machine, link by link, as it would within.
//!
//! The kernel keeps each step below the root (`openat2`); that the links are followed here says where a path led, which
//! an open file does not.

use std::io;
use std::os::fd::OwnedFd;

use rustix::fs::{FileType, Stat};
use rustix::fs::{Mode, OFlags, ResolveFlags, fstat, openat2, readlinkat};

/// So many links are followed (`MAXSYMLINKS` of Linux, `path_resolution(7)`).
const MOST_LINKS: usize = 40;
/// No path is longer (`PATH_MAX` of Linux).
const LONGEST: usize = 4_096;

/// Where the links below a root may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// The root is the root of who made them: they lead from it.
    FromRoot,
    /// It is a part of something: what leads out of it leads nowhere that we know.
    Within,
}

/// Why nothing was opened.
#[derive(Debug, thiserror::Error)]
pub(super) enum Astray {
    /// The system's words.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A link leads out of the part that the root is.
    #[error("a link on the way leads out of it, to {0}")]
    LeadsOut(String),
}

impl From<rustix::io::Errno> for Astray {
    fn from(error: rustix::io::Errno) -> Self {
        Self::Io(error.into())
    }
}

/// What a path led to: not opened for reading yet, and no link.
pub(super) struct Found {
    pub(super) file: OwnedFd,
    pub(super) stat: Stat,
    /// The path without links.
    pub(super) path: String,
}

/// Opens a file or folder below a root for looking at. Blocks.
pub(super) fn resolve(root: &OwnedFd, path: &str, links: Links) -> Result<Found, Astray> {
    let mut left: Vec<String> = parts(path);
    let mut done: Vec<String> = Vec::new();
    let mut followed = 0;
    let mut found = look(root, "")?;
    while let Some(part) = left.pop() {
        if part == ".." {
            if done.pop().is_none() && links == Links::Within {
                return Err(Astray::LeadsOut("..".to_owned()));
            }
            found = look(root, &done.join("/"))?;
            continue;
        }
        done.push(part);
        let here = done.join("/");
        if here.len() > LONGEST {
            return Err(rustix::io::Errno::NAMETOOLONG.into());
        }
        found = look(root, &here)?;
        if FileType::from_raw_mode(found.1.st_mode) != FileType::Symlink {
            continue;
        }
        followed += 1;
        if followed > MOST_LINKS {
            return Err(rustix::io::Errno::LOOP.into());
        }
        let target = readlinkat(&found.0, c"", Vec::new())?;
        let target = target
            .into_string()
            .map_err(|_| io::Error::other("a link on the way is not UTF-8"))?;
        done.pop();
        if target.starts_with('/') {
            if links == Links::Within {
                return Err(Astray::LeadsOut(target));
            }
            done.clear();
        }
        left.extend(parts(&target));
        // Where the link was the last part, what it leads to is looked at next; a link to the root has no part.
        found = look(root, &done.join("/"))?;
    }
    let (file, stat) = found;
    Ok(Found {
        file,
        stat,
        path: format!("/{}", done.join("/")),
    })
}

/// The parts of a path, the first one last.
fn parts(path: &str) -> Vec<String> {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    let mut parts: Vec<String> = parts.map(str::to_owned).collect();
    parts.reverse();
    parts
}

/// What is at a path, a link itself. No part of the path before it is a link, unless somebody made it one meanwhile: then
/// the kernel keeps it below the root.
fn look(root: &OwnedFd, path: &str) -> Result<(OwnedFd, Stat), Astray> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let within = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    let path = if path.is_empty() { "." } else { path };
    let file = openat2(root, path, flags, Mode::empty(), within)?;
    let stat = fstat(&file)?;
    Ok((file, stat))
}
