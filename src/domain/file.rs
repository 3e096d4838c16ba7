//! Files of containers and volumes, as a person looks through them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::text::visible;
use super::{ActionName, ByteSize, ContainerId};

/// Whose files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilesOf {
    /// All that a container sees, running or not.
    Container(ContainerId),
    /// A volume, by its name, and nothing outside of it.
    Volume(String),
}

/// A path among somebody's files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FilePlace {
    /// Whose.
    pub of: FilesOf,
    /// The path, from their root: it begins with a slash, and ends with none but for the root.
    pub path: String,
}

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, and where it points as it is written.
    Link(String),
    /// A block device.
    BlockDevice,
    /// A character device.
    CharDevice,
    /// A named pipe.
    Pipe,
    /// A socket.
    Socket,
}

impl FileKind {
    /// The word for people and scripts.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Folder => "folder",
            Self::Link(_) => "link",
            Self::BlockDevice => "block device",
            Self::CharDevice => "character device",
            Self::Pipe => "pipe",
            Self::Socket => "socket",
        }
    }

    /// What `ls -l` begins a line with.
    const fn letter(&self) -> char {
        match self {
            Self::File => '-',
            Self::Folder => 'd',
            Self::Link(_) => 'l',
            Self::BlockDevice => 'b',
            Self::CharDevice => 'c',
            Self::Pipe => 'p',
            Self::Socket => 's',
        }
    }
}

/// A file of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Its name, untrusted.
    pub name: String,
    /// Whether that is all of its name: one that is not UTF-8 is shown, and cannot be asked for.
    pub exact: bool,
    /// What it is.
    pub kind: FileKind,
    /// What a regular file holds.
    pub size: ByteSize,
    /// Its permission bits.
    pub mode: u32,
    /// Its owner's number.
    pub uid: u64,
    /// Its group's number.
    pub gid: u64,
    /// When it was last written; none where that is no time.
    pub modified: Option<Timestamp>,
}

impl FileEntry {
    /// As `ls -l` has it: `-rw-r--r--`, `drwxrwxrwt`.
    pub fn permissions(&self) -> String {
        let mut text = String::with_capacity(10);
        text.push(self.kind.letter());
        for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
            let bits = self.mode >> shift;
            text.push(if bits & 4 == 0 { '-' } else { 'r' });
            text.push(if bits & 2 == 0 { '-' } else { 'w' });
            text.push(match (self.mode & special != 0, bits & 1 != 0) {
                (true, true) => letter,
                (true, false) => letter.to_ascii_uppercase(),
                (false, true) => 'x',
                (false, false) => '-',
            });
        }
        text
    }
}

/// What files are sorted by; folders come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileOrder {
    /// Their names.
    #[default]
    Name,
    /// The largest first.
    Size,
    /// The one that was written last first.
    Modified,
}

impl FileOrder {
    /// The order after this one, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Name => Self::Size,
            Self::Size => Self::Modified,
            Self::Modified => Self::Name,
        }
    }

    /// Which of two files comes first.
    pub fn compare(self, one: &FileEntry, other: &FileEntry) -> Ordering {
        let is_file = |entry: &FileEntry| entry.kind != FileKind::Folder;
        let folders = is_file(one).cmp(&is_file(other));
        let own = match self {
            Self::Name => Ordering::Equal,
            Self::Size => other.size.cmp(&one.size),
            Self::Modified => other.modified.cmp(&one.modified),
        };
        let by_name = || one.name.cmp(&other.name);
        folders.then(own).then_with(by_name)
    }
}

/// What is in a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    /// Its files, as many as are kept, in no order.
    pub entries: Vec<FileEntry>,
    /// How many there are besides.
    pub more: u64,
    /// Why the reading ended before its end; none where it did not.
    pub unfinished: Option<String>,
}

impl Folder {
    /// So many files of one folder are kept; the others are counted.
    pub const MOST: usize = 50_000;
}

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// A folder.
    Folder {
        /// Its path, without links.
        path: String,
        /// What is in it.
        folder: Folder,
        /// Folders below it that came along, by their paths; those are whole.
        below: BTreeMap<String, Folder>,
    },
    /// A regular file.
    File {
        /// Its path, without links.
        path: String,
        /// What it holds, from its beginning: at most as much as was asked for.
        content: Vec<u8>,
        /// How much it holds.
        size: ByteSize,
    },
    /// Neither.
    Other {
        /// Its path.
        path: String,
        /// What it is.
        word: &'static str,
    },
}

