//! Certificates in folders of this machine that the config names, read without an engine.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rustix::fs::OFlags;

use super::examine::{Reading, below, examine};
use super::read::LIMITS;
use super::tree::Tree;
use crate::backend::{Archive, ArchiveEntry, ArchiveKind};

/// How deep folders are gone into, and how many entries are looked at.
const DEEPEST: usize = 12;
const MOST: usize = 4096;

/// What a folder or file of this machine holds. Blocks; a person named it, so it must be there.
pub(super) fn read(path: &Path) -> io::Result<Reading> {
    let root = path.canonicalize()?;
    let mut walk = Walk::default();
    walk.add(&root, 0)?;
    let root = root.to_string_lossy().into_owned();
    let truncated = walk.archive.truncated;
    let unreadable = std::mem::take(&mut walk.unreadable);
    let tree = Tree::new(walk.archive);
    let mut reading = examine(&tree, &root, false, truncated);
    reading.problems.extend(
        unreadable
            .into_iter()
            .map(|(path, why)| (below(&root, &path), why)),
    );
    for link in tree.ways_out() {
        match follow(Path::new(link)) {
            Ok(tree) => reading.add_linked(&tree, &root, link),
            Err(error) => {
                let why = format!("its link leads out of the folder: {error}");
                reading.problems.push((below(&root, link), why));
            }
        }
    }
    Ok(reading)
}

fn follow(link: &Path) -> io::Result<Tree> {
    let mut walk = Walk::default();
    let target = link.canonicalize()?;
    if target.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    walk.add(&target, 0)?;
    Ok(Tree::new(walk.archive))
}

#[derive(Default)]
struct Walk {
    archive: Archive,
    unreadable: Vec<(String, String)>,
    /// Bytes so far.
    total: u64,
}

impl Walk {
    /// Adds what is at a path, and below it. Only what was asked for itself must be readable.
    fn add(&mut self, path: &Path, depth: usize) -> io::Result<()> {
        if self.archive.entries.len() >= MOST || self.total > LIMITS.total {
            self.archive.truncated = true;
            return Ok(());
        }
        let metadata = fs::symlink_metadata(path)?;
        let kind = if metadata.is_symlink() {
            ArchiveKind::Link(fs::read_link(path)?.to_string_lossy().into_owned())
        } else if metadata.is_dir() {
            ArchiveKind::Folder
        } else if metadata.is_file() {
            ArchiveKind::File(self.content(path)?)
        } else {
            return Ok(());
        };
        let is_folder = kind == ArchiveKind::Folder;
        let modified = metadata.modified().ok();
        self.archive.entries.push(ArchiveEntry {
            path: path.to_string_lossy().into_owned(),
            kind,
            modified: modified
                .and_then(|time| Timestamp::try_from(time).ok())
                .unwrap_or(Timestamp::UNIX_EPOCH),
        });
        if is_folder && depth < DEEPEST {
            let mut inside: Vec<PathBuf> = fs::read_dir(path)?
                .take(MOST)
                .filter_map(|entry| Some(entry.ok()?.path()))
                .collect();
            inside.sort();
            for path in inside {
                if let Err(error) = self.add(&path, depth + 1) {
                    let path = path.to_string_lossy().into_owned();
                    self.unreadable.push((path, error.to_string()));
                }
            }
        }
        Ok(())
    }

    /// The content of a regular file; none of one that is too large.
    fn content(&mut self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        // A file that becomes a pipe or a link meanwhile must not hold us up or lead us away.
        let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW;
        let file: File = OpenOptions::new()
            .read(true)
            .custom_flags(flags.bits().cast_signed())
            .open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() || metadata.len() > LIMITS.file {
            return Ok(None);
        }
        // In one piece: a buffer that grows leaves copies behind, and it may hold a private key.
        let size = usize::try_from(metadata.len()).unwrap_or_default();
        let mut content = Vec::with_capacity(size + 1);
        file.take(LIMITS.file).read_to_end(&mut content)?;
        self.total += content.len() as u64;
        Ok(Some(content))
    }
}
