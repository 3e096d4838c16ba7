//! What steps through Compose are given.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::text::shell_word;

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

/// A run of a service in a container of its own, which is gone at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Once {
    /// The service.
    pub service: String,
    /// What is run instead of its entrypoint.
    pub entrypoint: Option<String>,
    /// What is run instead of its command.
    pub arguments: Vec<String>,
}

impl Once {
    /// A command line, for the shell of its image.
    pub fn shell(service: &str, command: &str) -> Self {
        Self {
            service: service.to_owned(),
            entrypoint: Some("sh".to_owned()),
            arguments: vec!["-c".to_owned(), command.to_owned()],
        }
    }
}

impl fmt::Display for Once {
    /// As somebody would type it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("docker compose run --rm --no-deps")?;
        if let Some(program) = &self.entrypoint {
            write!(f, " --entrypoint {program}")?;
        }
        write!(f, " {}", self.service)?;
        for argument in &self.arguments {
            write!(f, " {}", shell_word(argument))?;
        }
        Ok(())
    }
}
