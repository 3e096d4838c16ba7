//! The files of a folder and of those in it.

use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};

/// Deeper than any client keeps certificates.
const DEEPEST: usize = 16;
/// More files than this in one walk are somebody's whole disk.
const MOST_FILES: usize = 20_000;

/// What a walk came upon.
#[derive(Default)]
pub(super) struct Found {
    /// Files, and links to files, by their names.
    pub files: Vec<PathBuf>,
    /// What could not be looked into, and why.
    pub unreadable: Vec<(PathBuf, String)>,
}

/// Walks a folder, by name. Links to files count, as certbot has them; links to folders are not followed, for they lead
/// around in circles or out of what was asked for.
pub(super) fn walk(folder: &Path) -> Found {
    let mut found = Found::default();
    // The next one is at the end.
    let mut open = vec![(folder.to_owned(), 0)];
    let mut seen = 0;
    while let Some((path, depth)) = open.pop() {
        seen += 1;
        if seen > MOST_FILES {
            let why = format!("more than {MOST_FILES} files; the others were left out");
            found.unreadable.push((folder.to_owned(), why));
            break;
        }
        // A file, or something that is gone by now.
        if depth > 0 && !path.symlink_metadata().is_ok_and(|of| of.is_dir()) {
            found.add_file(path);
            continue;
        }
        if depth > DEEPEST {
            found
                .unreadable
                .push((path, "too many folders deep".to_owned()));
            continue;
        }
        if is_of_the_kernel(&path) {
            continue;
        }
        match entries(&path) {
            Ok(entries) => open.extend(entries.into_iter().map(|entry| (entry, depth + 1))),
            Err(error) => found.unreadable.push((path, error.to_string())),
        }
    }
    found
}

impl Found {
    fn add_file(&mut self, path: PathBuf) {
        match path.metadata() {
            Ok(metadata) if metadata.is_file() => self.files.push(path),
            // Sockets and pipes hold nothing; a link into nowhere is nobody's certificate.
            Ok(_) | Err(_) => {}
        }
    }
}

/// Whether a folder is of `/proc` or `/sys`, where files may be without end or keep a reader waiting.
fn is_of_the_kernel(folder: &Path) -> bool {
    // `PROC_SUPER_MAGIC` and `SYSFS_MAGIC` (statfs(2)); what else the kernel makes is mounted below them.
    rustix::fs::statfs(folder).is_ok_and(|of| matches!(of.f_type, 0x9fa0 | 0x6265_6572))
}

/// The paths in a folder, the first name last.
fn entries(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries: Result<Vec<DirEntry>, _> = fs::read_dir(folder)?.take(MOST_FILES + 1).collect();
    let mut paths: Vec<PathBuf> = entries?.iter().map(DirEntry::path).collect();
    paths.sort_by(|a, b| b.cmp(a));
    Ok(paths)
}
