//! Logs as they were, merged exactly: one line of each in memory, however long they are.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use jiff::Timestamp;

use crate::backend::{Backend, BackendError, LogRequest};
use crate::domain::{ContainerId, RawLogLine};
use crate::logs::{Merge, Turn};

use super::super::print;
use super::End;
use super::arguments::Span;
use super::output::Output;
use super::source::Source;

/// Logs asked for at once.
const AT_ONCE: usize = 16;

/// Lines as they come.
pub(super) type Lines = BoxStream<'static, Result<RawLogLine, BackendError>>;

/// A source, and its log or why there is none.
pub(super) type Opened = (Source, Result<Lines, BackendError>);

/// Asks for the log of each.
pub(super) async fn open(
    backend: &dyn Backend,
    sources: Vec<Source>,
    request: LogRequest,
) -> Vec<Opened> {
    let asked = stream::iter(sources).map(|source| async move {
        let lines = backend.logs(&source.id, request).await;
        (source, lines)
    });
    asked.buffered(AT_ONCE).collect().await
}

/// Says that a log cannot be read.
pub(super) fn failed(source: &Source, error: &BackendError) {
    print::failure(&error.failure(format!("read the log of {}", source.label)));
}

/// Tells all of it.
pub(super) async fn tell<W: Write>(
    backend: &dyn Backend,
    sources: Vec<Source>,
    span: Span,
    output: &mut Output<W>,
) -> io::Result<End> {
    let opened = open(backend, sources, span.request(false)).await;
    let mut end = End::Done;
    let mut logs = Vec::with_capacity(opened.len());
    for (source, lines) in opened {
        match lines {
            Ok(lines) => logs.push((source, within(lines, span))),
            // It was listed a moment ago, and it is no more.
            Err(BackendError::NotFound(_)) => {}
            Err(error) => {
                failed(&source, &error);
                end = End::Partly;
            }
        }
    }
    let mut merge = Merge::new(logs.len());
    loop {
        match merge.turn() {
            Turn::Item(number, line) => output.line(&mut logs[number].0, &line)?,
            Turn::Wants(number) => {
                let (source, lines) = &mut logs[number];
                match lines.next().await {
                    Some(Ok(line)) => merge.give(line.at, line),
                    None => merge.end(),
                    Some(Err(error)) => {
                        failed(source, &error);
                        end = End::Partly;
                        merge.end();
                    }
                }
            }
            Turn::Done => break,
        }
    }
    output.flush()?;
    Ok(end)
}

/// Of what is before the end that is wanted, only so many of the last lines.
fn within(lines: Lines, span: Span) -> Lines {
    match span.tail.filter(|_| span.until.is_some()) {
        None => lines,
        Some(tail) => stream::once(last(lines, tail))
            .flat_map(stream::iter)
            .boxed(),
    }
}

/// The last so many lines.
async fn last(mut lines: Lines, tail: usize) -> VecDeque<Result<RawLogLine, BackendError>> {
    let mut kept = VecDeque::new();
    while let Some(line) = lines.next().await {
        if kept.len() >= tail && line.is_ok() {
            kept.pop_front();
        }
        if tail > 0 || line.is_err() {
            kept.push_back(line);
        }
    }
    kept
}

/// The time of the last line that a log has by now.
pub(super) async fn newest(
    backend: &Arc<dyn Backend>,
    id: &ContainerId,
) -> Result<Option<Timestamp>, BackendError> {
    let request = LogRequest {
        tail: Some(1),
        ..LogRequest::default()
    };
    let mut lines = backend.logs(id, request).await?;
    let mut newest = None;
    while let Some(line) = lines.next().await {
        newest = newest.max(Some(line?.at));
    }
    Ok(newest)
}
