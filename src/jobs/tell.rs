//! Tells the caller of a job: outcomes surely, output when there is room.

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::domain::{JobEvent, Outcome};

/// The caller's end of a job.
#[derive(Debug, Clone)]
pub(super) struct Teller {
    events: mpsc::Sender<JobEvent>,
    /// The caller is gone: it must not hold up the job (and its lock) by not reading.
    abandoned: CancellationToken,
}

impl Teller {
    pub(super) const fn new(events: mpsc::Sender<JobEvent>, abandoned: CancellationToken) -> Self {
        Self { events, abandoned }
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

    /// For who tells output by itself.
    pub(super) fn events(&self) -> mpsc::Sender<JobEvent> {
        self.events.clone()
    }
}
