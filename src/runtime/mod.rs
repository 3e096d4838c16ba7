//! The loop that ties it together: the terminal's events, the hosts' answers, time.
//!
//! One task owns the model. It takes a message, lets [`update`](crate::app::update()) change the model, carries out the effects, and draws:
//! after a key at once, after anything else at most every `FRAME`.

mod asks;
mod browse;
mod counters;
mod dashboard;
mod edit;
mod effects;
pub mod files;
mod freshness;
pub mod host;
mod images;
mod input;
pub mod jobs;
mod lend;
mod logs;
pub mod pem;
pub mod records;
pub mod registries;
mod screen;
mod served;
mod shell;
pub mod signals;
pub mod storage;
mod terminal;
pub mod zone;

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use jiff::Timestamp;

use crate::app::Settings;
use crate::backend::Connector;
use crate::domain::Failure;
use crate::theme::Theme;

/// What a dashboard is started with.
pub struct Setup {
    /// What the user set.
    pub settings: Settings,
    /// How it looks.
    pub theme: Theme,
    /// The hosts to connect to.
    pub connectors: Vec<Arc<dyn Connector>>,
    /// What jobs work with.
    pub shared: jobs::Shared,
    /// How often counters are read.
    pub refresh: Duration,
    /// What went wrong before the start and has to be said.
    pub notices: Vec<Failure>,
    /// Where the clock of the screen stands, for pictures that are the same every time; none is the machine's.
    pub stands_at: Option<Timestamp>,
}

/// The shortest time between two frames that no key asked for.
const FRAME: Duration = Duration::from_millis(33);

/// Runs the dashboard until the user leaves.
pub async fn run(setup: Setup) -> std::io::Result<()> {
    Box::pin(dashboard::Dashboard::start(setup)?.run()).await
}

/// The next item when it is there already. Polled with the task's own waker: `now_or_never` would leave one that wakes
/// nobody, and a key would be seen at the next tick.
async fn at_hand<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    poll_fn(|context| match stream.poll_next_unpin(context) {
        Poll::Ready(item) => Poll::Ready(item),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}
