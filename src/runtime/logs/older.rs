//! Lines that are older than those known.
//!
//! An engine counts lines from the end of a log or reads it from a time on; it cannot count back from a time. So where
//! it is known how many lines come later, so many more are asked for; else the time before is gone through in windows
//! that grow.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};

use crate::app::effect::OlderWanted;
use crate::app::msg::OlderLines;
use crate::backend::{Backend, BackendError, LogRequest, Since};
use crate::domain::RawLogLine;

/// More lines are not counted from the end: reading from a time on is cheaper then.
const MOST_COUNTED: usize = 500_000;
/// Lines that came while it was asked, or were in parts.
const SLACK: usize = 100;
/// The first window.
const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// How much longer each is than the one before.
const GROWTH: i32 = 6;

/// Reads them.
pub(super) async fn read(
    backend: Arc<dyn Backend>,
    wanted: &OlderWanted,
) -> Result<OlderLines, BackendError> {
    let mut later = wanted.later;
    while let Some(known) = later {
        let tail = known + wanted.count + SLACK;
        if tail > MOST_COUNTED {
            break;
        }
        let request = LogRequest {
            tail: Some(tail),
            ..LogRequest::default()
        };
        let read = collect(&*backend, wanted, request).await?;
        if read.messages < tail || read.older() > wanted.count / 4 {
            let begun = read.messages < tail && !read.is_cut;
            return Ok(read.lines(wanted, begun));
        }
        // More came later than was known.
        later = Some(2 * tail);
    }
    in_windows(&*backend, wanted).await
}

async fn in_windows(
    backend: &dyn Backend,
    wanted: &OlderWanted,
) -> Result<OlderLines, BackendError> {
    let created = backend.inspect(&wanted.container).await?.created;
    let mut window = WINDOW;
    loop {
        let from = wanted
            .before
            .at
            .checked_sub(window)
            .unwrap_or(Timestamp::MIN);
        // Where it is older than the container there is nothing before it; a clock may have been set back.
        let is_all = from < created;
        let request = LogRequest {
            since: (!is_all).then_some(Since { at: from, seen: 0 }),
            until: Some(wanted.before.at),
            ..LogRequest::default()
        };
        let read = collect(backend, wanted, request).await?;
        if is_all || read.older() > wanted.count / 4 {
            let begun = is_all && !read.is_cut;
            return Ok(read.lines(wanted, begun));
        }
        window = window.saturating_mul(GROWTH);
    }
}

/// What was read: the last of the lines that are older.
struct Read {
    held: VecDeque<RawLogLine>,
    /// How many of the engine's messages came, whenever they were written.
    messages: usize,
    /// Whether there were more that are older still.
    is_cut: bool,
    /// How many of `held` are of the very time up to which lines are known.
    same: usize,
    /// How many of these are known.
    known: usize,
}

impl Read {
    /// How many lines are really older.
    fn older(&self) -> usize {
        self.held.len() - self.same.min(self.known)
    }

    fn lines(mut self, wanted: &OlderWanted, begun: bool) -> OlderLines {
        let older = self.older();
        self.held.truncate(older);
        let over = older.saturating_sub(wanted.count);
        self.held.drain(..over);
        OlderLines {
            lines: self.held.into(),
            begun: begun && over == 0,
        }
    }
}

async fn collect(
    backend: &dyn Backend,
    wanted: &OlderWanted,
    request: LogRequest,
) -> Result<Read, BackendError> {
    let before = wanted.before;
    let mut lines = backend.logs(&wanted.container, request).await?;
    let mut read = Read {
        held: VecDeque::new(),
        messages: 0,
        is_cut: false,
        same: 0,
        known: before.held,
    };
    while let Some(line) = lines.next().await {
        let line = line?;
        read.messages += line.messages();
        if line.at > before.at {
            continue;
        }
        read.same = if line.at == before.at {
            read.same + 1
        } else {
            0
        };
        read.held.push_back(line);
        if read.held.len() > wanted.count + before.held {
            read.held.pop_front();
            read.is_cut = true;
        }
    }
    Ok(read)
}
