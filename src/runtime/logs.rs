//! Follows logs: one task a container, ended together when another log is opened.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::{LogMsg, Msg};
use crate::backend::{Backend, LogRequest};
use crate::domain::{ContainerId, RawLogLine, StreamId};

use super::host::Inbox;

/// How long a selection has to stay before its log is asked for.
const SETTLE: Duration = Duration::from_millis(120);
/// A pause after which what comes is taken for new.
const PAUSE: Duration = Duration::from_millis(300);
/// Lines told in one message at most.
const BATCH: usize = 512;

/// The log that is open.
pub(super) struct Logs {
    inbox: Inbox,
    open: Option<(StreamId, CancellationToken)>,
}

/// What is to be followed.
pub(super) struct Follow {
    pub(super) stream: StreamId,
    pub(super) containers: Vec<(ContainerId, Option<Timestamp>)>,
    pub(super) tail: usize,
    pub(super) settle: bool,
}

impl Logs {
    pub(super) fn new(inbox: Inbox) -> Self {
        Self { inbox, open: None }
    }

    /// Follows more containers in this opening; another opening ends the one before.
    pub(super) fn follow(
        &mut self,
        backend: &Arc<dyn Backend>,
        follow: Follow,
        tracker: &TaskTracker,
    ) {
        let cancel = match &self.open {
            Some((stream, cancel)) if *stream == follow.stream => cancel.clone(),
            _ => {
                self.stop();
                let cancel = CancellationToken::new();
                self.open = Some((follow.stream, cancel.clone()));
                cancel
            }
        };
        for (container, since) in follow.containers {
            let request = LogRequest {
                tail: since.is_none().then_some(follow.tail),
                since,
                follow: true,
            };
            let one = One {
                backend: Arc::clone(backend),
                inbox: self.inbox.clone(),
                stream: follow.stream,
                container,
                settle: follow.settle,
            };
            let cancel = cancel.clone();
            tracker.spawn(async move {
                let _ = cancel.run_until_cancelled(one.follow(request)).await;
            });
        }
    }

    /// Follows nothing any more.
    pub(super) fn stop(&mut self) {
        if let Some((_, cancel)) = self.open.take() {
            cancel.cancel();
        }
    }
}

impl Drop for Logs {
    fn drop(&mut self) {
        self.stop();
    }
}

struct One {
    backend: Arc<dyn Backend>,
    inbox: Inbox,
    stream: StreamId,
    container: ContainerId,
    settle: bool,
}

impl One {
    async fn tell(&self, message: LogMsg) {
        let _ = self.inbox.send(Msg::Logs(self.stream, message)).await;
    }

    async fn follow(self, request: LogRequest) {
        if self.settle {
            tokio::time::sleep(SETTLE).await;
        }
        let what = format!("read the log of {}", self.container.short());
        let lines = match self.backend.logs(&self.container, request).await {
            Ok(lines) => lines,
            Err(error) => {
                return self
                    .tell(LogMsg::Failed(self.container.clone(), error.failure(what)))
                    .await;
            }
        };
        let mut chunks = lines.ready_chunks(BATCH);
        let mut caught_up = false;
        loop {
            let chunk = if caught_up {
                chunks.next().await
            } else if let Ok(chunk) = tokio::time::timeout(PAUSE, chunks.next()).await {
                chunk
            } else {
                caught_up = true;
                self.tell(LogMsg::CaughtUp(self.container.clone())).await;
                continue;
            };
            let Some(chunk) = chunk else { break };
            let mut failed = None;
            let lines: Vec<RawLogLine> = chunk
                .into_iter()
                .filter_map(|line| line.map_err(|error| failed = Some(error)).ok())
                .collect();
            if !lines.is_empty() {
                self.tell(LogMsg::Lines(lines)).await;
            }
            if let Some(error) = failed {
                return self
                    .tell(LogMsg::Failed(self.container.clone(), error.failure(what)))
                    .await;
            }
        }
        self.tell(LogMsg::Ended(self.container.clone())).await;
    }
}
