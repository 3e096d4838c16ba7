//! Finds the Compose CLI: the plugin first, then the program of its own.

use std::ffi::{OsStr, OsString};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::OnceCell;

use super::{Compose, Version};
use crate::domain::{Failure, text::visible};

/// How long a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program that may be Compose, and what to call it with first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// A name looked up in `PATH`, or a path.
    pub program: OsString,
    /// What comes before Compose's own arguments: `compose` for the docker CLI.
    pub prefix: Vec<String>,
}

impl Candidate {
    /// Compose as a plugin of a docker CLI.
    pub fn plugin(docker: impl AsRef<OsStr>) -> Self {
        Self {
            program: docker.as_ref().to_owned(),
            prefix: vec!["compose".to_owned()],
        }
    }

    /// Compose as a program of its own.
    pub fn program(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            prefix: Vec::new(),
        }
    }

    /// It as one would type it.
    pub(super) fn words(&self) -> String {
        let mut words = vec![self.program.to_string_lossy().into_owned()];
        words.extend(self.prefix.iter().cloned());
        words.join(" ")
    }
}

/// Finds Compose when it is first needed, and remembers it. What was not found is looked for again the next time: it
/// may have been installed.
#[derive(Debug)]
pub struct Finder {
    candidates: Vec<Candidate>,
    found: OnceCell<Compose>,
}

impl Default for Finder {
    /// `docker compose`, then `docker-compose`.
    fn default() -> Self {
        Self::among(vec![
            Candidate::plugin("docker"),
            Candidate::program("docker-compose"),
        ])
    }
}

impl Finder {
    /// Looks only among these, in this order.
    pub fn among(candidates: Vec<Candidate>) -> Self {
        Self {
            candidates,
            found: OnceCell::new(),
        }
    }

    /// The Compose to call.
    pub async fn find(&self) -> Result<&Compose, Failure> {
        self.found.get_or_try_init(|| self.look()).await
    }

    async fn look(&self) -> Result<Compose, Failure> {
        let mut reasons = Vec::new();
        for candidate in &self.candidates {
            match probe(candidate).await {
                Ok(version) => {
                    return Ok(Compose::new(candidate.clone(), version));
                }
                Err(why) => reasons.push(format!("{}: {why}", candidate.words())),
            }
        }
        Err(Failure::new("find the Compose command", reasons.join("; "))
            .hint("install docker-compose-plugin or docker-compose"))
    }
}

/// `version --short` needs no engine. A docker CLI without the plugin fails on it with its help.
async fn probe(candidate: &Candidate) -> Result<Version, String> {
    let output = Command::new(&candidate.program)
        .args(&candidate.prefix)
        .args(["version", "--short"])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = match tokio::time::timeout(PATIENCE, output).await {
        Err(_) => return Err(format!("no answer within {} s", PATIENCE.as_secs())),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err("not installed".to_owned());
        }
        Ok(Err(error)) => return Err(error.to_string()),
        Ok(Ok(output)) => output,
    };
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err("not installed".to_owned());
    }
    Version::parse(&said).ok_or_else(|| {
        let said: String = said.trim().chars().take(80).collect();
        format!("said \"{}\" for its version", visible(&said))
    })
}
