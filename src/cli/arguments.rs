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
  topside demo                   open it on a server that is only here, to look around
  topside -H ssh://me@example    open it on another machine's, through ssh
  topside status                 print the same picture once
  topside status --json | jq '.services[] | select(.state != \"running\")'
  topside redeploy wezm/web      what D does, for scripts and cron; --plan only says what it would do
  topside logs -f wezm           the logs of a project as one, and what comes
  topside check --quiet          say what is wrong, for cron; with Nagios' exit codes, see its --help

In the dashboard, ? lists the keys.

Exit codes:
  0  well
  1  the engine did not answer, or refused
  2  the command line or the config is wrong
topside check has those of Nagios: 0 ok, 1 warning, 2 critical, 3 unknown.
Those that act also end with 3 to 6: see topside redeploy --help";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the dashboard on a server that is only here: nothing is installed, nothing of yours is touched.
    Demo(super::demo::Wanted),
    /// What stands in for the Compose CLI in the demo.
    #[command(name = crate::demo::COMPOSE, hide = true, disable_help_flag = true)]
    DemoCompose(DemoCompose),
    /// Print every service, certificate and finding once.
    Status(Status),
    /// Print the certificates of files and folders, or of the host's containers.
    Certs(Certs),
    /// Say in one line and an exit code whether all is well, for cron, Nagios and Prometheus.
    Check(super::check::Check),
    /// Pull what is newer, bring services up, and watch until they run; go back when they don't.
    Redeploy(Act),
    /// Build the images of services, bring them up, and watch until they run.
    Rebuild(Act),
    /// Bring up the image that a service ran before, and watch until it runs.
    Rollback(Rollback),
    /// Stop and start the containers of services, and watch until they run.
    Restart(Act),
    /// Start the containers of services that do not run, and watch until they do.
    Start(Act),
    /// Stop the containers of services.
    Stop(Act),
    /// Bring up all of a Compose project, and watch until it runs.
    Up(Profiled),
    /// Remove the containers and networks of a Compose project; volumes and images stay.
    Down(Whole),
    /// Pull the images of a Compose project, without bringing anything up.
    Pull(Profiled),
    /// Remove images and networks that nothing uses, and volumes by their names; shows what goes, and asks.
    Prune(super::prune::Prune),
    /// Print how full the disks are, and what fills them.
    Df(super::disk::Measuring),
    /// Print volumes and bind mounts: how big they are, how they grow, who uses them.
    Volumes(super::disk::Measuring),
    /// Write a volume to a file, with its checksum beside it.
    Backup(super::volume::Backup),
    /// Make a new volume of a file that a backup wrote, and compare the two.
    Restore(super::volume::Restore),
    /// Print what is in a folder of a container or volume, or a file of it.
    Files(super::files::Files),
    /// Copy a file or folder out of a container or volume, or into one, and compare the two.
    Cp(super::files::Cp),
    /// Print images: what each frees, who uses it; of one its history, and what its layers waste. Tag, save, pull one.
    Images(super::images::Images),
    /// Print the logs of services as one, and follow them.
    Logs(super::logs::Wanted),
    /// Print networks and who is in them, or the ports of the host and who listens on them.
    Networks(super::networks::Wanted),
    /// Print what services ran, and what can be gone back to.
    Releases(Releases),
    /// Print what was done, by whom, and how it ended.
    Jobs(Jobs),
    /// Renew certificates with the ACME client that orders them, and see them served.
    Renew(super::renew::Renew),
}

/// The arguments of a call of Compose.
#[derive(Debug, Args)]
pub struct DemoCompose {
    /// As they are.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<String>,
}

/// How it is done.
#[derive(Debug, Clone, Copy, Args)]
pub struct How {
    /// Print what would be done, and do nothing.
    #[arg(long)]
    pub plan: bool,
    /// Don't ask: where a policy wants the plan to be seen first, before containers are removed or, for a certificate, a
    /// server is restarted or a CA's limit is used up.
    #[arg(long, short)]
    pub yes: bool,
    /// Print JSON, for scripts: an event a line.
    #[arg(long)]
    pub json: bool,
}

