//! An engine that has files and nothing else.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_util::stream::BoxStream;

use crate::backend::{
    Archive, ArchiveEntry, ArchiveKind, ArchiveLimits, ArchiveStat, Backend, BackendError,
    Capabilities, Dial, EngineEvent, ExecOutput, ExecRequest, ExecSession, LogRequest, Process,
    PullProgress, StatKind, Watched,
};
use crate::domain::{
    ByteSize, Container, ContainerId, ContainerState, Counters, EngineKind, Health, HostInfo,
    Image, ImageId, Mount, MountKind, Network, NetworkId, RawLogLine, Volume, VolumeId,
};

/// Files by container and path.
pub struct Engine {
    info: HostInfo,
    pub archive: bool,
    /// Whether commands run: `cat` alone.
    pub exec: bool,
    /// What only a command in the container sees.
    memory: BTreeMap<(ContainerId, String), Vec<u8>>,
    /// Volumes by name and driver; their files are those of the container `volume NAME`.
    pub volumes: Vec<(String, String)>,
    /// What was created and removed.
    pub changes: Mutex<Vec<String>>,
    files: BTreeMap<(ContainerId, String), ArchiveKind>,
    refused: BTreeMap<(ContainerId, String), BackendError>,
    /// The readings.
    pub calls: Mutex<Vec<String>>,
    /// The looks.
    pub looks: Mutex<Vec<String>>,
    /// When everything was written, in seconds.
    pub modified: i64,
    busy: AtomicUsize,
    pub most_busy: AtomicUsize,
}

impl Engine {
    pub fn new() -> Self {
        Self {
            info: HostInfo {
                engine: EngineKind::Docker,
                id: None,
                version: String::new(),
                api_version: String::new(),
                name: String::new(),
                operating_system: String::new(),
                kernel: String::new(),
                architecture: String::new(),
                cpus: 1,
                memory: ByteSize(0),
                data_root: String::new(),
                clock: None,
            },
            archive: true,
            exec: false,
            memory: BTreeMap::new(),
            volumes: Vec::new(),
            changes: Mutex::default(),
            files: BTreeMap::new(),
            refused: BTreeMap::new(),
            calls: Mutex::default(),
            looks: Mutex::default(),
            modified: 1_000_000_000,
            busy: AtomicUsize::new(0),
            most_busy: AtomicUsize::new(0),
        }
    }

    pub fn file(&mut self, container: &str, path: &str, content: impl AsRef<[u8]>) {
        let kind = ArchiveKind::File(Some(content.as_ref().to_vec()));
        self.files.insert((container.into(), path.to_owned()), kind);
    }

    /// A file that the archive API does not show.
    pub fn file_in_memory(&mut self, container: &str, path: &str, content: &str) {
        let key = (container.into(), path.to_owned());
        self.memory.insert(key, content.as_bytes().to_vec());
    }

    fn change(&self, what: String) {
        self.changes.lock().unwrap().push(what);
    }

    pub fn take(&mut self, container: &str, path: &str) {
        self.files.remove(&(container.into(), path.to_owned()));
    }

    pub fn link(&mut self, container: &str, path: &str, target: &str) {
        let kind = ArchiveKind::Link(target.to_owned());
        self.files.insert((container.into(), path.to_owned()), kind);
    }

    /// Takes a turn, so that others can come in between.
    async fn work(&self) {
        let busy = self.busy.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_busy.fetch_max(busy, Ordering::SeqCst);
        tokio::task::yield_now().await;
        self.busy.fetch_sub(1, Ordering::SeqCst);
    }

    fn time(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.modified).unwrap()
    }

    /// What is at a path; a folder is what something lies in.
    fn at(&self, id: &ContainerId, path: &str) -> Option<ArchiveKind> {
        let key = (id.clone(), path.trim_end_matches('/').to_owned());
        let below = format!("{}/", key.1);
        let is_folder = || {
            let mut all = self.files.keys();
            all.any(|(container, file)| container == id && file.starts_with(&below))
        };
        let kind = self.files.get(&key).cloned();
        kind.or_else(|| is_folder().then_some(ArchiveKind::Folder))
    }

    /// The path at the end of all links, as the engine says it: whether or not something is there.
    fn end(&self, id: &ContainerId, path: &str) -> Option<String> {
        let mut at = String::new();
        let mut ahead: Vec<String> = path.rsplit('/').map(str::to_owned).collect();
        let mut left = 40;
        while let Some(part) = ahead.pop() {
            match part.as_str() {
                "" | "." => continue,
                ".." => {
                    at.truncate(at.rfind('/').unwrap_or(0));
                    continue;
                }
                _ => {}
            }
            let parent = at.len();
            at = format!("{at}/{part}");
            if let Some(ArchiveKind::Link(target)) = self.files.get(&(id.clone(), at.clone())) {
                left -= 1;
                if left == 0 {
                    return None;
                }
                at.truncate(if target.starts_with('/') { 0 } else { parent });
                ahead.extend(target.rsplit('/').map(str::to_owned));
            }
        }
        Some(at)
    }

    pub fn refuse(&mut self, container: &str, path: &str, error: BackendError) {
        self.refused
            .insert((container.into(), path.to_owned()), error);
    }
}

