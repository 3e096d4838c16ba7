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
pub(super) async fn one_shot(
    docker: &Docker,
    watched: &Watched,
    machine: ByteSize,
) -> Option<Counters> {
    let options = StatsOptionsBuilder::default()
        .stream(false)
        .one_shot(true)
        .build();
    let mut answers = docker.stats(watched.id.as_str(), Some(options)).boxed();
    let answer = tokio::time::timeout(CALL_LIMIT, answers.next()).await;
    read(answer.ok()??.ok()?, machine)
}

fn read(answer: ContainerStatsResponse, machine: ByteSize) -> Option<Counters> {
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
    let networks = answer.networks;
    let sum = |pick: fn(&bollard::models::ContainerNetworkStats) -> Option<u64>| {
        networks
            .as_ref()
            .map(|networks| networks.values().filter_map(pick).sum())
    };
    let disk = answer.blkio_stats.as_ref();
    let pids = answer.pids_stats;
    Some(Counters {
        at,
        cpu_nanos,
        memory: ByteSize(used.checked_sub(inactive).unwrap_or(used)),
        // Without a limit the engine says the machine's memory.
        memory_limit: memory.limit.map(ByteSize).filter(|limit| *limit < machine),
        received: sum(|one| one.rx_bytes),
        sent: sum(|one| one.tx_bytes),
        disk_read: disk.map(|stats| blocks(stats, "read")),
        disk_written: disk.map(|stats| blocks(stats, "write")),
        pids: pids.and_then(|pids| pids.current),
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

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"{"read":"2026-11-21T07:15:00.5Z","preread":"0001-01-01T00:00:00Z",
        "pids_stats":{"current":3},"cpu_stats":{"cpu_usage":{"total_usage":77}},
        "blkio_stats":{"io_service_bytes_recursive":[{"major":8,"minor":0,"op":"read","value":5},
            {"major":8,"minor":0,"op":"Write","value":6},{"major":8,"minor":0,"op":"Total","value":11}]},
        "memory_stats":{"usage":1000,"limit":4000,"stats":{"inactive_file":100}},
        "networks":{"eth0":{"rx_bytes":1,"tx_bytes":2},"eth1":{"rx_bytes":10,"tx_bytes":20}}}"#;

    #[test]
    fn an_answer_of_the_engine_is_read() {
        let read = |machine| read(serde_json::from_str(ANSWER).unwrap(), ByteSize(machine));
        let counters = read(8000).unwrap();
        assert_eq!((counters.cpu_nanos, counters.memory), (77, ByteSize(900)));
        assert_eq!(counters.memory_limit, Some(ByteSize(4000)));
        assert_eq!((counters.received, counters.sent), (Some(11), Some(22)));
        assert_eq!(
            (counters.disk_read, counters.disk_written),
            (Some(5), Some(6))
        );
        assert_eq!(read(4000).unwrap().memory_limit, None);
    }

    #[test]
    fn a_container_that_does_not_run_has_no_counters() {
        let stopped = r#"{"read":"0001-01-01T00:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":0}},"memory_stats":{}}"#;
        assert_eq!(
            read(serde_json::from_str(stopped).unwrap(), ByteSize(1)),
            None
        );
    }
}
