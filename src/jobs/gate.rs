//! Decides from what is seen of a service whether it has proven itself. Pure: it is told what was seen and how much
//! time has passed.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{Container, ContainerDetail, ContainerId, ContainerState, Health};

/// How often a container may be restarted by its policy before we stop believing in it. dockerd waits 0.1 s, 0.2 s,
/// 0.4 s … between restarts: five take 3 s and more.
const RESTARTS: u64 = 5;
/// How much longer a gate waits while a health check has no verdict yet: its start period, interval and retries are
/// not known here.
const HEALTH_ALLOWANCE: Duration = Duration::from_secs(300);

/// What has to come true of running containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Terms {
    /// How long a container without a health check has to run.
    pub(super) grace: Duration,
    /// How long it may all take.
    pub(super) timeout: Duration,
    /// At least so many containers.
    pub(super) at_least: u32,
}

/// What was seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Observation<'a> {
    /// The service's containers, inspected.
    pub(super) containers: &'a [Container],
    /// How long the gate has been watching.
    pub(super) elapsed: Duration,
}

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Not yet; where it stands.
    Waiting(String),
    /// It has proven itself; how.
    Passed(String),
    /// It has failed.
    Failed {
        /// Why, as one sentence.
        why: String,
        /// Whose log tells more.
        container: Option<ContainerId>,
    },
}

/// Watches running containers over time.
#[derive(Debug)]
pub(super) struct Watcher {
    terms: Terms,
    /// Set when nothing was changed: what ran before this time counts as proof, as the engine's clock has it.
    began: Option<Timestamp>,
    tracks: BTreeMap<ContainerId, Track>,
}

/// What is remembered of a container.
#[derive(Debug)]
struct Track {
    started_at: Option<Timestamp>,
    /// When this run of it was first seen.
    since: Duration,
    /// How long it had run before that, where that counts.
    credit: Duration,
    /// The engine's count of restarts when it was first seen.
    restarts_at_first: u64,
    /// How often it was seen to start anew.
    starts: u64,
    /// How it last ended, while it was seen between two runs.
    last_exit: Option<Exit>,
}

#[derive(Debug, Clone, Copy)]
struct Exit {
    code: Option<i64>,
    out_of_memory: bool,
}

/// Where one container stands.
enum Standing {
    Healthy,
    Ran,
    EndedWell,
    Waits(String),
    Doomed(String),
}

impl Watcher {
    /// Watches containers that were just started.
    pub(super) const fn new(terms: Terms) -> Self {
        Self {
            terms,
            began: None,
            tracks: BTreeMap::new(),
        }
    }

    /// Watches containers that were not touched: the time they have run already counts.
    pub(super) const fn untouched(terms: Terms, now: Timestamp) -> Self {
        Self {
            terms,
            began: Some(now),
            tracks: BTreeMap::new(),
        }
    }

    /// What follows from what is seen now.
    pub(super) fn decide(&mut self, seen: Observation<'_>) -> Verdict {
        self.tracks
            .retain(|id, _| seen.containers.iter().any(|c| c.id == *id));
        let standings: Vec<(&Container, Standing)> = seen
            .containers
            .iter()
            .map(|container| (container, self.standing(container, seen.elapsed)))
            .collect();

        for (container, standing) in &standings {
            if let Standing::Doomed(why) = standing {
                return Verdict::Failed {
                    why: format!("{} {why}", container.name),
                    container: Some(container.id.clone()),
                };
            }
        }
        let waiting = standings
            .iter()
            .find_map(|(container, standing)| match standing {
                Standing::Waits(what) => Some((*container, what)),
                _ => None,
            });
        let enough = standings.len() >= self.terms.at_least as usize;
        if waiting.is_none() && enough {
            return Verdict::Passed(self.proof(&standings));
        }
        if seen.elapsed >= self.deadline(seen.containers) {
            let took = seen.elapsed.as_secs();
            return match waiting {
                Some((container, what)) => Verdict::Failed {
                    why: format!("{} {what} after {took} s", container.name),
                    container: Some(container.id.clone()),
                },
                None => Verdict::Failed {
                    why: format!(
                        "{} of {} containers are there after {took} s",
                        standings.len(),
                        self.terms.at_least
                    ),
                    container: None,
                },
            };
        }
        Verdict::Waiting(self.progress(&standings, waiting.map(|(_, what)| what.as_str())))
    }

    fn standing(&mut self, container: &Container, elapsed: Duration) -> Standing {
        let no_detail = ContainerDetail::default();
        let detail = container.detail.as_deref().unwrap_or(&no_detail);
        let track = self.track(container, detail, elapsed);
        let restarts = track
            .starts
            .max(detail.restarts.saturating_sub(track.restarts_at_first));
        let ran = elapsed.saturating_sub(track.since) + track.credit;
        let last_exit = track.last_exit;
        if restarts >= RESTARTS {
            let ended = last_exit.map_or_else(String::new, |exit| format!(", {}", exit.words()));
            return Standing::Doomed(format!("was restarted {restarts} times{ended}"));
        }
        match container.state {
            ContainerState::Running => self.standing_of_running(container, detail, ran),
            ContainerState::Restarting => {
                let exit = Exit::of(detail).words();
                Standing::Waits(format!("is being restarted, {exit}"))
            }
            ContainerState::Exited => standing_of_exited(detail),
            ContainerState::Paused => Standing::Doomed("is paused".to_owned()),
            ContainerState::Dead => Standing::Doomed("is dead".to_owned()),
            ContainerState::Created => match &detail.error {
                Some(error) => Standing::Doomed(format!("could not be started: {error}")),
                None => Standing::Waits("is not started".to_owned()),
            },
            ContainerState::Removing => Standing::Waits("is being removed".to_owned()),
            ContainerState::Unknown => {
                Standing::Waits("is in a state unknown to topside".to_owned())
            }
        }
    }