/// A running container with mounts as `kind:source:destination`.
pub fn container(id: &str, mounts: &[&str]) -> Container {
    Container {
        id: id.into(),
        host: "home".into(),
        name: id.into(),
        image: "image".into(),
        image_id: "sha256:0".into(),
        command: String::new(),
        created: jiff::Timestamp::UNIX_EPOCH,
        state: ContainerState::Running,
        health: Health::None,
        status: String::new(),
        labels: BTreeMap::new(),
        ports: Vec::new(),
        mounts: mounts.iter().map(|mount| parse_mount(mount)).collect(),
        networks: Vec::new(),
        network_of: None,
        compose: None,
        detail: None,
    }
}

fn parse_mount(text: &str) -> Mount {
    let [kind, source, destination] = text.split(':').collect::<Vec<_>>()[..] else {
        panic!("{text}");
    };
    let (kind, name, source) = match kind {
        "volume" => (
            MountKind::Volume,
            Some(source.to_owned()),
            format!("/var/lib/docker/volumes/{source}/_data"),
        ),
        "tmpfs" => (MountKind::Tmpfs, None, String::new()),
        _ => (MountKind::Bind, None, source.to_owned()),
    };
    Mount {
        kind,
        name,
        source,
        destination: destination.to_owned(),
        read_only: true,
    }
}

fn unsupported<T>() -> Result<T, BackendError> {
    Err(BackendError::Unsupported("only files".to_owned()))
}

