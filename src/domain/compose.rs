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
    /// The version of the Compose that brought it up.
    pub version: Option<String>,
}

/// Where a service was brought up from: what Compose is called with to read the same files again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The project's name.
    pub project: String,
    /// The folder Compose ran in.
    pub working_dir: Option<String>,
    /// The Compose files, in order; without those of a roll back, which are there for once only.
    pub config_files: Vec<String>,
    /// The env files, in order.
    pub env_files: Vec<String>,
}

/// What the name of a file begins with that fixes a service's image for a roll back. Compose writes the names of its
/// files into the labels of what it creates.
pub const ROLL_BACK_FILE: &str = "topside-roll-back-";

/// Whether a file that a label names is one of these.
fn is_of_roll_back(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.starts_with(ROLL_BACK_FILE)
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
            version: get("version").filter(|version| !version.is_empty()),
        })
    }

    /// Where it was brought up from.
    pub fn origin(&self) -> Origin {
        let lasting = |file: &&String| !is_of_roll_back(file);
        Origin {
            project: self.project.clone(),
            working_dir: self.working_dir.clone(),
            config_files: self.config_files.iter().filter(lasting).cloned().collect(),
            env_files: self.env_files.clone(),
        }
    }

    /// Whether a roll back fixed its image, whatever its files say.
    pub fn is_rolled_back(&self) -> bool {
        self.config_files.iter().any(|file| is_of_roll_back(file))
    }
}
