//! Calls Compose for one project.

use std::collections::BTreeMap;
use std::ffi::OsString;

use tokio::process::Command;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::process::{self, Ended, Stdout};
use super::{ComposeError, ServiceFacts, Version, arguments, facts, words};
use crate::domain::plan::ComposeProject;
use crate::domain::{Failure, JobEvent};

/// The Compose that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compose {
    /// The docker CLI, or Compose itself.
    program: OsString,
    /// What comes before Compose's own arguments.
    prefix: Vec<String>,
    /// Its version.
    version: Version,
}

/// What goes with one call, besides its arguments.
#[derive(Debug, Clone)]
pub struct Call {
    /// Environment to reach the engine ([`Backend::client_environment`](crate::backend::Backend::client_environment)).
    pub environment: Vec<(String, String)>,
    /// Gets each line as [`JobEvent::Output`] (and a pull's also as [`JobEvent::Progress`]); what it has no room for
    /// is dropped.
    pub events: Option<mpsc::Sender<JobEvent>>,
    /// Ends Compose and all it started: SIGTERM, seconds later SIGKILL. So does dropping the call, at once.
    pub cancel: CancellationToken,
}

/// What is brought up.
#[derive(Debug, Clone, Copy)]
pub struct Up<'a> {
    /// The service.
    pub service: &'a str,
    /// How many containers, where the files do not say it.
    pub scale: Option<u32>,
    /// Also what Compose takes for unchanged.
    pub force_recreate: bool,
}

impl Compose {
    pub(super) const fn new(program: OsString, prefix: Vec<String>, version: Version) -> Self {
        Self {
            program,
            prefix,
            version,
        }
    }

    /// Its version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Pulls what the service's image reference means now.
    pub async fn pull(
        &self,
        project: &ComposeProject,
        service: &str,
        call: &Call,
    ) -> Result<(), ComposeError> {
        let what = format!("pull {service}");
        let tell = |line: &str| {
            tell(call, line);
            if let Some(events) = &call.events {
                let line = line.trim().to_owned();
                let _ = events.try_send(JobEvent::Progress { line });
            }
        };
        self.run(
            what,
            project,
            arguments::pull(service),
            Stdout::Lines,
            &tell,
            call,
        )
        .await?;
        Ok(())
    }

    /// Brings up one service only.
    pub async fn up(
        &self,
        project: &ComposeProject,
        up: Up<'_>,
        call: &Call,
    ) -> Result<(), ComposeError> {
        let what = format!("bring up {}", up.service);
        let arguments = arguments::up(up);
        self.run(
            what,
            project,
            arguments,
            Stdout::Lines,
            &|line| tell(call, line),
            call,
        )
        .await?;
        Ok(())
    }

    /// What the files say of each service, profiles or not. None for v1, which prints only YAML; it still checks the
    /// files.
    pub async fn config_facts(
        &self,
        project: &ComposeProject,
        call: &Call,
    ) -> Result<Option<BTreeMap<String, ServiceFacts>>, ComposeError> {
        let what = format!("read the Compose files of {}", project.name);
        let arguments = arguments::config(self.version);
        let ended = self
            .run(
                what.clone(),
                project,
                arguments,
                Stdout::Answer,
                &|_| (),
                call,
            )
            .await?;
        if self.version.is_v1() {
            return Ok(None);
        }
        let facts = facts::parse(&String::from_utf8_lossy(&ended.answer)).map_err(|error| {
            Failure::new(what, format!("unexpected answer of Compose: {error}"))
        })?;
        Ok(Some(facts))
    }

    async fn run(
        &self,
        what: String,
        project: &ComposeProject,
        arguments: Vec<String>,
        stdout: Stdout,
        tell: &(dyn Fn(&str) + Send + Sync),
        call: &Call,
    ) -> Result<Ended, ComposeError> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.prefix)
            .args(arguments::common(self.version, project)?)
            .args(arguments)
            .current_dir(&project.working_dir);
        for name in arguments::UNSET {
            command.env_remove(name);
        }
        command
            .envs(arguments::SET)
            .envs(call.environment.iter().map(|(name, value)| (name, value)));
        let ended = match process::run(command, stdout, tell, &call.cancel).await {
            Ok(None) => return Err(ComposeError::Cancelled),
            Ok(Some(ended)) => ended,
            Err(error) => return Err(Failure::new(what, error.to_string()).into()),
        };
        if ended.status.success() {
            return Ok(ended);
        }
        let why = words::why(ended.last.iter().map(String::as_str))
            .unwrap_or_else(|| format!("Compose said nothing and ended with {}", ended.status));
        let failure = Failure::new(what, why);
        Err(match words::hint(&failure.why) {
            Some(hint) => failure.hint(hint).into(),
            None => failure.into(),
        })
    }
}

fn tell(call: &Call, line: &str) {
    if let Some(events) = &call.events {
        // Output may be dropped when nobody keeps up with it (DESIGN.md, Jobs).
        let _ = events.try_send(JobEvent::Output {
            line: line.to_owned(),
        });
    }
}
