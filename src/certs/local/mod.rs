//! Certificates in files of this machine: those that are named, and those in folders that are named.

mod siblings;
mod walk;

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::targets::has_extension;
use super::traefik::parse_acme_json;
use super::{Parsed, parse};

/// No file of certificates is as large; of larger ones only the beginning is looked at.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;
/// A copy of a certificate for a server is smaller.
const LARGEST_COPY: u64 = 1024 * 1024;
/// A folder of more than this is somebody's data.
const LARGEST_FOLDER: u64 = 2 * 1024 * 1024 * 1024;

/// A file that was read.
#[derive(Debug)]
pub struct LocalFile {
    /// Its path as it was named, or below the folder that was.
    pub path: PathBuf,
    /// What it holds.
    pub parsed: Parsed,
    /// Whether its private key is that of its leaves: the key in the file, else the one kept beside it. None where
    /// there is no key or no leaf, or where that cannot be told.
    pub key_match: Option<bool>,
}

/// What was read of some paths.
#[derive(Debug, Default)]
pub struct LocalFiles {
    /// Each file that was named, and each of a folder that holds something; in the order of the names.
    pub files: Vec<LocalFile>,
    /// What could not be read, and why.
    pub unreadable: Vec<(PathBuf, String)>,
}

/// Reads files, and folders with all that is below them. What cannot be read hides nothing else. `-` is the standard
/// input.
pub fn read_local(paths: &[PathBuf]) -> LocalFiles {
    let mut found = LocalFiles::default();
    for path in paths {
        found.add(path);
    }
    found
}

/// The files of a folder, by their names, that are named as certificates are and hold one; and what was not looked at.
/// Nobody named them: of other files nothing is read, however many there are. Blocks.
pub fn certificates_in(folder: &Path) -> LocalFiles {
    let walk::Found { files, unreadable } = walk::walk(folder);
    let is_one = |path: &PathBuf| {
        let small = path.metadata().is_ok_and(|of| of.len() <= LARGEST_COPY);
        small && has_extension(&path.to_string_lossy())
    };
    let read = files.into_iter().filter(is_one).filter_map(|path| {
        let parsed = read(&path).ok()?;
        parsed.first_leaf()?;
        Some(LocalFile {
            key_match: parsed.key_match(),
            path,
            parsed,
        })
    });
    LocalFiles {
        files: read.collect(),
        unreadable,
    }
}

impl LocalFiles {
    fn add(&mut self, path: &Path) {
        if path.as_os_str() == "-" {
            return self.add_file(path, Path::new("/dev/stdin"), true);
        }
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => self.add_folder(path),
            Ok(_) => self.add_file(path, path, true),
            Err(error) => self.unreadable(path, &error),
        }
    }

    fn add_folder(&mut self, folder: &Path) {
        let walk::Found { files, unreadable } = walk::walk(folder);
        for (path, why) in unreadable {
            self.unreadable.push((path, why));
        }
        let mut left = LARGEST_FOLDER;
        for path in files {
            let len = path.metadata().map_or(0, |metadata| metadata.len());
            let Some(rest) = left.checked_sub(len.min(LARGEST_FILE)) else {
                let gibibytes = LARGEST_FOLDER / (1024 * 1024 * 1024);
                let from = path.display();
                let why = format!("over {gibibytes} GiB; from {from} on nothing was read");
                return self.unreadable.push((folder.to_owned(), why));
            };
            left = rest;
            self.add_file(&path, &path, false);
        }
    }

    /// A file that nobody named counts only if it holds something.
    fn add_file(&mut self, name: &Path, path: &Path, is_named: bool) {
        match read(path) {
            Ok(parsed) => {
                if is_named || !parsed.is_nothing() {
                    let key_match = parsed
                        .key_match()
                        .or_else(|| siblings::key_match(path, &parsed));
                    self.files.push(LocalFile {
                        path: name.to_owned(),
                        parsed,
                        key_match,
                    });
                }
            }
            Err(error) => self.unreadable(name, &error),
        }
    }

    fn unreadable(&mut self, path: &Path, error: &io::Error) {
        self.unreadable.push((path.to_owned(), error.to_string()));
    }
}

impl Parsed {
    /// Whether a file holds neither certificates nor what should be some.
    fn is_nothing(&self) -> bool {
        self.certificates.is_empty() && self.problems.is_empty() && !self.locked
    }
}

/// Reads a file of this machine.
fn read(path: &Path) -> io::Result<Parsed> {
    let metadata = path.metadata()?;
    if !is_readable(path, &metadata) {
        return Err(io::Error::other("it is neither a file nor a folder"));
    }
    // Never grown, for a vector that moves leaves a copy of what may be a private key behind.
    let len = if metadata.is_file() {
        metadata.len().min(LARGEST_FILE)
    } else {
        LARGEST_FILE
    };
    let mut content = Zeroizing::new(Vec::with_capacity(len as usize + 1));
    File::open(path)?
        .take(LARGEST_FILE)
        .read_to_end(&mut content)?;
    let mut parsed = parse(&content);
    if parsed.is_nothing()
        && let Some(stored) = parse_acme_json(&content)
    {
        parsed = stored.into_iter().fold(parsed, Parsed::joined);
    }
    if metadata.len() > LARGEST_FILE && !parsed.is_nothing() {
        let mebibytes = LARGEST_FILE / (1024 * 1024);
        parsed.problem(format!("only the first {mebibytes} MiB were read"));
    }
    Ok(parsed)
}

/// A named pipe or a device may keep a reader waiting for ever; those a shell or a person hands over do not.
fn is_readable(path: &Path, metadata: &Metadata) -> bool {
    let handed_over = ["/dev/stdin", "/dev/fd", "/proc/self/fd"]
        .iter()
        .any(|place| path.starts_with(place));
    let file_type = metadata.file_type();
    metadata.is_file() || (handed_over && (file_type.is_fifo() || file_type.is_char_device()))
}
