//! An engine made of memory: containers that obey, fail, or wait as a test wants.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use jiff::Timestamp;
use tokio::sync::{Notify, broadcast};

use crate::backend::{
    Archive, ArchiveLimits, ArchiveStat, Backend, BackendError, Capabilities, Dial, EngineEvent,
    ExecOutput, ExecRequest, ExecSession, LogRequest, Process, PullProgress, Watched,
};
use crate::deploy::sample::Altered;
use crate::domain::{
    ByteSize, Container, ContainerId, ContainerState, Counters, EngineKind, HostInfo, Image,
    ImageId, LogStream, Network, NetworkId, RawLogLine, Volume, VolumeId,
};

/// What a call of the engine does to a container.
type Effect = Box<dyn Fn(Container) -> Container + Send + Sync>;

/// The engine.
pub(super) struct Engine {
    info: HostInfo,
    inner: Mutex<Inner>,
    changed: broadcast::Sender<EngineEvent>,
    /// Calls of this verb wait for [`Engine::release`].
    held: Option<&'static str>,
    release: Notify,
    /// Told when a held call has begun.
    pub(super) reached: Notify,
}

#[derive(Default)]
struct Inner {
    containers: Vec<Container>,
    /// Shown instead as soon as this file exists: what a fake Compose brings up.
    after: Option<(PathBuf, Vec<Container>)>,
    calls: Vec<String>,
    errors: BTreeMap<&'static str, BackendError>,
    effects: BTreeMap<&'static str, Effect>,
    log: Vec<Vec<u8>>,
    image: Option<Image>,
    tags: BTreeMap<String, ImageId>,
}

impl Engine {
    pub(super) fn with(containers: Vec<Container>) -> Self {
        Self {
            info: HostInfo {
                engine: EngineKind::Docker,
                id: None,
                version: "20.10.24".to_owned(),
                api_version: "1.41".to_owned(),
                name: "memory".to_owned(),
                operating_system: String::new(),
                kernel: String::new(),
                architecture: String::new(),
                cpus: 1,
                memory: ByteSize(1),
                data_root: String::new(),
                clock: None,
            },
            inner: Mutex::new(Inner {
                containers,
                ..Inner::default()
            }),
            changed: broadcast::channel(16).0,
            held: None,
            release: Notify::new(),
            reached: Notify::new(),
        }
    }

    /// Calls of this verb fail.
    pub(super) fn failing(self, verb: &'static str, error: BackendError) -> Self {
        self.fail(verb, error);
        self
    }

    /// Calls of this verb fail from now on.
    pub(super) fn fail(&self, verb: &'static str, error: BackendError) {
        self.inner.lock().unwrap().errors.insert(verb, error);
    }

    /// Calls of this verb do this, instead of what an engine does.
    pub(super) fn doing(
        self,
        verb: &'static str,
        effect: impl Fn(Container) -> Container + Send + Sync + 'static,
    ) -> Self {
        self.inner
            .lock()
            .unwrap()
            .effects
            .insert(verb, Box::new(effect));
        self
    }

    /// Calls of this verb wait.
    pub(super) fn holding(mut self, verb: &'static str) -> Self {
        self.held = Some(verb);
        self
    }

    /// What containers have written.
    pub(super) fn logging(self, lines: &[&[u8]]) -> Self {
        self.inner.lock().unwrap().log = lines.iter().map(|line| line.to_vec()).collect();
        self
    }

    /// The image that every reference means.
    pub(super) fn having(self, image: Image) -> Self {
        self.inner.lock().unwrap().image = Some(image);
        self
    }

    /// The containers as soon as this file exists.
    pub(super) fn once(self, file: PathBuf, containers: Vec<Container>) -> Self {
        self.inner.lock().unwrap().after = Some((file, containers));
        self
    }

    /// Lets held calls go on.
    pub(super) fn release(&self) {
        self.release.notify_one();
    }

    /// What was done, in order: "restart wezm-web-1".
    pub(super) fn calls(&self) -> Vec<String> {
        self.inner.lock().unwrap().calls.clone()
    }

    /// Changes a container, as the world does.
    pub(super) fn alter(&self, name: &str, effect: impl Fn(Container) -> Container) {
        let mut inner = self.inner.lock().unwrap();
        let Some(slot) = inner.containers.iter_mut().find(|c| &*c.name == name) else {
            panic!("no container {name}")
        };
        *slot = effect(slot.clone());
        let _ = self
            .changed
            .send(EngineEvent::ContainerChanged(slot.id.clone()));
    }

    /// The engine stops failing at this verb.
    pub(super) fn mend(&self, verb: &'static str) {
        self.inner.lock().unwrap().errors.remove(verb);
    }

    fn now(&self) -> Vec<Container> {
        let inner = self.inner.lock().unwrap();
        match &inner.after {
            Some((file, containers)) if file.exists() => containers.clone(),
            _ => inner.containers.clone(),
        }
    }

    fn error(&self, verb: &'static str) -> Result<(), BackendError> {
        self.inner
            .lock()
            .unwrap()
            .errors
            .get(verb)
            .cloned()
            .map_or(Ok(()), Err)
    }

    async fn act(
        &self,
        verb: &'static str,
        id: &ContainerId,
        usual: fn(Container) -> Option<Container>,
    ) -> Result<(), BackendError> {
        let found = self.now().into_iter().find(|c| c.id == *id);
        let Some(container) = found else {
            return Err(BackendError::NotFound(format!("no such container: {id}")));
        };
        self.inner
            .lock()
            .unwrap()
            .calls
            .push(format!("{verb} {}", container.name));
        if self.held == Some(verb) {
            self.reached.notify_one();
            self.release.notified().await;
        }
        self.error(verb)?;
        let mut inner = self.inner.lock().unwrap();
        let becomes = match inner.effects.get(verb) {
            Some(effect) => Some(effect(container)),
            None => usual(container),
        };
        inner.containers.retain(|c| c.id != *id);
        inner.containers.extend(becomes);
        let _ = self.changed.send(EngineEvent::ContainerChanged(id.clone()));
        Ok(())
    }
}

