//! Where containers keep data: named volumes and folders of the host, in one list.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::{
    ByteSize, Container, ContainerId, FolderSize, HostId, MountKind, ServiceId, Volume, VolumeId,
};

/// What sort of place it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StorageKind {
    /// A volume of the engine.
    Volume,
    /// A folder or file of the host.
    Bind,
}

impl StorageKind {
    /// The word for people and records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Volume => "volume",
            Self::Bind => "bind",
        }
    }
}

/// A place of a host where containers keep data.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct StorageId {
    /// The host.
    pub host: HostId,
    /// What sort of place.
    pub kind: StorageKind,
    /// The volume's name, or the path on the host.
    pub name: Arc<str>,
}

impl StorageId {
    /// The volume it is; none of a folder.
    pub fn volume(&self) -> Option<VolumeId> {
        (self.kind == StorageKind::Volume).then(|| VolumeId {
            host: self.host.clone(),
            name: Arc::clone(&self.name),
        })
    }
}

impl From<&VolumeId> for StorageId {
    fn from(id: &VolumeId) -> Self {
        Self {
            host: id.host.clone(),
            kind: StorageKind::Volume,
            name: Arc::clone(&id.name),
        }
    }
}

/// A container that mounts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StorageUser {
    /// The container.
    pub container: ContainerId,
    /// The service it is of.
    pub service: ServiceId,
    /// Where it sees it.
    pub destination: String,
    /// Whether it can only read it.
    pub read_only: bool,
    /// Whether it runs.
    pub running: bool,
}

impl StorageUser {
    /// What happens to it when the place goes: "writes to it, running".
    pub const fn words(&self) -> &'static str {
        access(self.read_only, self.running)
    }
}

/// How a container uses what is mounted in it: whether it may write there, and whether it does anything at all.
pub const fn access(read_only: bool, running: bool) -> &'static str {
    match (read_only, running) {
        (false, true) => "writes to it, running",
        (true, true) => "reads it, running",
        (false, false) => "writes to it, stopped",
        (true, false) => "reads it, stopped",
    }
}

/// A place where containers keep data, and who uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    /// Which.
    pub id: StorageId,
    /// Where it lies on the host; empty where the driver does not tell.
    pub path: String,
    /// What the engine says of a volume; none of a folder.
    pub volume: Option<Volume>,
    /// Who mounts it, running or not.
    pub users: Vec<StorageUser>,
}

impl Storage {
    /// Whether it is a volume without a name.
    pub fn is_anonymous(&self) -> bool {
        self.volume.as_ref().is_some_and(Volume::is_anonymous)
    }

    /// The services that use it, each once.
    pub fn services(&self) -> BTreeSet<&ServiceId> {
        self.users.iter().map(|user| &user.service).collect()
    }

    /// Whether it is a part of the system rather than anybody's data: sockets, devices, the clock, the whole disk. Such
    /// is listed, and not measured.
    pub fn is_of_system(&self) -> bool {
        const WITHIN: [&str; 7] = [
            "/proc",
            "/sys",
            "/dev",
            "/run",
            "/var/run",
            "/boot",
            "/lib/modules",
        ];
        const THEMSELVES: [&str; 9] = [
            "/",
            "/etc",
            "/usr",
            "/var",
            "/var/lib",
            "/var/lib/docker",
            "/var/log",
            "/etc/localtime",
            "/etc/timezone",
        ];
        let is_within = |folder: &&str| {
            let rest = self.path.strip_prefix(*folder);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.id.kind == StorageKind::Bind
            && (WITHIN.iter().any(is_within)
                || THEMSELVES.contains(&&*self.path)
                || self
                    .path
                    .rsplit_once('.')
                    .is_some_and(|(_, end)| end == "sock"))
    }
}

/// All places of a host: every volume, and every folder that a container mounts, by name.
pub fn storages<'a>(
    host: &HostId,
    volumes: &[Volume],
    containers: impl IntoIterator<Item = &'a Container>,
) -> Vec<Storage> {
    let mut all: BTreeMap<StorageId, Storage> = volumes
        .iter()
        .map(|volume| {
            let id = StorageId::from(&volume.id);
            let storage = Storage {
                id: id.clone(),
                path: volume.mountpoint.clone(),
                volume: Some(volume.clone()),
                users: Vec::new(),
            };
            (id, storage)
        })
        .collect();
    let theirs = containers
        .into_iter()
        .filter(|container| !container.only_reads_a_volume());
    for container in theirs {
        for mount in &container.mounts {
            let (kind, name) = match (mount.kind, &mount.name) {
                (MountKind::Volume, Some(name)) => (StorageKind::Volume, name.as_str()),
                (MountKind::Bind, _) => (StorageKind::Bind, path_of(&mount.source)),
                _ => continue,
            };
            let id = StorageId {
                host: host.clone(),
                kind,
                name: Arc::from(name),
            };
            let user = StorageUser {
                container: container.id.clone(),
                service: container.service_id(),
                destination: mount.destination.clone(),
                read_only: mount.read_only,
                running: container.is_up(),
            };
            match all.get_mut(&id) {
                Some(storage) => storage.users.push(user),
                // A volume that is in no list yet is told by the next one.
                None if kind == StorageKind::Bind => {
                    let storage = Storage {
                        id: id.clone(),
                        path: name.to_owned(),
                        volume: None,
                        users: vec![user],
                    };
                    all.insert(id, storage);
                }
                None => {}
            }
        }
    }
    all.into_values().collect()
}

