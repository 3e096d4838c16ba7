//! `topside findings`: what needs somebody, and what is to be told later.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::app::findings::Snoozed;
use crate::domain::endpoint::Entry;
use crate::domain::finding::Nap;
use crate::domain::units::{age, parse_span};
use crate::domain::{Failure, Finding, Remedy, Snooze};
use crate::runtime::jobs::Shared;
use crate::runtime::zone;

use super::seen::Seen;
use super::table::Table;
use super::{Arguments, Exit, connector, print, refuse};

/// Print what needs somebody, the worst first; tell of it later, or again.
#[derive(Debug, Args)]
#[command(after_help = AFTER, args_conflicts_with_subcommands = true)]
pub struct Wanted {
    /// Print JSON, for scripts.
    #[arg(long)]
    json: bool,
    /// What to do instead.
    #[command(subcommand)]
    act: Option<Act>,
}

/// What is done about one.
#[derive(Debug, Subcommand)]
enum Act {
    /// Tell of a finding later: for so long, or until it changes for the worse.
    Snooze {
        /// The finding's id, as topside findings prints it.
        id: String,
        /// For how long: 1h, 8h, 1d, 1w; or worse, until it changes for the worse.
        #[arg(value_parser = nap)]
        time: Nap,
    },
    /// Tell of a finding again.
    Wake {
        /// The finding's id.
        id: String,
    },
}

const AFTER: &str = "\
The same as ! lists on the dashboard and topside status and topside check find, but for what only a
dashboard sees (lines of logs, how fast disks fill). KEY is the action that helps, as topside --help and
the dashboard's ? know it. A snooze is told of here and by topside check, and ends by itself when the
finding gets worse.

JSON (fields may be added, none is renamed or removed; times are RFC 3339 in UTC; what is absent is
null):
  findings  id, kind, severity (warning, critical), subject, what, why, since, action, snoozed (true,
            false), snoozed_until
  kinds, the most urgent first: host_lost, job_interrupted, crash_loop, service_failed, network_lost,
  unhealthy, out_of_memory, certificate_expired, certificate_served, disk_full, certificate_expires,
  partly_running, renewal_trouble, log_growth, log_line, files_refused, stale_image, drift

Exit codes:
  0  printed, whatever they are; or done
  1  the engine did not answer, or the records cannot be written
  2  the command line or the config is wrong, or no such finding is there";

fn nap(text: &str) -> Result<Nap, String> {
    if text == "worse" {
        return Ok(Nap::UntilWorse);
    }
    let span = parse_span(text)?;
    if span <= SignedDuration::ZERO {
        return Err("it takes some time to be later: 1h, 8h, 1d, 1w, or worse".to_owned());
    }
    Ok(Nap::For(span))
}

pub(super) async fn run(
    arguments: &Arguments,
    shared: &Shared,
    named: &[Entry],
    wanted: &Wanted,
) -> color_eyre::Result<ExitCode> {
    if let Some(Act::Wake { id }) = &wanted.act {
        return Ok(wake(shared, id).await);
    }
    let connector = match connector(arguments) {
        Ok(connector) => connector,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let seen = Seen::of(&*connector, shared, named, false).await;
    if let Some(Act::Snooze { id, time }) = &wanted.act {
        return Ok(snooze(shared, &seen, id, *time).await);
    }
    let printed = if wanted.json {
        print::json(&json!({ "findings": seen.findings_json() }))?
    } else {
        print::out(&table(&seen))
    };
    // That it does not answer stands among them.
    Ok(seen.failure.map_or(printed, |_| Exit::Engine.into()))
}

async fn snooze(shared: &Shared, seen: &Seen, id: &str, nap: Nap) -> ExitCode {
    let later = seen.snoozed.iter().map(|one| &one.finding);
    let found = seen.findings.iter().chain(later).find(|one| one.id == id);
    let Some(finding) = found else {
        let what = format!("snooze {id}");
        let failure = Failure::new(what, "there is no such finding now");
        return refuse(
            &failure.hint("topside findings lists them with their ids"),
            Exit::Usage,
        );
    };
    match shared
        .records
        .snooze(Snooze::new(finding, nap, seen.at))
        .await
    {
        Ok(()) => print::out(&format!(
            "{} is told again {}\n",
            finding.id,
            again(nap, seen.at)
        )),
        Err(failure) => refuse(&failure, Exit::Engine),
    }
}

fn again(nap: Nap, now: Timestamp) -> String {
    match nap {
        Nap::UntilWorse => "when it is worse".to_owned(),
        Nap::For(span) => match now.checked_add(span) {
            Ok(until) => format!("at {}", moment(until)),
            Err(_) => "when it is worse".to_owned(),
        },
    }
}

async fn wake(shared: &Shared, id: &str) -> ExitCode {
    match shared.records.wake(id.to_owned()).await {
        Ok(true) => print::out(&format!("{id} is told again\n")),
        Ok(false) => {
            let failure = Failure::new(format!("wake {id}"), "it is not snoozed");
            refuse(&failure, Exit::Usage)
        }
        Err(failure) => refuse(&failure, Exit::Engine),
    }
}

fn table(seen: &Seen) -> String {
    let mut table = Table::new(&["", "ID", "WHAT", "FOR", "KEY", "SNOOZED"]);
    for finding in &seen.findings {
        table.row(row(finding, seen.at, String::new()));
    }
    for Snoozed { finding, snooze } in &seen.snoozed {
        let until = snooze
            .until
            .map_or_else(|| "until worse".to_owned(), moment);
        table.row(row(finding, seen.at, until));
    }
    if table.is_empty() {
        return "all is well\n".to_owned();
    }
    table.to_string()
}

fn row(finding: &Finding, now: Timestamp, snoozed: String) -> [String; 6] {
    let symbol = match finding.severity {
        crate::domain::Severity::Critical => "✖",
        _ => "▲",
    };
    let since = finding.since.filter(|since| *since <= now);
    [
        symbol.to_owned(),
        finding.id.clone(),
        finding.what.clone(),
        since.map_or_else(String::new, |since| age(since, now)),
        finding.action.map_or("", Remedy::name).to_owned(),
        snoozed,
    ]
}

fn moment(at: Timestamp) -> String {
    at.to_zoned(zone::system()).strftime("%F %H:%M").to_string()
}
