//! What the labels that Compose writes say of a container: enough to call Compose again the same way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Compose's own labels (`com.docker.compose.*`), read. `podman-compose` writes the same ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposeIdentity {
    /// The project's name.
    pub project: String,
    /// The service's name in the project.
    pub service: String,
    /// Which of the service's containers this is, from 1.
    pub number: u32,
    /// Whether `compose run` made it: not an instance of the service.
    pub one_off: bool,
    /// The folder Compose ran in.
    pub working_dir: Option<String>,
    /// The Compose files, in order.
    pub config_files: Vec<String>,
    /// The env files, in order.
    pub env_files: Vec<String>,
    /// The hash of the service's configuration when it was brought up.
    pub config_hash: Option<String>,
    /// The services it depends on, by name.
    pub depends_on: Vec<String>,
}

impl ComposeIdentity {
    /// Reads the labels; none when they are not Compose's.
    pub fn from_labels(labels: &BTreeMap<String, String>) -> Option<Self> {
        let get = |name: &str| labels.get(&format!("com.docker.compose.{name}")).cloned();
        let list = |name: &str| -> Vec<String> {
            get(name)
                .map(|text| {
                    text.split(',')
                        .filter(|part| !part.is_empty())
                        .map(str::to_owned)
                        .collect()
                })
                .unwrap_or_default()
        };
        // Compose writes the first two into the images that it builds as well; a container that somebody runs of one
        // by hand is none of the service.
        let of_container = ["container-number", "oneoff", "config-hash"];
        if !of_container.iter().any(|name| get(name).is_some()) {
            return None;
        }
        Some(Self {
            project: get("project").filter(|name| !name.is_empty())?,
            service: get("service").filter(|name| !name.is_empty())?,
            number: get("container-number")
                .and_then(|text| text.parse().ok())
                .unwrap_or(1),
            one_off: get("oneoff").is_some_and(|text| text.eq_ignore_ascii_case("true")),
            working_dir: get("project.working_dir").filter(|path| !path.is_empty()),
            config_files: list("project.config_files"),
            env_files: list("project.environment_file"),
            config_hash: get("config-hash"),
            depends_on: list("depends_on")
                .iter()
                // "db:service_healthy:false": name, condition, restart.
                .filter_map(|entry| entry.split(':').next().map(str::to_owned))
                .collect(),
        })
    }
}
