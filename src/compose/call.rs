//! Calls Compose for one project.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use command_fds::CommandFdExt;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::arguments::Progress;
use super::find::Candidate;
use super::overrule::Overrule;
use super::process::{self, Ended, Stdout};
use super::progress::{self, Said};
use super::says::Hashes;
use super::{ComposeError, ServiceFacts, Version, arguments, facts, words};
use crate::domain::layers::Layers;
use crate::domain::plan::{ComposeProject, UpImage};
use crate::domain::text::visible;
use crate::domain::{Failure, JobEvent};

/// The Compose that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compose {
    /// How it is called.
    candidate: Candidate,
    /// Its version.
    version: Version,
}

/// Takes what is told while a program runs. Must not block: what it has no room for it drops.
pub type Tell = Arc<dyn Fn(JobEvent) + Send + Sync>;

/// What goes with one call, besides its arguments.
#[derive(Clone)]
pub struct Call {
    /// Environment to reach the engine ([`Backend::client_environment`](crate::backend::Backend::client_environment)).
    pub environment: Vec<(String, String)>,
    /// Gets each line as [`JobEvent::Output`] (and a pull's also as [`JobEvent::Progress`]).
    pub tell: Option<Tell>,
    /// Open files that a program keeps open which is to finish what it began even when we are killed: the job's locks.
    pub hold: Vec<Arc<File>>,
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
    /// Which image.
    pub image: &'a UpImage,
    /// Where a file that overrules the image may be written.
    pub overrides: &'a Path,
}

impl Compose {
    pub(super) const fn new(candidate: Candidate, version: Version) -> Self {
        Self { candidate, version }
    }

    /// Its version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// What it is called with, as one would type it.
    pub fn words(&self) -> String {
        self.candidate.words()
    }

