//! Logs as they go on: across restarts, recreations and losses of the engine, without losing or doubling a line.
//!
//! What is there already is merged exactly. Of what comes, lines are held for a moment, so that those that were written
//! at the same time in several containers come in their order.

mod begin;
mod engine;

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream, SelectAll};
use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::backend::{Backend, BackendError, Connector, EngineEvent, LogRequest, Since};
use crate::domain::text::visible;
use crate::domain::{Container, ContainerId, RawLogLine};
use crate::logs::Cursor;
use crate::runtime::signals::{Asked, Signals, stop_self};

use super::End;
use super::arguments::Span;
use super::choice::Choice;
use super::history::{self, Lines};
use super::output::Output;
use super::source::{Labels, Source};

/// How long lines of several containers are held.
const HOLD: Duration = Duration::from_millis(100);
/// How long lines of one are, so that they are not written one by one.
const HOLD_ALONE: Duration = Duration::from_millis(5);
/// Lines held at most.
const HELD: usize = 4096;
/// Bytes held at most.
const HELD_BYTES: usize = 8 << 20;
/// After a signal, a reader of the pipe that takes nothing any more is waited for so long.
const LAST_WRITE: Duration = Duration::from_millis(500);
/// Before a log is asked for anew that ended while its container ran.
const BREATH: Duration = Duration::from_millis(200);

/// What a log's stream tells.
enum Told {
    Line(RawLogLine),
    Failed(ContainerId, BackendError),
    Ended(ContainerId),
}

/// A container whose log is followed.
struct Followed {
    source: Source,
    cursor: Cursor,
    /// Where its lines begin if none was seen yet.
    floor: Option<Since>,
    /// Where its last line went: lines of one container are never reordered.
    place: Timestamp,
    /// Whether its log is being read.
    is_open: bool,
    /// Whether it was when the engine was lost.
    was_open: bool,
    /// Nothing can read it.
    is_unreadable: bool,
}

impl Followed {
    fn new(source: Source) -> Self {
        Self {
            source,
            cursor: Cursor::default(),
            floor: None,
            place: Timestamp::MIN,
            is_open: false,
            was_open: false,
            is_unreadable: false,
        }
    }

    /// What is asked for to go on where one was.
    fn request(&self) -> LogRequest {
        LogRequest {
            since: self.cursor.since().map(Since::after).or(self.floor),
            follow: true,
            ..LogRequest::default()
        }
    }
}

/// Lines that wait for those that were written before them.
#[derive(Default)]
struct Held {
    lines: Vec<(Timestamp, RawLogLine)>,
    bytes: usize,
    until: Option<Instant>,
}

/// Why following was interrupted.
enum Broken {
    /// The engine is gone.
    Lost(BackendError),
    /// Somebody said it is enough.
    Cancelled,
    /// Nobody reads any more.
    Output(io::Error),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// The logs that are followed.
pub(super) struct Follow<'a, W: Write> {
    connector: &'a dyn Connector,
    choice: &'a Choice,
    labels: &'a Labels,
    span: Span,
    output: &'a mut Output<W>,
    followed: HashMap<ContainerId, Followed>,
    streams: SelectAll<BoxStream<'static, Told>>,
    held: Held,
    end: End,
}

impl<'a, W: Write> Follow<'a, W> {
    pub(super) fn new(
        connector: &'a dyn Connector,
        choice: &'a Choice,
        labels: &'a Labels,
        span: Span,
        output: &'a mut Output<W>,
    ) -> Self {
        Self {
            connector,
            choice,
            labels,
            span,
            output,
            followed: HashMap::new(),
            streams: SelectAll::new(),
            held: Held::default(),
            end: End::Done,
        }
    }

    /// Follows until it is told to end.
    pub(super) async fn run(
        mut self,
        backend: Arc<dyn Backend>,
        chosen: &[&Container],
    ) -> io::Result<End> {
        let cancel = CancellationToken::new();
        let listening = tokio::spawn(cancel_on(Signals::new()?, cancel.clone()));
        let broken = self.follow(backend, chosen, &cancel).await;
        let written = self.release();
        // The process ends well now, however long its last write took.
        listening.abort();
        match broken {
            Broken::Output(error) => Err(error),
            Broken::Lost(_) | Broken::Cancelled => written.map(|()| self.end),
        }
    }

    /// Goes on from one connection to the next.
    async fn follow(
        &mut self,
        mut backend: Arc<dyn Backend>,
        chosen: &[&Container],
        cancel: &CancellationToken,
    ) -> Broken {
        let mut first = Some(chosen);
        loop {
            let followed = async {
                // Before the list is read, so that nothing happens unseen in between.
                let mut events = backend.events().await.map_err(Broken::Lost)?;
                if let Some(chosen) = first.take() {
                    self.begin(&backend, chosen).await?;
                }
                self.go_on(&backend).await?;
                self.live(&backend, &mut events).await
            };
            let broken = match cancel.run_until_cancelled(followed).await {
                None => Broken::Cancelled,
                Some(Ok(never)) => match never {},
                Some(Err(broken)) => broken,
            };
            let Broken::Lost(error) = broken else {
                return broken;
            };
            if let Err(error) = self.release() {
                return Broken::Output(error);
            }
            self.streams.clear();
            for followed in self.followed.values_mut() {
                followed.was_open |= std::mem::take(&mut followed.is_open);
            }
            match cancel.run_until_cancelled(self.connect(&error)).await {
                None => return Broken::Cancelled,
                Some(again) => backend = again,
            }
        }
    }

