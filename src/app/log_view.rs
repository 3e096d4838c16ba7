//! What is followed, what was read of it, and where one looks at it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use tui_input::Input;

use crate::domain::{ContainerId, Failure, ServiceId, StreamId};
use crate::logs::{Budget, Buffer, Query};

/// A container whose log is shown.
#[derive(Debug, Clone)]
pub struct LogSource {
    /// Its name, as shown before each of its lines.
    pub name: Arc<str>,
    /// Which of the theme's log colours it has.
    pub colour: usize,
    /// Whether its log is being followed now.
    pub following: bool,
    /// Which run of the container is or was followed: when it started.
    pub run: Option<Timestamp>,
    /// Whether the following was cut by a lost connection, to be taken up again.
    pub lost: bool,
}

/// The logs view and the logs tab: one service's log.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four switches that a person sets one by one"
)]
pub struct LogView {
    /// Which opening this is; answers to others are ignored.
    pub stream: StreamId,
    /// Whose log it is; none when nothing was opened yet.
    pub service: Option<ServiceId>,
    /// The containers that write it.
    pub sources: BTreeMap<ContainerId, LogSource>,
    /// The lines.
    pub buffer: Buffer,
    /// Whether the end stays on screen.
    pub follow: bool,
    /// When not following: the first line on screen and which of its wrapped rows is first.
    pub top: (u64, usize),
    /// Whether long lines are wrapped.
    pub wrap: bool,
    /// Whether each line's time is shown.
    pub times: bool,
    /// The first column shown of lines that are not wrapped.
    pub column: usize,
    /// Whether history is still being read.
    pub loading: bool,
    /// Why a log can't be read.
    pub failure: Option<Failure>,
    /// What is being typed to be found; none when nothing is.
    pub input: Option<Input>,
    /// What is searched for.
    pub query: Option<Query>,
    /// The line of the current match.
    pub hit: Option<u64>,
}

impl LogView {
    /// A view of nothing.
    pub fn new(budget: Budget) -> Self {
        Self {
            stream: StreamId(0),
            service: None,
            sources: BTreeMap::new(),
            buffer: Buffer::new(budget),
            follow: true,
            top: (0, 0),
            wrap: true,
            times: true,
            column: 0,
            loading: false,
            failure: None,
            input: None,
            query: None,
            hit: None,
        }
    }
}
