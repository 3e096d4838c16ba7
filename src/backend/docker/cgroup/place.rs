//! Where a container's control groups are.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The folders of one container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Version 1: a folder a controller; those we can do without are optional.
    Separate {
        cpuacct: PathBuf,
        memory: PathBuf,
        blkio: Option<PathBuf>,
        pids: Option<PathBuf>,
    },
    /// Version 2: one folder.
    Unified(PathBuf),
}

/// A mounted hierarchy: where, and which part of it.
#[derive(Debug, Clone)]
struct Mount {
    point: PathBuf,
    root: String,
}

/// The mounted control group hierarchies of this machine.
#[derive(Debug, Default)]
pub(super) struct Mounts {
    controllers: HashMap<String, Mount>,
    unified: Option<Mount>,
}

impl Mounts {
    /// Reads `/proc/self/mountinfo` (proc(5)): `36 35 98:0 /root /point options … - type source super-options`.
    pub(super) fn parse(mountinfo: &str, prefix: &Path) -> Self {
        let mut mounts = Self::default();
        for line in mountinfo.lines() {
            let Some((left, right)) = line.split_once(" - ") else {
                continue;
            };
            let mut left = left.split(' ').skip(3);
            let (Some(root), Some(point)) = (left.next(), left.next()) else {
                continue;
            };
            let mut right = right.split(' ');
            let kind = right.next();
            let mount = Mount {
                point: prefix.join(unescape(point).trim_start_matches('/')),
                root: unescape(root),
            };
            match kind {
                Some("cgroup2") => {
                    mounts.unified.get_or_insert(mount);
                }
                Some("cgroup") => {
                    for option in right.nth(1).unwrap_or_default().split(',') {
                        // A controller can be mounted more than once; the first is the system's.
                        mounts
                            .controllers
                            .entry(option.to_owned())
                            .or_insert_with(|| mount.clone());
                    }
                }
                _ => {}
            }
        }
        mounts
    }

    /// The place of the container whose process has this `/proc/<pid>/cgroup`. None when that names another
    /// container or none: the pid belongs to another machine (an engine in a VM) or to a process that came later.
    pub(super) fn place(&self, membership: &str, id: &str) -> Option<Place> {
        let mut controllers = HashMap::new();
        let mut unified = None;
        for line in membership.lines() {
            // "12:cpu,cpuacct:/docker/<id>", "0::/system.slice/docker-<id>.scope"
            let mut fields = line.splitn(3, ':').skip(1);
            let (Some(names), Some(path)) = (fields.next(), fields.next()) else {
                continue;
            };
            let Some(path) = of_container(path, id) else {
                continue;
            };
            if names.is_empty() {
                unified = self.unified.as_ref().and_then(|mount| folder(mount, &path));
            }
            for name in names.split(',').filter(|name| !name.is_empty()) {
                let mount = self.controllers.get(name);
                if let Some(found) = mount.and_then(|mount| folder(mount, &path)) {
                    controllers.insert(name, found);
                }
            }
        }
        match (controllers.remove("cpuacct"), controllers.remove("memory")) {
            (Some(cpuacct), Some(memory)) => Some(Place::Separate {
                cpuacct,
                memory,
                blkio: controllers.remove("blkio"),
                pids: controllers.remove("pids"),
            }),
            _ => unified.map(Place::Unified),
        }
    }
}

/// The path up to the part that names the container: what runs in it may have made groups below (systemd, another
/// engine).
fn of_container(path: &str, id: &str) -> Option<String> {
    let start = path.find(id)?;
    let end = path[start..].find('/').map_or(path.len(), |at| start + at);
    Some(path[..end].to_owned())
}

/// A mount can show a part of its hierarchy only (`root`), when we are in a container ourselves.
fn folder(mount: &Mount, path: &str) -> Option<PathBuf> {
    let below = match mount.root.as_str() {
        "/" => path,
        root => path.strip_prefix(root)?,
    };
    if below.split('/').any(|part| part == "..") {
        return None;
    }
    Some(mount.point.join(below.trim_start_matches('/')))
}

/// Spaces, tabs, line ends and backslashes are octal in mountinfo.
fn unescape(text: &str) -> String {
    text.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\")
}
