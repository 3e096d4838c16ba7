//! What was read of a folder, with its symbolic links followed as far as they stay in it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use zeroize::Zeroize;

use super::targets::has_extension;
use crate::backend::{Archive, ArchiveKind};
use crate::domain::file::absolute;

/// As many as Linux follows (`path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// A folder or file that was read. What it holds, private keys too, is overwritten when it is dropped.
pub(super) struct Tree {
    entries: BTreeMap<String, Entry>,
}

struct Entry {
    kind: ArchiveKind,
    modified: Timestamp,
}

impl Drop for Tree {
    fn drop(&mut self) {
        for entry in self.entries.values_mut() {
            if let ArchiveKind::File(Some(content)) = &mut entry.kind {
                content.zeroize();
            }
        }
    }
}

/// A file under the path by which it is used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct File<'a> {
    /// Absolute path; of a file with links to it the link's.
    pub path: &'a str,
    /// The path it has itself, behind all links.
    pub real: &'a str,
    /// None when it was too large.
    pub content: Option<&'a [u8]>,
    /// When it was last written.
    pub modified: Timestamp,
}

impl Tree {
    pub(super) fn new(archive: Archive) -> Self {
        Self {
            entries: archive
                .entries
                .into_iter()
                .map(|entry| {
                    let (kind, modified) = (entry.kind, entry.modified);
                    (absolute(&entry.path), Entry { kind, modified })
                })
                .collect(),
        }
    }

    /// Whether a path is a link itself.
    pub(super) fn is_link(&self, path: &str) -> bool {
        self.link(path).is_some()
    }

    fn link(&self, path: &str) -> Option<&str> {
        match &self.entries.get(path)?.kind {
            ArchiveKind::Link(target) => Some(target),
            _ => None,
        }
    }

    /// Whether something of this path was read.
    pub(super) fn has(&self, path: &str) -> bool {
        self.entries.contains_key(path)
    }

    /// The content of a file, links followed.
    pub(super) fn content(&self, path: &str) -> Option<&[u8]> {
        match &self.entries.get(&self.resolve(path)?)?.kind {
            ArchiveKind::File(content) => content.as_deref(),
            _ => None,
        }
    }

    /// Paths, kinds and times of all that was read, sorted by path.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &ArchiveKind, Timestamp)> {
        self.entries
            .iter()
            .map(|(path, entry)| (path.as_str(), &entry.kind, entry.modified))
    }

    /// Links that a person would name and that lead out of what was read.
    pub(super) fn ways_out(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter_map(|(path, entry)| {
            let leads = matches!(entry.kind, ArchiveKind::Link(_)) && has_extension(path);
            let target = if leads {
                self.resolve(path)?
            } else {
                return None;
            };
            (!self.has(&target)).then_some(path.as_str())
        })
    }

    /// Its files, each once: by the link that is in use where there is one, and without those that were replaced.
    pub(super) fn files(&self) -> Vec<File<'_>> {
        let mut links: BTreeMap<String, &str> = BTreeMap::new();
        for (path, entry) in &self.entries {
            // `openssl rehash` adds links such as `5cd81ad7.0`, which nobody names.
            if !matches!(entry.kind, ArchiveKind::Link(_)) || !has_extension(path) {
                continue;
            }
            let Some(target) = self.resolve(path) else {
                continue;
            };
            let used = links.entry(target).or_insert(path);
            if preference(path) < preference(used) {
                *used = path;
            }
        }
        self.entries
            .iter()
            .filter_map(|(path, entry)| {
                let ArchiveKind::File(content) = &entry.kind else {
                    return None;
                };
                let link = links.get(path).copied();
                if link.is_none() && self.is_replaced(path) {
                    return None;
                }
                Some(File {
                    path: link.unwrap_or(path),
                    real: path,
                    content: content.as_deref(),
                    modified: entry.modified,
                })
            })
            .collect()
    }

    /// Whether a file to which no link leads is an older generation: certbot's and lego's archives, and the files
    /// with a time in their name that dehydrated leaves.
    fn is_replaced(&self, path: &str) -> bool {
        let in_archive = [("/archive/", "live"), ("/archives/", "certificates")]
            .iter()
            .any(|(archive, live)| {
                path.split_once(archive)
                    .is_some_and(|(parent, _)| self.has_below(&format!("{parent}/{live}")))
            });
        in_archive || self.has_link_of_generation(path)
    }

    fn has_below(&self, folder: &str) -> bool {
        let below = format!("{folder}/");
        self.entries
            .range(below.clone()..)
            .next()
            .is_some_and(|(path, _)| path.starts_with(&below))
    }

    /// Whether `fullchain-1700000000.pem` has the link `fullchain.pem` beside it.
    fn has_link_of_generation(&self, path: &str) -> bool {
        of_generation(path).is_some_and(|link| self.is_link(&link))
    }

    /// The path behind all links; none when they lead in circles. What was not read counts as no link.
    pub(super) fn resolve(&self, path: &str) -> Option<String> {
        let mut ahead: Vec<&str> = path.rsplit('/').collect();
        let mut at = String::new();
        let mut followed = 0;
        while let Some(part) = ahead.pop() {
            match part {
                "" | "." => {}
                ".." => at.truncate(at.rfind('/').unwrap_or(0)),
                part => {
                    let parent = at.len();
                    at.push('/');
                    at.push_str(part);
                    if let Some(target) = self.link(&at) {
                        followed += 1;
                        if followed > MOST_LINKS {
                            return None;
                        }
                        at.truncate(if target.starts_with('/') { 0 } else { parent });
                        ahead.extend(target.rsplit('/'));
                    }
                }
            }
        }
        Some(at)
    }
}

/// `fullchain.pem` for `fullchain-1700000000.pem`, as dehydrated names them.
pub(super) fn of_generation(path: &str) -> Option<String> {
    let (stem, extension) = path.rsplit_once('.')?;
    let (name, epoch) = stem.rsplit_once('-')?;
    let is_epoch = epoch.len() >= 9 && epoch.bytes().all(|byte| byte.is_ascii_digit());
    is_epoch.then(|| format!("{name}.{extension}"))
}

/// The least is what a person would name: a path through `live`, then the shortest.
fn preference(path: &str) -> (bool, usize, &str) {
    (
        !path.split('/').any(|part| part == "live"),
        path.len(),
        path,
    )
}
