//! What the command line may say.
#![expect(
    clippy::doc_markdown,
    reason = "these comments are the terminal's help, not Markdown"
)]

mod look;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use look::{Certs, Jobs, Releases, Status};

/// A terminal dashboard for personal infrastructure.
///
/// Shows every service, certificate, volume and log of a server's containers, and redeploys with one key. It asks the
/// engine named by --host, else by DOCKER_HOST, else by the current Docker context, else the first socket it finds of
/// Docker (rootful, rootless) and Podman.
#[derive(Debug, Parser)]
#[command(name = "topside", version, long_version = super::version::LONG.as_str(), max_term_width = 100, after_help = AFTER)]
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

/// What is said below the options of each subcommand that acts: its own examples, then what holds for all.
macro_rules! act_after {
    ($examples:literal) => {
        concat!(
            "Examples:\n",
            $examples,
            "\n\n\
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
  6  cancelled"
        )
    };
}

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
    #[command(after_help = act_after!(
        "  topside redeploy wezm/web            one service
  topside redeploy wezm --plan         what would be done for all of a project
  topside redeploy wezm/web --yes      from cron, where the policy is confirm"
    ))]
    Redeploy(Act),
    /// Build the images of services, bring them up, and watch until they run.
    #[command(after_help = act_after!(
        "  topside rebuild wezm/web             build its image, bring it up, go back if it does not run
  topside rebuild wezm/web --plan      the steps, and nothing done"
    ))]
    Rebuild(Act),
    /// Bring up the image that a service ran before, and watch until it runs.
    #[command(after_help = act_after!(
        "  topside rollback wezm/web            the last good release before this one
  topside releases wezm/web            which there are
  topside rollback wezm/web --to 7     one of those"
    ))]
    Rollback(Rollback),
    /// Stop and start the containers of services, and watch until they run.
    #[command(after_help = act_after!(
        "  topside restart wezm/web wezm/db     one after the other"
    ))]
    Restart(Act),
    /// Start the containers of services that do not run, and watch until they do.
    #[command(after_help = act_after!(
        "  topside start wezm                   all of a project, what others need first"
    ))]
    Start(Act),
    /// Stop the containers of services.
    #[command(after_help = act_after!(
        "  topside stop wezm/web"
    ))]
    Stop(Act),
    /// Bring up all of a Compose project, and watch until it runs.
    #[command(after_help = act_after!(
        "  topside up wezm                      what is not up, with the profiles that it has containers of
  topside up wezm --profile debug      with this one, too"
    ))]
    Up(Profiled),
    /// Remove the containers and networks of a Compose project; volumes and images stay.
    #[command(after_help = act_after!(
        "  topside down wezm --plan             which containers and networks would go
  topside down wezm --yes              without a question"
    ))]
    Down(Whole),
    /// Pull the images of a Compose project, without bringing anything up.
    #[command(after_help = act_after!(
        "  topside pull wezm && topside redeploy wezm"
    ))]
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
    /// Print what needs somebody, the worst first; tell of it later, or again.
    Findings(super::findings::Wanted),
    /// Print what happened on the engine and what was done here, and follow it.
    Events(super::events::Wanted),
    /// Print networks and who is in them, or the ports of the host and who listens on them.
    Networks(super::networks::Wanted),
    /// Print what services ran, and what can be gone back to.
    Releases(Releases),
    /// Print what was done, by whom, and how it ended.
    Jobs(Jobs),
    /// Run a command of your own, from the config, on a service, container, project, volume or image.
    Run(super::run::Run),
    /// Begin, show, check, find or edit the config; --help tells every key.
    Config(super::config::Wanted),
    /// Renew certificates with the ACME client that orders them, and see them served.
    Renew(super::renew::Renew),
    /// Say what works here and what does not, and how to mend it.
    Doctor(super::doctor::Doctor),
    /// Print what makes a shell complete the command line.
    Completions(super::completions::Completions),
    /// Print the manual as roff, or write a page for each subcommand.
    Man(super::man::Man),
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
pub struct Rollback {
    /// The number of the release (`topside releases` lists them), instead of the last good one before this.
    #[arg(long, value_name = "RELEASE")]
    pub to: Option<u64>,
    /// On what, and how.
    #[command(flatten)]
    pub act: Act,
}
