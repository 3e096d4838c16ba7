//! `topside prune`: what nothing uses is shown, then taken away; volumes by their names only.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::backend::{Backend, BackendError, Connector};
use crate::deploy::is_unused_volume;
use crate::domain::permission::permission_on_host;
use crate::domain::text::visible;
use crate::domain::{
    ByteSize, Failure, HostId, Outcome, Permission, Plan, Request, Unused, UnusedImages,
};
use crate::jobs::{self, Origin, World};
use crate::runtime::jobs::Shared;
use crate::runtime::signals::Signals;

use super::ask::{Answer, ask};
use super::report::{Report, plan_text};
use super::{Arguments, Exit, act, connector, print, refuse};

/// What is to go, and how.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Prune {
    /// What is to go; without it, images without a tag and networks.
    #[command(subcommand)]
    pub what: Option<What>,
    /// Print what would go, and do nothing.
    #[arg(long, global = true)]
    pub plan: bool,
    /// Print JSON, for scripts: an event a line.
    #[arg(long, global = true)]
    pub json: bool,
    /// Do not ask. Needed where there is no terminal to ask on.
    #[arg(long, short = 'y', global = true)]
    pub yes: bool,
}

/// What is to go.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Images that no container uses, running or not.
    Images {
        /// Those that have a tag, too. The tag may be one that a Compose file names.
        #[arg(long)]
        all: bool,
    },
    /// Networks that no container names, running or not.
    Networks,
    /// What builds left to be faster the next time, but for what one uses right now.
    BuildCache,
    /// Volumes, each by its name; without names, list those that nothing uses.
    Volumes {
        /// The names. All of them go, or none.
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
}

const AFTER: &str = "\
Examples:
  topside prune                  images without a tag and networks that nothing uses; asks first
  topside prune --plan           print what would go, how much that frees, what is spared and why
  topside prune images --all     tagged images that no container uses, too
  topside prune build-cache      what builds left to be faster the next time
  topside prune volumes          list the volumes that nothing uses
  topside prune volumes old_blog remove this one, with all that is in it
  topside prune --yes --json     for cron

Never goes: what a container uses, also one that does not run; the image of a release that is kept
for going back; the engine's own networks; a volume that is not named here. Nothing goes that was
not shown, but for what builds left in the cache meanwhile. What came to be used in between is left, and said; so is an image that others were built
on.

While a topside of yours deploys on the host, nothing is pruned, and the other way round: an image
that was just pulled and does not run yet looks unused. Of other tools nothing is known: do not
prune with --all while docker compose pull is under way.

Sizes say the most that can come free: layers that images share are counted with each of them.

JSON: the events of topside redeploy --help; the listing of volumes is
  volumes {name, driver, size (bytes or null), created}

Exit codes:
  0  done; with --plan, planned; listed
  1  the engine did not answer
  2  the command line or the config is wrong, or nobody is there to be asked and --yes is not given
  3  there is nothing to prune, also with --plan
  5  failed, and needs you
  6  cancelled, or the answer was no";