    /// Pulls what the service's image reference means now.
    pub async fn pull(
        &self,
        project: &ComposeProject,
        service: &str,
        call: &Call,
    ) -> Result<(), ComposeError> {
        let what = format!("pull {service}");
        let layers = Mutex::new(Layers::default());
        let tell = |line: &str| {
            let progress = match progress::read(line) {
                Said::Words(words) => {
                    words.lines().for_each(|line| tell(call, line));
                    words.trim().to_owned()
                }
                Said::Layer(layer) => {
                    let mut layers = layers.lock().unwrap_or_else(PoisonError::into_inner);
                    layers.take(layer);
                    layers.line()
                }
            };
            if let Some(tell) = &call.tell {
                tell(JobEvent::Progress { line: progress });
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
        let instead = match up.image {
            UpImage::Instead(image) => {
                let written = Overrule::write(up.overrides, up.service, image);
                Some(written.map_err(|error| Failure::new(&what, error.to_string()))?)
            }
            UpImage::Usual | UpImage::Present => None,
        };
        let mut project = project.clone();
        if let Some(instead) = &instead {
            project
                .files
                .push(instead.path.to_string_lossy().into_owned());
        }
        let arguments = arguments::up(self.version, up);
        let tell = |line: &str| tell(call, line);
        self.run(what, &project, arguments, Stdout::Unbroken, &tell, call)
            .await?;
        Ok(())
    }

    /// Builds the service's image, with the build arguments that the files give it.
    pub async fn build(
        &self,
        project: &ComposeProject,
        service: &str,
        call: &Call,
    ) -> Result<(), ComposeError> {
        let what = format!("build {service}");
        let arguments = arguments::build(service);
        let tell = |line: &str| tell(call, line);
        self.run(what, project, arguments, Stdout::Lines, &tell, call)
            .await?;
        Ok(())
    }

    /// Pushes the service's image.
    pub async fn push(
        &self,
        project: &ComposeProject,
        service: &str,
        call: &Call,
    ) -> Result<(), ComposeError> {
        let what = format!("push {service}");
        let arguments = arguments::push(service);
        let tell = |line: &str| tell(call, line);
        self.run(what, project, arguments, Stdout::Lines, &tell, call)
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

    /// The hash of each service's configuration as the files are now. v1 leaves out what is behind a profile.
    pub async fn config_hashes(
        &self,
        project: &ComposeProject,
        call: &Call,
    ) -> Result<Hashes, ComposeError> {
        let what = format!("read the Compose files of {}", project.name);
        let arguments = arguments::hashes();
        let silent = |_: &str| ();
        let ended = self
            .run(what, project, arguments, Stdout::Answer, &silent, call)
            .await?;
        let out = String::from_utf8_lossy(&ended.answer);
        let err = ended.last.iter().map(String::as_str);
        Ok(Hashes::parse(&out, err))
    }

    pub(super) async fn run(
        &self,
        what: String,
        project: &ComposeProject,
        arguments: Vec<String>,
        stdout: Stdout,
        tell: &(dyn Fn(&str) + Send + Sync),
        call: &Call,
    ) -> Result<Ended, ComposeError> {
        let command = self.command(&what, project, arguments, stdout, call)?;
        run_to_end(what, command, stdout, tell, call).await
    }

    pub(super) fn command(
        &self,
        what: &str,
        project: &ComposeProject,
        arguments: Vec<String>,
        stdout: Stdout,
        call: &Call,
    ) -> Result<Command, ComposeError> {
        let mut command = Command::new(&self.candidate.program);
        let progress = match arguments.first().map(String::as_str) {
            Some("pull") => Progress::Json,
            _ => Progress::Plain,
        };
        command
            .args(&self.candidate.prefix)
            .args(arguments::common(self.version, project, progress)?)
            .args(arguments)
            .current_dir(&project.working_dir);
        for name in arguments::UNSET {
            command.env_remove(name);
        }
        command
            .envs(arguments::SET)
            .envs(call.environment.iter().map(|(name, value)| (name, value)));
        if stdout == Stdout::Unbroken {
            hold(&mut command, &call.hold)
                .map_err(|error| Failure::new(what, error.to_string()))?;
        }
        Ok(command)
    }
}

/// Lets the program inherit open files.
fn hold(command: &mut Command, files: &[Arc<File>]) -> std::io::Result<()> {
    let mut copies = Vec::new();
    for file in files {
        copies.push(file.try_clone()?.into());
    }
    command.preserved_fds(copies);
    Ok(())
}

/// Runs a command line of the user's own with `sh -c`, with the way to the engine in its environment.
pub async fn run_command(
    command_line: &str,
    folder: &str,
    call: &Call,
) -> Result<(), ComposeError> {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", command_line])
        .current_dir(folder)
        .envs(call.environment.iter().map(|(name, value)| (name, value)));
    let what = format!("run “{}”", visible(command_line));
    let tell = |line: &str| tell(call, line);
    run_to_end(what, command, Stdout::Lines, &tell, call).await?;
    Ok(())
}

/// Runs a program of the user's own, with the way to the engine in its environment.
pub async fn run_words(what: String, words: &[String], call: &Call) -> Result<(), ComposeError> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(Failure::new(what, "nothing to run").into());
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(call.environment.iter().map(|(name, value)| (name, value)));
    let tell = |line: &str| tell(call, line);
    run_to_end(what, command, Stdout::Lines, &tell, call).await?;
    Ok(())
}

async fn run_to_end(
    what: String,
    command: Command,
    stdout: Stdout,
    tell: &(dyn Fn(&str) + Send + Sync),
    call: &Call,
) -> Result<Ended, ComposeError> {
    let ended = match process::run(command, stdout, tell, &call.cancel).await {
        Ok(None) => return Err(ComposeError::Cancelled),
        Ok(Some(ended)) => ended,
        Err(error) => return Err(Failure::new(what, error.to_string()).into()),
    };
    if ended.status.success() {
        return Ok(ended);
    }
    let said: Vec<String> = ended
        .last
        .iter()
        .filter_map(|line| progress::words(line))
        .collect();
    let why = words::why(said.iter().flat_map(|words| words.lines()))
        .unwrap_or_else(|| format!("it said nothing and ended with {}", ended.status));
    let failure = Failure::new(what, why);
    Err(match words::hint(&failure.why) {
        Some(hint) => failure.hint(hint).into(),
        None => failure.into(),
    })
}

pub(super) fn tell(call: &Call, line: &str) {
    if let Some(tell) = &call.tell {
        tell(JobEvent::Output {
            line: line.to_owned(),
        });
    }
}
