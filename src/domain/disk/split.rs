//! What fills each file system.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Filesystem;
use crate::domain::ByteSize;

/// A sort of thing that fills a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Layers of images.
    Images,
    /// What containers wrote into their own layers.
    Containers,
    /// Named volumes and those without a name.
    Volumes,
    /// Folders of the host that containers mount.
    BindMounts,
    /// The build cache.
    BuildCache,
    /// Logs of containers.
    Logs,
    /// Everything else: what is used, less all that is above.
    Other,
}

impl Part {
    /// All of them, in the order of the bar.
    pub const ALL: [Self; 7] = [
        Self::Images,
        Self::Containers,
        Self::Volumes,
        Self::BindMounts,
        Self::BuildCache,
        Self::Logs,
        Self::Other,
    ];

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Containers => "containers",
            Self::Volumes => "volumes",
            Self::BindMounts => "bind mounts",
            Self::BuildCache => "build cache",
            Self::Logs => "logs",
            Self::Other => "else",
        }
    }
}

/// So many bytes at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Of which sort.
    pub part: Part,
    /// Where on the host.
    pub path: String,
    /// How many.
    pub size: ByteSize,
}

/// A file system and what fills it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// Which.
    pub filesystem: Filesystem,
    /// Its parts, [`Part::Other`] included; those of no bytes are left out.
    pub parts: BTreeMap<Part, ByteSize>,
}

/// Lays what is held on the file systems that hold it. What is held within something else that is held (a volume whose
/// folder is a bind mount, too) counts once, for the outer one; what lies on none of these file systems is left out.
///
/// What is held may be more than what is used, where the engine counts lengths of sparse or compressed files: then there
/// is nothing else.
pub fn split(filesystems: &[Filesystem], held: &[Holding]) -> Vec<Picture> {
    let mut pictures: Vec<Picture> = filesystems
        .iter()
        .map(|filesystem| Picture {
            filesystem: filesystem.clone(),
            parts: BTreeMap::new(),
        })
        .collect();
    let mut folders: Vec<&Holding> = held.iter().collect();
    folders.sort_by(|a, b| (&a.path, a.part).cmp(&(&b.path, b.part)));
    let mut outer: Option<&Holding> = None;
    for holding in folders {
        // The engine's own sums all name its data root and are not in each other.
        let is_folder = matches!(holding.part, Part::Volumes | Part::BindMounts);
        if is_folder {
            if outer.is_some_and(|outer| is_within(&holding.path, &outer.path)) {
                continue;
            }
            outer = Some(holding);
        }
        let longest = pictures
            .iter_mut()
            .filter(|picture| is_within(&holding.path, &picture.filesystem.mount_point))
            .max_by_key(|picture| picture.filesystem.mount_point.len());
        if let Some(picture) = longest {
            let sum = picture.parts.entry(holding.part).or_default();
            *sum = *sum + holding.size;
        }
    }
    for picture in &mut pictures {
        let known: ByteSize = picture.parts.values().copied().sum();
        let other = picture.filesystem.used.0.saturating_sub(known.0);
        picture.parts.insert(Part::Other, ByteSize(other));
        picture.parts.retain(|_, size| size.0 > 0);
    }
    pictures
}

/// Whether a path is the folder or below it, part by part.
fn is_within(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filesystem(mount_point: &str, used: u64) -> Filesystem {
        Filesystem {
            mount_point: mount_point.to_owned(),
            source: "/dev/vda".to_owned(),
            kind: "ext4".to_owned(),
            size: ByteSize(1_000),
            used: ByteSize(used),
            available: ByteSize(1_000 - used),
        }
    }

    fn holding(part: Part, path: &str, size: u64) -> Holding {
        Holding {
            part,
            path: path.to_owned(),
            size: ByteSize(size),
        }
    }

    fn parts(picture: &Picture) -> Vec<(Part, u64)> {
        let parts = picture.parts.iter();
        parts.map(|(part, size)| (*part, size.0)).collect()
    }

    #[test]
    fn each_thing_counts_where_it_lies() {
        let filesystems = [filesystem("/", 500), filesystem("/srv", 300)];
        let held = [
            holding(Part::Images, "/var/lib/docker", 100),
            holding(Part::Containers, "/var/lib/docker", 20),
            holding(Part::Volumes, "/var/lib/docker/volumes/a/_data", 50),
            holding(Part::Volumes, "/srv/b", 200),
            holding(Part::BindMounts, "/srvx", 30),
        ];
        let pictures = split(&filesystems, &held);
        assert_eq!(
            parts(&pictures[0]),
            [
                (Part::Images, 100),
                (Part::Containers, 20),
                (Part::Volumes, 50),
                (Part::BindMounts, 30),
                (Part::Other, 300)
            ]
        );
        assert_eq!(
            parts(&pictures[1]),
            [(Part::Volumes, 200), (Part::Other, 100)]
        );
    }

    #[test]
    fn what_is_within_another_counts_once() {
        let held = [
            holding(Part::BindMounts, "/srv/app/data", 40),
            holding(Part::BindMounts, "/srv/app", 100),
            holding(Part::BindMounts, "/srv/app2", 7),
            holding(Part::Volumes, "/srv/app/data", 40),
        ];
        let pictures = split(&[filesystem("/", 200)], &held);
        assert_eq!(
            parts(&pictures[0]),
            [(Part::BindMounts, 107), (Part::Other, 93)]
        );
    }

    #[test]
    fn more_than_is_used_leaves_nothing_else() {
        let held = [holding(Part::Volumes, "/sparse", 900)];
        let pictures = split(&[filesystem("/", 200)], &held);
        assert_eq!(parts(&pictures[0]), [(Part::Volumes, 900)]);
    }
}
