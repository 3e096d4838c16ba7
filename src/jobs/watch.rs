//! Watches a service until its gate is passed or failed: looks again whenever the engine says that something changed,
//! and once a second to be safe.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::gate::{Observation, Terms, Verdict, Watcher};
use super::tell::Teller;
use super::{Stop, World};
use crate::backend::{Backend, BackendError, EngineEvent, LogRequest};
use crate::deploy;
use crate::domain::text::visible;
use crate::domain::{ActionName, Container, ContainerId, ContainerState, Failure, Gate, ServiceId};

/// The safety net below the engine's events, and how often the clock moves on in the progress line.
const TICK: Duration = Duration::from_secs(1);
/// How many of a failed container's last log lines are shown.
const LOG_LINES: usize = 20;
/// How long a shown log line may be.
const LOG_LINE: usize = 500;
/// How long the engine may take to hand them over.
const LOG_PATIENCE: Duration = Duration::from_secs(5);

type Events = BoxStream<'static, Result<EngineEvent, BackendError>>;

/// What is watched.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// The service; its containers are looked up anew each time, as Compose replaces them.
    pub(super) service: &'a ServiceId,
    /// The containers that the plan was made for.
    pub(super) target: &'a [ContainerId],
    /// What is being done, for the failure.
    pub(super) action: ActionName,
    /// Whether the steps before have changed nothing about it.
    pub(super) untouched: bool,
}

/// Waits until the gate is passed, and says how. A lost connection is waited out as long as the gate may take.
pub(super) async fn until(
    world: &World,
    subject: Subject<'_>,
    gate: &Gate,
    teller: &Teller,
    cancel: &CancellationToken,
) -> Result<String, Stop> {
    let backend = world.backend.as_ref();
    // Followed before the first look, so that nothing falls between.
    let mut events = backend.events().await.ok();
    let mut rule = Rule::of(subject, gate);
    let began = Instant::now();
    loop {
        let mut ours = BTreeSet::new();
        let seen = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(Stop::Cancelled),
            seen = look(backend, subject, gate) => seen,
        };
        match seen {
            Ok(containers) => {
                ours = containers.iter().map(|c| c.id.clone()).collect();
                match rule.decide(&containers, began.elapsed()) {
                    Verdict::Passed(proof) => return Ok(proof),
                    Verdict::Failed { why, container } => {
                        return Err(failed(backend, subject, &why, container).await);
                    }
                    Verdict::Waiting(progress) => teller.progress(visible(&progress).into_owned()),
                }
            }
            Err(error) if began.elapsed() >= rule.timeout() => {
                return Err(error
                    .failure(format!("see how {} does", subject.service))
                    .into());
            }
            Err(error) => {
                let line = format!("the engine does not answer: {error}");
                teller.progress(visible(&line).into_owned());
            }
        }
        tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(Stop::Cancelled),
            () = next_change(&mut events, &ours) => {}
            () = tokio::time::sleep(TICK) => {}
        }
    }
}

/// What a gate decides by.
enum Rule {
    Running(Watcher, Duration),
    /// Nothing of it may be active, or there at all.
    Ends {
        done: &'static str,
        not_yet: &'static str,
        timeout: Duration,
    },
}

impl Rule {
    fn of(subject: Subject<'_>, gate: &Gate) -> Self {
        match *gate {
            Gate::Up { timeout, at_least } => {
                let terms = Terms {
                    grace: Duration::ZERO,
                    health: false,
                    timeout,
                    at_least,
                };
                Self::Running(Watcher::new(terms), timeout)
            }
            Gate::Running {
                grace,
                timeout,
                at_least,
            } => {
                let terms = Terms {
                    grace,
                    health: true,
                    timeout,
                    at_least,
                };
                let watcher = if subject.untouched {
                    Watcher::untouched(terms, Timestamp::now())
                } else {
                    Watcher::new(terms)
                };
                Self::Running(watcher, timeout)
            }
            Gate::Stopped { timeout } => Self::Ends {
                done: "stopped",
                not_yet: "runs",
                timeout,
            },
            Gate::Gone { timeout } => Self::Ends {
                done: "gone",
                not_yet: "is there",
                timeout,
            },
        }
    }

