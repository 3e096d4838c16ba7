//! Containers and images for the tests of rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::{
    ByteSize, Certificate, CertificatePlace, ComposeIdentity, Container, ContainerDetail,
    ContainerId, ContainerState, Health, Image, ServiceId,
};

/// A moment, so many seconds after the first container was made.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

/// A running, inspected container that was made from a reference and runs an image.
pub(crate) fn container(reference: &str, image: &str) -> Container {
    Container {
        id: ContainerId::from("c1"),
        host: "home".into(),
        name: "web".into(),
        image: reference.into(),
        image_id: image.into(),
        command: String::new(),
        created: at(0),
        state: ContainerState::Running,
        health: Health::None,
        status: "Up".to_owned(),
        labels: BTreeMap::new(),
        ports: Vec::new(),
        mounts: Vec::new(),
        networks: Vec::new(),
        network_of: None,
        compose: None,
        detail: Some(Arc::new(ContainerDetail::default())),
    }
}

/// A running container of this name, of no project.
pub(super) fn named(name: &str) -> Container {
    Container {
        id: ContainerId::from(&format!("{name:0<64}")),
        name: name.into(),
        ..container("busybox:1", "sha256:1")
    }
}

/// A container of a service that Compose brought up with this hash.
pub(super) fn of_compose(hash: &str, version: &str) -> Container {
    let labels = [
        ("project", "wezm"),
        ("service", "web"),
        ("project.working_dir", "/srv/wezm"),
        ("project.config_files", "/srv/wezm/compose.yml"),
        ("config-hash", hash),
        ("version", version),
    ]
    .map(|(name, value)| (format!("com.docker.compose.{name}"), value.to_owned()))
    .into();
    Container {
        compose: ComposeIdentity::from_labels(&labels),
        labels,
        ..container("nginx:1", "sha256:1")
    }
}

/// An image of the host.
pub(super) fn image(id: &str, tags: &[&str], digests: &[&str]) -> Image {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Image {
        host: "home".into(),
        id: id.into(),
        tags: owned(tags),
        digests: owned(digests),
        size: ByteSize(1),
        created: at(0),
    }
}

/// A certificate for these names that a service stores.
pub(super) fn certificate(sha256: &str, names: &[&str], by: &ServiceId) -> Certificate {
    Certificate {
        sha256: sha256.to_owned(),
        common_name: None,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        issuer: "CA".to_owned(),
        serial: "01".to_owned(),
        not_before: at(0),
        not_after: at(90 * 86_400),
        self_signed: false,
        places: vec![CertificatePlace::of_service(
            by.clone(),
            &by.name,
            "/certs/a.pem",
        )],
    }
}
