//! A child with all it started, as one group that can be ended.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;

/// How long a group may take to end after SIGTERM.
const PATIENCE: Duration = Duration::from_secs(5);

/// The process group that a child leads. Dropping it while the child runs kills the group.
pub(super) struct Group {
    /// None once the child was waited for: its number may then be another's.
    leader: Option<Pid>,
}

impl Group {
    /// The group of a child that was spawned with `process_group(0)`.
    pub(super) fn of(child: &Child) -> Self {
        let leader = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        Self { leader }
    }

    /// The child was waited for.
    pub(super) fn ended(&mut self) {
        self.leader = None;
    }

    /// SIGTERM, and SIGKILL for what is left of it a while later.
    pub(super) async fn terminate(&mut self, child: &mut Child) {
        self.signal(Signal::TERM);
        if tokio::time::timeout(PATIENCE, child.wait()).await.is_err() {
            self.signal(Signal::KILL);
            // SIGKILL cannot be refused: this ends.
            let _ = child.wait().await;
        }
        self.ended();
    }

    fn signal(&self, signal: Signal) {
        if let Some(leader) = self.leader {
            // It may have ended by itself just now: that is what was wanted.
            let _ = kill_process_group(leader, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}
