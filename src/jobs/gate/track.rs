//! What is remembered of a container from one look to the next.

use std::time::Duration;

use jiff::Timestamp;

use super::standing::is_unhealthy;
use crate::domain::{Container, ContainerDetail, ContainerState};

/// One container over time.
#[derive(Debug)]
pub(super) struct Track {
    started_at: Option<Timestamp>,
    /// When this run of it was first seen.
    since: Duration,
    /// How long it had run before that, where that counts.
    credit: Duration,
    /// The engine's count of restarts when it was first seen.
    restarts_at_first: u64,
    /// How often it was seen to start anew.
    starts: u64,
    /// The engine's count of restarts now, from when it was first seen.
    counted: u64,
    /// How it last ended, when it was seen between two runs.
    last_exit: Option<Exit>,
    /// Since when its health check has failed without a break.
    unhealthy_since: Option<Duration>,
}

impl Track {
    /// Seen for the first time. With `began`, how long it had run by then counts as well.
    pub(super) fn new(
        detail: &ContainerDetail,
        elapsed: Duration,
        began: Option<Timestamp>,
    ) -> Self {
        let credit = began
            .zip(detail.started_at)
            .and_then(|(began, started)| Duration::try_from(began.duration_since(started)).ok())
            .unwrap_or_default();
        Self {
            started_at: detail.started_at,
            since: elapsed,
            credit,
            restarts_at_first: detail.restarts,
            starts: 0,
            counted: 0,
            last_exit: None,
            unhealthy_since: None,
        }
    }

    /// Takes in how it is seen now.
    pub(super) fn see(&mut self, container: &Container, detail: &ContainerDetail, at: Duration) {
        if matches!(
            container.state,
            ContainerState::Restarting | ContainerState::Exited
        ) {
            self.last_exit = Some(Exit::of(detail));
        }
        if is_unhealthy(container) {
            self.unhealthy_since.get_or_insert(at);
        } else {
            self.unhealthy_since = None;
        }
        self.counted = detail.restarts.saturating_sub(self.restarts_at_first);
        let anew = self.started_at != detail.started_at;
        if anew {
            self.started_at = detail.started_at;
            self.starts += 1;
        }
        if anew || container.state != ContainerState::Running {
            self.since = at;
            self.credit = Duration::ZERO;
        }
    }

    /// How long it has run without a restart.
    pub(super) fn ran(&self, at: Duration) -> Duration {
        at.saturating_sub(self.since) + self.credit
    }

    /// How long it has been unhealthy without a break.
    pub(super) fn unhealthy(&self, at: Duration) -> Duration {
        self.unhealthy_since
            .map_or(Duration::ZERO, |since| at.saturating_sub(since))
    }

    /// How often it was restarted while we watched. The engine may not count (Podman), and we may not see each.
    pub(super) fn restarts(&self) -> u64 {
        self.starts.max(self.counted)
    }

    /// "restarted 3 times, last exit code 1".
    pub(super) fn restarted(&self) -> String {
        let times = match self.restarts() {
            1 => "once".to_owned(),
            count => format!("{count} times"),
        };
        match self.last_exit {
            Some(exit) => format!("restarted {times}, {}", exit.words()),
            None => format!("restarted {times}"),
        }
    }
}

/// How a run of a container ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exit {
    pub(super) code: Option<i64>,
    pub(super) out_of_memory: bool,
}

impl Exit {
    pub(super) const fn of(detail: &ContainerDetail) -> Self {
        Self {
            code: detail.exit_code,
            out_of_memory: detail.oom_killed,
        }
    }

    pub(super) fn words(self) -> String {
        let code = match self.code {
            Some(code) => format!("last exit code {code}"),
            None => "last exit code unknown".to_owned(),
        };
        if self.out_of_memory {
            format!("{code} (killed for want of memory)")
        } else {
            code
        }
    }
}
