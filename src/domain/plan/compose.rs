//! What steps through Compose are given.

use serde::{Deserialize, Serialize};

/// Which image Compose brings a service up with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpImage {
    /// What the files say, as Compose does it.
    #[default]
    Usual,
    /// What the reference means on this host: nothing is pulled or built.
    Present,
    /// Another one of this host than the files say: nothing is pulled or built.
    Instead(String),
}

/// How a Compose project was started: what to call Compose with to mean the same project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposeProject {
    /// The project's name.
    pub name: String,
    /// The folder it was started in.
    pub working_dir: String,
    /// Its files, in order.
    pub files: Vec<String>,
    /// Its env files, in order.
    pub env_files: Vec<String>,
}
