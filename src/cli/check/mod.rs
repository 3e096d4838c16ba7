//! `topside check`: is all well? One line and an exit code, for cron, Nagios and Prometheus.
//!
//! | file | duty |
//! | --- | --- |
//! | `arguments`, `limit` | what it may be told |
//! | `look` | asks the engine, within the time it may take |
//! | `observed` | what was seen |
//! | `certificates`, `report` | what that means; pure |
//! | `text`, `json`, `prometheus` | how it is said; pure |
//! | `write` | a file for a collector |

mod arguments;
mod certificates;
mod json;
mod limit;
mod look;
mod observed;
mod prometheus;
mod report;
#[cfg(test)]
mod tests;
mod text;
mod write;

use std::process::ExitCode;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::backend::Connector;
use crate::domain::endpoint::Entry;
use crate::domain::{self, Failure, HostId};
use crate::runtime::jobs::Shared;

pub use arguments::Check;

use super::{Arguments, connector, print};
use arguments::Format;
use certificates::Limits;
use look::Look;
use observed::Observed;
use report::{Report, State, Thresholds};

/// How it ends when the command line is wrong: 2 would be taken for something critical.
pub(super) const WRONG_USAGE: u8 = State::Unknown.code();

/// Looks and says. `named` are the endpoints of the config.
pub(super) async fn run(
    arguments: &Arguments,
    shared: &Shared,
    named: &[Entry],
    wanted: &Check,
) -> ExitCode {
    if let Err(failure) = thresholds_make_sense(wanted) {
        return unknown(wanted, failure);
    }
    let connector = match connector(arguments) {
        Ok(connector) => connector,
        Err(failure) => return unknown(wanted, failure),
    };
    let look = Look {
        connector: &*connector as &dyn Connector,
        shared,
        named,
        wanted,
        deadline: Instant::now() + wanted.timeout,
    };
    say(wanted, look.observe().await, shared.thresholds)
}

/// Says that nothing could be looked at, in the form that is wanted.
pub(super) fn unknown(wanted: &Check, failure: Failure) -> ExitCode {
    let mut observed = Observed::nothing(HostId::from(""), Timestamp::now());
    observed.failures.push(failure);
    say(wanted, observed, domain::Thresholds::default())
}

fn thresholds_make_sense(wanted: &Check) -> Result<(), Failure> {
    let wrong = |why: &str| Err(Failure::new("check", why));
    if let (Some(warn), Some(crit)) = (wanted.warn, wanted.crit)
        && warn.is_more_than(crit) == Some(false)
    {
        return wrong("--warn is less than --crit: nothing would ever be a warning");
    }
    if wanted.warn_disk > wanted.crit_disk {
        return wrong("--warn-disk is more than --crit-disk: nothing would ever be a warning");
    }
    Ok(())
}

fn say(wanted: &Check, observed: Observed, thresholds: domain::Thresholds) -> ExitCode {
    let report = Report::of(
        observed,
        &Thresholds {
            certificates: thresholds.overruled(wanted.warn, wanted.crit),
            limits: Limits {
                warning: wanted.warn,
                critical: wanted.crit,
            },
            disk_warning: wanted.warn_disk,
            disk_critical: wanted.crit_disk,
        },
    );
    let said = match wanted.format() {
        Format::Text => text::text(&report, wanted.verbose),
        Format::Prometheus => prometheus::prometheus(&report),
        Format::Json => format!(
            "{}\n",
            print::safe_json(&format!("{:#}", json::json(&report)))
        ),
    };
    let state = ExitCode::from(report.state.code());
    if let Some(path) = &wanted.output {
        return match write::atomically(path, &said) {
            Ok(()) => state,
            Err(why) => {
                let what = format!("write {}", path.display());
                print::failure(&Failure::new(what, why.to_string()));
                ExitCode::from(State::Unknown.code())
            }
        };
    }
    if wanted.quiet && report.state == State::Ok {
        return state;
    }
    // Nobody reads it: what it found stays true.
    print::out(&said);
    state
}
