//! Programs in containers: the client, a server's own check.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::backend::{BackendError, ExecRequest};
use crate::domain::{ContainerId, Failure};
use crate::jobs::program::{self, Ended, LAST};
use crate::jobs::tell::Teller;
use crate::jobs::{Stop, World, engine};
use crate::logs::sanitize;
use crate::renewal;

/// How long another run of the client is waited for.
const OTHERS: Duration = Duration::from_secs(15 * 60);
/// How long a client may take: a DNS challenge waits for the world's name servers.
pub(super) const CLIENT: Duration = Duration::from_secs(30 * 60);
/// Waits until no other run of the client goes on.
pub(super) async fn await_client(
    world: &World,
    teller: &Teller,
    container: &ContainerId,
    program: &str,
    cancel: &CancellationToken,
) -> Result<(), Stop> {
    let until = Instant::now() + OTHERS;
    let mut told = false;
    loop {
        let processes = world.backend.processes(container).await;
        // Where nobody can look, the client's own lock has to do.
        let busy = processes.is_ok_and(|all| renewal::is_running(&all, program));
        if !busy {
            return Ok(());
        }
        if Instant::now() >= until {
            let what = format!("wait for the other {program}");
            return Err(Failure::new(what, "it has run for a quarter of an hour")
                .hint("look at it in its container: it may wait for an answer that nobody gives")
                .into());
        }
        if !told {
            teller.say(format!("another {program} is at it: waiting for its end"));
            told = true;
        }
        let pause = tokio::time::sleep(Duration::from_secs(1));
        if cancel.run_until_cancelled(pause).await.is_none() {
            return Err(Stop::Cancelled);
        }
    }
}

/// Runs the client with a terminal on which nobody types.
pub(super) async fn run_client(
    world: &World,
    teller: &Teller,
    container: &ContainerId,
    name: &str,
    command: &str,
) -> Result<Ended, Stop> {
    let what = format!("run the client in {name}");
    let run = program::Run {
        container,
        what: &what,
        words: ["sh", "-c", command].map(str::to_owned).to_vec(),
        longest: CLIENT,
    };
    let never = CancellationToken::new();
    let Ended { code, last } = run.finish(world, teller, &never).await?;
    if matches!(code, 126 | 127) {
        let why = format!("its command could not be run (code {code})");
        return Err(Stop::Failed {
            failure: Failure::new(what, why).hint("the label topside.renew names another"),
            log: last,
        });
    }
    Ok(Ended { code, last })
}

/// Lets a server check its files.
pub(super) async fn test_config(
    world: &World,
    teller: &Teller,
    container: &ContainerId,
    name: &str,
    command: &[String],
) -> Result<(), Stop> {
    let what = format!("let {name} check its files");
    let ended = match run(world, container, command).await {
        Ok(ended) => ended,
        Err(error) if error.is_lost() => return Err(engine::failure(&error, what).into()),
        Err(error) => {
            teller.say(format!("not checked: {error}"));
            return Ok(());
        }
    };
    match ended.code {
        0 => Ok(()),
        126 | 127 => {
            teller.say(format!("not checked: there is no {} in it", command[0]));
            Ok(())
        }
        code => Err(Stop::Failed {
            failure: Failure::new(
                what,
                format!("its own check refuses them (code {code}): the next restart will fail"),
            )
            .hint(
                "nothing was reloaded: the old certificate is still served; what it says is below",
            ),
            log: ended.last,
        }),
    }
}

pub(super) async fn run(
    world: &World,
    container: &ContainerId,
    command: &[String],
) -> Result<Ended, BackendError> {
    let request = ExecRequest {
        container: container.clone(),
        command: command.to_vec(),
    };
    let done = world.backend.exec(request).await?;
    let lines = done.output.split(|byte| matches!(byte, b'\n' | b'\r'));
    let mut last: Vec<String> = lines
        .map(|line| sanitize(line).0)
        .filter(|line| !line.trim().is_empty())
        .collect();
    last.drain(..last.len().saturating_sub(LAST));
    Ok(Ended {
        code: done.exit_code,
        last,
    })
}
