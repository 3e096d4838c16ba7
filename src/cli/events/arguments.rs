//! What `topside events` may be told.

use clap::Args;

use crate::domain::When;

/// Print what happened on the engine and what was done here, and follow it.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct Wanted {
    /// Only what has these words, as they stand: a service, an image, a verb; !WORD has not.
    #[arg(value_name = "WORD")]
    pub filter: Vec<String>,
    /// From this time on: 03:00, 2h, yesterday 18:00, 2026-11-20, RFC 3339. Without it, the last 24 hours.
    #[arg(long, value_name = "TIME")]
    pub since: Option<When>,
    /// Up to this time.
    #[arg(long, value_name = "TIME")]
    pub until: Option<When>,
    /// Go on with what happens, until it is interrupted.
    #[arg(long, short, conflicts_with = "until")]
    pub follow: bool,
    /// Only what is a problem: out of memory, unhealthy, deaths that nobody asked for, jobs that failed.
    #[arg(long, short)]
    pub problems: bool,
    /// No more than so many of the last ones.
    #[arg(long, short = 'n', value_name = "N")]
    pub last: Option<usize>,
    /// Ask no engine: what was recorded, of every host.
    #[arg(long, conflicts_with = "follow")]
    pub recorded: bool,
    /// Print JSON, for scripts: an object a line.
    #[arg(long)]
    pub json: bool,
}

const AFTER: &str = "\
Events are recorded while a dashboard is open and whenever topside check, topside events or a dashboard
starts: an engine remembers the last 256 or so, and is asked for what was missed. They are kept for 14
days. Where the engine does not answer, what was recorded of it is printed all the same.

Examples:
  topside events --since 3:00 --until 4:00     what happened at three at night
  topside events --problems --since yesterday
  topside events -f wezm !start                what comes of a project, but for starts

JSON (fields may be added, none is renamed or removed; times are RFC 3339 in UTC; what is absent is
null):
  at, host, kind (container, image, volume, network, engine, swarm, other, job), verb (Docker's word:
  start, die, oom, health_status, pull …; of a job its action), id, name, project, service, what (the
  line as it is read), problem (true, false), exit_code, signal, health, attributes {name: value}

Exit codes:
  0  printed
  1  the records could not be read, or what was followed is gone
  2  the command line or the config is wrong";