/// What is done to services.
#[derive(Debug, Args)]
#[command(after_help = ACT_AFTER)]
pub struct Act {
    /// PROJECT/SERVICE, a name that only one service or container has, or a PROJECT: all its services, what others
    /// need first. One after the other, until the first failure.
    #[arg(required = true, value_name = "SERVICE")]
    pub services: Vec<String>,
    /// How.
    #[command(flatten)]
    pub how: How,
}

/// What is done to a whole project.
#[derive(Debug, Args)]
#[command(after_help = ACT_AFTER)]
pub struct Whole {
    /// The Compose project.
    #[arg(value_name = "PROJECT")]
    pub project: String,
    /// How.
    #[command(flatten)]
    pub how: How,
}

/// What is done to a whole project, and with which profiles.
#[derive(Debug, Args)]
#[command(after_help = ACT_AFTER)]
pub struct Profiled {
    /// A profile whose services are meant too; may be said again. Without it, those whose services have containers.
    #[arg(long = "profile", value_name = "PROFILE")]
    pub profiles: Vec<String>,
    /// On what, and how.
    #[command(flatten)]
    pub whole: Whole,
}

/// Which release is gone back to.
#[derive(Debug, Args)]
#[command(after_help = ACT_AFTER)]
pub struct Rollback {
    /// The number of the release (`topside releases` lists them), instead of the last good one before this.
    #[arg(long, value_name = "RELEASE")]
    pub to: Option<u64>,
    /// On what, and how.
    #[command(flatten)]
    pub act: Act,
}

const ACT_AFTER: &str = "\
It is the plan behind the dashboard's key, with the same lock, and recorded among the same jobs. It
counts as done only when it was seen to be so: healthy, or running without a restart for the grace
time. A service whose policy is confirm is asked about on a terminal, and needs --yes elsewhere; one
that is read-only is refused. SIGINT and SIGTERM cancel what can be cancelled; a step that cannot be cut short ends first.

JSON: each line has job and event:
  planned {plan}, step_started {step, title, at}, output {line}, progress {line},
  step_done {step, at}, finished {result, at}
  way_back {steps, at} after a deploy that failed: its steps follow those of the plan
  not_begun {jobs} after a job that ended otherwise than well, when more were asked for
  where result.outcome is done, nothing_to_do, rolled_back, failed or cancelled
  (in topside jobs --json also interrupted, when its process died)

Exit codes:
  0  done; with --plan, planned
  1  the engine did not answer
  2  the command line or the config is wrong
  3  nothing to do
  4  failed; what ran before runs again
  5  failed, and needs you
  6  cancelled";

/// What services ran.
#[derive(Debug, Args)]
#[command(after_help = RELEASES_AFTER)]
pub struct Releases {
    /// PROJECT/SERVICE, or a name that only one service or container has; without one, all of them.
    #[arg(value_name = "SERVICE")]
    pub services: Vec<String>,
    /// Print JSON, for scripts.
    #[arg(long)]
    pub json: bool,
}

const RELEASES_AFTER: &str = "\
The newest first; ● is the one that runs. Each deploy keeps the image that ran before it, under a tag
of its own that no prune takes; topside rollback SERVICE --to RELEASE brings it up again.

PLACE says where a release's image is: kept (here, under its tag), not kept (here still), registry
(not here; pulled by its digest), gone (no way back to it).

JSON (fields may be added, none is renamed or removed; times are RFC 3339 in UTC; what is absent is
null):
  releases  host, project, service, release (its number), running, state (good, failed,
            rolled_back), since, reference, image_id, place (kept, unkept, registry, gone),
            digests, config_hash

Exit codes:
  0  printed
  1  the engine did not answer
  2  the command line or the config is wrong";

/// What was done.
#[derive(Debug, Args)]
pub struct Jobs {
    /// How many, the newest first.
    #[arg(long, short = 'n', default_value_t = 20, value_name = "N")]
    pub last: usize,
    /// Print JSON, for scripts.
    #[arg(long)]
    pub json: bool,
}

