//! The loop that ties it together: the terminal's events, the hosts' answers, time.
//!
//! One task owns the model. It takes a message, lets [`update`](crate::app::update()) change the model, carries out the effects, and draws:
//! after a key at once, after anything else at most every `FRAME`.

mod appearance;
mod ask_jobs;
mod asks;
mod background;
mod browse;
pub mod configuration;
mod counters;
mod dashboard;
pub mod edit;
mod effects;
pub mod events;
pub mod files;
mod freshness;
pub mod host;
mod images;
mod input;
pub mod jobs;
mod lend;
mod logs;
pub mod own_command;
pub mod pem;
pub mod records;
pub mod registries;
pub mod remember;
mod saved;
mod screen;
mod served;
mod shell;
pub mod signals;
mod snoozes;
pub mod storage;
mod terminal;
pub mod zone;

use std::future::poll_fn;
use std::path::PathBuf;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use jiff::Timestamp;

use crate::app::remembered::Remembered;
use crate::backend::Connector;
use crate::config::Config;
use crate::domain::Failure;
use crate::keymap::Keymap;

pub use edit::editor;
pub use saved::Contents;

use configuration::Source;

/// What a dashboard is started with.
pub struct Setup {
    /// What the user set.
    pub config: Config,
    /// The keys that go with it.
    pub keymap: Keymap,
    /// Where that comes from; it is read again when it is saved.
    pub source: Source,
    /// What the config and the themes said before they were read.
    pub read: Contents,
    /// What was chosen on screen the last time, and where that is kept.
    pub remembered: Remembered,
    /// The file it is kept in; nowhere where there is no home.
    pub view_file: Option<PathBuf>,
    /// The hosts to connect to.
    pub connectors: Vec<Arc<dyn Connector>>,
    /// What jobs work with.
    pub shared: jobs::Shared,
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