fn started(container: Container) -> Container {
    container
        .state(ContainerState::Running)
        .detail(|detail| detail.started_at = Some(Timestamp::now()))
}

fn unsupported<T>() -> Result<T, BackendError> {
    Err(BackendError::Unsupported("not in memory".to_owned()))
}

#[async_trait]
impl Backend for Engine {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            exec: false,
            volume_sizes: false,
            archive: false,
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

    fn is_local(&self) -> bool {
        true
    }

    fn client_environment(&self) -> Vec<(String, String)> {
        vec![("DOCKER_HOST".to_owned(), "unix:///memory".to_owned())]
    }

    async fn containers(&self) -> Result<Vec<Container>, BackendError> {
        self.error("list")?;
        Ok(self.now())
    }

    async fn inspect(&self, id: &ContainerId) -> Result<Container, BackendError> {
        let found = self.now().into_iter().find(|c| c.id == *id);
        found.ok_or_else(|| BackendError::NotFound(id.to_string()))
    }

    async fn inspect_json(&self, _: &ContainerId) -> Result<String, BackendError> {
        unsupported()
    }

    async fn events(
        &self,
    ) -> Result<BoxStream<'static, Result<EngineEvent, BackendError>>, BackendError> {
        let receiver = self.changed.subscribe();
        Ok(stream::unfold(receiver, |mut receiver| async move {
            let event = receiver.recv().await.ok()?;
            Some((Ok(event), receiver))
        })
        .boxed())
    }

    async fn logs(
        &self,
        id: &ContainerId,
        request: LogRequest,
    ) -> Result<BoxStream<'static, Result<RawLogLine, BackendError>>, BackendError> {
        let log = self.inner.lock().unwrap().log.clone();
        let skipped = log.len().saturating_sub(request.tail.unwrap_or(usize::MAX));
        let id = id.clone();
        let lines = log.into_iter().skip(skipped).map(move |bytes| {
            Ok(RawLogLine {
                container: id.clone(),
                at: Timestamp::UNIX_EPOCH,
                stream: LogStream::Err,
                bytes,
                cut: 0,
            })
        });
        Ok(stream::iter(lines).boxed())
    }

    async fn counters(&self, _: &[Watched]) -> Vec<(ContainerId, Counters)> {
        Vec::new()
    }

    async fn volumes(&self) -> Result<Vec<Volume>, BackendError> {
        unsupported()
    }

    async fn volume_sizes(&self) -> Result<Vec<(VolumeId, ByteSize)>, BackendError> {
        unsupported()
    }

    async fn images(&self) -> Result<Vec<Image>, BackendError> {
        let inner = self.inner.lock().unwrap();
        let mut all: Vec<Image> = inner.image.iter().cloned().collect();
        // Every image that a container runs is there.
        for container in &inner.containers {
            if !all.iter().any(|image| image.id == container.image_id) {
                all.push(Image {
                    host: container.host.clone(),
                    id: container.image_id.clone(),
                    tags: Vec::new(),
                    digests: Vec::new(),
                    size: ByteSize(1),
                    created: Timestamp::UNIX_EPOCH,
                });
            }
        }
        for image in &mut all {
            let tags = inner.tags.iter().filter(|(_, id)| **id == image.id);
            image.tags.extend(tags.map(|(tag, _)| tag.clone()));
        }
        Ok(all)
    }

    async fn image(&self, _: &str) -> Result<Option<Image>, BackendError> {
        Ok(self.inner.lock().unwrap().image.clone())
    }

    async fn networks(&self) -> Result<Vec<Network>, BackendError> {
        unsupported()
    }

    async fn tag(&self, image: &ImageId, reference: &str) -> Result<(), BackendError> {
        let mut inner = self.inner.lock().unwrap();
        if let Some(error) = inner.errors.get("tag") {
            return Err(error.clone());
        }
        inner.tags.insert(reference.to_owned(), image.clone());
        Ok(())
    }

    async fn untag(&self, reference: &str) -> Result<(), BackendError> {
        self.inner.lock().unwrap().tags.remove(reference);
        Ok(())
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

    async fn start(&self, id: &ContainerId) -> Result<(), BackendError> {
        self.act("start", id, |c| Some(started(c))).await
    }

    async fn stop(&self, id: &ContainerId) -> Result<(), BackendError> {
        self.act("stop", id, |c| Some(c.state(ContainerState::Exited)))
            .await
    }

    async fn restart(&self, id: &ContainerId) -> Result<(), BackendError> {
        self.act("restart", id, |c| Some(started(c))).await
    }

    async fn remove(&self, id: &ContainerId) -> Result<(), BackendError> {
        self.act("remove", id, |_| None).await
    }

    async fn exec(&self, _: ExecRequest) -> Result<ExecOutput, BackendError> {
        unsupported()
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

    async fn stat_archive(&self, _: &ContainerId, _: &str) -> Result<ArchiveStat, BackendError> {
        unsupported()
    }

    async fn create_for_volume(&self, _: &str, _: &ImageId) -> Result<ContainerId, BackendError> {
        unsupported()
    }

    async fn read_archive(
        &self,
        _: &ContainerId,
        _: &str,
        _: ArchiveLimits,
    ) -> Result<Archive, BackendError> {
        unsupported()
    }
}