    /// Tells what comes, until the engine is lost.
    async fn live(
        &mut self,
        backend: &Arc<dyn Backend>,
        events: &mut BoxStream<'static, Result<EngineEvent, BackendError>>,
    ) -> Result<std::convert::Infallible, Broken> {
        loop {
            let until = self.held.until;
            tokio::select! {
                Some(told) = self.streams.next(), if !self.streams.is_empty() => match told {
                    Told::Line(line) => self.hold(line)?,
                    Told::Ended(id) => self.ended(backend, &id).await?,
                    Told::Failed(_, error) if error.is_lost() => return Err(Broken::Lost(error)),
                    Told::Failed(id, error) => self.unreadable(&id, &error)?,
                },
                event = events.next() => match event {
                    Some(Ok(EngineEvent::ContainerChanged(id))) => self.changed(backend, &id).await?,
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(Broken::Lost(error)),
                    None => return Err(Broken::Lost(BackendError::CutOff {
                        why: "its events ended".to_owned(),
                    })),
                },
                () = tokio::time::sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => {
                    self.release()?;
                }
            }
        }
    }

    /// Takes a line that came, and holds it until those that were written before it had time to come.
    fn hold(&mut self, line: RawLogLine) -> io::Result<()> {
        let Some(followed) = self.followed.get_mut(&line.container) else {
            return Ok(());
        };
        if !followed.cursor.is_new(line.at) {
            return Ok(());
        }
        followed.place = followed.place.max(line.at);
        self.held.bytes += line.bytes.len();
        self.held.lines.push((followed.place, line));
        if self.held.until.is_none() {
            let is_alone = self.streams.len() < 2;
            let hold = if is_alone { HOLD_ALONE } else { HOLD };
            self.held.until = Some(Instant::now() + hold);
        }
        if self.held.lines.len() >= HELD || self.held.bytes >= HELD_BYTES {
            self.release()?;
        }
        Ok(())
    }

    /// Writes what was held.
    fn release(&mut self) -> io::Result<()> {
        let mut held = std::mem::take(&mut self.held);
        // Stable: at equal times what came first stays first.
        held.lines.sort_by_key(|(place, _)| *place);
        for (_, line) in held.lines.drain(..) {
            if let Some(followed) = self.followed.get_mut(&line.container) {
                self.output.line(&mut followed.source, &line)?;
            }
        }
        // Its memory is for the lines to come.
        self.held.lines = held.lines;
        self.output.flush()
    }

    /// Says what happened, after the lines before it.
    fn say(&mut self, what: &str) -> io::Result<()> {
        self.release()?;
        let _ = writeln!(io::stderr(), "topside: {}", visible(what));
        Ok(())
    }

    /// Reads a log from its cursor on.
    async fn read(&mut self, backend: &Arc<dyn Backend>, id: &ContainerId) -> Result<(), Broken> {
        let Some(followed) = self.followed.get_mut(id) else {
            return Ok(());
        };
        if followed.is_open || followed.is_unreadable {
            return Ok(());
        }
        followed.cursor.again();
        match backend.logs(id, followed.request()).await {
            Ok(lines) => {
                followed.is_open = true;
                self.streams.push(told(id.clone(), lines));
            }
            Err(error) if error.is_lost() => return Err(Broken::Lost(error)),
            Err(BackendError::NotFound(_)) => {}
            Err(error) => self.unreadable(id, &error)?,
        }
        Ok(())
    }

    fn unreadable(&mut self, id: &ContainerId, error: &BackendError) -> io::Result<()> {
        self.release()?;
        if let Some(followed) = self.followed.get_mut(id) {
            followed.is_open = false;
            followed.is_unreadable = true;
            history::failed(&followed.source, error);
            self.end = End::Partly;
        }
        Ok(())
    }
}

/// A log's lines with whose end it was.
fn told(id: ContainerId, lines: Lines) -> BoxStream<'static, Told> {
    let ended = id.clone();
    lines
        .map(move |line| line.map_or_else(|error| Told::Failed(id.clone(), error), Told::Line))
        .chain(stream::once(std::future::ready(Told::Ended(ended))))
        .boxed()
}

/// Ends at the first signal, at the latest when the last write had its time.
async fn cancel_on(mut signals: Signals, cancel: CancellationToken) {
    while signals.next().await == Asked::Suspend {
        stop_self();
    }
    cancel.cancel();
    tokio::time::sleep(LAST_WRITE).await;
    // The write that holds the process up cannot be cut short otherwise.
    std::process::exit(super::Exit::Done as i32);
}
