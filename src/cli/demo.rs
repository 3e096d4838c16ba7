//! `topside demo`: the dashboard on an embedded engine.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::dashboard::{Opened, open, usable_terminal};
use super::{Arguments, Exit, print, refuse, source, user};
use crate::compose::Finder;
use crate::config::{Config, Paths};
use crate::demo::{self, Clock, Demo, Fault, Options};
use crate::runtime::configuration::Source;
use crate::runtime::jobs::Shared;
use crate::runtime::records::Records;
use crate::runtime::signals::Signals;

/// How the demo is opened.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Wanted {
    /// All that looks random follows from this number: the same one, the same server.
    #[arg(long, value_name = "N", default_value_t = demo::SEED)]
    pub seed: u64,
    /// Let the clock stand at this time (2026-11-22T12:00:00Z), so that pictures are the same every time.
    #[arg(long, value_name = "TIME")]
    pub at: Option<Timestamp>,
    /// Open no dashboard: serve the engine at this socket until Ctrl-C, for docker or another topside.
    #[arg(long, value_name = "PATH")]
    pub serve: Option<PathBuf>,
    /// Let something go wrong: WORDS=FAULT, with words of a path of the API and slow:MS, dropped, garbage, half or error.
    #[arg(long, value_name = "WORDS=FAULT", hide = true, value_parser = fault)]
    pub fault: Vec<(String, Fault)>,
}

const AFTER: &str = "\
Nothing is installed, and nothing of yours is touched: the engine is in this process, its files are in a folder of its
own that goes when you leave. Every action works, also a deploy that fails and is rolled back: try D on web/feeds.

Examples:
  topside demo
  topside demo --serve /tmp/demo.sock      and elsewhere: docker -H unix:///tmp/demo.sock ps";

fn fault(text: &str) -> Result<(String, Fault), String> {
    let (words, fault) = text.split_once('=').ok_or("WORDS=FAULT is wanted")?;
    Ok((words.to_owned(), fault.parse()?))
}

/// Carries it out.
pub(super) async fn run(
    arguments: &Arguments,
    paths: Option<&Paths>,
    wanted: &Wanted,
) -> color_eyre::Result<ExitCode> {
    if wanted.serve.is_none()
        && let Err(failure) = usable_terminal()
    {
        return Ok(refuse(&failure, Exit::Usage));
    }
    let options = Options {
        seed: wanted.seed,
        clock: wanted.at.map_or(Clock::Running, Clock::Fixed),
        socket: wanted.serve.clone(),
    };
    let demo = match Demo::start(&options) {
        Ok(demo) => demo,
        Err(failure) => return Ok(refuse(&failure, Exit::Failed)),
    };
    for (words, fault) in &wanted.fault {
        demo.faults().inject(words.clone(), *fault);
    }
    let code = match &wanted.serve {
        Some(_) => serve(&demo).await,
        None => dashboard(arguments, paths, wanted, &demo).await,
    };
    demo.end().await;
    code
}

async fn dashboard(
    arguments: &Arguments,
    paths: Option<&Paths>,
    wanted: &Wanted,
    demo: &Demo,
) -> color_eyre::Result<ExitCode> {
    let compose = match std::env::current_exe() {
        Ok(own) => Demo::compose(own),
        // Projects cannot be deployed, and it is said why.
        Err(_) => Finder::among(Vec::new()),
    };
    let source = Source {
        looks_only: true,
        ..source(arguments, paths)
    };
    open(source, |config| Opened {
        connector: Arc::new(demo.connector()),
        shared: shared(demo, compose, config),
        stands_at: wanted.at,
        // Nobody has to wait for a clock that stands.
        refresh: wanted.at.map(|_| Duration::from_millis(100)),
        view_file: None,
    })
    .await
}

/// What jobs work with: nothing of the user's.
fn shared(demo: &Demo, compose: Finder, config: &Config) -> Shared {
    let state = demo.folder().join("state");
    Shared {
        leaving: CancellationToken::new(),
        preferences: Arc::new(config.preferences()),
        certificates: config.certificates.reach(),
        thresholds: config.certificates.thresholds(),
        compose: Arc::new(compose),
        records: Arc::new(Records::at(Some(demo.store()))),
        edits: Some(state.join("edits")),
        lock_dir: state.join("locks"),
        user: user::name(),
    }
}

async fn serve(demo: &Demo) -> color_eyre::Result<ExitCode> {
    let mut signals = Signals::new()?;
    let host = format!("unix://{}", demo.socket().display());
    let lines = format!(
        "the demo's engine listens; Ctrl-C ends it\n  docker -H {host} ps\n  topside -H {host}\n"
    );
    let code = print::out(&lines);
    let _ = signals.next().await;
    Ok(code)
}
