//! Files as containers, images, volumes and the host have them.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    /// These bytes.
    Bytes(Arc<[u8]>),
    /// So many bytes that nobody looks at: what makes a volume big.
    Filler(u64),
    /// The same, growing by so many an hour.
    Growing {
        base: u64,
        per_hour: u64,
        since: Timestamp,
    },
}

impl Content {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Bytes(Arc::from(text.into().into_bytes()))
    }

    /// In bytes.
    pub(crate) fn size(&self, now: Timestamp) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Filler(size) => *size,
            Self::Growing {
                base,
                per_hour,
                since,
            } => {
                let seconds = now.duration_since(*since).as_secs().max(0).unsigned_abs();
                base + per_hour.saturating_mul(seconds) / 3600
            }
        }
    }

    /// At most so many of its bytes from there on.
    pub(crate) fn read(&self, at: u64, most: usize, now: Timestamp) -> Vec<u8> {
        let left = self.size(now).saturating_sub(at);
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(most);
        match self {
            Self::Bytes(bytes) => {
                let from = usize::try_from(at).unwrap_or(usize::MAX);
                let part = bytes.get(from..from.saturating_add(count));
                part.unwrap_or_default().to_vec()
            }
            // Not zeros: what is packed should not shrink to nothing.
            Self::Filler(_) | Self::Growing { .. } => (at..at + count as u64)
                .map(|place| (place.wrapping_mul(2_654_435_761) >> 7) as u8)
                .collect(),
        }
    }
}

/// What kind of thing is at a path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Folder,
    File(Content),
    /// Where it leads, as it was written.
    Link(String),
    Pipe,
}

/// A thing at a path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// Permissions alone.
    pub(crate) mode: u32,
    /// User and group.
    pub(crate) owner: (u32, u32),
    pub(crate) modified: Timestamp,
}

impl Node {
    pub(crate) fn new(kind: Kind, modified: Timestamp) -> Self {
        let mode = match kind {
            Kind::Folder => 0o755,
            Kind::Link(_) => 0o777,
            Kind::File(_) | Kind::Pipe => 0o644,
        };
        Self {
            kind,
            mode,
            owner: (0, 0),
            modified,
        }
    }

    pub(crate) fn size(&self, now: Timestamp) -> u64 {
        match &self.kind {
            Kind::File(content) => content.size(now),
            _ => 0,
        }
    }

    pub(crate) const fn is_folder(&self) -> bool {
        matches!(self.kind, Kind::Folder)
    }
}

/// A tree of files, by their absolute paths; the root itself is always there.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Tree {
    nodes: BTreeMap<String, Node>,
}

/// An absolute path without dots and doubled slashes; the root is empty.
pub(crate) fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.iter().flat_map(|part| ["/", part]).collect()
}

/// The folder that a path is in, and its name there. Both of a clean path.
pub(crate) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

impl Tree {
    pub(crate) fn get(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path)
    }

    pub(crate) fn get_mut(&mut self, path: &str) -> Option<&mut Node> {
        self.nodes.get_mut(path)
    }

    /// Puts a thing at a clean path, in place of what is there, with the folders above it.
    pub(crate) fn put(&mut self, path: &str, node: Node) {
        let (mut above, _) = split(path);
        while !above.is_empty() && !self.nodes.contains_key(above) {
            let folder = Node::new(Kind::Folder, node.modified);
            self.nodes.insert(above.to_owned(), folder);
            above = split(above).0;
        }
        if !path.is_empty() {
            self.nodes.insert(path.to_owned(), node);
        }
    }

    /// A file with the usual mode.
    pub(crate) fn file(&mut self, path: &str, content: Content, modified: Timestamp) {
        self.put(&clean(path), Node::new(Kind::File(content), modified));
    }

    pub(crate) fn folder(&mut self, path: &str, modified: Timestamp) {
        let path = clean(path);
        if !self.nodes.contains_key(&path) {
            self.put(&path, Node::new(Kind::Folder, modified));
        }
    }

    /// Takes a thing away, with all that is below it.
    pub(crate) fn remove(&mut self, path: &str) {
        let below = format!("{path}/");
        self.nodes
            .retain(|other, _| other != path && !other.starts_with(&below));
    }

    /// All that is below a folder, the folder itself left out.
    pub(crate) fn below<'a>(
        &'a self,
        path: &str,
    ) -> impl Iterator<Item = (&'a str, &'a Node)> + use<'a> {
        let prefix = format!("{path}/");
        let from = self.nodes.range(prefix.clone()..);
        from.take_while(move |(other, _)| other.starts_with(&prefix))
            .map(|(other, node)| (other.as_str(), node))
    }

    /// What is in a folder: names and things.
    pub(crate) fn in_folder<'a>(&'a self, path: &str) -> Vec<(&'a str, &'a Node)> {
        let skip = path.len() + 1;
        let names = self
            .below(path)
            .filter_map(|(other, node)| Some((other.get(skip..)?, node)));
        names.filter(|(name, _)| !name.contains('/')).collect()
    }

    /// All of its files, in bytes.
    pub(crate) fn size(&self, now: Timestamp) -> u64 {
        self.nodes.values().map(|node| node.size(now)).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// What is here and not in another tree, or other there, in bytes.
    pub(crate) fn differs_by(&self, other: &Self, now: Timestamp) -> u64 {
        let own = self.nodes.iter();
        let changed = own.filter(|(path, node)| other.get(path) != Some(*node));
        changed.map(|(_, node)| node.size(now)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_plain() {
        assert_eq!(clean("/a//b/./../c/"), "/a/c");
        assert_eq!(clean("/"), "");
        assert_eq!(clean("/../.."), "");
    }

    #[test]
    fn folders_come_with_what_is_in_them_and_go_with_it() {
        let at = Timestamp::UNIX_EPOCH;
        let mut tree = Tree::default();
        tree.file("/a/b/c", Content::text("x"), at);
        tree.file("/a/bc", Content::Filler(10), at);
        assert_eq!(tree.in_folder("").len(), 1);
        let names: Vec<&str> = tree.in_folder("/a").iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["b", "bc"]);
        assert_eq!(tree.size(at), 11);
        tree.remove("/a/b");
        assert!(tree.get("/a/b/c").is_none() && tree.get("/a/bc").is_some());
    }

    #[test]
    fn what_grows_has_grown() {
        let content = Content::Growing {
            base: 100,
            per_hour: 3600,
            since: Timestamp::UNIX_EPOCH,
        };
        let later = Timestamp::from_second(10).unwrap();
        assert_eq!(content.size(later), 110);
        assert_eq!(content.read(105, 100, later).len(), 5);
    }
}
