//! What is there when following begins: merged exactly, up to the newest line that each log had then.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use jiff::Timestamp;

use crate::backend::{Backend, BackendError, Since};
use crate::domain::{Container, RawLogLine};
use crate::logs::{Merge, Turn};

use super::super::history::{self, Lines};
use super::{Broken, Follow, Followed, told};

/// An engine that is silent for so long has no more to tell of what was, whatever it said before. (It reads through a
/// whole file for `since`: some seconds for half a gigabyte.)
const SILENCE: Duration = Duration::from_secs(15);

/// Logs asked for at once.
const AT_ONCE: usize = 16;

/// A log whose past is being told.
struct Past {
    followed: Followed,
    lines: Lines,
    /// The time of the newest line there was; after it the log goes on. None: all of it is told.
    newest: Option<Timestamp>,
    /// A line that ended the past early.
    error: Option<BackendError>,
    has_ended: bool,
}

impl<W: Write> Follow<'_, W> {
    /// Tells what was, and begins to read what comes.
    pub(super) async fn begin(
        &mut self,
        backend: &Arc<dyn Backend>,
        chosen: &[&Container],
    ) -> Result<(), Broken> {
        let sources = chosen.iter().map(|one| self.labels.source(one)).collect();
        let opened = history::open(&**backend, sources, self.span.request(true)).await;
        // Asked for after the logs were, so that each of them gives that line.
        let newest = stream::iter(opened).map(|(source, lines)| async move {
            let newest = match &lines {
                Ok(_) => history::newest(backend, &source.id).await,
                Err(_) => Ok(None),
            };
            (source, lines, newest)
        });
        let opened: Vec<_> = newest.buffered(AT_ONCE).collect().await;
        let mut pasts = Vec::with_capacity(opened.len());
        for (source, lines, newest) in opened {
            let id = source.id.clone();
            let mut followed = Followed::new(source);
            let (lines, newest) = match (lines, newest) {
                (Ok(lines), Ok(newest)) => (lines, newest),
                (Err(error), _) | (_, Err(error)) => {
                    if error.is_lost() {
                        return Err(Broken::Lost(error));
                    }
                    self.followed.insert(id.clone(), followed);
                    self.unreadable(&id, &error)?;
                    continue;
                }
            };
            let since = self.span.since;
            followed.floor = match newest {
                Some(newest) if self.span.tail.is_some() => Some(Since::after(newest)),
                _ => since.map(Since::from),
            };
            let is_wanted = self.span.tail != Some(0) && newest >= since;
            pasts.push(Past {
                followed,
                lines,
                newest: newest.filter(|_| is_wanted),
                error: None,
                has_ended: false,
            });
        }
        self.tell(&mut pasts).await?;
        for past in pasts {
            let id = past.followed.source.id.clone();
            let mut followed = past.followed;
            followed.is_open = !past.has_ended && past.error.is_none();
            let is_open = followed.is_open;
            self.followed.insert(id.clone(), followed);
            match past.error {
                Some(error) if error.is_lost() => return Err(Broken::Lost(error)),
                Some(error) => self.unreadable(&id, &error)?,
                None if is_open => self.streams.push(told(id, past.lines)),
                None => {}
            }
        }
        Ok(())
    }

    async fn tell(&mut self, pasts: &mut [Past]) -> Result<(), Broken> {
        let mut merge: Merge<RawLogLine> = Merge::new(pasts.len());
        loop {
            match merge.turn() {
                Turn::Item(number, line) => {
                    self.output
                        .line(&mut pasts[number].followed.source, &line)?;
                }
                Turn::Wants(number) => match pasts[number].next().await {
                    Some(line) => merge.give(line.at, line),
                    None => merge.end(),
                },
                Turn::Done => break,
            }
        }
        Ok(self.output.flush()?)
    }
}

impl Past {
    /// The next line of what was; none when that is all.
    async fn next(&mut self) -> Option<RawLogLine> {
        let newest = self.newest?;
        match tokio::time::timeout(SILENCE, self.lines.next()).await {
            Ok(Some(Ok(line))) => {
                self.followed.cursor.is_new(line.at);
                self.followed.place = self.followed.place.max(line.at);
                if line.at >= newest {
                    self.newest = None;
                }
                return Some(line);
            }
            Ok(Some(Err(error))) => self.error = Some(error),
            Ok(None) => self.has_ended = true,
            Err(_silence) => {}
        }
        self.newest = None;
        None
    }
}
