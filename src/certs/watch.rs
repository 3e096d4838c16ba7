//! Whether what was read has changed since: asked with HEADs, which cost a fiftieth of reading again.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::examine::{below, is_of_interest};
use super::schedules::is_settings;
use super::tree::{Tree, of_generation};
use crate::backend::{ArchiveKind, ArchiveStat, Backend, BackendError, StatKind};
use crate::domain::ContainerId;

/// With more than this a reading of the whole is as cheap.
const MOST: usize = 32;
/// What was written this shortly before it was read may be written again within the same second.
const SETTLED: SignedDuration = SignedDuration::from_secs(2);

/// Folders of certbot, lego and acme.sh that never hold a certificate in use.
const UNRELATED: [&str; 6] = [
    "accounts",
    "renewal-hooks",
    "csr",
    "keys",
    "archives",
    "backup",
];

/// The paths that say whether a folder changed. A folder's time changes when an entry is made, removed or replaced, a
/// file's when it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Watch {
    seen: BTreeMap<String, Seen>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    /// None for what has no size of its own.
    size: Option<u64>,
    /// In whole seconds, since tar has no more.
    modified: i64,
}

impl Watch {
    pub(super) fn add(&mut self, path: &str, stat: &ArchiveStat) {
        self.seen.insert(path.to_owned(), Seen::of(stat));
    }

    /// Its folders, and the files that are looked into. Links need no look: one that is replaced changes its folder.
    pub(super) fn add_tree(&mut self, tree: &Tree, root: &str, named: bool) {
        for (path, kind, modified) in tree.entries() {
            let below = below(root, path);
            if below.split('/').any(|part| UNRELATED.contains(&part)) {
                continue;
            }
            let size = match kind {
                ArchiveKind::Folder => None,
                ArchiveKind::File(content)
                    if is_of_interest(root, &below, named) && !is_written_once(&below) =>
                {
                    content.as_ref().map(|content| content.len() as u64)
                }
                // A client's settings.
                ArchiveKind::File(Some(content)) if is_settings(path) => Some(content.len() as u64),
                ArchiveKind::File(_) | ArchiveKind::Link(_) => continue,
            };
            let modified = modified.as_second();
            self.seen.insert(path.to_owned(), Seen { size, modified });
        }
    }

    /// Whether it can be relied on: not too much, and nothing so new that it may change unseen.
    pub(super) fn is_good(&self, now: Timestamp) -> bool {
        let settled = now.checked_sub(SETTLED).unwrap_or(now).as_second();
        self.seen.len() <= MOST && self.seen.values().all(|seen| seen.modified < settled)
    }

    /// Whether everything is still as it was. The first difference ends it.
    pub(super) async fn is_unchanged(
        &self,
        backend: &dyn Backend,
        container: &ContainerId,
    ) -> Result<bool, BackendError> {
        for (path, seen) in &self.seen {
            match backend.stat_archive(container, path).await {
                Ok(stat) if seen.is_like(&stat) => {}
                Err(error) if error.is_lost() => return Err(error),
                Ok(_) | Err(_) => return Ok(false),
            }
        }
        Ok(true)
    }
}

/// Whether a file never changes, as a newer one takes its place: certbot's and dehydrated's.
fn is_written_once(below: &str) -> bool {
    below.contains("/archive/") || of_generation(below).is_some()
}

impl Seen {
    fn of(stat: &ArchiveStat) -> Self {
        Self {
            size: (stat.kind == StatKind::File).then_some(stat.size),
            modified: stat.modified.as_second(),
        }
    }

    fn is_like(self, stat: &ArchiveStat) -> bool {
        self.modified == stat.modified.as_second() && self.size.is_none_or(|size| size == stat.size)
    }
}
