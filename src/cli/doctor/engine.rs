//! The engine: the way to it, what it says, and what it lets us see.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::backend::Connector;
use crate::backend::docker::DockerConnector;
use crate::backend::endpoint::{Environment, resolve};
use crate::backend::{Backend, BackendError, CounterSource, Watched};
use crate::domain::units::short_span;
use crate::domain::{Container, EngineKind, HostInfo};

use super::super::Arguments;
use super::super::inspected::inspected;
use super::{Checked, Part};

/// Clocks that are so far apart show ages and expiries that are wrong by as much.
const APART: SignedDuration = SignedDuration::from_secs(5);
/// A key press that asks the engine something feels slow from there on.
const SLOW: Duration = Duration::from_millis(300);

/// What the other checks need to know of the engine.
#[derive(Default)]
pub(super) struct Seen {
    /// None where it did not answer.
    pub(super) containers: Option<Vec<Container>>,
    /// Whether its folders are ours.
    pub(super) is_local: bool,
    /// For children that talk to it.
    pub(super) environment: Vec<(String, String)>,
}

pub(super) async fn look(arguments: &Arguments) -> (Vec<Checked>, Seen) {
    let resolved = match resolve(arguments.host.as_deref(), &Environment::of_process()) {
        Ok(resolved) => resolved,
        Err(failure) => {
            return (
                vec![Part::Engine.fails("address", failure)],
                Seen::default(),
            );
        }
    };
    let address = format!("{} ({})", resolved.endpoint, resolved.source);
    let mut checks = vec![Part::Engine.works("address", address)];
    let connector = DockerConnector::new(resolved.host, resolved.endpoint);
    let mut seen = Seen {
        is_local: connector.is_local(),
        ..Seen::default()
    };
    let engine = match connector.connect().await {
        Ok(engine) => engine,
        Err(error) => {
            checks.push(Part::Engine.fails("connection", error.failure("connect")));
            return (checks, seen);
        }
    };
    checks.push(connection(engine.as_ref()).await);
    seen.environment = engine.client_environment();
    match engine.info().await {
        Ok(info) => {
            checks.push(version(&info));
            checks.extend(clock(&info, Timestamp::now()));
        }
        Err(error) => checks.push(failed("version", &error)),
    }
    match list(engine.as_ref()).await {
        Ok((containers, took)) => {
            checks.push(containers_listed(&containers, took));
            let running = containers.iter().find(|c| c.is_up() && pid(c).is_some());
            if let Some(container) = running {
                checks.push(counters(engine.as_ref(), container, seen.is_local).await);
                checks.push(inside(engine.as_ref(), container, seen.is_local).await);
            }
            seen.containers = Some(containers);
        }
        Err(error) => checks.push(failed("containers", &error)),
    }
    (checks, seen)
}

fn failed(name: &'static str, error: &BackendError) -> Checked {
    Part::Engine.fails(name, error.failure(name))
}

/// Whether it answers, and how fast. The first call after the connection was made is not the one that is timed.
async fn connection(engine: &dyn Backend) -> Checked {
    let name = "connection";
    let began = Instant::now();
    match engine.ping().await {
        Ok(()) => answered(began.elapsed()),
        Err(error) => failed(name, &error),
    }
}

pub(super) fn answered(took: Duration) -> Checked {
    let name = "connection";
    let what = format!("answers within {}", milliseconds(took));
    if took > SLOW {
        let hint = "the line is slow, or the engine is busy: what you ask for takes as long";
        return Part::Engine.partly(name, what, hint);
    }
    Part::Engine.works(name, what)
}

fn milliseconds(took: Duration) -> String {
    format!("{} ms", took.as_millis().max(1))
}

fn version(info: &HostInfo) -> Checked {
    let kind = match info.engine {
        EngineKind::Docker => "Docker",
        EngineKind::Podman => "Podman",
    };
    let what = format!(
        "{kind} {}, API {}, {} on {}",
        info.version, info.api_version, info.operating_system, info.name
    );
    Part::Engine.works("version", what)
}

/// Both clocks, and whether they agree.
pub(super) fn clock(info: &HostInfo, now: Timestamp) -> Option<Checked> {
    let name = "clock";
    let apart = info.clock?.duration_since(now);
    if apart.abs() < APART {
        return Some(Part::Engine.works(name, "as this machine's"));
    }
    let (span, which) = (
        short_span(apart.abs()),
        if apart.is_negative() {
            "behind"
        } else {
            "ahead of"
        },
    );
    let what = format!("{span} {which} this machine's: ages and expiries are wrong by as much");
    let hint = "timedatectl set-ntp true, on the machine whose clock is wrong";
    Some(Part::Engine.partly(name, what, hint))
}

async fn list(engine: &dyn Backend) -> Result<(Vec<Container>, Duration), BackendError> {
    let began = Instant::now();
    let listed = engine.containers().await?;
    let took = began.elapsed();
    Ok((inspected(engine, listed).await?, took))
}

fn pid(container: &Container) -> Option<u32> {
    container.detail.as_ref()?.pid
}

fn containers_listed(containers: &[Container], took: Duration) -> Checked {
    let up = containers.iter().filter(|container| container.is_up());
    let what = format!(
        "{} up of {}, listed in {}",
        up.count(),
        containers.len(),
        milliseconds(took)
    );
    Part::Engine.works("containers", what)
}

/// What watching costs the engine.
async fn counters(engine: &dyn Backend, container: &Container, is_local: bool) -> Checked {
    let name = "counters";
    let watched = Watched {
        id: container.id.clone(),
        pid: pid(container),
        charts: false,
    };
    match engine.counter_source(&watched).await {
        CounterSource::ControlGroups => Part::Engine.works(
            name,
            "read from the kernel's control groups: watching is free",
        ),
        CounterSource::Engine if is_local => {
            let what =
                "asked of the engine: this machine's control groups do not show its containers";
            let hint = "run topside where the engine runs (not within a container or a virtual machine of its own)";
            Part::Engine.partly(name, what, hint)
        }
        CounterSource::Engine => {
            let what = "asked of the engine, for the rows on screen only";
            Part::Engine.works(name, what)
        }
    }
}

/// Whether files are seen as the container's own programs see them.
async fn inside(engine: &dyn Backend, container: &Container, is_local: bool) -> Checked {
    let name = "files";
    if engine.seen_root(&container.id).await.is_some() {
        return Part::Engine.works(name, "of containers are read as their programs see them");
    }
    let what = "of containers are read through the engine, which is slower and cannot tell an old file under a mount";
    if is_local {
        return Part::Engine.partly(name, what, "run topside as root (sudo), where that matters");
    }
    Part::Engine.works(name, what)
}
