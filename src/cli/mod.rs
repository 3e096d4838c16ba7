//! The command line: one file a subcommand; tables for people, JSON for scripts.

mod act;
mod arguments;
mod ask;
mod cache;
mod certs;
mod check;
mod completions;
mod config;
mod consent;
mod dashboard;
mod demo;
mod disk;
mod doctor;
mod events;
mod export;
mod files;
mod findings;
mod freshness;
mod image;
mod images;
mod inspected;
mod jobs;
mod logging;
mod logs;
mod man;
mod names;
mod networks;
mod print;
mod progress;
mod prune;
mod releases;
mod renew;
mod report;
mod run;
mod seen;
mod served;
mod status;
mod table;
#[cfg(test)]
mod tests;
mod user;
mod version;
mod volume;
mod whole;

use std::process::ExitCode;
use std::sync::Arc;

use arguments::Certs;
pub use arguments::{Arguments, Command};

use clap::{CommandFactory, Parser};
use tokio_util::sync::CancellationToken;

use crate::backend::docker::DockerConnector;
use crate::backend::endpoint::{Environment, resolve};
use crate::compose::Finder;
use crate::config::{Config, Paths};
use crate::domain::{ActionName, Failure};
use crate::runtime::configuration::Source;
use crate::runtime::jobs::Shared;
use crate::runtime::records::Records;

/// How a subcommand can end. Documented in `--help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It was done.
    Done = 0,
    /// The engine did not answer, or refused.
    Engine = 1,
    /// The command line or the config is wrong.
    Usage = 2,
    /// All was as wanted already.
    NothingToDo = 3,
    /// It failed, and what ran before runs again.
    RolledBack = 4,
    /// It failed, and needs somebody.
    Failed = 5,
    /// Somebody cancelled it.
    Cancelled = 6,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Reads the command line; how the process ends, where there is nothing to carry out.
pub fn parse() -> Result<Arguments, ExitCode> {
    if let Some(answered) = completions::answer() {
        return Err(answered);
    }
    Arguments::try_parse().map_err(|said| {
        // A reader that goes away is no error.
        let _ = said.print();
        if !said.use_stderr() {
            return Exit::Done.into();
        }
        // What is wrong hides which subcommand was meant, unless errors are passed over.
        let lenient = Arguments::command().ignore_errors(true).try_get_matches();
        let is_check = lenient.is_ok_and(|matches| matches.subcommand_name() == Some("check"));
        if is_check {
            check::WRONG_USAGE.into()
        } else {
            Exit::Usage.into()
        }
    })
}

/// Carries out the command line.
pub fn main(arguments: &Arguments) -> color_eyre::Result<ExitCode> {
    match &arguments.command {
        Some(Command::DemoCompose(call)) => {
            return Ok(crate::demo::compose_main(&call.arguments));
        }
        Some(Command::Completions(wanted)) => return completions::run(wanted),
        Some(Command::Man(wanted)) => return man::run(wanted),
        _ => {}
    }
    let paths = Paths::of_user();
    logging::start(paths.as_ref());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // One for the loop, one for the engine's answers: the host's cores are for its services.
        .worker_threads(2)
        .enable_all()
        .build()?;
    let code = runtime.block_on(async {
        match &arguments.command {
            // It has to work on one that is broken.
            Some(Command::Config(wanted)) => Ok(config::run(arguments, paths.as_ref(), wanted)),
            None => Box::pin(dashboard::run(arguments, paths.as_ref())).await,
            Some(Command::Demo(wanted)) => {
                Box::pin(demo::run(arguments, paths.as_ref(), wanted)).await
            }
            Some(command) => {
                // A config that is wrong is one of the things that it looks for.
                if let Command::Doctor(wanted) = command {
                    return doctor::run(arguments, paths.as_ref(), wanted).await;
                }
                // A subcommand needs little of it; what is wrong with it is said all the same, before it matters.
                let whole = source(arguments, paths.as_ref())
                    .load()
                    .map(|(config, _)| config);
                match (whole, command) {
                    (Ok(config), _) => {
                        subcommand(arguments, command, paths.as_ref(), &config).await
                    }
                    // Its exit codes are those of monitoring.
                    (Err(error), Command::Check(wanted)) => {
                        Ok(check::unknown(wanted, error.failure()))
                    }
                    (Err(error), _) => Ok(refuse(&error.failure(), Exit::Usage)),
                }
            }
        }
    })?;
    // Threads that wait for a terminal's input or a slow disk hold nobody up.
    runtime.shutdown_background();
    Ok(code)
}

