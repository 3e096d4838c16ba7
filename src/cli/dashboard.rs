//! `topside`: the dashboard.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::backend::Connector;
use crate::config::{Config, Paths};
use crate::domain::Failure;
use crate::keymap::Keymap;
use crate::runtime::configuration::Source;
use crate::runtime::jobs::Shared;
use crate::runtime::{self, Contents, Setup, remember};

use super::{Arguments, Exit, connector, refuse, shared, source};

/// What the dashboard is opened on.
pub(super) struct Opened {
    pub connector: Arc<dyn Connector>,
    /// What jobs work with.
    pub shared: Shared,
    /// Where the clock of the screen stands.
    pub stands_at: Option<Timestamp>,
    /// How often counters are read, whatever the config says.
    pub refresh: Option<Duration>,
    /// What was chosen on screen is kept there.
    pub view_file: Option<PathBuf>,
}

/// The dashboard of the engine that the command line and the environment mean.
pub(super) async fn run(
    arguments: &Arguments,
    paths: Option<&Paths>,
) -> color_eyre::Result<ExitCode> {
    if let Err(failure) = usable_terminal() {
        return Ok(refuse(&failure, Exit::Usage));
    }
    let connector: Arc<dyn Connector> = match connector(arguments) {
        Ok(connector) => connector,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    open(source(arguments, paths), |config| Opened {
        connector,
        shared: shared(paths, config),
        stands_at: None,
        refresh: None,
        view_file: paths.map(Paths::view),
    })
    .await
}

/// Opens a dashboard with what the user set.
pub(super) async fn open(
    source: Source,
    what: impl FnOnce(&Config) -> Opened,
) -> color_eyre::Result<ExitCode> {
    let mut notices = Vec::new();
    let read = Contents::of(&source);
    // A broken config must not keep anybody from a server in trouble: say so, and start with the defaults.
    let (mut config, keymap) = source.load().unwrap_or_else(|error| {
        notices.push(with_defaults(error.failure()));
        (Config::default(), Keymap::default())
    });
    let Opened {
        connector,
        shared,
        stands_at,
        refresh,
        view_file,
    } = what(&config);
    config.ui.refresh = refresh.unwrap_or(config.ui.refresh);
    let (remembered, failure) = view_file.as_deref().map(remember::load).unwrap_or_default();
    notices.extend(failure);
    runtime::run(Setup {
        config,
        keymap,
        source,
        read,
        remembered,
        view_file,
        connectors: vec![connector],
        shared,
        notices,
        stands_at,
    })
    .await?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn usable_terminal() -> Result<(), Failure> {
    let what = "open the dashboard";
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Err(Failure::new(what, "this is no terminal").hint(
            "with ssh, add -t: ssh -t HOST topside; in scripts, use `topside status --json`",
        ));
    }
    if std::env::var("TERM").is_ok_and(|term| term == "dumb") {
        return Err(
            Failure::new(what, "TERM=dumb: this terminal cannot move its cursor")
                .hint("use `topside status`, or a terminal that can"),
        );
    }
    Ok(())
}

fn with_defaults(mut failure: Failure) -> Failure {
    let hint = failure
        .hint
        .take()
        .map(|hint| format!("{hint} — "))
        .unwrap_or_default();
    failure.hint(format!(
        "{hint}topside runs with the defaults until it is mended"
    ))
}
