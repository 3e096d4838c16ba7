//! Runs a program: no input, its lines passed on as they come, ended as a group when the caller wants that.

use std::collections::VecDeque;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::group::Group;
use super::lines::Lines;
use super::tail::Tail;

/// How many of the last error lines are kept for the failure's `why`.
const KEPT: usize = 40;
/// How much of an answer is read at most.
const ANSWER: usize = 16 * 1024 * 1024;
/// How often output in memory is looked at.
const LOOK: Duration = Duration::from_millis(50);
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
    /// It is for people, and the program outlives us when we are killed.
    Unbroken,
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
    if stdout == Stdout::Unbroken {
        return run_unbroken(command, tell, cancel).await;
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
                Stdout::Lines | Stdout::Unbroken => read_lines(out, tell, &mut out_last).await,
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

/// The same with its output in memory.
async fn run_unbroken(
    mut command: Command,
    tell: &(dyn Fn(&str) + Send + Sync),
    cancel: &CancellationToken,
) -> std::io::Result<Option<Ended>> {
    let (mut out, mut err) = (Tail::new()?, Tail::new()?);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(out.stdio()?)
        .stderr(err.stdio()?)
        .process_group(0)
        .spawn()?;
    let mut group = Group::of(&child);
    let (mut out_last, mut err_last) = (VecDeque::new(), VecDeque::new());
    // A file tells nobody that it was written to.
    let mut look = tokio::time::interval(LOOK);
    let status = loop {
        tokio::select! {
            () = cancel.cancelled() => {
                group.terminate(&mut child).await;
                return Ok(None);
            }
            status = child.wait() => break status?,
            _ = look.tick() => {
                keep_all(out.new_lines(), tell, &mut out_last);
                keep_all(err.new_lines(), tell, &mut err_last);
            }
        }
    };
    group.ended();
    keep_all(out.finish(), tell, &mut out_last);
    keep_all(err.finish(), tell, &mut err_last);
    Ok(Some(Ended {
        status,
        answer: Vec::new(),
        last: if err_last.is_empty() {
            out_last
        } else {
            err_last
        },
    }))
}

fn keep_all(lines: Vec<String>, tell: &(dyn Fn(&str) + Send + Sync), last: &mut VecDeque<String>) {
    for line in lines {
        tell(&line);
        if last.len() == KEPT {
            last.pop_front();
        }
        last.push_back(line);
    }
}

async fn read_lines(
    source: Option<impl AsyncRead + Unpin>,
    tell: &(dyn Fn(&str) + Send + Sync),
    last: &mut VecDeque<String>,
) {
    let Some(mut source) = source else { return };
    let mut lines = Lines::default();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = source.read(&mut buffer).await {
        keep_all(lines.push(&buffer[..count]), tell, last);
    }
    keep_all(lines.finish().into_iter().collect(), tell, last);
}

async fn read_answer(source: Option<impl AsyncRead + Unpin>, answer: &mut Vec<u8>) {
    let Some(source) = source else { return };
    // A read error leaves a cut answer, which its reader refuses.
    let _ = source.take(ANSWER as u64).read_to_end(answer).await;
}
