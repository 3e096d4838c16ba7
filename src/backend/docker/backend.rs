//! The contract, each call with its time limit.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use jiff::Timestamp;

use super::error::{ACTION_LIMIT, CALL_LIMIT, PING_LIMIT, REGISTRY_LIMIT, SIZES_LIMIT, limited};
use super::{
    DockerBackend, actions, archive, connect, create_like, disk, distribution, events, exec,
    images, inside, inspect, list, logs, machine, networks, processes, pull, references, removals,
    unpack, volume_view, volumes,
};
use crate::backend::{
    Archive, ArchiveLimits, ArchiveStat, Backend, BackendError, Capabilities, Carry, CounterSource,
    Dial, Direct, EngineEvent, ExecOutput, ExecRequest, ExecSession, LogRequest, Process,
    PullProgress, Watched,
};
use crate::domain::{
    ByteSize, Container, ContainerId, Counters, Endpoint, EngineKind, EngineUsage, Event, HostInfo,
    Image, ImageId, Instruction, Network, NetworkId, Platform, RawLogLine, Volume, VolumeId,
};

#[async_trait]
impl Backend for DockerBackend {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            exec: true,
            volume_sizes: true,
            archive: true,
        }
    }

    async fn info(&self) -> Result<HostInfo, BackendError> {
        connect::info(self).await
    }

    async fn ping(&self) -> Result<(), BackendError> {
        limited(PING_LIMIT, self.channel.get("/_ping"))
            .await
            .map(drop)
    }

    fn is_local(&self) -> bool {
        self.is_here()
    }

    fn dialer(&self) -> Arc<dyn Dial> {
        match (&self.machine, &self.tunnel, &self.endpoint) {
            (Some(machine), _, _) => machine.dialer(),
            (None, Some(tunnel), _) => tunnel.dialer(),
            (None, None, Endpoint::Tcp { host, .. }) => Arc::new(Direct::to(host)),
            (None, None, Endpoint::Unix(_) | Endpoint::Ssh(_)) => Arc::new(Direct::here()),
        }
    }

    fn client_environment(&self) -> Vec<(String, String)> {
        connect::environment(&self.endpoint)
    }

    async fn containers(&self) -> Result<Vec<Container>, BackendError> {
        limited(CALL_LIMIT, list::containers(&self.channel, &self.host)).await
    }

    async fn inspect(&self, id: &ContainerId) -> Result<Container, BackendError> {
        limited(
            CALL_LIMIT,
            inspect::container(&self.channel, &self.host, id),
        )
        .await
    }

    async fn inspect_json(&self, id: &ContainerId) -> Result<String, BackendError> {
        limited(CALL_LIMIT, inspect::json(&self.channel, id)).await
    }

    async fn events(
        &self,
    ) -> Result<BoxStream<'static, Result<EngineEvent, BackendError>>, BackendError> {
        limited(CALL_LIMIT, events::events(&self.channel)).await
    }

    async fn past_events(
        &self,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Event>, BackendError> {
        limited(CALL_LIMIT, events::past(&self.channel, since, until)).await
    }

    async fn logs(
        &self,
        id: &ContainerId,
        request: LogRequest,
    ) -> Result<BoxStream<'static, Result<RawLogLine, BackendError>>, BackendError> {
        let asked = limited(
            CALL_LIMIT,
            logs::logs(&self.channel, self.kind, id, request),
        );
        match asked.await {
            Err(error) if logs::is_elsewhere(&error) => {
                let inspected = self.inspect(id).await;
                Err(inspected.map_or(error, |container| logs::elsewhere(&container)))
            }
            answer => answer,
        }
    }

    async fn counters(&self, watched: &[Watched]) -> Vec<(ContainerId, Counters)> {
        self.meter.read(&self.docker, watched).await
    }

    async fn counter_source(&self, watched: &Watched) -> CounterSource {
        self.meter.source(watched).await
    }

    async fn volumes(&self) -> Result<Vec<Volume>, BackendError> {
        let volumes = volumes::volumes(&self.docker, &self.host);
        limited(CALL_LIMIT, volumes).await
    }

    async fn volume_sizes(&self) -> Result<Vec<(VolumeId, ByteSize)>, BackendError> {
        let _turn = self.measuring.lock().await;
        limited(SIZES_LIMIT, volumes::sizes(&self.channel, &self.host)).await
    }

    async fn disk_usage(&self) -> Result<EngineUsage, BackendError> {
        let _turn = self.measuring.lock().await;
        limited(SIZES_LIMIT, disk::usage(&self.channel, &self.host)).await
    }

    fn host_program(&self, words: &[String]) -> Result<Vec<String>, BackendError> {
        match (&self.tunnel, &self.endpoint) {
            (Some(tunnel), _) => tunnel.program(words),
            (None, Endpoint::Unix(_)) => Ok(words.to_vec()),
            (None, _) => {
                let why = "it is reached with TCP, which runs no programs on its machine";
                Err(BackendError::Unsupported(why.to_owned()))
            }
        }
    }

    async fn run_on_host(&self, words: &[String]) -> Result<Vec<u8>, BackendError> {
        limited(SIZES_LIMIT, machine::run(self, words)).await
    }

    async fn images(&self) -> Result<Vec<Image>, BackendError> {
        let images = images::images(&self.docker, &self.host);
        limited(CALL_LIMIT, images).await
    }

    async fn image(&self, reference: &str) -> Result<Option<Image>, BackendError> {
        let image = images::image(&self.docker, &self.host, reference);
        limited(CALL_LIMIT, image).await
    }

    async fn image_labels(&self, id: &ImageId) -> Result<BTreeMap<String, String>, BackendError> {
        limited(CALL_LIMIT, images::labels(&self.docker, id)).await
    }

    async fn image_platform(&self, id: &ImageId) -> Result<Option<Platform>, BackendError> {
        limited(CALL_LIMIT, images::platform(&self.channel, id)).await
    }

    async fn image_history(&self, id_or_reference: &str) -> Result<Vec<Instruction>, BackendError> {
        limited(CALL_LIMIT, images::history(&self.channel, id_or_reference)).await
    }

    /// Without a limit of the whole: an image may be large, and the engine begins to send when it has packed it.
    async fn save_image(
        &self,
        id_or_reference: &str,
    ) -> Result<BoxStream<'static, Result<Vec<u8>, BackendError>>, BackendError> {
        let save = images::save(&self.channel, id_or_reference);
        limited(ACTION_LIMIT, save).await
    }

    async fn networks(&self) -> Result<Vec<Network>, BackendError> {
        limited(CALL_LIMIT, networks::networks(&self.channel, &self.host)).await
    }

    async fn tag(&self, image: &ImageId, reference: &str) -> Result<(), BackendError> {
        limited(CALL_LIMIT, references::tag(&self.channel, image, reference)).await
    }

    async fn untag(&self, reference: &str) -> Result<(), BackendError> {
        limited(ACTION_LIMIT, references::untag(&self.channel, reference)).await
    }

    /// Without a limit of the whole: only silence ends it.
    async fn pull(
        &self,
        reference: &str,
    ) -> Result<BoxStream<'static, Result<PullProgress, BackendError>>, BackendError> {
        pull::pull(&self.channel, &self.logins, reference).await
    }

    async fn registry_digest(&self, reference: &str) -> Result<String, BackendError> {
        if self.kind == EngineKind::Podman {
            let why = "Podman's API does not say what a registry has";
            return Err(BackendError::Unsupported(why.to_owned()));
        }
        let digest = distribution::digest(&self.channel, &self.logins, reference);
        limited(REGISTRY_LIMIT, digest).await
    }

    async fn remove_image(&self, id_or_reference: &str) -> Result<(), BackendError> {
        limited(
            ACTION_LIMIT,
            removals::image(&self.channel, id_or_reference),
        )
        .await
    }

    async fn prune_build_cache(&self) -> Result<(usize, ByteSize), BackendError> {
        limited(SIZES_LIMIT, removals::build_cache(&self.channel)).await
    }

    async fn remove_volume(&self, name: &str) -> Result<(), BackendError> {
        limited(ACTION_LIMIT, removals::volume(&self.channel, name)).await
    }

    async fn remove_network(&self, id: &NetworkId) -> Result<(), BackendError> {
        limited(ACTION_LIMIT, removals::network(&self.channel, id)).await
    }

    async fn start(&self, id: &ContainerId) -> Result<(), BackendError> {
        limited(ACTION_LIMIT, actions::start(&self.docker, id)).await
    }

    async fn stop(&self, id: &ContainerId) -> Result<(), BackendError> {
        limited(ACTION_LIMIT, actions::stop(&self.docker, id)).await
    }

    async fn restart(&self, id: &ContainerId) -> Result<(), BackendError> {
        limited(ACTION_LIMIT, actions::restart(&self.docker, id)).await
    }

    async fn remove(&self, id: &ContainerId) -> Result<(), BackendError> {
        limited(ACTION_LIMIT, actions::remove(&self.docker, id)).await
    }

    async fn create_like(
        &self,
        like: &ContainerId,
        name: &str,
        image: &str,
    ) -> Result<ContainerId, BackendError> {
        let create = create_like::create_like(&self.channel, like, name, image);
        limited(ACTION_LIMIT, create).await
    }

    async fn set_restart_policy(&self, id: &ContainerId, policy: &str) -> Result<(), BackendError> {
        let set = actions::set_restart_policy(&self.channel, id, policy);
        limited(CALL_LIMIT, set).await
    }

    async fn rename(&self, id: &ContainerId, name: &str) -> Result<(), BackendError> {
        limited(CALL_LIMIT, actions::rename(&self.channel, id, name)).await
    }

    async fn signal(&self, id: &ContainerId, signal: &str) -> Result<(), BackendError> {
        limited(CALL_LIMIT, actions::signal(&self.docker, id, signal)).await
    }

    async fn processes(&self, id: &ContainerId) -> Result<Vec<Process>, BackendError> {
        limited(CALL_LIMIT, processes::list(&self.docker, id)).await
    }

    /// Without a time limit: a renewal may take minutes, and its caller knows how many.
    async fn exec(&self, request: ExecRequest) -> Result<ExecOutput, BackendError> {
        exec::run(&self.docker, request).await
    }

    async fn exec_terminal(
        &self,
        request: ExecRequest,
        size: (u16, u16),
    ) -> Result<ExecSession, BackendError> {
        let session = exec::terminal(&self.channel, &self.docker, request, size);
        limited(CALL_LIMIT, session).await
    }

    async fn exec_resize(&self, session: &str, size: (u16, u16)) -> Result<(), BackendError> {
        let resize = exec::resize(&self.docker, session, size);
        limited(CALL_LIMIT, resize).await
    }

    async fn exec_exit_code(&self, session: &str) -> Result<Option<i64>, BackendError> {
        let code = exec::exit_code(&self.docker, session);
        limited(CALL_LIMIT, code).await
    }

    async fn stat_archive(
        &self,
        id: &ContainerId,
        path: &str,
    ) -> Result<ArchiveStat, BackendError> {
        limited(CALL_LIMIT, archive::stat(&self.channel, id, path)).await
    }

    async fn seen_inside(&self, id: &ContainerId, path: &str, limit: u64) -> Option<Vec<u8>> {
        if !self.is_here() {
            return None;
        }
        let container = self.inspect(id).await.ok()?;
        let pid = container.detail.as_ref()?.pid?;
        let (id, path) = (container.id, path.to_owned());
        let read =
            tokio::task::spawn_blocking(move || inside::read(pid, id.as_str(), &path, limit));
        read.await.ok()?.ok()
    }

    async fn seen_root(&self, id: &ContainerId) -> Option<OwnedFd> {
        if !self.is_here() {
            return None;
        }
        let container = self.inspect(id).await.ok()?;
        let pid = container.detail.as_ref()?.pid?;
        let id = container.id;
        let opened = tokio::task::spawn_blocking(move || inside::root(pid, id.as_str()));
        opened.await.ok()?.ok()
    }

    async fn create_for_volume(
        &self,
        volume: &str,
        image: &ImageId,
    ) -> Result<ContainerId, BackendError> {
        let create = volume_view::create(&self.channel, volume, image);
        limited(ACTION_LIMIT, create).await
    }

    async fn create_to_carry(
        &self,
        carry: &Carry<'_>,
        image: &ImageId,
    ) -> Result<ContainerId, BackendError> {
        let created = volume_view::create_to_carry(&self.channel, carry, image);
        limited(CALL_LIMIT, created).await
    }

    async fn create_volume(
        &self,
        name: &str,
        labels: &BTreeMap<String, String>,
    ) -> Result<(), BackendError> {
        limited(CALL_LIMIT, volume_view::make(&self.channel, name, labels)).await
    }

    async fn archive(
        &self,
        id: &ContainerId,
        folder: &str,
    ) -> Result<BoxStream<'static, Result<Vec<u8>, BackendError>>, BackendError> {
        limited(CALL_LIMIT, archive::stream(&self.channel, id, folder)).await
    }

    async fn archive_of(
        &self,
        id: &ContainerId,
        path: &str,
    ) -> Result<BoxStream<'static, Result<Vec<u8>, BackendError>>, BackendError> {
        limited(CALL_LIMIT, archive::stream_of(&self.channel, id, path)).await
    }

    /// Without a limit of the whole.
    async fn unpack(
        &self,
        id: &ContainerId,
        folder: &str,
        tar: BoxStream<'static, std::io::Result<Vec<u8>>>,
    ) -> Result<(), BackendError> {
        unpack::unpack(&self.channel, id, folder, tar).await
    }

    async fn read_archive(
        &self,
        id: &ContainerId,
        path: &str,
        limits: ArchiveLimits,
    ) -> Result<Archive, BackendError> {
        let read = archive::read(&self.docker, id, path, limits);
        limited(CALL_LIMIT, read).await
    }
}