/// The same folder has one name, with a slash at its end or without.
fn path_of(source: &str) -> &str {
    match source.trim_end_matches('/') {
        "" => "/",
        path => path,
    }
}

/// Who counted a size, and so what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasuredBy {
    /// We looked at each file: bytes on disk.
    Walk,
    /// `du` on the host: bytes on disk.
    Du,
    /// The engine (`system df`): lengths of files.
    Engine,
    /// It is remembered from an earlier time.
    Records,
}

impl MeasuredBy {
    /// Of a size the bytes that this one counts.
    pub const fn counts(self, size: &FolderSize) -> ByteSize {
        match self {
            Self::Walk | Self::Du | Self::Records => size.on_disk,
            Self::Engine => size.apparent,
        }
    }
}

/// How big a place was when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Measurement {
    /// How big.
    pub size: FolderSize,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: MeasuredBy,
}

impl Measurement {
    /// The bytes that its measurer counts.
    pub const fn bytes(&self) -> ByteSize {
        self.by.counts(&self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Mount;
    use crate::domain::sample;

    fn mount(kind: MountKind, name: Option<&str>, source: &str, destination: &str) -> Mount {
        Mount {
            kind,
            name: name.map(str::to_owned),
            source: source.to_owned(),
            destination: destination.to_owned(),
            read_only: destination.ends_with("ro"),
        }
    }

    fn container(name: &str) -> Container {
        Container {
            id: ContainerId::from(name),
            name: Arc::from(name),
            ..sample::container("nginx:1", "sha256:1")
        }
    }

    fn volume(name: &str) -> Volume {
        Volume {
            id: VolumeId {
                host: "home".into(),
                name: name.into(),
            },
            driver: "local".to_owned(),
            mountpoint: format!("/var/lib/docker/volumes/{name}/_data"),
            created: None,
            labels: BTreeMap::new(),
            options: BTreeMap::new(),
        }
    }

    #[test]
    fn volumes_and_folders_are_in_one_list_with_their_users() {
        let mut web = container("web");
        web.mounts = vec![
            mount(MountKind::Volume, Some("data"), "/x", "/data"),
            mount(MountKind::Bind, None, "/srv/site/", "/site-ro"),
            mount(MountKind::Volume, Some("unknown"), "/y", "/y"),
            mount(MountKind::Bind, None, "/", "/host"),
        ];
        let mut job = container("job");
        job.mounts = vec![mount(MountKind::Bind, None, "/srv/site", "/out")];
        let found = storages(
            &"home".into(),
            &[volume("data"), volume("old")],
            [&web, &job],
        );
        let names: Vec<(&str, usize)> = found
            .iter()
            .map(|one| (&*one.id.name, one.users.len()))
            .collect();
        assert_eq!(names, [("data", 1), ("old", 0), ("/", 1), ("/srv/site", 2)]);
        let site = &found[3];
        assert_eq!(site.services().len(), 2);
        assert!(site.users[0].read_only && !site.users[1].read_only);
        assert!(found[2].is_of_system() && !site.is_of_system());
    }

    #[test]
    fn the_system_is_nobodys_data() {
        let of_system = |path: &str| {
            let mut one = container("one");
            one.mounts = vec![mount(MountKind::Bind, None, path, "/x")];
            storages(&"home".into(), &[], [&one])[0].is_of_system()
        };
        for path in [
            "/var/run/docker.sock",
            "/run/x",
            "/proc",
            "/",
            "/etc/localtime",
            "/srv/a.sock",
        ] {
            assert!(of_system(path), "{path}");
        }
        for path in [
            "/srv",
            "/home/me/etc",
            "/running",
            "/var/lib/app",
            "/etc/letsencrypt",
        ] {
            assert!(!of_system(path), "{path}");
        }
    }
}
