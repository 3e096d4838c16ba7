//! Follows logs: one task a container, ended together when another log is opened.

mod older;
pub(super) mod save;
pub(super) mod taken;

use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use jiff::SignedDuration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::effect::{LogStart, OlderWanted};
use crate::app::{LogMsg, Msg};
use crate::backend::{Backend, BackendError, LogRequest};
use crate::domain::{ContainerId, RawLogLine, StreamId};

use super::at_hand;
use super::host::Inbox;

/// How long a selection has to stay before its log is asked for.
const SETTLE: Duration = Duration::from_millis(120);
/// A pause after which what comes is taken for new.
const PAUSE: Duration = Duration::from_millis(300);
/// So many lines in one message are many.
const MANY: usize = 8;
/// Of many lines, those that come in so much time are told together: well below a frame.
const GATHER: Duration = Duration::from_millis(10);
/// Lines told in one message at most.
const BATCH: usize = 512;
/// Bytes after which a message is told: with messages waiting for the loop, that is all the memory they take.
const BYTES: usize = 128 * 1024;

/// So many containers' older lines are read at once: an engine may go through the whole of each log for them.
const OLDER_AT_ONCE: usize = 4;

/// So far back a log is read again where it is taken up: an engine takes the time of a line before its turn to write it.
const OVERLAP: SignedDuration = SignedDuration::from_millis(100);

/// The log that is open.
pub(super) struct Logs {
    inbox: Inbox,
    open: Option<(StreamId, CancellationToken)>,
    /// Whose older lines are read.
    older: Option<(u64, CancellationToken)>,
    turn: Arc<Semaphore>,
    /// Ends the saving of a log.
    saving: CancellationToken,
}

/// What is to be followed.
pub(super) struct Follow {
    pub(super) stream: StreamId,
    pub(super) containers: Vec<(ContainerId, LogStart)>,
    pub(super) settle: bool,
}

impl Logs {
    pub(super) fn new(inbox: Inbox) -> Self {
        Self {
            inbox,
            open: None,
            older: None,
            turn: Arc::new(Semaphore::new(OLDER_AT_ONCE)),
            saving: CancellationToken::new(),
        }
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
                self.hold();
                let cancel = CancellationToken::new();
                self.open = Some((follow.stream, cancel.clone()));
                cancel
            }
        };
        for (container, start) in follow.containers {
            let request = request(start);
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

    /// Reads older lines; another opening ends what is read for the one before.
    pub(super) fn older(
        &mut self,
        backend: Arc<dyn Backend>,
        opening: u64,
        wanted: OlderWanted,
        tracker: &TaskTracker,
    ) {
        let cancel = match &self.older {
            Some((of, cancel)) if *of == opening => cancel.clone(),
            _ => {
                self.stop_older();
                let cancel = CancellationToken::new();
                self.older = Some((opening, cancel.clone()));
                cancel
            }
        };
        let (inbox, turn) = (self.inbox.clone(), Arc::clone(&self.turn));
        tracker.spawn(async move {
            let reading = async {
                let _turn = turn.acquire().await;
                let what = format!("read older lines of {}", wanted.container.short());
                let read = older::read(backend, &wanted).await;
                let answer = read.map_err(|error| error.failure(what));
                let _ = inbox
                    .send(Msg::OlderLogs(opening, wanted.container, answer))
                    .await;
            };
            let _ = cancel.run_until_cancelled(reading).await;
        });
    }

    /// What ends the saving of a log; one that is being saved is ended.
    pub(super) fn saving(&mut self) -> CancellationToken {
        self.stop_saving();
        self.saving = CancellationToken::new();
        self.saving.clone()
    }

    /// Saves no log any more.
    pub(super) fn stop_saving(&self) {
        self.saving.cancel();
    }

    /// Follows nothing for now.
    pub(super) fn hold(&mut self) {
        if let Some((_, cancel)) = self.open.take() {
            cancel.cancel();
        }
    }

    fn stop_older(&mut self) {
        if let Some((_, cancel)) = self.older.take() {
            cancel.cancel();
        }
    }

    /// Reads nothing any more.
    pub(super) fn stop(&mut self) {
        self.hold();
        self.stop_older();
        self.stop_saving();
    }
}

