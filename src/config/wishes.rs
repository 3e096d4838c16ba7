//! What the config wants of services: of all, of those on a host, of one.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use crate::domain::wishes::parse_gate;
use crate::domain::{HostId, Policy, Preferences, Wishes};

/// The tables `[deploy]`, `[hosts.NAME]` and `[services.NAME]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Common {
    /// How freely it may be acted upon.
    policy: Option<Policy>,
    /// How long a container without a health check has to run.
    #[serde(deserialize_with = "gate")]
    gate: Option<Duration>,
    /// How many releases are kept.
    #[serde(deserialize_with = "keep")]
    keep: Option<usize>,
}

/// A table `[services.NAME]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OfService {
    /// How freely it may be acted upon.
    policy: Option<Policy>,
    /// How long a container without a health check has to run.
    #[serde(deserialize_with = "gate")]
    gate: Option<Duration>,
    /// How many releases are kept.
    #[serde(deserialize_with = "keep")]
    keep: Option<usize>,
    /// A command that runs before a build.
    prebuild: Option<String>,
    /// Whether the image is pushed after a good build.
    push: Option<bool>,
    /// The command that renews its certificates, in its container.
    renew: Option<String>,
    /// How it is made to read its certificates again.
    reload: Option<String>,
}

impl From<Common> for Wishes {
    fn from(common: Common) -> Self {
        Self {
            policy: common.policy,
            gate: common.gate,
            keep: common.keep,
            ..Self::default()
        }
    }
}

impl From<OfService> for Wishes {
    fn from(service: OfService) -> Self {
        Self {
            policy: service.policy,
            gate: service.gate,
            keep: service.keep,
            prebuild: service.prebuild,
            push: service.push,
            renew: service.renew,
            reload: service.reload,
        }
    }
}

/// The three tables together.
pub(super) fn preferences(
    everywhere: &Common,
    hosts: &BTreeMap<String, Common>,
    services: &BTreeMap<String, OfService>,
) -> Preferences {
    Preferences {
        everywhere: everywhere.clone().into(),
        hosts: hosts
            .iter()
            .map(|(name, common)| (HostId::from(name), common.clone().into()))
            .collect(),
        services: services
            .iter()
            .map(|(name, service)| (name.clone(), service.clone().into()))
            .collect(),
    }
}

fn gate<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    use serde::de::Error;
    let text = String::deserialize(deserializer)?;
    match parse_gate(&text) {
        Some(gate) => Ok(Some(gate)),
        None => Err(D::Error::custom(format!(
            "`{text}` is no span of at most an hour; write one like 30s"
        ))),
    }
}

fn keep<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    use serde::de::Error;
    let count = usize::deserialize(deserializer)?;
    if Wishes::KEEPABLE.contains(&count) {
        return Ok(Some(count));
    }
    Err(D::Error::custom(format!(
        "`{count}` is out of range: {} to {}",
        Wishes::KEEPABLE.start(),
        Wishes::KEEPABLE.end()
    )))
}
