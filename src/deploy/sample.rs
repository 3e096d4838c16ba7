//! Containers for the tests of planners and of the executor.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{
    ComposeIdentity, Container, ContainerDetail, ContainerId, ContainerState, Health, HostId,
    ImageId, NetworkOf, ServiceId,
};

/// The host of all samples.
pub(crate) fn host() -> HostId {
    HostId::from("local")
}

/// A service of the project `wezm`.
pub(crate) fn service(name: &str) -> ServiceId {
    ServiceId {
        host: host(),
        project: Some("wezm".into()),
        name: name.into(),
    }
}

/// The service of a lone container.
pub(crate) fn lone_service(name: &str) -> ServiceId {
    ServiceId {
        project: None,
        ..service(name)
    }
}

/// A lone running container without a health check.
pub(crate) fn lone(name: &str) -> Container {
    Container {
        id: ContainerId::from(&format!("{name:f<64}")),
        host: host(),
        name: name.into(),
        image: "registry.example/web:1".into(),
        image_id: image_id("old"),
        command: String::new(),
        created: Timestamp::UNIX_EPOCH,
        state: ContainerState::Running,
        health: Health::None,
        status: String::new(),
        labels: BTreeMap::new(),
        ports: Vec::new(),
        mounts: Vec::new(),
        networks: Vec::new(),
        network_of: None,
        compose: None,
        detail: Some(Arc::new(ContainerDetail {
            started_at: Some(Timestamp::UNIX_EPOCH),
            restart_policy: "unless-stopped".to_owned(),
            ..ContainerDetail::default()
        })),
    }
}

/// A running container of a service of the project `wezm`.
pub(crate) fn of(name: &str, number: u32) -> Container {
    Container {
        compose: Some(ComposeIdentity {
            project: "wezm".to_owned(),
            service: name.to_owned(),
            number,
            one_off: false,
            working_dir: Some("/srv/wezm".to_owned()),
            config_files: vec!["/srv/wezm/compose.yml".to_owned()],
            env_files: Vec::new(),
            config_hash: None,
            depends_on: Vec::new(),
            version: None,
        }),
        ..lone(&format!("wezm-{name}-{number}"))
    }
}

/// An image's id made of a word.
pub(crate) fn image_id(word: &str) -> ImageId {
    ImageId::from(&format!("sha256:{word:0<64}"))
}

/// Changes of a sample.
pub(crate) trait Altered: Sized {
    /// With another state.
    fn state(self, state: ContainerState) -> Self;
    /// With a changed detail.
    fn detail(self, change: impl FnOnce(&mut ContainerDetail)) -> Self;
    /// In the network namespace of another container.
    fn in_network_of(self, other: &Container) -> Self;
    /// With a label.
    fn label(self, name: &str, value: &str) -> Self;
}

impl Altered for Container {
    fn state(mut self, state: ContainerState) -> Self {
        self.state = state;
        self
    }

    fn detail(mut self, change: impl FnOnce(&mut ContainerDetail)) -> Self {
        change(Arc::make_mut(self.detail.get_or_insert_default()));
        self
    }

    fn in_network_of(mut self, other: &Container) -> Self {
        self.network_of = Some(NetworkOf::Container(other.id.clone()));
        self
    }

    fn label(mut self, name: &str, value: &str) -> Self {
        self.labels.insert(name.to_owned(), value.to_owned());
        self
    }
}
