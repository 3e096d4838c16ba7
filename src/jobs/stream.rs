//! A tar between the engine, which is asked without waiting, and a thread that reads or writes a file.

use std::io::{self, BufWriter, Read, Write};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::BackendError;
use crate::backup::Damage;
use crate::domain::ByteSize;
use crate::jobs::tell::Teller;

/// Chunks that may wait for the slower side; each has some 32 KiB.
const QUEUE: usize = 16;
/// What is sent at once, in bytes.
const CHUNK: usize = 64 * 1024;
/// An engine that is silent for so long has lost its way to the volume.
const SILENCE: Duration = Duration::from_secs(300);

/// What comes from the engine, as a reader. An answer that breaks off is an error, not an end.
pub(super) struct Incoming {
    chunks: mpsc::Receiver<Vec<u8>>,
    current: Vec<u8>,
    at: usize,
    ended: bool,
}

/// Where it is fed. An empty chunk says that all was.
pub(super) type Feed = mpsc::Sender<Vec<u8>>;

/// A reader, and where it is fed.
pub(super) fn incoming() -> (Feed, Incoming) {
    let (feed, chunks) = mpsc::channel(QUEUE);
    let incoming = Incoming {
        chunks,
        current: Vec::new(),
        at: 0,
        ended: false,
    };
    (feed, incoming)
}

impl Read for Incoming {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.current.len() && !self.ended {
            let Some(chunk) = self.chunks.blocking_recv() else {
                return Err(io::Error::other("the engine's answer broke off"));
            };
            self.ended = chunk.is_empty();
            (self.current, self.at) = (chunk, 0);
        }
        let count = out.len().min(self.current.len() - self.at);
        out[..count].copy_from_slice(&self.current[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// Feeds a reader with an answer to its end, and tells how much that was so far. A reader that hangs up has its reasons,
/// which it says itself.
pub(super) async fn feed(
    mut answer: BoxStream<'static, Result<Vec<u8>, BackendError>>,
    feed: Feed,
    mut pace: Pace,
) -> Result<(), BackendError> {
    let mut total = 0;
    loop {
        let next = tokio::time::timeout(SILENCE, answer.next()).await;
        let Ok(next) = next else {
            let seconds = SILENCE.as_secs();
            return Err(BackendError::TimedOut { seconds });
        };
        let (chunk, is_last) = match next {
            Some(Ok(chunk)) if chunk.is_empty() => continue,
            Some(Ok(chunk)) => (chunk, false),
            Some(Err(error)) => return Err(error),
            None => (Vec::new(), true),
        };
        total += chunk.len() as u64;
        pace.tell(total);
        if feed.send(chunk).await.is_err() || is_last {
            return Ok(());
        }
    }
}

/// What is written in a thread, for the engine. Dropped, the thread's next write fails.
pub(super) fn outgoing(
    pace: Pace,
    write: impl FnOnce(BufWriter<Outgoing>) -> Result<(), Damage> + Send + 'static,
) -> BoxStream<'static, io::Result<Vec<u8>>> {
    let (send, chunks) = mpsc::channel(QUEUE);
    let to = send.clone();
    tokio::task::spawn_blocking(move || {
        let writer = Outgoing { to, pace, total: 0 };
        if let Err(damage) = write(BufWriter::with_capacity(CHUNK, writer)) {
            let _ = send.blocking_send(Err(io::Error::other(damage)));
        }
    });
    let next = |mut chunks: mpsc::Receiver<_>| async move { Some((chunks.recv().await?, chunks)) };
    stream::unfold(chunks, next).boxed()
}

/// Where that is written.
pub(super) struct Outgoing {
    to: mpsc::Sender<io::Result<Vec<u8>>>,
    pace: Pace,
    total: u64,
}

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.total += bytes.len() as u64;
        self.pace.tell(self.total);
        let sent = self.to.blocking_send(Ok(bytes.to_vec()));
        sent.map_err(|_| io::Error::other("nobody reads it any more"))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Tells how far something is, a few times a second.
pub(super) struct Pace {
    teller: Teller,
    doing: String,
    of: Option<u64>,
    told: Instant,
}

impl Pace {
    const EVERY: Duration = Duration::from_millis(200);

    /// Of so many bytes in all, where that is known.
    pub(super) fn new(teller: &Teller, doing: impl Into<String>, of: Option<u64>) -> Self {
        Self {
            teller: teller.clone(),
            doing: doing.into(),
            of,
            told: Instant::now(),
        }
    }

    pub(super) fn tell(&mut self, bytes: u64) {
        if self.told.elapsed() < Self::EVERY {
            return;
        }
        self.told = Instant::now();
        let (doing, done) = (&self.doing, ByteSize(bytes));
        self.teller.progress(match self.of {
            Some(of) => format!("{doing} {done} of {}", ByteSize(of)),
            None => format!("{doing} {done}"),
        });
    }
}

/// Ends what a thread reads as soon as nobody waits for it.
pub(super) fn unless(stopped: &CancellationToken) -> io::Result<()> {
    if stopped.is_cancelled() {
        return Err(io::Error::other("it was cancelled"));
    }
    Ok(())
}
