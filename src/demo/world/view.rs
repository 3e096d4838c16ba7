//! The files that a container sees: its own, and what its mounts lay over them.

use jiff::Timestamp;

use super::container::{Container, Mount, MountKind};
use super::tree::{Kind, Node, Tree, clean, split};
use super::{Refusal, World};

/// A path through more links than that leads nowhere (Linux: 40).
const MOST_LINKS: usize = 40;

/// Where a path of a container really lies.
enum Place<'a> {
    Own,
    Volume(&'a str),
    /// A folder or file of the host.
    Host(&'a str),
    Nowhere,
}

fn place<'a>(container: &'a Container, path: &str) -> (Place<'a>, String) {
    let below = |mount: &Mount| {
        let rest = path.strip_prefix(clean(&mount.destination).as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
    };
    let over = container
        .mounts
        .iter()
        .filter_map(|mount| Some((mount, below(mount)?)));
    match over.max_by_key(|(mount, _)| mount.destination.len()) {
        Some((mount, rest)) => match mount.kind {
            MountKind::Volume => (Place::Volume(&mount.volume), rest),
            MountKind::Bind => (Place::Host(&mount.source), rest),
            MountKind::Tmpfs => (Place::Nowhere, rest),
        },
        None => (Place::Own, path.to_owned()),
    }
}

impl World {
    fn tree_of<'a>(&'a self, container: &'a Container, path: &str) -> Option<(&'a Tree, String)> {
        match place(container, path) {
            (Place::Own, path) => Some((&container.tree, path)),
            (Place::Volume(name), path) => Some((&self.volumes.get(name)?.tree, path)),
            (Place::Host(source), path) => {
                Some((&self.host.files, format!("{}{path}", clean(source))))
            }
            (Place::Nowhere, _) => None,
        }
    }

    fn tree_of_mut(&mut self, id: &str, path: &str) -> Option<(&mut Tree, String)> {
        let (volume, path) = match place(self.containers.get(id)?, path) {
            (Place::Own, path) => (None, path),
            (Place::Volume(name), path) => (Some(name.to_owned()), path),
            (Place::Host(source), path) => {
                let path = format!("{}{path}", clean(source));
                return Some((&mut self.host.files, path));
            }
            (Place::Nowhere, _) => return None,
        };
        match volume {
            Some(name) => Some((&mut self.volumes.get_mut(&name)?.tree, path)),
            None => Some((&mut self.containers.get_mut(id)?.tree, path)),
        }
    }

    /// What is at a clean path, links as they are.
    pub(crate) fn node(&self, id: &str, path: &str) -> Option<Node> {
        let container = self.containers.get(id)?;
        let folder = |at: Timestamp| Node::new(Kind::Folder, at);
        let is_mount = container
            .mounts
            .iter()
            .any(|mount| clean(&mount.destination) == path);
        let found = self
            .tree_of(container, path)
            .and_then(|(tree, path)| tree.get(&path).cloned());
        if found.is_some() {
            return found;
        }
        let leads_to_mount = || {
            let prefix = format!("{path}/");
            let mut mounts = container.mounts.iter();
            mounts.any(|mount| clean(&mount.destination).starts_with(&prefix))
        };
        (path.is_empty() || is_mount || leads_to_mount()).then(|| folder(container.created))
    }

    /// Where a path leads once its links are followed; the last one only where that is asked for.
    pub(crate) fn resolve(&self, id: &str, path: &str, last: bool) -> Result<String, Refusal> {
        let mut wanted: Vec<String> = parts(path);
        let mut links = 0;
        let mut at = String::new();
        while !wanted.is_empty() {
            let part = wanted.remove(0);
            if part == ".." {
                at = split(&at).0.to_owned();
                continue;
            }
            let next = format!("{at}/{part}");
            match self.node(id, &next).map(|node| node.kind) {
                Some(Kind::Link(target)) if last || !wanted.is_empty() => {
                    links += 1;
                    if links > MOST_LINKS {
                        let why = format!("{path}: too many levels of symbolic links");
                        return Err(Refusal::new(500, why));
                    }
                    if target.starts_with('/') {
                        at.clear();
                    }
                    let mut rest = parts(&target);
                    rest.append(&mut wanted);
                    wanted = rest;
                }
                _ => at = next,
            }
        }
        Ok(at)
    }

    /// What a path means, its links followed.
    pub(crate) fn look(&self, id: &str, path: &str) -> Result<(String, Node), Refusal> {
        let real = self.resolve(id, path, true)?;
        let found = self.node(id, &real);
        found
            .map(|node| (real, node))
            .ok_or_else(|| no_path(id, path))
    }

    /// What is in a folder, by name.
    pub(crate) fn in_folder(&self, id: &str, folder: &str) -> Vec<(String, Node)> {
        let Some(container) = self.containers.get(id) else {
            return Vec::new();
        };
        let mut found: Vec<(String, Node)> = Vec::new();
        if let Some((tree, path)) = self.tree_of(container, folder) {
            let inside = tree.in_folder(&path).into_iter();
            found.extend(inside.map(|(name, node)| (name.to_owned(), node.clone())));
        }
        for mount in &container.mounts {
            let destination = clean(&mount.destination);
            let prefix = format!("{folder}/");
            let Some(rest) = destination.strip_prefix(&prefix) else {
                continue;
            };
            let name = rest.split('/').next().unwrap_or(rest);
            if !found.iter().any(|(known, _)| known == name)
                && let Some(node) = self.node(id, &format!("{prefix}{name}"))
            {
                found.push((name.to_owned(), node));
            }
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found
    }

    /// A path and all that is below it, as a tar has it: folders before what is in them.
    pub(crate) fn all_below(&self, id: &str, path: &str) -> Vec<(String, Node)> {
        let Some(node) = self.node(id, path) else {
            return Vec::new();
        };
        let is_folder = node.is_folder();
        let mut all = vec![(path.to_owned(), node)];
        if is_folder {
            for (name, _) in self.in_folder(id, path) {
                all.extend(self.all_below(id, &format!("{path}/{name}")));
            }
        }
        all
    }

    /// Puts something at a path, over what is there. Fails where the folder is not there or may not be written to.
    pub(crate) fn put(&mut self, id: &str, path: &str, node: Node) -> Result<(), Refusal> {
        let (folder, name) = split(path);
        let folder = self.resolve(id, folder, true)?;
        let path = format!("{folder}/{name}");
        let container = self.find(id)?;
        let read_only = container.mounts.iter().any(|mount| {
            let destination = clean(&mount.destination);
            !mount.writable && (path == destination || path.starts_with(&format!("{destination}/")))
        });
        if read_only {
            return Err(Refusal::new(403, format!("{path}: read-only file system")));
        }
        let Some((tree, path)) = self.tree_of_mut(id, &path) else {
            return Err(no_path(id, &path));
        };
        let replaced_folder = tree.get(&path).is_some_and(Node::is_folder);
        if replaced_folder && node.is_folder() {
            return Ok(());
        }
        if replaced_folder {
            tree.remove(&path);
        }
        tree.put(&path, node);
        Ok(())
    }

    /// Takes away what is at a path, with all below it.
    pub(crate) fn delete(&mut self, id: &str, path: &str) {
        if let Some((tree, path)) = self.tree_of_mut(id, path) {
            tree.remove(&path);
        }
    }

    /// Changes what is at a path.
    pub(crate) fn change(&mut self, id: &str, path: &str, change: impl FnOnce(&mut Node)) -> bool {
        let found = self.tree_of_mut(id, path);
        match found.and_then(|(tree, path)| tree.get_mut(&path)) {
            Some(node) => {
                change(node);
                true
            }
            None => false,
        }
    }

    /// A file's whole content as text; none where there is no such file.
    pub(crate) fn text_of(&self, id: &str, path: &str) -> Option<String> {
        let (_, node) = self.look(id, path).ok()?;
        let Kind::File(content) = node.kind else {
            return None;
        };
        let all = content.read(0, usize::MAX, self.now);
        Some(String::from_utf8_lossy(&all).into_owned())
    }

    /// Whether a container has a program of this name.
    pub(crate) fn can_run(&self, id: &str, word: &str) -> bool {
        if word.contains('/') {
            return self.look(id, word).is_ok_and(|(_, node)| !node.is_folder());
        }
        let folders = [
            "/bin",
            "/usr/bin",
            "/usr/local/bin",
            "/sbin",
            "/usr/sbin",
            "/usr/local/sbin",
        ];
        folders
            .iter()
            .any(|folder| self.look(id, &format!("{folder}/{word}")).is_ok())
    }
}

/// The parts of a path, dots left out; what leads up stays.
fn parts(path: &str) -> Vec<String> {
    let all = path.split('/').filter(|part| !matches!(*part, "" | "."));
    all.map(str::to_owned).collect()
}

fn no_path(id: &str, path: &str) -> Refusal {
    Refusal::not_found(format!("Could not find the file {path} in container {id}"))
}