    const fn timeout(&self) -> Duration {
        match self {
            Self::Running(_, timeout) | Self::Ends { timeout, .. } => *timeout,
        }
    }

    fn decide(&mut self, containers: &[Container], elapsed: Duration) -> Verdict {
        match self {
            Self::Running(watcher, _) => watcher.decide(Observation {
                containers,
                elapsed,
            }),
            Self::Ends {
                done,
                not_yet,
                timeout,
            } => match containers.first() {
                None => Verdict::Passed((*done).to_owned()),
                Some(first) if elapsed >= *timeout => Verdict::Failed {
                    why: format!(
                        "{} still {not_yet} after {} s",
                        first.name,
                        elapsed.as_secs()
                    ),
                    container: None,
                },
                Some(first) => Verdict::Waiting(format!("{} still {not_yet}", first.name)),
            },
        }
    }
}

/// The containers that the gate is about: all of the service, those of it that are active, or the target's.
async fn look(
    backend: &dyn Backend,
    subject: Subject<'_>,
    gate: &Gate,
) -> Result<Vec<Container>, BackendError> {
    match gate {
        Gate::Running { .. } | Gate::Up { .. } => deploy::members(backend, subject.service).await,
        Gate::Stopped { .. } => {
            let mut members = deploy::members(backend, subject.service).await?;
            members.retain(|c| c.is_up() || c.state == ContainerState::Restarting);
            Ok(members)
        }
        Gate::Gone { .. } => {
            let mut all = backend.containers().await?;
            all.retain(|c| subject.target.contains(&c.id));
            all.retain(|c| deploy::is_member(c, subject.service));
            Ok(all)
        }
    }
}

/// Ends when something changed that may matter: one of the service's containers, or any when they are not known.
async fn next_change(events: &mut Option<Events>, ours: &BTreeSet<ContainerId>) {
    while let Some(stream) = events {
        match stream.next().await {
            Some(Ok(EngineEvent::ContainerChanged(id) | EngineEvent::ContainerRemoved(id))) => {
                if ours.is_empty() || ours.contains(&id) {
                    return;
                }
            }
            Some(Ok(
                EngineEvent::ImagesChanged
                | EngineEvent::VolumesChanged
                | EngineEvent::NetworksChanged
                | EngineEvent::Happened(_),
            )) => {}
            // The connection is lost: the tick goes on.
            Some(Err(_)) | None => *events = None,
        }
    }
    std::future::pending::<()>().await;
}

async fn failed(
    backend: &dyn Backend,
    subject: Subject<'_>,
    why: &str,
    container: Option<ContainerId>,
) -> Stop {
    let what = subject.action.title(subject.service);
    let mut log = Vec::new();
    if let Some(id) = container {
        // A log that cannot be read must not hide the failure.
        log = tokio::time::timeout(LOG_PATIENCE, last_lines(backend, &id))
            .await
            .unwrap_or_default();
    }
    let failure = Failure::new(what, visible(why)).hint(if log.is_empty() {
        "see how it is set up, and its log"
    } else {
        "its last log lines are below"
    });
    Stop::Failed { failure, log }
}

async fn last_lines(backend: &dyn Backend, id: &ContainerId) -> Vec<String> {
    let request = LogRequest {
        tail: Some(LOG_LINES),
        ..LogRequest::default()
    };
    let Ok(lines) = backend.logs(id, request).await else {
        return Vec::new();
    };
    let mut lines: Vec<_> = lines
        .filter_map(|line| std::future::ready(line.ok()))
        .collect()
        .await;
    let skipped = lines.len().saturating_sub(LOG_LINES);
    lines
        .split_off(skipped)
        .iter()
        .map(|line| {
            let text = String::from_utf8_lossy(&line.bytes).replace('\t', "    ");
            let text: String = text.trim_end().chars().take(LOG_LINE).collect();
            visible(&text).into_owned()
        })
        .collect()
}
