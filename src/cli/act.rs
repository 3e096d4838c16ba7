//! `topside redeploy`, `rebuild`, `rollback`, `restart`, `start`, `stop`: the plans behind the dashboard's keys, for scripts and cron.

use std::process::ExitCode;

use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::Connector;
use crate::domain::{ActionName, Outcome, Request};
use crate::jobs::{self, Origin, World, carry_out};
use crate::runtime::jobs::Shared;
use crate::runtime::signals::{Asked, Signals};

use super::arguments::Act;
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
    let connector = match connector(arguments) {
        Ok(connector) => connector,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let asked = async {
        let backend = connector.connect().await?;
        let containers = backend.containers().await?;
        Ok((backend, containers))
    };
    let (backend, containers) = match asked.await {
        Ok(answer) => answer,
        Err(error) => {
            let error: crate::backend::BackendError = error;
            return Ok(refuse(&error.failure("reach the engine"), Exit::Engine));
        }
    };
    let services = match names::find(&containers, action, &act.services) {
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
    // Who only looks needs no leave.
    let verdict = if act.plan {
        Verdict::Go
    } else {
        consent::verdict(&shared.preferences, &containers, &requests)
    };
    let ask_first = match verdict {
        Verdict::Go => false,
        Verdict::Ask(_) if act.yes => false,
        Verdict::Ask(_) if !act.json && ask::is_somebody_there() => true,
        Verdict::Ask(failure) | Verdict::Refused(failure) => {
            return Ok(refuse(&failure, Exit::Usage));
        }
    };
    let (store, said) = if act.plan {
        // Planning makes no records; it reads those that are there.
        shared.records.existing().await
    } else {
        shared.records.store().await
    };
    if let Some(failure) = said {
        print::failure(&failure);
    }
    let host = connector.host().clone();
    let world = match shared.world(backend, host, store, Origin::Command).await {
        Ok(world) => world,
        Err(failure) => return Ok(refuse(&failure, Exit::Engine)),
    };
    if act.plan {
        return Ok(match show_plans(&world, &requests, act.json).await {
            Ok(code) | Err(code) => code,
        });
    }
    if ask_first {
        if let Err(code) = show_plans(&world, &requests, false).await {
            return Ok(code);
        }
        if !consent::ask().await {
            print::out("⊘ cancelled: nothing was changed\n");
            return Ok(Exit::Cancelled.into());
        }
    }
    carry_all(&world, &requests, act.json).await
}

/// Carries out one after the other. The first that fails is the last: what comes after it may need it.
pub(super) async fn carry_all(
    world: &World,
    requests: &[Request],
    json: bool,
) -> color_eyre::Result<ExitCode> {
    let mut worst = Exit::NothingToDo;
    let mut report = Report::new(json);
    let signals = Signals::new()?;
    let cancel = CancellationToken::new();
    let leaving = world.leaving.clone();
    let listening = tokio::spawn(cancel_on(signals, leaving, cancel.clone()));
    for (n, request) in requests.iter().enumerate() {
        report.begin(&request.title());
        match carry(world, request, &mut report, &cancel).await {
            Outcome::Done { .. } => worst = Exit::Done,
            Outcome::NothingToDo { .. } => {}
            stopped => {
                worst = match stopped {
                    Outcome::RolledBack { .. } => Exit::RolledBack,
                    Outcome::Cancelled { .. } => Exit::Cancelled,
                    _ => Exit::Failed,
                };
                report.not_begun(&requests[n + 1..]);
                break;
            }
        }
    }
    listening.abort();
    Ok(worst.into())
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
pub(super) async fn show_plans(
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
