//! `topside`: the dashboard.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;

use crate::backend::Connector;
use crate::config::{Colors, Config, Paths};
use crate::domain::Failure;
use crate::keymap::Keymap;
use crate::runtime::jobs::Shared;
use crate::runtime::{self, Setup};
use crate::theme::{ColorDepth, Theme};

use super::{Arguments, Exit, config, connector, refuse, shared, theme};

/// What the dashboard is opened on.
pub(super) struct Opened {
    pub connector: Arc<dyn Connector>,
    /// What jobs work with.
    pub shared: Shared,
    /// What the user set.
    pub config: Config,
    pub stands_at: Option<Timestamp>,
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
    open(arguments, paths, |config| Opened {
        connector,
        shared: shared(paths, &config),
        config,
        stands_at: None,
    })
    .await
}

/// Opens a dashboard with what the user set.
pub(super) async fn open(
    arguments: &Arguments,
    paths: Option<&Paths>,
    what: impl FnOnce(Config) -> Opened,
) -> color_eyre::Result<ExitCode> {
    let mut notices = Vec::new();
    // A broken config must not keep anybody from a server in trouble: say so, and start with the defaults.
    let (config, keymap) = config(arguments, paths).unwrap_or_else(|error| {
        notices.push(with_defaults(error.failure()));
        (Config::default(), Keymap::default())
    });
    let theme = theme(&config, arguments, paths).unwrap_or_else(|error| {
        notices.push(with_defaults(error.failure()));
        Theme::default()
    });
    let theme = theme.at(depth(config.ui.colors));
    let opened = what(config);
    runtime::run(Setup {
        settings: opened.config.settings(keymap),
        theme,
        connectors: vec![opened.connector],
        shared: opened.shared,
        refresh: opened.config.ui.refresh,
        notices,
        stands_at: opened.stands_at,
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

/// How many colours are used: what the config says, else what the terminal says of itself.
fn depth(colors: Colors) -> ColorDepth {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match colors {
        Colors::None => ColorDepth::None,
        Colors::Ansi16 => ColorDepth::Ansi16,
        Colors::Indexed256 => ColorDepth::Indexed256,
        Colors::True => ColorDepth::True,
        // https://no-color.org: any value but the empty one.
        Colors::Auto if set("NO_COLOR").is_some() => ColorDepth::None,
        Colors::Auto => {
            let true_color = set("COLORTERM").is_some_and(|v| v == "truecolor" || v == "24bit");
            let term = set("TERM").unwrap_or_default();
            if true_color || term.ends_with("-direct") {
                ColorDepth::True
            } else if term.contains("256") {
                ColorDepth::Indexed256
            } else {
                ColorDepth::Ansi16
            }
        }
    }
}
