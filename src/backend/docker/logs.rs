//! A container's log as lines.
//!
//! Not through bollard: with a terminal its decoder keeps a line that never ends in memory and searches it anew at
//! every read (0.21), and it takes a frame of the engine's own errors (stream 3) for content.

mod decode;
mod line;

use std::fmt::Write as _;

use futures_util::stream::{self, BoxStream, StreamExt};

use super::channel::Channel;
use super::request::escape;
use crate::backend::{BackendError, LogRequest};
use crate::domain::{ContainerId, EngineKind, RawLogLine};
use decode::{Decoder, PART};

/// Lines of a container's log, oldest first.
pub(super) async fn logs(
    channel: &Channel,
    engine: EngineKind,
    id: &ContainerId,
    request: LogRequest,
) -> Result<BoxStream<'static, Result<RawLogLine, BackendError>>, BackendError> {
    let chunks = channel.flow(&path(id, request)).await?;
    let part = match engine {
        EngineKind::Docker => Some(PART),
        EngineKind::Podman => None,
    };
    let decoder = Decoder::new(id.clone(), request, part);
    let batches = stream::unfold(Some((chunks, decoder)), |state| async move {
        let (mut chunks, mut decoder) = state?;
        let mut lines = Vec::new();
        loop {
            let chunk = match chunks.next().await {
                Some(Ok(chunk)) => chunk,
                // The half line is not told: it is whole when the log is taken up again from the last whole one.
                Some(Err(err)) => {
                    return Some((batch(lines, Some(err)), None));
                }
                None => {
                    decoder.finish(&mut lines);
                    return Some((batch(lines, None), None));
                }
            };
            if let Err(message) = decoder.feed(&chunk, &mut lines) {
                let err = BackendError::Engine {
                    status: 500,
                    message,
                };
                return Some((batch(lines, Some(err)), None));
            }
            if !lines.is_empty() {
                return Some((batch(lines, None), Some((chunks, decoder))));
            }
        }
    });
    Ok(batches.flatten().boxed())
}

fn batch(
    lines: Vec<RawLogLine>,
    err: Option<BackendError>,
) -> impl stream::Stream<Item = Result<RawLogLine, BackendError>> {
    stream::iter(lines.into_iter().map(Ok).chain(err.map(Err)))
}

fn path(id: &ContainerId, request: LogRequest) -> String {
    let mut path = format!(
        "/containers/{}/logs?stdout=true&stderr=true&timestamps=true&follow={}",
        escape(id.as_str()),
        request.follow
    );
    // Writing to a String cannot fail.
    let _ = match request.tail {
        Some(tail) => write!(path, "&tail={tail}"),
        None => write!(path, "&tail=all"),
    };
    if let Some(since) = request.since {
        // Whole seconds are what every engine understands; the decoder drops the rest.
        let _ = write!(path, "&since={}", since.at.as_second());
    }
    if let Some(until) = request.until {
        let _ = write!(path, "&until={}", until.as_second().saturating_add(1));
    }
    path
}

#[cfg(test)]
mod tests;
