//! Services: the containers of one name put together, and what state that adds up to.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{Container, ContainerId, ContainerState, Health, ServiceId, Severity};

/// What a service does, all its containers taken together. Sorted: the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// Every container runs, and is healthy where it has a health check.
    Running,
    /// Its containers ended well (exit code 0) or were stopped.
    Stopped,
    /// Made, never started.
    Created,
    /// Frozen.
    Paused,
    /// It runs, its health check has no verdict yet.
    Starting,
    /// Some of its containers run, others do not.
    Partial,
    /// A health check fails.
    Unhealthy,
    /// A container dies and is restarted over and over.
    Restarting,
    /// It ended with an error, for want of memory, or the engine could not start it.
    Failed,
}

impl ServiceState {
    /// The word shown to people and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Created => "created",
            Self::Paused => "paused",
            Self::Starting => "starting",
            Self::Partial => "partial",
            Self::Unhealthy => "unhealthy",
            Self::Restarting => "restarting",
            Self::Failed => "failed",
        }
    }

    /// Whether it needs somebody.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Running | Self::Stopped | Self::Created | Self::Paused | Self::Starting => {
                Severity::Fine
            }
            Self::Partial => Severity::Warning,
            Self::Unhealthy | Self::Restarting | Self::Failed => Severity::Critical,
        }
    }
}

/// The container of a service that was made last, of those that do its work: what it runs now.
pub fn newest<'a>(containers: impl IntoIterator<Item = &'a Container>) -> Option<&'a Container> {
    let at_work = containers.into_iter().filter(|c| !c.is_set_aside());
    at_work.max_by_key(|container| container.created)
}

/// A service: one or more containers of one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// Host, project and name.
    pub id: ServiceId,
    /// Its containers by their number; never empty.
    pub containers: Vec<ContainerId>,
    /// What they add up to.
    pub state: ServiceState,
    /// The worst health of its containers.
    pub health: Health,
    /// How many of its containers run.
    pub running: usize,
    /// Restarts of all its containers, as far as they were inspected.
    pub restarts: u64,
    /// When the container that runs longest was started.
    pub up_since: Option<Timestamp>,
}

/// The state of one container on its own.
pub fn container_state(container: &Container) -> ServiceState {
    match container.state {
        ContainerState::Created => match &container.detail {
            Some(detail) if detail.error.is_some() => ServiceState::Failed,
            _ => ServiceState::Created,
        },
        ContainerState::Running => match container.health {
            Health::None | Health::Healthy => ServiceState::Running,
            Health::Starting => ServiceState::Starting,
            Health::Unhealthy => ServiceState::Unhealthy,
        },
        ContainerState::Paused => ServiceState::Paused,
        ContainerState::Restarting => ServiceState::Restarting,
        ContainerState::Exited if ended_badly(container) => ServiceState::Failed,
        ContainerState::Exited | ContainerState::Removing | ContainerState::Unknown => {
            ServiceState::Stopped
        }
        ContainerState::Dead => ServiceState::Failed,
    }
}

/// Whether an exited container ended by itself and not well. SIGTERM (143), SIGKILL (137) and SIGINT (130) without an
/// OOM kill are how people stop things.
fn ended_badly(container: &Container) -> bool {
    if container
        .detail
        .as_ref()
        .is_some_and(|detail| detail.oom_killed)
    {
        return true;
    }
    let code = container
        .detail
        .as_ref()
        .and_then(|detail| detail.exit_code)
        .or_else(|| exit_code_of(&container.status));
    !matches!(code, None | Some(0 | 130 | 137 | 143))
}

/// The code in the engine's sentence "Exited (137) 2 minutes ago": the list has it nowhere else.
pub fn exit_code_of(status: &str) -> Option<i64> {
    status
        .strip_prefix("Exited (")?
        .split_once(')')?
        .0
        .parse()
        .ok()
}

/// Groups containers into services, sorted by project and name, lone containers last.
pub fn group<'a>(containers: impl IntoIterator<Item = &'a Container>) -> Vec<Service> {
    let mut by_service: BTreeMap<(bool, ServiceId), Vec<&Container>> = BTreeMap::new();
    let theirs = containers
        .into_iter()
        .filter(|container| !container.only_reads_a_volume());
    for container in theirs {
        let id = container.service_id();
        by_service
            .entry((id.project.is_none(), id))
            .or_default()
            .push(container);
    }
    by_service
        .into_iter()
        .map(|((_, id), members)| summarize(id, members))
        .collect()
}

fn summarize(id: ServiceId, mut members: Vec<&Container>) -> Service {
    members.sort_by_key(|container| {
        (
            container
                .compose
                .as_ref()
                .map_or(0, |compose| compose.number),
            container.name.clone(),
        )
    });
    let states: Vec<ServiceState> = members.iter().map(|c| container_state(c)).collect();
    let worst = states
        .iter()
        .copied()
        .max()
        .unwrap_or(ServiceState::Stopped);
    let running = members.iter().filter(|c| c.is_up()).count();
    let state = if worst < ServiceState::Partial && running > 0 && running < members.len() {
        ServiceState::Partial
    } else {
        worst
    };
    Service {
        id,
        state,
        health: members
            .iter()
            .map(|c| c.health)
            .max()
            .unwrap_or(Health::None),
        running,
        restarts: members
            .iter()
            .filter_map(|c| c.detail.as_ref())
            .map(|d| d.restarts)
            .sum(),
        up_since: members
            .iter()
            .filter(|c| c.is_up())
            .filter_map(|c| c.detail.as_ref()?.started_at)
            .min(),
        containers: members.iter().map(|c| c.id.clone()).collect(),
    }
}
