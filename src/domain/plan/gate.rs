//! What proves that an action did what it should.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What has to come true before an action counts as done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "until")]
pub enum Gate {
    /// Every container of the service runs, is healthy where it has a health check, and does not restart
    /// for `grace`.
    Running {
        /// How long a container without a health check has to run without a restart.
        grace: Duration,
        /// How long all of it may take; a health check's own start period and retries are added.
        timeout: Duration,
        /// At least so many containers; 0 is refused as a plan.
        at_least: u32,
    },
    /// So many containers of the service run at this moment: their network namespaces are there to be joined.
    Up {
        /// How long it may take.
        timeout: Duration,
        /// At least so many containers.
        at_least: u32,
    },
    /// No container of the service runs.
    Stopped {
        /// How long it may take.
        timeout: Duration,
    },
    /// The target's containers are gone.
    Gone {
        /// How long it may take.
        timeout: Duration,
    },
}
