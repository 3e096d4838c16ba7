//! Decides from what is seen of a service whether it has proven itself. Pure: it is told what was seen and how much
//! time has passed.

mod standing;
#[cfg(test)]
mod tests;
mod track;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use self::standing::Standing;
use self::track::Track;
use crate::domain::{Container, ContainerDetail, ContainerId};

/// How much longer a gate waits while a health check has no verdict yet: its start period, interval and retries are
/// not known here.
const HEALTH_ALLOWANCE: Duration = Duration::from_secs(300);

/// What has to come true of running containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Terms {
    /// How long a container without a health check has to run.
    pub(super) grace: Duration,
    /// Whether a health check has a say.
    pub(super) health: bool,
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
        let mut progress = self.progress(&standings, waiting.map(|(_, what)| what.as_str()));
        if let Some((container, _)) = waiting
            && standing::is_unhealthy(container)
        {
            let sick = self.tracks.get(&container.id);
            let sick = sick.map_or(Duration::ZERO, |track| track.unhealthy(seen.elapsed));
            let left = self.terms.grace.saturating_sub(sick);
            progress = format!("{progress}; it has {} s left to recover", left.as_secs());
        }
        Verdict::Waiting(progress)
    }

    fn standing(&mut self, container: &Container, elapsed: Duration) -> Standing {
        let unknown = ContainerDetail::default();
        let detail = container.detail.as_deref().unwrap_or(&unknown);
        let track = self
            .tracks
            .entry(container.id.clone())
            .or_insert_with(|| Track::new(detail, elapsed, self.began));
        track.see(container, detail, elapsed);
        Standing::of(container, detail, track, self.terms, elapsed)
    }

    fn deadline(&self, containers: &[Container]) -> Duration {
        if self.terms.health && containers.iter().any(standing::is_undecided) {
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
            .filter(|(_, standing)| standing.is_proven())
            .count();
        match waits {
            Some(what) if all == 1 => what.to_owned(),
            Some(what) => format!("{proven} of {all} fine, one {what}"),
            None => format!("{} of {all} containers are there", standings.len()),
        }
    }
}
