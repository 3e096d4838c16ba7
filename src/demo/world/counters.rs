//! What containers use of the machine, as functions of the time.

use std::f64::consts::TAU;

use jiff::Timestamp;

use super::World;
use super::container::Container;

/// What a program uses while it runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// Of one CPU: the mean, and how far it swings around that.
    pub(crate) cpu: (f64, f64),
    /// In bytes: at its start, and what it gains in an hour up to twice of that.
    pub(crate) memory: (u64, u64),
    /// Bytes a second: received and sent.
    pub(crate) network: (u64, u64),
    /// Bytes a second: read and written.
    pub(crate) disk: (u64, u64),
}

/// Readings of one container.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reading {
    pub(crate) cpu_nanos: u64,
    pub(crate) memory: u64,
    pub(crate) received: u64,
    pub(crate) sent: u64,
    pub(crate) read: u64,
    pub(crate) written: u64,
}

impl World {
    /// What a container used from its start up to a moment; nothing when it does not run.
    pub(crate) fn reading(&self, container: &Container, at: Timestamp) -> Option<Reading> {
        let started = container
            .state
            .started
            .filter(|_| container.state.is_up())?;
        let age = at.duration_since(started).as_secs_f64().max(0.0);
        let load = container.program.load(&container.command_line());
        // Each container has its own rhythm: the sum of what a swing adds since the start, in closed form.
        let period = 40.0 + 80.0 * self.seed.unit(&container.name, 0);
        let phase = TAU * self.seed.unit(&container.name, 1);
        let at = |second: f64| -(TAU * second / period + phase).cos() * period / TAU;
        let swing = at(age) - at(0.0);
        let (mean, swings) = load.cpu;
        let cpu = (mean * age + swings.min(mean) * swing).max(0.0);
        let busy = cpu / mean.max(1e-6);
        let (base, per_hour) = load.memory;
        let gained = (per_hour as f64 * age / 3600.0).min(base as f64);
        let ripple = base as f64 * 0.02 * (TAU * age / (period * 1.7)).sin();
        let limit = container.memory_limit();
        let memory = (base as f64 + gained + ripple).max(0.0) as u64;
        Some(Reading {
            cpu_nanos: (cpu * 1e9) as u64,
            memory: if limit > 0 { memory.min(limit) } else { memory },
            received: (load.network.0 as f64 * busy) as u64,
            sent: (load.network.1 as f64 * busy) as u64,
            read: (load.disk.0 as f64 * busy) as u64,
            written: (load.disk.1 as f64 * busy) as u64,
        })
    }
}
