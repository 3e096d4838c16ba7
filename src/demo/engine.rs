//! The world behind a lock, its clock, and the tasks that run in it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::faults::Faults;
use super::programs::Kind;
use super::server::exec::Execs;
use super::shell;
use super::world::{Refusal, Task, World};

/// How often the world is looked after when nobody asks: what ends or falls ill by itself is told of that late.
const BEAT: Duration = Duration::from_millis(250);
/// How far the time goes on with each change, where the clock stands: far enough for a health check.
const STEP: SignedDuration = SignedDuration::from_secs(10);

/// Where the clock stands, counters are read as if somebody had watched for the last minutes: so many times …
const READINGS: i64 = 60;
/// … this far apart. The last reading is as late as it is, and so are all that follow.
const BETWEEN_READINGS: SignedDuration = SignedDuration::from_secs(10);

/// The demo's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's.
    Running,
    /// It stands there, but for a step with each change that is asked for.
    Fixed(Timestamp),
}

/// A script that runs: how it is ended, and how it hears signals.
struct Script {
    cancel: CancellationToken,
    signals: mpsc::Sender<String>,
}

/// How long an engine waits for a container that is stopped, unless told otherwise.
const STOPS_WITHIN: Duration = Duration::from_secs(10);
/// Signals that may wait for a script.
const SIGNALS: usize = 8;

/// The embedded engine.
pub(crate) struct Engine {
    /// Held for one look or one change, never across an await.
    world: Mutex<World>,
    clock: Clock,
    /// The number of the next event, for who waits for one.
    changed: watch::Sender<u64>,
    /// How often a container's counters were read, where the clock stands.
    readings: Mutex<HashMap<String, i64>>,
    pub(crate) faults: Faults,
    pub(crate) execs: Execs,
    /// What runs in containers as scripts, by container.
    scripts: Mutex<HashMap<String, Script>>,
    /// Connections, scripts, programs that somebody runs in containers.
    pub(crate) tasks: TaskTracker,
    pub(crate) cancel: CancellationToken,
}

impl Engine {
    pub(crate) fn new(world: World, clock: Clock) -> Arc<Self> {
        let engine = Arc::new(Self {
            changed: watch::Sender::new(world.events.next()),
            world: Mutex::new(world),
            clock,
            readings: Mutex::new(HashMap::new()),
            faults: Faults::default(),
            execs: Execs::default(),
            scripts: Mutex::new(HashMap::new()),
            tasks: TaskTracker::new(),
            cancel: CancellationToken::new(),
        });
        if clock == Clock::Running {
            let own = Arc::clone(&engine);
            let cancel = engine.cancel.clone();
            engine.tasks.spawn(async move {
                let mut beat = tokio::time::interval(BEAT);
                while cancel.run_until_cancelled(beat.tick()).await.is_some() {
                    own.look(|_| ());
                }
            });
        }
        engine
    }

    /// Looks at the world as it is now.
    pub(crate) fn look<R>(self: &Arc<Self>, with: impl FnOnce(&mut World) -> R) -> R {
        let (answer, tasks, next) = {
            let mut world = self.lock();
            if self.clock == Clock::Running {
                world.advance(Timestamp::now());
            }
            let answer = with(&mut world);
            (
                answer,
                std::mem::take(&mut world.tasks),
                world.events.next(),
            )
        };
        for task in tasks {
            self.carry_out(task);
        }
        self.changed.send_if_modified(|known| {
            let is_new = *known != next;
            *known = next;
            is_new
        });
        answer
    }

    /// Changes the world. Where the clock stands, it goes on a step, so that what follows from the change is known.
    pub(crate) fn change<R>(self: &Arc<Self>, with: impl FnOnce(&mut World) -> R) -> R {
        self.look(|world| {
            let answer = with(world);
            if self.clock != Clock::Running {
                let later = world.now.saturating_add(STEP).unwrap_or(world.now);
                world.advance(later);
            }
            answer
        })
    }

    /// The time for which a container's counters are read.
    pub(crate) fn reads_at(&self, now: Timestamp, container: &str) -> Timestamp {
        if self.clock == Clock::Running {
            return now;
        }
        let mut readings = self.readings.lock().unwrap_or_else(PoisonError::into_inner);
        let count = readings.entry(container.to_owned()).or_default();
        *count = (*count + 1).min(READINGS);
        let back = BETWEEN_READINGS * i32::try_from(READINGS - *count).unwrap_or_default();
        now.saturating_sub(back).unwrap_or(now)
    }

    /// Tells of new events; its value is the number of the next one.
    pub(crate) fn events(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Stops a container; whether it ran. A script hears its signal first, and has its time.
    pub(crate) async fn stop(
        self: &Arc<Self>,
        name: &str,
        within: Option<Duration>,
    ) -> Result<bool, Refusal> {
        let script = self.look(|world| {
            let one = world.find(name)?;
            let listens = one.program.kind == Kind::Script && one.state.is_up();
            let signal = Some(one.text("StopSignal")).filter(|signal| !signal.is_empty());
            Ok(listens.then(|| (one.id.clone(), signal.unwrap_or("TERM").to_owned())))
        })?;
        if let Some((id, signal)) = script {
            let mut changes = self.events();
            self.look(|world| world.signal(&id, &signal))?;
            let runs = || {
                let own = |world: &mut World| world.find(&id).is_ok_and(|one| one.state.is_up());
                self.look(own)
            };
            let ended = async {
                while runs() {
                    let _ = changes.changed().await;
                }
            };
            let waited = tokio::time::timeout(within.unwrap_or(STOPS_WITHIN), ended).await;
            if waited.is_ok() {
                self.look(|world| world.stopped(&id));
                return Ok(true);
            }
        }
        self.change(|world| world.stop(name))
    }

    /// Waits a little, as an engine of iron does; not at all where the clock stands.
    pub(crate) async fn takes(&self, time: Duration) {
        if self.clock == Clock::Running {
            tokio::time::sleep(time).await;
        }
    }

    fn carry_out(self: &Arc<Self>, task: Task) {
        let mut scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        match task {
            Task::Begin(id) => {
                let cancel = self.cancel.child_token();
                let (signals, heard) = mpsc::channel(SIGNALS);
                let script = Script {
                    cancel: cancel.clone(),
                    signals,
                };
                if let Some(before) = scripts.insert(id.clone(), script) {
                    before.cancel.cancel();
                }
                let engine = Arc::clone(self);
                self.tasks.spawn(async move {
                    let script = shell::run_main(&engine, &id, heard);
                    let Some(code) = cancel.run_until_cancelled(script).await else {
                        return;
                    };
                    engine.look(|world| world.end(&id, code, false, true));
                });
            }
            Task::Signal(id, signal) => {
                if let Some(script) = scripts.get(&id) {
                    // More than it can hear at once says nothing new.
                    let _ = script.signals.try_send(signal);
                }
            }
            Task::End(id) => {
                if let Some(running) = scripts.remove(&id) {
                    running.cancel.cancel();
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        // A panic in one request leaves the others a world that is whole enough to show.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
