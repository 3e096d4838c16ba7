//! What a container uses: counters as they are read, and rates made of two readings.

use jiff::Timestamp;
use serde::Serialize;

use super::{ByteSize, ContainerId};

/// A container whose counters are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Which.
    pub id: ContainerId,
    /// Its main process on the host, when known.
    pub pid: Option<u32>,
    /// Whether what only charts show is wanted too: network, disk, processes. A row shows CPU and memory.
    pub charts: bool,
}

/// One reading of a container's counters. The counters grow from the container's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counters {
    /// When they were read.
    pub at: Timestamp,
    /// CPU time used, in nanoseconds.
    pub cpu_nanos: u64,
    /// Memory in use without the page cache that can be dropped (what `docker stats` shows).
    pub memory: ByteSize,
    /// The memory limit, when there is one.
    pub memory_limit: Option<ByteSize>,
    /// Bytes received over all interfaces but `lo`; none where it could not be read.
    pub received: Option<u64>,
    /// Bytes sent over all interfaces but `lo`.
    pub sent: Option<u64>,
    /// Bytes read from disks.
    pub disk_read: Option<u64>,
    /// Bytes written to disks.
    pub disk_written: Option<u64>,
    /// Number of processes and threads.
    pub pids: Option<u64>,
}

/// What a container uses between two readings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Usage {
    /// Percent of one core: 250 is two and a half cores. None after one reading: it takes two.
    pub cpu_percent: Option<f64>,
    /// Memory in use.
    pub memory: ByteSize,
    /// The memory limit, when there is one.
    pub memory_limit: Option<ByteSize>,
    /// Bytes received a second.
    pub received_rate: Option<f64>,
    /// Bytes sent a second.
    pub sent_rate: Option<f64>,
    /// Bytes read from disks a second.
    pub disk_read_rate: Option<f64>,
    /// Bytes written to disks a second.
    pub disk_written_rate: Option<f64>,
    /// Number of processes and threads.
    pub pids: Option<u64>,
}

impl Usage {
    /// The usage between two readings of the same container. None when no time passed between them, or when a
    /// counter went back: the container was started anew.
    pub fn between(earlier: &Counters, later: &Counters) -> Option<Self> {
        let nanos = later.at.duration_since(earlier.at).as_nanos();
        let used = later.cpu_nanos.checked_sub(earlier.cpu_nanos)?;
        if nanos <= 0 {
            return None;
        }
        let seconds = nanos as f64 / 1e9;
        let rate =
            |from: Option<u64>, to: Option<u64>| Some(to?.checked_sub(from?)? as f64 / seconds);
        Some(Self {
            cpu_percent: Some(used as f64 * 100.0 / nanos as f64),
            memory: later.memory,
            memory_limit: later.memory_limit,
            received_rate: rate(earlier.received, later.received),
            sent_rate: rate(earlier.sent, later.sent),
            disk_read_rate: rate(earlier.disk_read, later.disk_read),
            disk_written_rate: rate(earlier.disk_written, later.disk_written),
            pids: later.pids,
        })
    }
}
