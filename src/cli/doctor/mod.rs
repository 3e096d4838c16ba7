//! `topside doctor`: what works here and what does not, and how to mend it.
//!
//! Everything is tried, in the way the dashboard would do it; nothing is changed.

mod engine;
mod finding;
mod machine;
mod terminal;
#[cfg(test)]
mod tests;
mod tools;

use std::io;
use std::process::{ExitCode, Output, Stdio};
use std::time::Duration;

use clap::Args;
use serde_json::json;
use tokio::process::Command;

use crate::config::Paths;

use super::{Arguments, Exit, print};
use finding::{Checked, Part, Works, table};
use terminal::Surroundings;

/// Say what works here and what does not, and how to mend it.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Doctor {
    /// Print JSON, for scripts.
    #[arg(long)]
    pub json: bool,
}

const AFTER: &str = "\
It looks at the terminal, the config, the records, the engine and what it lets us see, Compose and buildx, credential
helpers and the clocks. Nothing is changed, and nothing is sent anywhere but to the engine.

  ✔  works
  ▲  works in part: what is missing, and what to do, stands below it
  ✖  does not work

Examples:
  topside doctor                         this machine's engine
  topside doctor -H ssh://me@example     another one's, and the way there
  topside doctor --json | jq '.checks[] | select(.works != \"yes\")'

JSON (fields may be added, none is renamed or removed; what is absent is null):
  works         yes, partly, no: the worst of all
  checks        part (terminal, topside, engine, tools), name, works (yes, partly, no), what, hint

Exit codes:
  0  everything works, or works in part
  1  something does not work
  2  the command line is wrong";

/// How long a program or an engine may take to show that it works.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) async fn run(
    arguments: &Arguments,
    paths: Option<&Paths>,
    wanted: &Doctor,
) -> color_eyre::Result<ExitCode> {
    let mut checks = terminal::look(&Surroundings::of_process()).await;
    checks.extend(machine::look(arguments, paths).await);
    let (found, seen) = engine::look(arguments).await;
    checks.extend(found);
    checks.extend(tools::look(&seen).await);
    let worst = checks.iter().map(|check| check.works).max();
    let worst = worst.unwrap_or(Works::Yes);
    let printed = if wanted.json {
        print::json(&json!({ "works": worst, "checks": checks }))?
    } else {
        print::out(&table(&checks))
    };
    Ok(match worst {
        Works::No => Exit::Engine.into(),
        Works::Yes | Works::Partly => printed,
    })
}

/// What a program says that needs no input; none when it does not end in time.
async fn asked(program: &str, arguments: &[&str]) -> Option<io::Result<Output>> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    tokio::time::timeout(PATIENCE, output).await.ok()
}
