//! What `topside check` may be told.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::limit::{Percent, duration};
use crate::domain::Limit;

/// Is all well? One line and an exit code, for cron and for monitoring.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct Check {
    /// PROJECT/SERVICE, a name that only one service or container has, or a PROJECT: only these, and the certificates
    /// that they keep and serve. The disk is the host's all the same.
    #[arg(value_name = "SERVICE")]
    pub services: Vec<String>,
    /// Look only at this; may be said again, or with commas. Nothing else is asked of the engine.
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    pub only: Vec<Part>,
    /// A certificate with less left than this is a warning: 14d, 36h, or a part of its lifetime, 25%. Without it, as
    /// the config says: a quarter of the lifetime.
    #[arg(long, value_name = "LEFT")]
    pub warn: Option<Limit>,
    /// A certificate with less left than this is critical. Without it, as the config says: a tenth of the lifetime, and at
    /// least a day (half a day of one that is made for less than ten days).
    #[arg(long, value_name = "LEFT")]
    pub crit: Option<Limit>,
    /// A disk this full is a warning.
    #[arg(long, value_name = "PERCENT", default_value = "80%")]
    pub warn_disk: Percent,
    /// A disk this full is critical.
    #[arg(long, value_name = "PERCENT", default_value = "90%")]
    pub crit_disk: Percent,
    /// Don't ask endpoints which certificates they serve; only what is stored counts.
    #[arg(long)]
    pub no_probe: bool,
    /// Count also what somebody snoozed on the dashboard; without it, that is said and does not count.
    #[arg(long)]
    pub all: bool,
    /// How long it may take in all.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    pub timeout: Duration,
    /// How it is printed.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
    /// Print JSON; the same as --format json.
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Write it to this file in one go (a reader sees the old one or the new one), and print nothing.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print nothing while all is well.
    #[arg(long, short)]
    pub quiet: bool,
    /// Say also what was left out, and what could not be read.
    #[arg(long, short)]
    pub verbose: bool,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Part {
    /// The certificates that are stored and served.
    Certificates,
    /// The services.
    Services,
    /// Whether what runs is what was pulled or built, and what the Compose files say.
    Freshness,
    /// The file system of the engine's data root.
    Disk,
}

/// How it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One line with Nagios' performance data, then a line for each thing that is wrong.
    Text,
    /// The text format of Prometheus, for a textfile collector.
    Prometheus,
    /// One object.
    Json,
}

impl Check {
    pub(super) fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    pub(super) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

const AFTER: &str = "\
A service is critical that failed, dies and is restarted, fails its health check, lost its network, or
was left half done by a deploy; one of which some containers run is a warning. One that was stopped is
well. A certificate that a newer one has replaced does not count, unless it is what is still served:
then what is served counts, however new the stored one is. One that its client will renew too late, or
on every run, as far as its settings and a crontab of this machine tell, is a warning. So is a service
whose image was pulled or built anew and not deployed, or whose Compose files say something else.
What was snoozed (z on the dashboard, or topside findings snooze) does not count until its time is over
or it gets worse; how many there are is said, and --all counts them. These are the findings of the
dashboard, of topside findings and of topside status, but that the limits of disks are those above.
What happened on the engine since the last look is written down, for topside events.

Examples:
  topside check                            everything
  topside check --only certificates --warn 14d --crit 3d
  topside check wezm --only services,certificates

cron, which mails what is printed:
  */15 * * * *  topside check --quiet
Prometheus, with node_exporter's textfile collector:
  */5 * * * *  topside check --format prometheus --output /var/lib/node_exporter/topside.prom
Nagios, Icinga:
  command_line  /usr/local/bin/topside check --host ssh://monitor@$HOSTADDRESS$ --timeout 50s

Metrics: topside_up, topside_check_state (0 to 3), topside_check_duration_seconds,
  topside_service_up, topside_service_severity (0 to 2) {project, service},
  topside_certificate_not_after_seconds, topside_certificate_not_before_seconds,
  topside_certificate_replaced, topside_certificate_severity (0 to 2) {name, sha256},
  topside_certificate_served {name, sha256, endpoint},
  topside_filesystem_size_bytes, topside_filesystem_avail_bytes {path}; all with {host}

JSON (fields may be added, none is renamed or removed; times are RFC 3339 in UTC; what is absent or was
not asked for is null):
  state (ok, warning, critical, unknown), code, summary, host, at, duration_seconds,
  problems      state, what, id, kind, subject, why, since, action (the key's name that helps),
                snoozed (true, false), snoozed_until; id to action are null of what could not be asked
  snoozed       the same of what does not count for now
  services      project, service, state, severity (ok, warning, critical), what
  certificates  sha256, names, issuer, not_before, not_after, days_left, urgency, staging, stored,
                served_at, replaced, verdict, severity, what, renewal {client, at, run_by, hook,
                concern {kind (off, every_run, forced, too_late, runs_too_late, missed)}, remedy}
  disk          path, size, available, used_percent, severity
  notes         what was left out or could not be read

Exit codes:
  0  all is well
  1  warning
  2  critical
  3  unknown: the engine did not answer in time, or the command line or the config is wrong; what is
     known to be critical or a warning all the same comes first";
