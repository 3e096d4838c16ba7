//! What was read of a folder, with its symbolic links followed as far as they stay in it.

use std::collections::BTreeMap;

use super::targets::{has_extension, normal};
use crate::backend::{Archive, ArchiveKind};

/// As many as Linux follows (`path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// A folder or file that was read.
pub(super) struct Tree {
    entries: BTreeMap<String, ArchiveKind>,
}

/// A file under the path by which it is used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct File<'a> {
    /// Absolute path; of a file with links to it the link's.
    pub path: &'a str,
    /// None when it was too large.
    pub content: Option<&'a [u8]>,
}

impl Tree {
    pub(super) fn new(archive: Archive) -> Self {
        Self {
            entries: archive
                .entries
                .into_iter()
                .map(|entry| (normal(&entry.path), entry.kind))
                .collect(),
        }
    }

    /// Whether a path is a link itself.
    pub(super) fn is_link(&self, path: &str) -> bool {
        matches!(self.entries.get(path), Some(ArchiveKind::Link(_)))
    }

    /// Its files, each once: by the link that is in use where there is one, and without those that were replaced.
    pub(super) fn files(&self) -> Vec<File<'_>> {
        let mut links: BTreeMap<String, &str> = BTreeMap::new();
        for (path, kind) in &self.entries {
            // `openssl rehash` adds links such as `5cd81ad7.0`, which nobody names.
            if !matches!(kind, ArchiveKind::Link(_)) || !has_extension(path) {
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
            .filter_map(|(path, kind)| {
                let ArchiveKind::File(content) = kind else {
                    return None;
                };
                let link = links.get(path).copied();
                if link.is_none() && self.is_replaced(path) {
                    return None;
                }
                Some(File {
                    path: link.unwrap_or(path),
                    content: content.as_deref(),
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
        in_archive || self.link_of_generation(path).is_some()
    }

    fn has_below(&self, folder: &str) -> bool {
        let below = format!("{folder}/");
        self.entries
            .range(below.clone()..)
            .next()
            .is_some_and(|(path, _)| path.starts_with(&below))
    }

    /// For `fullchain-1700000000.pem` the link `fullchain.pem` beside it.
    fn link_of_generation(&self, path: &str) -> Option<&ArchiveKind> {
        let (stem, extension) = path.rsplit_once('.')?;
        let (name, epoch) = stem.rsplit_once('-')?;
        if epoch.len() < 9 || !epoch.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let kind = self.entries.get(&format!("{name}.{extension}"))?;
        matches!(kind, ArchiveKind::Link(_)).then_some(kind)
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
                    if let Some(ArchiveKind::Link(target)) = self.entries.get(&at) {
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

/// The least is what a person would name: a path through `live`, then the shortest.
fn preference(path: &str) -> (bool, usize, &str) {
    (
        !path.split('/').any(|part| part == "live"),
        path.len(),
        path,
    )
}