async fn subcommand(
    arguments: &Arguments,
    command: &Command,
    paths: Option<&Paths>,
    config: &Config,
) -> color_eyre::Result<ExitCode> {
    let shared = &shared(paths, config);
    match command {
        Command::Status(status) => {
            let named = config.certificates.endpoints();
            status::run(arguments, shared, &named, status).await
        }
        Command::Findings(wanted) => {
            let named = config.certificates.endpoints();
            findings::run(arguments, shared, &named, wanted).await
        }
        Command::Redeploy(act) => {
            act::run(arguments, shared, ActionName::Redeploy, None, act).await
        }
        Command::Rebuild(act) => act::run(arguments, shared, ActionName::Rebuild, None, act).await,
        Command::Rollback(back) => {
            act::run(arguments, shared, ActionName::RollBack, back.to, &back.act).await
        }
        Command::Restart(act) => act::run(arguments, shared, ActionName::Restart, None, act).await,
        Command::Start(act) => act::run(arguments, shared, ActionName::Start, None, act).await,
        Command::Stop(act) => act::run(arguments, shared, ActionName::Stop, None, act).await,
        Command::Up(up) => {
            let (profiles, whole) = (&up.profiles, &up.whole);
            whole::run(arguments, shared, ActionName::Up, profiles, whole).await
        }
        Command::Down(whole) => whole::run(arguments, shared, ActionName::Down, &[], whole).await,
        Command::Pull(up) => {
            let (profiles, whole) = (&up.profiles, &up.whole);
            whole::run(arguments, shared, ActionName::Pull, profiles, whole).await
        }
        Command::Df(wanted) => disk::df(arguments, shared, wanted).await,
        Command::Volumes(wanted) => disk::volumes(arguments, shared, wanted).await,
        Command::Backup(wanted) => volume::backup(arguments, shared, wanted).await,
        Command::Restore(wanted) => volume::restore(arguments, shared, wanted).await,
        Command::Files(wanted) => files::list(arguments, shared, wanted).await,
        Command::Cp(wanted) => files::copy(arguments, shared, wanted).await,
        Command::Images(wanted) => images::run(arguments, shared, wanted).await,
        Command::Logs(wanted) => logs::run(arguments, wanted).await,
        Command::Events(wanted) => Box::pin(events::run(arguments, shared, wanted)).await,
        Command::Networks(wanted) => networks::run(arguments, wanted).await,
        Command::Prune(wanted) => prune::run(arguments, shared, wanted).await,
        Command::Releases(wanted) => releases::run(arguments, shared, wanted).await,
        Command::Jobs(wanted) => jobs::run(paths, wanted),
        Command::Config(wanted) => Ok(config::run(arguments, paths, wanted)),
        Command::Run(wanted) => run::run(arguments, shared, config, wanted).await,
        Command::Renew(wanted) => renew::run(arguments, shared, wanted).await,
        Command::Certs(
            wanted @ Certs {
                export: Some(file), ..
            },
        ) => export::run(arguments, wanted, file).await,
        Command::Certs(wanted) if wanted.paths.is_empty() => {
            certs::of_host(arguments, shared, wanted).await
        }
        Command::Certs(wanted) => certs::of_paths(wanted, &shared.thresholds),
        // Done before the config was read.
        Command::Demo(_)
        | Command::DemoCompose(_)
        | Command::Doctor(_)
        | Command::Completions(_)
        | Command::Man(_) => Ok(ExitCode::SUCCESS),
        Command::Check(wanted) => {
            let named = config.certificates.endpoints();
            Ok(Box::pin(check::run(arguments, shared, &named, wanted)).await)
        }
    }
}

/// What jobs work with, whoever starts them.
fn shared(paths: Option<&Paths>, config: &Config) -> Shared {
    Shared {
        leaving: CancellationToken::new(),
        preferences: Arc::new(config.preferences()),
        certificates: config.certificates.reach(),
        thresholds: config.certificates.thresholds(),
        compose: Arc::new(Finder::default()),
        records: Arc::new(Records::at(paths.map(Paths::store))),
        edits: paths.map(Paths::edits),
        lock_dir: paths.map_or_else(std::env::temp_dir, Paths::locks),
        user: user::name(),
    }
}

/// Where the user's config and themes are.
fn source(arguments: &Arguments, paths: Option<&Paths>) -> Source {
    let named = arguments.config.clone();
    Source {
        is_named: named.is_some(),
        file: named.or_else(|| paths.map(Paths::config_file)),
        looks_only: false,
        themes: paths.map(Paths::themes),
    }
}

/// The engine that the command line and the environment mean.
fn connector(arguments: &Arguments) -> Result<Arc<DockerConnector>, Failure> {
    let resolved = resolve(arguments.host.as_deref(), &Environment::of_process())?;
    tracing::info!(host = %resolved.host, endpoint = %resolved.endpoint, from = resolved.source);
    Ok(Arc::new(DockerConnector::new(
        resolved.host,
        resolved.endpoint,
    )))
}

/// Says what is wrong and what to do, and how it ends.
fn refuse(failure: &Failure, exit: Exit) -> ExitCode {
    print::failure(failure);
    exit.into()
}