/// A file or folder that is copied from or to somebody's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCopy {
    /// There: what is copied out, or the folder that something is copied into.
    pub place: FilePlace,
    /// Here, on the machine where topside runs: what it becomes, or what is copied in.
    pub local: String,
    /// The name it gets there; none keeps its own. Of what is copied in only.
    pub name: Option<String>,
    /// Whether a file that is there already is written over. A folder never is.
    pub overwrite: bool,
}

impl FileCopy {
    /// What is copied, for people: a job's title.
    pub fn title(&self, action: ActionName, target: impl fmt::Display) -> String {
        match action {
            ActionName::CopyOut => format!("copy {} out of {target}", visible(&self.place.path)),
            _ => format!(
                "copy {} into {} of {target}",
                visible(self.name_there()),
                visible(&self.place.path)
            ),
        }
    }

    /// What it is called where it is copied into.
    pub fn name_there(&self) -> &str {
        let own = || last_part(self.local.trim_end_matches('/'));
        self.name.as_deref().unwrap_or_else(own)
    }

    /// Where it is copied into, whole.
    pub fn path_there(&self) -> String {
        join(&self.place.path, self.name_there())
    }
}

impl fmt::Display for FilePlace {
    /// The path, and whose it is: `/data/a of volume wezm_data`. Safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = visible(&self.path);
        match &self.of {
            FilesOf::Container(id) => write!(f, "{path} of {}", id.short()),
            FilesOf::Volume(name) => write!(f, "{path} of volume {}", visible(name)),
        }
    }
}

/// A path with a name added to it.
pub fn join(folder: &str, name: &str) -> String {
    let folder = folder.trim_end_matches('/');
    format!("{folder}/{name}")
}

/// The folder that a path is in; of the root the root.
pub fn parent(path: &str) -> &str {
    match path.trim_end_matches('/').rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((folder, _)) => folder,
    }
}

/// The name at the end of a path; of the root nothing.
pub fn last_part(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// A path as it is kept: from the root, without empty parts and dots; what climbs out of the root stays in it.
pub fn absolute(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: FileKind, mode: u32) -> FileEntry {
        FileEntry {
            name: "a".to_owned(),
            exact: true,
            kind,
            size: ByteSize(0),
            mode,
            uid: 0,
            gid: 0,
            modified: None,
        }
    }

    #[test]
    fn permissions_are_those_of_ls() {
        let said = |kind, mode| entry(kind, mode).permissions();
        assert_eq!(said(FileKind::File, 0o644), "-rw-r--r--");
        assert_eq!(said(FileKind::File, 0o4755), "-rwsr-xr-x");
        assert_eq!(said(FileKind::File, 0o4644), "-rwSr--r--");
        assert_eq!(said(FileKind::Folder, 0o1777), "drwxrwxrwt");
        assert_eq!(said(FileKind::Folder, 0o3770), "drwxrws--T");
        assert_eq!(said(FileKind::Link(String::new()), 0o777), "lrwxrwxrwx");
    }

    #[test]
    fn paths_stay_below_their_root() {
        assert_eq!(absolute("../../etc/./passwd//"), "/etc/passwd");
        assert_eq!(absolute(""), "/");
        assert_eq!(absolute("/a/b/../../.."), "/");
        assert_eq!(join("/", "a"), "/a");
        assert_eq!(join("/a/b", "c"), "/a/b/c");
        assert_eq!(
            (parent("/a/b"), parent("/a"), parent("/")),
            ("/a", "/", "/")
        );
        assert_eq!((last_part("/a/b"), last_part("/")), ("b", ""));
    }

    #[test]
    fn what_is_copied_in_keeps_its_name_unless_it_gets_another() {
        let mut copy = FileCopy {
            place: FilePlace {
                of: FilesOf::Volume("data".to_owned()),
                path: "/".to_owned(),
            },
            local: "/srv/site/".to_owned(),
            name: None,
            overwrite: false,
        };
        assert_eq!(copy.path_there(), "/site");
        copy.name = Some("other".to_owned());
        assert_eq!(copy.path_there(), "/other");
    }
}