    fn standing_of_running(
        &self,
        container: &Container,
        detail: &ContainerDetail,
        ran: Duration,
    ) -> Standing {
        if detail.has_health_check {
            return match detail.health.unwrap_or(container.health) {
                Health::Healthy => Standing::Healthy,
                Health::Unhealthy => Standing::Waits(unhealthy(detail)),
                Health::Starting | Health::None => {
                    Standing::Waits("has no verdict of its health check yet".to_owned())
                }
            };
        }
        if ran >= self.terms.grace {
            Standing::Ran
        } else {
            let grace = self.terms.grace.as_secs();
            Standing::Waits(format!("has run for {} of {grace} s", ran.as_secs()))
        }
    }

    fn track(
        &mut self,
        container: &Container,
        detail: &ContainerDetail,
        elapsed: Duration,
    ) -> &Track {
        let began = self.began;
        let track = self
            .tracks
            .entry(container.id.clone())
            .or_insert_with(|| Track {
                started_at: detail.started_at,
                since: elapsed,
                credit: credit(began, detail),
                restarts_at_first: detail.restarts,
                starts: 0,
                last_exit: None,
            });
        let between_runs = matches!(
            container.state,
            ContainerState::Restarting | ContainerState::Exited
        );
        if between_runs {
            track.last_exit = Some(Exit::of(detail));
        }
        let anew = track.started_at != detail.started_at;
        if anew {
            track.started_at = detail.started_at;
            track.starts += 1;
        }
        if anew || container.state != ContainerState::Running {
            track.since = elapsed;
            track.credit = Duration::ZERO;
        }
        track
    }

    fn deadline(&self, containers: &[Container]) -> Duration {
        let undecided = containers.iter().any(|container| {
            let detail = container.detail.as_deref();
            detail.is_some_and(|detail| {
                let health = detail.health.unwrap_or(container.health);
                detail.has_health_check && matches!(health, Health::Starting | Health::None)
            })
        });
        if undecided {
            self.terms.timeout + HEALTH_ALLOWANCE
        } else {
            self.terms.timeout
        }
    }

    fn proof(&self, standings: &[(&Container, Standing)]) -> String {
        let count = |wanted: fn(&Standing) -> bool| {
            standings
                .iter()
                .filter(|(_, standing)| wanted(standing))
                .count()
        };
        let healthy = count(|s| matches!(s, Standing::Healthy));
        let ended = count(|s| matches!(s, Standing::EndedWell));
        let ran = count(|s| matches!(s, Standing::Ran));
        let all = standings.len();
        if ended == all {
            return "ran and ended with 0".to_owned();
        }
        let of = |n: usize| {
            if all == 1 {
                String::new()
            } else {
                format!("{n} of {all} ")
            }
        };
        let mut parts = Vec::new();
        if healthy > 0 {
            parts.push(format!("{}healthy", of(healthy)));
        }
        if ran > 0 {
            let grace = self.terms.grace.as_secs();
            parts.push(format!("{}ran for {grace} s without a restart", of(ran)));
        }
        if ended > 0 {
            parts.push(format!("{}ran and ended with 0", of(ended)));
        }
        parts.join(", ")
    }

    fn progress(&self, standings: &[(&Container, Standing)], waits: Option<&str>) -> String {
        let all = standings.len().max(self.terms.at_least as usize);
        let proven = standings
            .iter()
            .filter(|(_, s)| !matches!(s, Standing::Waits(_) | Standing::Doomed(_)))
            .count();
        match waits {
            Some(what) if all == 1 => what.to_owned(),
            Some(what) => format!("{proven} of {all} fine, one {what}"),
            None => format!("{} of {all} containers are there", standings.len()),
        }
    }
}

impl Exit {
    const fn of(detail: &ContainerDetail) -> Self {
        Self {
            code: detail.exit_code,
            out_of_memory: detail.oom_killed,
        }
    }

    fn words(self) -> String {
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

/// How long an untouched container had run when the watching began.
fn credit(began: Option<Timestamp>, detail: &ContainerDetail) -> Duration {
    let (Some(began), Some(started)) = (began, detail.started_at) else {
        return Duration::ZERO;
    };
    Duration::try_from(began.duration_since(started)).unwrap_or_default()
}

/// What its policy will not restart after an exit 0 was made to run once.
fn standing_of_exited(detail: &ContainerDetail) -> Standing {
    let policy = detail.restart_policy.as_str();
    let runs_once = matches!(policy, "" | "no") || policy.starts_with("on-failure");
    if let Some(error) = &detail.error {
        return Standing::Doomed(format!("could not be started: {error}"));
    }
    let exit = Exit::of(detail);
    match exit.code {
        Some(0) if runs_once && !exit.out_of_memory => Standing::EndedWell,
        _ => Standing::Doomed(format!("has ended, {}", exit.words())),
    }
}

fn unhealthy(detail: &ContainerDetail) -> String {
    let probe = detail
        .health_log
        .last()
        .filter(|probe| probe.exit_code != 0);
    match probe {
        Some(probe) if !probe.output.trim().is_empty() => {
            let output: Vec<&str> = probe.output.split_whitespace().collect();
            let output: String = output.join(" ").chars().take(200).collect();
            format!("is unhealthy (its check said: {output})")
        }
        _ => "is unhealthy".to_owned(),
    }
}
