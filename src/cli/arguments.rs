//! What the command line may say.
#![expect(
    clippy::doc_markdown,
    reason = "these comments are the terminal's help, not Markdown"
)]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A terminal dashboard for personal infrastructure.
///
/// Shows every service, certificate, volume and log of a server's containers, and redeploys with one key. It asks the
/// engine named by --host, else by DOCKER_HOST, else by the current Docker context, else the first socket it finds of
/// Docker (rootful, rootless) and Podman.
#[derive(Debug, Parser)]
#[command(name = "topside", version, max_term_width = 100, after_help = AFTER)]
pub struct Arguments {
    /// The engine: unix://PATH, tcp://HOST:PORT, ssh://USER@HOST, or the name of a Docker context.
    #[arg(long, short = 'H', global = true, value_name = "HOST")]
    pub host: Option<String>,
    /// The config file, instead of ~/.config/topside/config.toml.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do; without one, the dashboard opens.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const AFTER: &str = "\
Examples:
  topside                        open the dashboard on this machine's engine
  topside -H ssh://me@example    open it on another machine's, through ssh
  topside status                 print the same picture once
  topside status --json | jq '.services[] | select(.state != \"running\")'

In the dashboard, ? lists the keys.

Exit codes:
  0  well
  1  the engine did not answer, or refused
  2  the command line or the config is wrong";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print every service, certificate and finding once.
    Status(Status),
}

/// Print every service, certificate and finding once.
#[derive(Debug, Args)]
#[command(after_help = STATUS_AFTER)]
pub struct Status {
    /// Print JSON, for scripts.
    #[arg(long)]
    pub json: bool,
}

const STATUS_AFTER: &str = "\
JSON (fields may be added, none is renamed or removed; times are RFC 3339 in UTC; absent values are null):
  hosts         id, address, state (connected | lost), engine, version, api_version, error {what, why, hint}
  services      host, project, service, state (running | starting | unhealthy | restarting | partial | paused |
                created | stopped | failed), health (none | starting | healthy | unhealthy), image, image_id,
                restarts, containers
    containers  id, name, state, health, image, image_id, started_at, finished_at, exit_code, oom_killed,
                restarts, ports
  certificates  sha256, names, common_name, issuer, serial, not_before, not_after, self_signed, urgency, days_left,
                places {host, service, container, path, mounted_from}
  findings      severity (warning | critical), subject, what, action

Exit codes: 0 printed, whatever the findings; 1 the engine did not answer; 2 the command line or config is wrong.";
