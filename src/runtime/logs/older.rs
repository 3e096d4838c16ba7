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

use super::OVERLAP;

/// More lines are not counted from the end: reading from a time on is cheaper then.
const MOST_COUNTED: usize = 500_000;
/// Lines that came while it was asked, or were in parts.
const SLACK: usize = 100;
/// The first window.
const WINDOW: SignedDuration = SignedDuration::from_secs(2);
/// So many bytes of lines are held at most.
const MOST_BYTES: usize = 4 << 20;
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
        if read.messages < tail || read.held.len() > wanted.count / 4 {
            let begun = read.messages < tail;
            return Ok(read.lines(begun));
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
            until: wanted.before.at.checked_add(OVERLAP).ok(),
            ..LogRequest::default()
        };
        let read = collect(backend, wanted, request).await?;
        if is_all || read.held.len() > wanted.count / 4 {
            return Ok(read.lines(is_all));
        }
        window = window.saturating_mul(GROWTH);
    }
}

/// What was read: the last of the lines that are older.
struct Read {
    held: VecDeque<RawLogLine>,
    bytes: usize,
    /// How many of the engine's messages came, whenever they were written.
    messages: usize,
    /// Whether there were more that are older still.
    is_cut: bool,
}

impl Read {
    fn push(&mut self, line: RawLogLine, most: usize) {
        self.bytes += line.bytes.len();
        self.held.push_back(line);
        while self.held.len() > most || (self.bytes > MOST_BYTES && self.held.len() > 1) {
            if let Some(first) = self.held.pop_front() {
                self.bytes -= first.bytes.len();
            }
            self.is_cut = true;
        }
    }

    fn lines(self, begun: bool) -> OlderLines {
        OlderLines {
            begun: begun && !self.is_cut,
            lines: self.held.into(),
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
        bytes: 0,
        messages: 0,
        is_cut: false,
    };
    // Lines of the two streams can stand in each other's past: what stands before the first line that is known is older,
    // whatever its time says.
    let most = if before.held > 0 {
        before.at.checked_add(OVERLAP).unwrap_or(before.at)
    } else {
        before.at
    };
    let mut is_known = false;
    while let Some(line) = lines.next().await {
        let line = line?;
        read.messages += line.messages();
        is_known |= before.held > 0 && line.at == before.at;
        if !is_known && line.at <= most {
            read.push(line, wanted.count);
        }
    }
    Ok(read)
}