pub(super) async fn run(
    arguments: &Arguments,
    shared: &Shared,
    wanted: &Prune,
) -> color_eyre::Result<ExitCode> {
    let connector = match connector(arguments) {
        Ok(connector) => connector,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let backend = match connector.connect().await {
        Ok(backend) => backend,
        Err(error) => return Ok(refuse(&error.failure("reach the engine"), Exit::Engine)),
    };
    let host = connector.host().clone();
    if let Some(What::Volumes { names }) = &wanted.what
        && names.is_empty()
    {
        return Ok(list_volumes(backend.as_ref(), &host, wanted.json).await);
    }
    let (store, said) = if wanted.plan {
        // Planning makes no records; it reads those that are there.
        shared.records.existing().await
    } else {
        shared.records.store().await
    };
    if let Some(failure) = said {
        print::failure(&failure);
    }
    let request = Request::prune(host.clone(), what(wanted.what.as_ref()));
    let world = match shared.world(backend, host, store, Origin::Command).await {
        Ok(world) => world,
        Err(failure) => return Ok(refuse(&failure, Exit::Engine)),
    };
    let plan = match jobs::plan(&world, &request).await {
        Ok(plan) => plan,
        Err(failure) => return Ok(refuse(&failure, Exit::Failed)),
    };
    if wanted.plan || !wanted.json {
        show(&request, &plan, wanted.json);
    }
    if plan.steps.is_empty() {
        if wanted.json && !wanted.plan {
            show(&request, &plan, true);
        }
        return Ok(Exit::NothingToDo.into());
    }
    if wanted.plan {
        return Ok(Exit::Done.into());
    }
    // Where it has to be confirmed it is asked all the same.
    if let Permission::Refused(setting) = permission_on_host(&world.preferences, &world.host) {
        let why = format!("it is read-only, by {setting}");
        let failure = Failure::new(request.title(), why)
            .hint("nothing was begun; --plan still shows what it would do");
        return Ok(refuse(&failure, Exit::Usage));
    }
    if !wanted.yes {
        match tokio::task::spawn_blocking(|| ask("carry it out?")).await? {
            Answer::Yes => {}
            Answer::No => return Ok(Exit::Cancelled.into()),
            Answer::Nobody => {
                let why = "it asks first, and there is no terminal to ask on";
                let failure = Failure::new(request.title(), why)
                    .hint("--yes carries it out without asking; --plan only shows it");
                return Ok(refuse(&failure, Exit::Usage));
            }
        }
    }
    carry_out(&world, request, &plan, wanted.json).await
}

async fn carry_out(
    world: &World,
    mut request: Request,
    plan: &Plan,
    json: bool,
) -> color_eyre::Result<ExitCode> {
    // Planned anew under the lock; nothing is added to what was shown.
    request.prune = request.prune.map(|prune| prune.within(plan));
    let mut report = Report::new(json);
    report.begin_shown(&request.title());
    let cancel = CancellationToken::new();
    let listening = tokio::spawn(act::cancel_on(
        Signals::new()?,
        world.leaving.clone(),
        cancel.clone(),
    ));
    let outcome = act::carry(world, &request, &mut report, &cancel).await;
    listening.abort();
    let exit = match outcome {
        Outcome::Done { .. } => Exit::Done,
        Outcome::NothingToDo { .. } => Exit::NothingToDo,
        Outcome::RolledBack { .. } | Outcome::Failed { .. } | Outcome::Interrupted { .. } => {
            Exit::Failed
        }
        Outcome::Cancelled { .. } => Exit::Cancelled,
    };
    Ok(exit.into())
}

fn what(what: Option<&What>) -> crate::domain::Prune {
    use crate::domain::Prune;
    let untagged = Some(UnusedImages::Untagged);
    let unused = |images, networks| {
        Prune::Unused(Unused {
            images,
            networks,
            ..Unused::default()
        })
    };
    match what {
        None => unused(untagged, true),
        Some(What::Images { all: false }) => unused(untagged, false),
        Some(What::Images { all: true }) => unused(Some(UnusedImages::All), false),
        Some(What::Networks) => unused(None, true),
        Some(What::BuildCache) => Prune::Unused(Unused {
            build_cache: true,
            ..Unused::default()
        }),
        Some(What::Volumes { names }) => Prune::Volumes(names.iter().cloned().collect()),
    }
}

fn show(request: &Request, plan: &Plan, as_json: bool) {
    let title = request.title();
    if as_json {
        let event = json!({"job": title, "event": "planned", "plan": plan});
        print::out(&format!("{}\n", print::safe_json(&event.to_string())));
    } else {
        print::out(&plan_text(&title, plan));
    }
}

/// The volumes that nothing uses, with their sizes.
async fn list_volumes(backend: &dyn Backend, host: &HostId, as_json: bool) -> ExitCode {
    let asked = async {
        let volumes = backend.volumes().await?;
        // Where they cannot be measured the list is as good.
        let sizes = backend.volume_sizes().await.unwrap_or_default();
        let containers = backend.containers().await?;
        Ok::<_, BackendError>((volumes, sizes, containers))
    };
    let (mut volumes, sizes, containers) = match asked.await {
        Ok(answer) => answer,
        Err(error) => {
            let failure = error.failure(format!("list the volumes of {host}"));
            return refuse(&failure, Exit::Engine);
        }
    };
    volumes.retain(|volume| is_unused_volume(volume, &containers));
    let sizes: BTreeMap<_, ByteSize> = sizes.into_iter().collect();
    volumes.sort_by(|a, b| (sizes.get(&b.id), &a.id).cmp(&(sizes.get(&a.id), &b.id)));
    if as_json {
        let list: Vec<_> = volumes
            .iter()
            .map(|volume| {
                json!({
                    "name": &*volume.id.name,
                    "driver": volume.driver,
                    "size": sizes.get(&volume.id),
                    "created": volume.created,
                })
            })
            .collect();
        let text = json!({"volumes": list}).to_string();
        return print::out(&format!("{}\n", print::safe_json(&text)));
    }
    if volumes.is_empty() {
        return print::out("every volume is used by a container\n");
    }
    let mut text = String::new();
    for volume in &volumes {
        let size = sizes.get(&volume.id).map(ByteSize::to_string);
        let size = size.unwrap_or_else(|| "?".to_owned());
        let _ = writeln!(text, "{size:>5}  {}", visible(&volume.id.name));
    }
    text.push_str(
        "\nNothing uses these. To remove one, with all that is in it: topside prune volumes NAME\n",
    );
    print::out(&text)
}
