//! Where one container stands.

use std::time::Duration;

use super::Terms;
use super::track::{Exit, Track};
use crate::domain::{Container, ContainerDetail, ContainerState, Health};

/// How often a container may be restarted by its policy before we stop believing in it. dockerd waits 0.1 s, 0.2 s,
/// 0.4 s … between restarts: five take 3 s and more.
const RESTARTS: u64 = 5;

/// Where one container stands.
#[derive(Debug)]
pub(super) enum Standing {
    /// It runs and its health check passes.
    Healthy,
    /// It has run long enough.
    Ran,
    /// It was made to run once, and did.
    EndedWell,
    /// Not yet; what it does, as the end of a sentence that begins with its name.
    Waits(String),
    /// It will not get there by itself; why, in the same form.
    Doomed(String),
}

impl Standing {
    /// Of a container that its track has seen.
    pub(super) fn of(
        container: &Container,
        detail: &ContainerDetail,
        track: &Track,
        terms: Terms,
        at: Duration,
    ) -> Self {
        if track.restarts() >= RESTARTS {
            return Self::Doomed(format!("was {}", track.restarted()));
        }
        match container.state {
            ContainerState::Running if terms.health && detail.has_health_check => {
                of_checked(container, detail, track, terms.grace, at)
            }
            ContainerState::Running => of_unchecked(track, terms.grace, at),
            ContainerState::Restarting => {
                Self::Waits(format!("is being restarted, {}", Exit::of(detail).words()))
            }
            ContainerState::Exited => of_exited(detail),
            ContainerState::Paused => Self::Doomed("is paused".to_owned()),
            ContainerState::Dead => Self::Doomed("is dead".to_owned()),
            ContainerState::Created => match &detail.error {
                Some(error) => Self::Doomed(format!("could not be started: {error}")),
                None => Self::Waits("is not started".to_owned()),
            },
            ContainerState::Removing => Self::Waits("is being removed".to_owned()),
            ContainerState::Unknown => Self::Waits("is in a state unknown to topside".to_owned()),
        }
    }

    /// Whether nothing more is wanted of it.
    pub(super) const fn is_proven(&self) -> bool {
        matches!(self, Self::Healthy | Self::Ran | Self::EndedWell)
    }
}

/// Whether a running container's health check has no verdict yet.
pub(super) fn is_undecided(container: &Container) -> bool {
    container.detail.as_ref().is_some_and(|detail| {
        detail.has_health_check
            && matches!(health(container, detail), Health::Starting | Health::None)
    })
}

/// Whether the engine has given its verdict, and it may still be turned.
pub(super) fn is_unhealthy(container: &Container) -> bool {
    container.detail.as_ref().is_some_and(|detail| {
        detail.has_health_check && health(container, detail) == Health::Unhealthy
    })
}

fn health(container: &Container, detail: &ContainerDetail) -> Health {
    detail.health.unwrap_or(container.health)
}

/// The engine says unhealthy only after as many failures in a row as the check allows; one that stays so for the grace
/// time on top is not waited for any longer, as it is nobody's service meanwhile.
fn of_checked(
    container: &Container,
    detail: &ContainerDetail,
    track: &Track,
    grace: Duration,
    at: Duration,
) -> Standing {
    match health(container, detail) {
        Health::Healthy => Standing::Healthy,
        Health::Unhealthy if track.unhealthy(at) >= grace => {
            let span = track.unhealthy(at).as_secs();
            Standing::Doomed(format!("{}, for {span} s", unhealthy(detail)))
        }
        Health::Unhealthy => Standing::Waits(unhealthy(detail)),
        Health::Starting | Health::None => {
            Standing::Waits("has no verdict of its health check yet".to_owned())
        }
    }
}

fn of_unchecked(track: &Track, grace: Duration, at: Duration) -> Standing {
    let ran = track.ran(at);
    if ran >= grace {
        return Standing::Ran;
    }
    let running = format!("has run for {} of {} s", ran.as_secs(), grace.as_secs());
    Standing::Waits(if track.restarts() > 0 {
        format!("{running} ({})", track.restarted())
    } else {
        running
    })
}

/// What its policy will not restart after an exit 0 was made to run once.
fn of_exited(detail: &ContainerDetail) -> Standing {
    if let Some(error) = &detail.error {
        return Standing::Doomed(format!("could not be started: {error}"));
    }
    let policy = detail.restart_policy.as_str();
    let runs_once = matches!(policy, "" | "no") || policy.starts_with("on-failure");
    let exit = Exit::of(detail);
    match exit.code {
        Some(0) if runs_once && !exit.out_of_memory => Standing::EndedWell,
        _ => Standing::Doomed(format!("has ended, {}", exit.words())),
    }
}

fn unhealthy(detail: &ContainerDetail) -> String {
    let failed = detail
        .health_log
        .last()
        .filter(|probe| probe.exit_code != 0 && !probe.output.trim().is_empty());
    match failed {
        Some(probe) => {
            let output: Vec<&str> = probe.output.split_whitespace().collect();
            let output: String = output.join(" ").chars().take(200).collect();
            format!("is unhealthy (its check said: {output})")
        }
        None => "is unhealthy".to_owned(),
    }
}
