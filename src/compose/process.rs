//! Runs a program: no input, its lines passed on as they come, ended as a group when the caller wants that.

use std::collections::VecDeque;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::group::Group;
use super::lines::Lines;

/// How many of the last error lines are kept for the failure's `why`.
const KEPT: usize = 40;
/// How much of an answer is read at most.
const ANSWER: usize = 16 * 1024 * 1024;
/// How long to wait for the output's end once the program ended: what it started may hold its pipes open.
const TRAILING: Duration = Duration::from_secs(1);

/// How a program ended.
pub(super) struct Ended {
    /// Its status.
    pub(super) status: ExitStatus,
    /// What it answered on standard output, when that was asked for.
    pub(super) answer: Vec<u8>,
    /// Its last lines on standard error, or on both where the answer was not asked for.
    pub(super) last: VecDeque<String>,
}

/// What becomes of standard output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stdout {
    /// It is the answer.
    Answer,
    /// It is for people.
    Lines,
}

/// Runs a program to its end; none when it was cancelled. `tell` gets each line and must not block.
pub(super) async fn run(
    mut command: Command,
    stdout: Stdout,
    tell: &(dyn Fn(&str) + Send + Sync),
    cancel: &CancellationToken,
) -> std::io::Result<Option<Ended>> {
    if cancel.is_cancelled() {
        return Ok(None);
    }
    // A group of its own: Ctrl-C in our terminal is for us, and a cancel reaches the plugin and its helpers.
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()?;
    let mut group = Group::of(&child);
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let mut answer = Vec::new();
    let mut last = VecDeque::new();
    let mut out_last = VecDeque::new();
    let mut reading = Box::pin(async {
        let reads_out = async {
            match stdout {
                Stdout::Answer => read_answer(out, &mut answer).await,
                Stdout::Lines => read_lines(out, tell, &mut out_last).await,
            }
        };
        tokio::join!(reads_out, read_lines(err, tell, &mut last));
    });
    let mut read_all = false;
    let status = loop {
        tokio::select! {
            () = cancel.cancelled() => {
                group.terminate(&mut child).await;
                return Ok(None);
            }
            status = child.wait() => break status?,
            () = &mut reading, if !read_all => read_all = true,
        }
    };
    group.ended();
    if !read_all {
        // Past this time the pipes are somebody else's; what was read until then is kept.
        let _ = tokio::time::timeout(TRAILING, &mut reading).await;
    }
    drop(reading);
    if last.is_empty() {
        last = out_last;
    }
    Ok(Some(Ended {
        status,
        answer,
        last,
    }))
}

async fn read_lines(
    source: Option<impl AsyncRead + Unpin>,
    tell: &(dyn Fn(&str) + Send + Sync),
    last: &mut VecDeque<String>,
) {
    let Some(mut source) = source else { return };
    let mut lines = Lines::default();
    let mut buffer = [0; 4096];
    let mut keep = |line: String| {
        tell(&line);
        if last.len() == KEPT {
            last.pop_front();
        }
        last.push_back(line);
    };
    while let Ok(count @ 1..) = source.read(&mut buffer).await {
        lines.push(&buffer[..count]).into_iter().for_each(&mut keep);
    }
    lines.finish().into_iter().for_each(keep);
}

async fn read_answer(source: Option<impl AsyncRead + Unpin>, answer: &mut Vec<u8>) {
    let Some(source) = source else { return };
    // A read error leaves a cut answer, which its reader refuses.
    let _ = source.take(ANSWER as u64).read_to_end(answer).await;
}
