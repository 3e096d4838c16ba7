//! `topside redeploy`, `rebuild`, `rollback`, `restart`, `start`, `stop`: the plans behind the dashboard's keys, for scripts and cron.

use std::process::ExitCode;
use std::sync::Arc;

use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::{Backend, BackendError, Connector};
use crate::domain::{ActionName, Container, HostId, Outcome, Request};
use crate::jobs::{self, Origin, World, carry_out};
use crate::runtime::jobs::Shared;
use crate::runtime::signals::{Asked, Signals};

use super::arguments::{Act, How};
use super::ask;
use super::consent::{self, Verdict};
use super::report::{Report, plan_text};
use super::{Arguments, Exit, connector, names, print, refuse};

/// Events of a job that may wait to be printed; beyond that, output is dropped.
const EVENTS: usize = 256;

pub(super) async fn run(
    arguments: &Arguments,
    shared: &Shared,
    action: ActionName,
    to: Option<u64>,
    act: &Act,
) -> color_eyre::Result<ExitCode> {
    let here = match reach(arguments).await {
        Ok(here) => here,
        Err(code) => return Ok(code),
    };
    let services = match names::find(&here.containers, action, &act.services) {
        Ok(services) => services,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let requests: Vec<Request> = services
        .into_iter()
        .map(|service| Request {
            to,
            ..Request::new(action, service)
        })
        .collect();
    let verdict = consent::verdict(&shared.preferences, &here.containers, &requests);
    agree_and_carry(shared, here, &requests, verdict, act.how).await
}

/// The engine, and what is on it.
pub(super) struct Here {
    pub backend: Arc<dyn Backend>,
    pub host: HostId,
    pub containers: Vec<Container>,
}

/// Connects to the engine and lists its containers; says so where it cannot.
pub(super) async fn reach(arguments: &Arguments) -> Result<Here, ExitCode> {
    let connector = connector(arguments).map_err(|failure| refuse(&failure, Exit::Usage))?;
    let asked = async {
        let backend = connector.connect().await?;
        let containers = backend.containers().await?;
        Ok(Here {
            host: connector.host().clone(),
            backend,
            containers,
        })
    };
    asked
        .await
        .map_err(|error: BackendError| refuse(&error.failure("reach the engine"), Exit::Engine))
}

/// Asks where the verdict wants it, and carries out what was asked for; or only says what would be done.
pub(super) async fn agree_and_carry(
    shared: &Shared,
    here: Here,
    requests: &[Request],
    verdict: Verdict,
    how: How,
) -> color_eyre::Result<ExitCode> {
    let ask_first = match verdict {
        // Who only looks needs no leave.
        _ if how.plan => false,
        Verdict::Go => false,
        Verdict::Ask(_) if how.yes => false,
        Verdict::Ask(_) if !how.json && ask::is_somebody_there() => true,
        Verdict::Ask(failure) | Verdict::Refused(failure) => {
            return Ok(refuse(&failure, Exit::Usage));
        }
    };
    let (store, said) = if how.plan {
        // Planning makes no records; it reads those that are there.
        shared.records.existing().await
    } else {
        shared.records.store().await
    };
    if let Some(failure) = said {
        print::failure(&failure);
    }
    let world = shared.world(here.backend, here.host, store, Origin::Command);
    let world = match world.await {
        Ok(world) => world,
        Err(failure) => return Ok(refuse(&failure, Exit::Engine)),
    };
    if how.plan {
        return Ok(match show_plans(&world, requests, how.json).await {
            Ok(code) | Err(code) => code,
        });
    }
    if ask_first {
        if let Err(code) = show_plans(&world, requests, false).await {
            return Ok(code);
        }
        if !consent::ask().await {
            print::out("⊘ cancelled: nothing was changed\n");
            return Ok(Exit::Cancelled.into());
        }
    }
    let mut requests = requests.to_vec();
    if ask_first {
        // The plans were seen, and said yes to.
        let certificates = requests
            .iter_mut()
            .filter_map(|one| one.certificate.as_mut());
        certificates.for_each(|wanted| wanted.agreed = true);
    }
    carry_all(&world, &requests, how.json).await
}

/// Carries out one after the other. The first that fails is the last: what comes after it may need it. One certificate
/// needs no other.
async fn carry_all(
    world: &World,
    requests: &[Request],
    json: bool,
) -> color_eyre::Result<ExitCode> {
    let mut ended = Exit::NothingToDo;
    let mut failed = None;
    let mut report = Report::new(json);
    let signals = Signals::new()?;
    let cancel = CancellationToken::new();
    let leaving = world.leaving.clone();
    let listening = tokio::spawn(cancel_on(signals, leaving, cancel.clone()));
    for (n, request) in requests.iter().enumerate() {
        report.begin(&request.title());
        match carry(world, request, &mut report, &cancel).await {
            Outcome::Done { .. } => ended = Exit::Done,
            Outcome::NothingToDo { .. } => {}
            Outcome::Failed { .. } if request.certificate.is_some() => failed = Some(Exit::Failed),
            stopped => {
                failed = Some(match stopped {
                    Outcome::RolledBack { .. } => Exit::RolledBack,
                    Outcome::Cancelled { .. } => Exit::Cancelled,
                    _ => Exit::Failed,
                });
                report.not_begun(&requests[n + 1..]);
                break;
            }
        }
    }
    listening.abort();
    Ok(failed.unwrap_or(ended).into())
}

pub(super) async fn carry(
    world: &World,
    request: &Request,
    report: &mut Report,
    cancel: &CancellationToken,
) -> Outcome {
    let (tell, mut told) = mpsc::channel(EVENTS);
    let telling = async {
        while let Some(event) = told.recv().await {
            report.event(&event);
        }
    };
    let job = carry_out(world, request, tell, cancel.clone());
    let (outcome, ()) = tokio::join!(job, telling);
    outcome
}

/// A signal ends what has changed nothing yet; a deploy is proven or undone first, unless there is a second signal.
pub(super) async fn cancel_on(
    mut signals: Signals,
    leaving: CancellationToken,
    cancel: CancellationToken,
) {
    loop {
        match signals.next().await {
            Asked::Quit | Asked::Interrupt if leaving.is_cancelled() => cancel.cancel(),
            Asked::Quit | Asked::Interrupt => leaving.cancel(),
            Asked::Suspend => crate::runtime::signals::stop_self(),
        }
    }
}

/// What would be done, and nothing else. Fails at the first that cannot be done.
async fn show_plans(
    world: &World,
    requests: &[Request],
    as_json: bool,
) -> Result<ExitCode, ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for request in requests {
        let title = request.title();
        match jobs::plan(world, request).await {
            Ok(plan) if as_json => {
                let event = json!({"job": title, "event": "planned", "plan": plan});
                code = print::out(&format!("{}\n", print::safe_json(&event.to_string())));
            }
            Ok(plan) => code = print::out(&plan_text(&title, &plan)),
            Err(failure) => return Err(refuse(&failure, Exit::Failed)),
        }
    }
    Ok(code)
}
