//! A program in a container, with a terminal on which nobody types: its lines as they come, and how it ended.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio_util::sync::CancellationToken;

use super::tell::Teller;
use super::{Stop, World, engine};
use crate::backend::{BackendError, ExecRequest};
use crate::compose::Lines;
use crate::domain::{ContainerId, Failure, JobEvent};
use crate::logs::sanitize;

/// How many of a program's last lines are kept.
pub(super) const LAST: usize = 20;
/// How long a program that was interrupted may take to end.
const GRACE: Duration = Duration::from_secs(5);

/// How a program in a container ended.
pub(super) struct Ended {
    pub code: i64,
    pub last: Vec<String>,
}

/// A program to run.
pub(super) struct Run<'a> {
    pub container: &'a ContainerId,
    /// What its failures begin with.
    pub what: &'a str,
    /// Program and arguments.
    pub words: Vec<String>,
    /// How long it may take.
    pub longest: Duration,
}

impl Run<'_> {
    /// Runs it. Who cancels has it interrupted as Control-C does: the engine has no other way to end it.
    pub(super) async fn finish(
        self,
        world: &World,
        teller: &Teller,
        cancel: &CancellationToken,
    ) -> Result<Ended, Stop> {
        let failed = |error: BackendError| engine::failure(&error, self.what.to_owned());
        let request = ExecRequest {
            container: self.container.clone(),
            command: self.words.clone(),
        };
        let session = world.backend.exec_terminal(request, (200, 50)).await;
        let mut session = session.map_err(failed)?;
        // The end of input, for one that asks something: nobody is there to answer.
        let end = session.input.write_all(&[4, 4, 4]);
        let _ = end.await;
        let sink = teller.sink();
        let mut last = Vec::new();
        let mut lines = Lines::default();
        let mut tell = |line: String| {
            let (line, _) = sanitize(line.as_bytes());
            if line.trim().is_empty() {
                return;
            }
            if last.len() == LAST {
                last.remove(0);
            }
            last.push(line.clone());
            sink(JobEvent::Output { line });
        };
        let output = async {
            while let Some(bytes) = session.output.next().await {
                let Ok(bytes) = bytes else { break };
                lines.push(&bytes).into_iter().for_each(&mut tell);
            }
            lines.finish().into_iter().for_each(&mut tell);
        };
        tokio::pin!(output);
        tokio::select! {
            ended = tokio::time::timeout(self.longest, &mut output) => {
                if ended.is_err() {
                    let why = format!("it has run for {} minutes", self.longest.as_secs() / 60);
                    return Err(Failure::new(self.what, why)
                        .hint("it goes on in its container: end it there")
                        .into());
                }
            }
            () = cancel.cancelled() => {
                let _ = session.input.write_all(&[3]).await;
                let _ = tokio::time::timeout(GRACE, &mut output).await;
                return Err(Stop::Cancelled);
            }
        }
        let code = world.backend.exec_exit_code(&session.id).await;
        let mut code = code.map_err(failed)?;
        // Its output has ended; the engine may learn how a moment later.
        for _ in 0..50 {
            if code.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            code = world
                .backend
                .exec_exit_code(&session.id)
                .await
                .map_err(failed)?;
        }
        let code = code.unwrap_or(-1);
        Ok(Ended { code, last })
    }
}