impl Drop for Logs {
    fn drop(&mut self) {
        self.stop();
    }
}

fn request(start: LogStart) -> LogRequest {
    let (tail, since) = match start {
        LogStart::Tail(lines) => (Some(lines), None),
        LogStart::From(at) => (None, Some(at.into())),
        // Lines of the two streams can stand in each other's past. What comes again is known by its time and text.
        LogStart::After(edge) => {
            let at = edge.at.checked_sub(OVERLAP).unwrap_or(edge.at);
            (None, Some(at.into()))
        }
    };
    LogRequest {
        tail,
        since,
        until: None,
        follow: true,
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
        let mut lines = lines.fuse();
        let mut caught_up = false;
        let mut patience = Duration::ZERO;
        loop {
            let batch = if caught_up {
                batch(&mut lines, patience).await
            } else if let Ok(batch) = tokio::time::timeout(PAUSE, batch(&mut lines, patience)).await
            {
                batch
            } else {
                caught_up = true;
                self.tell(LogMsg::CaughtUp(self.container.clone())).await;
                continue;
            };
            let Some(Batch { lines, failed }) = batch else {
                break;
            };
            // A line alone is told at once; of many, more are told together.
            patience = if lines.len() >= MANY {
                GATHER
            } else {
                Duration::ZERO
            };
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

/// What is told in one message.
#[derive(Debug, Default)]
struct Batch {
    lines: Vec<RawLogLine>,
    /// Why nothing follows.
    failed: Option<BackendError>,
}

/// The next line, and with it what is there already, or comes in so much time after it; none at the end.
async fn batch<S>(lines: &mut S, patience: Duration) -> Option<Batch>
where
    S: Stream<Item = Result<RawLogLine, BackendError>> + Unpin,
{
    let mut batch = Batch::default();
    let mut deadline = None;
    let mut bytes = 0;
    let mut next = Some(lines.next().await?);
    while let Some(line) = next {
        match line {
            Ok(line) => {
                bytes += line.bytes.len();
                batch.lines.push(line);
            }
            Err(error) => {
                batch.failed = Some(error);
                break;
            }
        }
        if batch.lines.len() == BATCH || bytes >= BYTES {
            break;
        }
        next = match at_hand(lines).await {
            None if !patience.is_zero() => {
                let until = *deadline.get_or_insert_with(|| Instant::now() + patience);
                timeout_at(until, lines.next()).await.unwrap_or_default()
            }
            at_hand => at_hand,
        };
    }
    Some(batch)
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use jiff::Timestamp;

    use super::*;
    use crate::domain::LogStream;

    fn line(bytes: usize) -> RawLogLine {
        RawLogLine {
            container: ContainerId::from("a"),
            at: Timestamp::UNIX_EPOCH,
            stream: LogStream::Out,
            bytes: vec![b'x'; bytes],
            cut: 0,
        }
    }

    async fn sizes(lines: Vec<Result<RawLogLine, BackendError>>) -> Vec<(usize, bool)> {
        let mut lines = stream::iter(lines).fuse();
        let mut sizes = Vec::new();
        while let Some(batch) = batch(&mut lines, Duration::ZERO).await {
            sizes.push((batch.lines.len(), batch.failed.is_some()));
        }
        sizes
    }

    #[tokio::test]
    async fn a_message_is_bounded_in_lines_and_in_bytes() {
        let short = (0..BATCH + 3).map(|_| Ok(line(1))).collect();
        assert_eq!(sizes(short).await, [(BATCH, false), (3, false)]);
        let long = (0..3).map(|_| Ok(line(BYTES))).collect();
        assert_eq!(sizes(long).await, [(1, false), (1, false), (1, false)]);
    }

    #[tokio::test]
    async fn lines_before_a_failure_are_told_with_it() {
        let failed = Err(BackendError::Garbage("x".to_owned()));
        assert_eq!(
            sizes(vec![Ok(line(1)), Ok(line(1)), failed]).await,
            [(2, true)]
        );
    }

    #[tokio::test]
    async fn what_is_there_is_told_without_waiting_for_more() {
        let mut lines = stream::iter([Ok(line(1))]).chain(stream::pending());
        assert_eq!(
            batch(&mut lines, Duration::ZERO).await.unwrap().lines.len(),
            1
        );
    }
}
