//! A command of the user's own, as a job: on the engine's machine, here, or in a container.

use std::time::Duration;

use super::program;
use super::{Stop, World};
use crate::compose::{Call, run_words};
use crate::domain::command::{CommandCall, CommandPlace};
use crate::domain::text::visible;
use crate::domain::{Failure, Operation, Plan, Request, Step, StepKind};
use crate::jobs::tell::Teller;

/// How long a command in a container may take.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// What will be run, and where.
pub(super) fn plan(world: &World, request: &Request, call: &CommandCall) -> Result<Plan, Stop> {
    let place = match (call.place, &call.container) {
        (CommandPlace::Container, Some((_, name))) => format!("in {}", visible(name)),
        (CommandPlace::Container, None) => {
            return Err(Failure::new(request.title(), "it has no container to run in").into());
        }
        (CommandPlace::Here, _) => "here".to_owned(),
        (CommandPlace::Host, _) => {
            // Where it cannot be, that is known before anything is begun.
            let there = world.backend.host_program(&call.words);
            there.map_err(|error| error.failure(request.title()).hint(HINT))?;
            format!("on {}", world.host)
        }
    };
    Ok(Plan {
        action: request.action,
        target: request.target.clone(),
        containers: call.container.iter().map(|(id, _)| id.clone()).collect(),
        steps: vec![Step {
            title: format!("{place}: {call}"),
            operation: Operation::OwnCommand(call.clone()),
            kind: StepKind::Cancellable,
        }],
        notes: Vec::new(),
    })
}

const HINT: &str = "say where = \"here\" or \"container\" in the config's table of the command";

/// Runs it; what it has to say for the end.
pub(super) async fn run(
    world: &World,
    teller: &Teller,
    own: &CommandCall,
    call: &Call,
) -> Result<String, Stop> {
    let name = visible(&own.name);
    let what = format!("run {name}");
    let words = match (own.place, &own.container) {
        (CommandPlace::Container, Some((id, container))) => {
            let what = format!("{what} in {}", visible(container));
            let run = program::Run {
                container: id,
                what: &what,
                words: own.words.clone(),
                longest: LONGEST,
            };
            let ended = run.finish(world, teller, &call.cancel).await?;
            if ended.code == 0 {
                return Ok(format!("{name} ended well"));
            }
            return Err(Stop::Failed {
                failure: Failure::new(what, format!("it ended with code {}", ended.code)),
                log: ended.last,
            });
        }
        (CommandPlace::Host, _) => {
            let there = world.backend.host_program(&own.words);
            there.map_err(|error| error.failure(&what).hint(HINT))?
        }
        (CommandPlace::Here | CommandPlace::Container, _) => own.words.clone(),
    };
    run_words(what, &words, call).await?;
    Ok(format!("{name} ended well"))
}