/// Print the certificates of files and folders, or of the host's containers.
#[derive(Debug, Args)]
#[command(after_help = CERTS_AFTER)]
pub struct Certs {
    /// Files of this machine, in whatever form they are, and folders, read with all that is in them; - is the standard
    /// input. Without one, the certificates that the host's containers keep. With --export, the name or fingerprint of
    /// one of these.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write the certificate that is named, and the CAs above it, to a file as PEM; never a key. - is the standard
    /// output. What is there already stays, unless somebody says yes.
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub export: Option<PathBuf>,
    /// Let the export take the place of what is there, without asking.
    #[arg(long, requires = "export")]
    pub overwrite: bool,
    /// Print JSON, for scripts.
    #[arg(long)]
    pub json: bool,
}

const CERTS_AFTER: &str = "\
Reads PEM (also in UTF-16, indented, or in one line), DER, base64 of it, PKCS #7, PKCS #12 without a
password or with an empty one, and Traefik's acme.json. A file that is named is always told of, one
in a folder if it holds something. Links to folders are not followed; of files over 16 MiB only the
beginning is read.

CHAIN says whether the file is what a server has to send: complete (up to a root or to one below
it), missing intermediate, wrong order, self-signed, broken (one did not sign the next, or belongs to
none), - where no leaf is. KEY says whether the private key in the file, or else beside it
(privkey.pem, NAME.key), is that of the certificate.

JSON of paths (fields may be added, none is renamed or removed; times are RFC 3339 in UTC; what is
absent is null):
  path          as it was named
  outcome       ok, partial, no_certificate, malformed, container (needs its password)
  chain         complete, missing_intermediate, wrong_order, self_signed, broken, unknown
  key_match     true, false, null
  certificates  index (from 0), role (leaf, intermediate, root, self_signed), subject_cn, sans,
                not_before, not_after, issuer_cn, serial, sha256
JSON of the host:
  sha256, names, issuer, not_before, not_after, urgency, staging,
  replaced_by (sha256 of a newer one that is stored), places {service, container, path, mounted_from},
  renewal {client, at (at the latest), run_by, hook, remedy, concern {kind (off, every_run, forced,
  too_late, runs_too_late, missed)}}: null where nothing is known of it

Exit codes:
  0  printed, whatever they are worth
  1  a path could not be read (the others are printed), or the engine did not answer
  2  the command line or the config is wrong";

/// Print every service, certificate and finding once.
#[derive(Debug, Args)]
#[command(after_help = STATUS_AFTER)]
pub struct Status {
    /// Ask the registries now whether they have newer images, rather than print what they said before.
    #[arg(long)]
    pub updates: bool,
    /// Print JSON, for scripts.
    #[arg(long)]
    pub json: bool,
}

const STATUS_AFTER: &str = "\
JSON (fields may be added, none is renamed or removed; times are RFC 3339 in UTC; what is absent is
null):
  hosts         id, address, state (connected, lost), engine, version, api_version,
                error {what, why, hint}
  services      host, project, service, state (running, starting, unhealthy, restarting, partial,
                paused, created, stopped, failed), health (none, starting, healthy, unhealthy),
                image, image_id, restarts, containers,
                update {available (true, false, null before the first answer), digest, checked_at,
                error}: what the registry has; null where none can be asked (built here, pinned)
                drift: whether it runs with another configuration than its Compose files say; null
                where that cannot be told
                rebuilt: whether its reference means another image here, not deployed (built or pulled)
                lost_tag: whether its image has no tag left and its reference means nothing here
    containers  id, name, state, health, image, image_id, started_at, finished_at, exit_code,
                oom_killed, restarts, ports
  certificates  sha256, names, common_name, issuer, serial, not_before, not_after, self_signed,
                urgency, days_left, replaced_by (sha256 of a newer one that is stored),
                renewal (as topside certs --json has it),
                verdict {word (fine, not seen, not reloaded, restart will fail, wrong key, old file
                mounted, …), severity, what, advice},
                places {host, service, container, path, mounted_from, client, lineage, server, key,
                key_matches (true, false, null), seen_inside (sha256 of what the container's programs
                see there instead), modified}
  findings      severity (warning, critical), subject, what, action

It asks Compose for the hashes of each project's files (a tenth of a second each), each endpoint what
it serves, and the engine for the rest. A server that did not take a new certificate is let check its
own files (nginx -t, hitch --test, haproxy -c), unless its policy is read-only. Registries are asked in the background while the dashboard is open, and with --updates.

Exit codes:
  0  printed, whatever the findings
  1  the engine did not answer
  2  the command line or the config is wrong";