#[async_trait]
impl Backend for Engine {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            exec: self.exec,
            volume_sizes: false,
            archive: self.archive,
        }
    }
    async fn ping(&self) -> Result<(), BackendError> {
        Ok(())
    }

    async fn info(&self) -> Result<HostInfo, BackendError> {
        Ok(self.info.clone())
    }
    fn dialer(&self) -> Arc<dyn Dial> {
        unreachable!("no port is asked here")
    }

    fn client_environment(&self) -> Vec<(String, String)> {
        Vec::new()
    }
    async fn containers(&self) -> Result<Vec<Container>, BackendError> {
        unsupported()
    }
    async fn inspect(&self, _: &ContainerId) -> Result<Container, BackendError> {
        unsupported()
    }
    async fn inspect_json(&self, _: &ContainerId) -> Result<String, BackendError> {
        unsupported()
    }
    async fn events(
        &self,
    ) -> Result<BoxStream<'static, Result<EngineEvent, BackendError>>, BackendError> {
        unsupported()
    }
    async fn logs(
        &self,
        _: &ContainerId,
        _: LogRequest,
    ) -> Result<BoxStream<'static, Result<RawLogLine, BackendError>>, BackendError> {
        unsupported()
    }
    async fn counters(&self, _: &[Watched]) -> Vec<(ContainerId, Counters)> {
        Vec::new()
    }
    async fn volumes(&self) -> Result<Vec<Volume>, BackendError> {
        let volumes = self.volumes.iter().map(|(name, driver)| Volume {
            id: VolumeId {
                host: "home".into(),
                name: name.as_str().into(),
            },
            driver: driver.clone(),
            mountpoint: String::new(),
            created: None,
            labels: BTreeMap::new(),
            options: BTreeMap::new(),
        });
        Ok(volumes.collect())
    }
    async fn volume_sizes(&self) -> Result<Vec<(VolumeId, ByteSize)>, BackendError> {
        unsupported()
    }
    async fn images(&self) -> Result<Vec<Image>, BackendError> {
        unsupported()
    }
    async fn image(&self, _: &str) -> Result<Option<Image>, BackendError> {
        unsupported()
    }
    async fn networks(&self) -> Result<Vec<Network>, BackendError> {
        unsupported()
    }
    async fn tag(&self, _: &ImageId, _: &str) -> Result<(), BackendError> {
        unsupported()
    }
    async fn untag(&self, _: &str) -> Result<(), BackendError> {
        unsupported()
    }
    async fn pull(
        &self,
        _: &str,
    ) -> Result<BoxStream<'static, Result<PullProgress, BackendError>>, BackendError> {
        unsupported()
    }
    async fn registry_digest(&self, _: &str) -> Result<String, BackendError> {
        unsupported()
    }
    async fn remove_image(&self, _: &str) -> Result<(), BackendError> {
        unsupported()
    }
    async fn remove_volume(&self, _: &str) -> Result<(), BackendError> {
        unsupported()
    }
    async fn remove_network(&self, _: &NetworkId) -> Result<(), BackendError> {
        unsupported()
    }
    async fn create_like(
        &self,
        _: &ContainerId,
        _: &str,
        _: &str,
    ) -> Result<ContainerId, BackendError> {
        unsupported()
    }
    async fn signal(&self, _: &ContainerId, _: &str) -> Result<(), BackendError> {
        unsupported()
    }

    async fn processes(&self, _: &ContainerId) -> Result<Vec<Process>, BackendError> {
        unsupported()
    }

    async fn rename(&self, _: &ContainerId, _: &str) -> Result<(), BackendError> {
        unsupported()
    }

    async fn image_labels(
        &self,
        _: &ImageId,
    ) -> Result<std::collections::BTreeMap<String, String>, BackendError> {
        Ok(std::collections::BTreeMap::new())
    }

    async fn set_restart_policy(&self, _: &ContainerId, _: &str) -> Result<(), BackendError> {
        unsupported()
    }
    async fn start(&self, _: &ContainerId) -> Result<(), BackendError> {
        unsupported()
    }
    async fn stop(&self, _: &ContainerId) -> Result<(), BackendError> {
        unsupported()
    }
    async fn restart(&self, _: &ContainerId) -> Result<(), BackendError> {
        unsupported()
    }
    async fn remove(&self, id: &ContainerId) -> Result<(), BackendError> {
        self.change(format!("remove {id}"));
        Ok(())
    }
    async fn exec(&self, request: ExecRequest) -> Result<ExecOutput, BackendError> {
        let [cat, end, path] = &request.command[..] else {
            return unsupported();
        };
        assert_eq!((cat.as_str(), end.as_str()), ("cat", "--"));
        self.change(format!("cat {path}"));
        let content = self.memory.get(&(request.container, path.clone()));
        Ok(ExecOutput {
            exit_code: i64::from(content.is_none()),
            output: content.cloned().unwrap_or_else(|| b"cat: gone\n".to_vec()),
        })
    }
    async fn exec_terminal(
        &self,
        _: ExecRequest,
        _: (u16, u16),
    ) -> Result<ExecSession, BackendError> {
        unsupported()
    }
    async fn exec_resize(&self, _: &str, _: (u16, u16)) -> Result<(), BackendError> {
        unsupported()
    }
    async fn exec_exit_code(&self, _: &str) -> Result<Option<i64>, BackendError> {
        unsupported()
    }

    async fn stat_archive(
        &self,
        id: &ContainerId,
        path: &str,
    ) -> Result<ArchiveStat, BackendError> {
        self.looks.lock().unwrap().push(format!("{id}:{path}"));
        self.work().await;
        if let Some(error) = self.refused.get(&(id.clone(), path.to_owned())) {
            return Err(error.clone());
        }
        let Some(kind) = self.at(id, path) else {
            return Err(BackendError::NotFound(format!("no such path: {path}")));
        };
        let size = match &kind {
            ArchiveKind::File(content) => content.as_ref().map_or(0, |c| c.len() as u64),
            _ => 4096,
        };
        let kind = match kind {
            ArchiveKind::File(_) => StatKind::File,
            ArchiveKind::Folder => StatKind::Folder,
            ArchiveKind::Link(_) => {
                let end = self.end(id, path).ok_or(BackendError::Engine {
                    status: 500,
                    message: "too many links".to_owned(),
                })?;
                StatKind::Link(end)
            }
        };
        Ok(ArchiveStat {
            kind,
            size,
            modified: self.time(),
        })
    }

    async fn create_for_volume(
        &self,
        volume: &str,
        _: &ImageId,
    ) -> Result<ContainerId, BackendError> {
        self.change(format!("create for {volume}"));
        Ok(ContainerId::from(&format!("volume {volume}")))
    }

    async fn read_archive(
        &self,
        id: &ContainerId,
        path: &str,
        limits: ArchiveLimits,
    ) -> Result<Archive, BackendError> {
        self.calls.lock().unwrap().push(format!("{id}:{path}"));
        self.work().await;
        if let Some(error) = self.refused.get(&(id.clone(), path.to_owned())) {
            return Err(error.clone());
        }
        let below = format!("{}/", path.trim_end_matches('/'));
        let mut archive = Archive::default();
        let mut total = 0;
        for ((_, file), kind) in self
            .files
            .iter()
            .filter(|((container, _), _)| container == id)
        {
            if file != path && !file.starts_with(&below) {
                continue;
            }
            let size = match kind {
                ArchiveKind::File(Some(content)) => content.len() as u64,
                _ => 0,
            };
            total += size;
            archive.truncated |= total > limits.total;
            if archive.truncated {
                break;
            }
            archive.entries.push(ArchiveEntry {
                path: file.clone(),
                kind: if size > limits.file {
                    ArchiveKind::File(None)
                } else {
                    kind.clone()
                },
                modified: self.time(),
            });
        }
        if archive.entries.is_empty() && !archive.truncated {
            return Err(BackendError::NotFound(format!("no such path: {path}")));
        }
        Ok(archive)
    }
}
