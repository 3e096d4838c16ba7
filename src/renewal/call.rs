//! The steps that run the client: in its container, or where that does not run, as its service is defined. Pure.

use super::client;
use super::observe::Client;
use super::plan::step;
use crate::domain::plan::{Once, RenewalStep};
use crate::domain::{Failure, Request, Step, StepKind};

/// Runs the client.
pub(super) fn run(
    client: &Client,
    request: &Request,
    steps: &mut Vec<Step>,
    notes: &mut Vec<String>,
) -> Result<(), Failure> {
    if !client.is_up {
        return run_resting(client, request, steps, notes);
    }
    let call = client.call.clone()?;
    if let Some(program) = client::waits_for(&call.command) {
        steps.push(step(
            format!("wait until no other {program} runs in {}", client.name),
            RenewalStep::AwaitClient {
                container: client.file.container.clone(),
                program: program.to_owned(),
            },
            StepKind::Cancellable,
        ));
    }
    steps.push(step(
        format!("run in {}: {}", client.name, call.command),
        RenewalStep::RunClient {
            container: client.file.container.clone(),
            name: client.name.clone(),
            command: call.command,
        },
        // Nothing that ends our side of it would end it in the container.
        StepKind::Committing,
    ));
    let program = client.program.name();
    notes.push(format!(
        "{program} in {}, called as {} says",
        client.name, call.by
    ));
    Ok(())
}

/// A client that does not run: its container is started when that is all it is for, as `docker start certbot` does; else
/// its service is run in a container of its own, as `docker compose run --rm certbot …` does.
fn run_resting(
    client: &Client,
    request: &Request,
    steps: &mut Vec<Step>,
    notes: &mut Vec<String>,
) -> Result<(), Failure> {
    let force = request
        .certificate
        .as_ref()
        .is_some_and(|wanted| wanted.force);
    let somebody_says = client.call.as_ref().is_ok_and(|call| !call.is_usual);
    let name = &client.name;
    let (title, operation) = if client.renews_itself && !force && !somebody_says {
        notes.push(format!("{name} does not run: its own command renews"));
        let operation = RenewalStep::StartClient {
            container: client.file.container.clone(),
            name: name.clone(),
        };
        (
            format!("start {name} and wait for its end (docker start {name})"),
            operation,
        )
    } else if client.is_composed {
        let call = client.call.clone()?;
        let service = &client.service.name;
        let once = if call.is_arguments {
            Once {
                service: service.to_string(),
                entrypoint: None,
                arguments: call.command.split_whitespace().map(str::to_owned).collect(),
            }
        } else {
            Once::shell(service, &call.command)
        };
        notes.push(format!(
            "{name} does not run: its service is run once, called as {} says",
            call.by
        ));
        let title = format!("run: {once}");
        let container = client.file.container.clone();
        (title, RenewalStep::RunOnce { container, once })
    } else {
        let why = format!("{name}, which orders it, does not run");
        return Err(
            Failure::new(request.title(), why).hint("start it; it has to run for a command in it")
        );
    };
    steps.push(step(title, operation, StepKind::Committing));
    Ok(())
}
