//! Tells the caller of a job: outcomes surely, output when there is room.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::compose::Tell;
use crate::domain::{Job, JobEvent, Outcome};

/// The caller's end of a job.
#[derive(Debug, Clone)]
pub(super) struct Teller {
    events: mpsc::Sender<JobEvent>,
    /// The caller is gone: it must not hold up the job (and its lock) by not reading.
    abandoned: CancellationToken,
    /// The last lines of output, for the records.
    output: Arc<Mutex<VecDeque<String>>>,
}

impl Teller {
    pub(super) fn new(events: mpsc::Sender<JobEvent>, abandoned: CancellationToken) -> Self {
        Self {
            events,
            abandoned,
            output: Arc::default(),
        }
    }

    /// Waits for room. A closed channel is the caller's choice.
    pub(super) async fn tell(&self, event: JobEvent) {
        tokio::select! {
            _ = self.events.send(event) => {}
            () = self.abandoned.cancelled() => {}
        }
    }

    /// The last word of a job.
    pub(super) async fn finished(&self, outcome: &Outcome, at: Timestamp) {
        let outcome = outcome.clone();
        self.tell(JobEvent::Finished { outcome, at }).await;
    }

    /// Where the running step stands; dropped when there is no room.
    pub(super) fn progress(&self, line: String) {
        let _ = self.events.try_send(JobEvent::Progress { line });
    }

    /// For who tells output and progress by itself, and does not wait.
    pub(super) fn sink(&self) -> Tell {
        let teller = self.clone();
        Arc::new(move |event| {
            if let JobEvent::Output { line } = &event {
                teller.keep(line);
            }
            let _ = teller.events.try_send(event);
        })
    }

    /// A line of output; dropped when there is no room.
    pub(super) fn say(&self, line: String) {
        self.sink()(JobEvent::Output { line });
    }

    /// The last lines of output.
    pub(super) fn output(&self) -> Vec<String> {
        let output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        output.iter().cloned().collect()
    }

    fn keep(&self, line: &str) {
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        if output.len() == Job::ENDED_LINES {
            output.pop_front();
        }
        output.push_back(line.to_owned());
    }
}
