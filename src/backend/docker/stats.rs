//! One reading through the engine, for where its control groups are not ours to read.

use bollard::Docker;
use bollard::models::{ContainerBlkioStats, ContainerStatsResponse};
use bollard::query_parameters::StatsOptionsBuilder;
use futures_util::StreamExt;
use jiff::Timestamp;

use super::error::CALL_LIMIT;
use crate::backend::Watched;
use crate::domain::{ByteSize, Counters};

/// One answer of `/stats`; none when the container does not run, is gone, or the engine does not answer.
pub(super) async fn one_shot(docker: &Docker, watched: &Watched) -> Option<Counters> {
    let options = StatsOptionsBuilder::default()
        .stream(false)
        .one_shot(true)
        .build();
    let mut answers = docker.stats(watched.id.as_str(), Some(options)).boxed();
    let answer = tokio::time::timeout(CALL_LIMIT, answers.next()).await;
    read(answer.ok()??.ok()?, watched.network)
}

fn read(answer: ContainerStatsResponse, network: bool) -> Option<Counters> {
    // A container that does not run has the zero time or no numbers.
    let at: Timestamp = answer.read?.parse().ok()?;
    if at <= Timestamp::UNIX_EPOCH {
        return None;
    }
    let cpu_nanos = answer.cpu_stats?.cpu_usage?.total_usage?;
    let memory = answer.memory_stats.unwrap_or_default();
    let stats = memory.stats.unwrap_or_default();
    // Version 1 has the first, version 2 the second; both subtract as `docker stats` does.
    let inactive = ["total_inactive_file", "inactive_file"]
        .iter()
        .find_map(|key| stats.get(*key))
        .copied()
        .unwrap_or(0);
    let used = memory.usage?;
    let networks = answer.networks.filter(|_| network);
    let sum = |pick: fn(&bollard::models::ContainerNetworkStats) -> Option<u64>| {
        networks
            .as_ref()
            .map(|networks| networks.values().filter_map(pick).sum())
    };
    let disk = answer.blkio_stats.as_ref();
    Some(Counters {
        at,
        cpu_nanos,
        memory: ByteSize(used.checked_sub(inactive).unwrap_or(used)),
        // Without a limit the engine says the machine's memory.
        memory_limit: memory.limit.map(ByteSize),
        received: sum(|one| one.rx_bytes),
        sent: sum(|one| one.tx_bytes),
        disk_read: disk.map(|stats| blocks(stats, "read")),
        disk_written: disk.map(|stats| blocks(stats, "write")),
        pids: answer.pids_stats.and_then(|pids| pids.current),
    })
}

/// Version 1 says `Read`, version 2 `read`.
fn blocks(stats: &ContainerBlkioStats, operation: &str) -> u64 {
    let entries = stats
        .io_service_bytes_recursive
        .as_deref()
        .unwrap_or_default();
    entries
        .iter()
        .filter(|entry| {
            let name = entry.op.as_deref();
            name.is_some_and(|name| name.eq_ignore_ascii_case(operation))
        })
        .filter_map(|entry| entry.value)
        .sum()
}
