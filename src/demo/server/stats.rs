//! `/containers/{id}/stats`.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::{Answer, json as answer, stream as answer_stream};
use super::asked::Asked;
use crate::demo::engine::Engine;
use crate::demo::programs::processes;
use crate::demo::world::World;
use crate::demo::world::container::Container;

/// Go's zero time.
const NEVER: &str = "0001-01-01T00:00:00Z";

pub(super) fn stats(engine: &Arc<Engine>, asked: &Asked, name: &str) -> Answer {
    let (id, first) = engine.look(|world| {
        let container = world.find(name)?;
        let at = engine.reads_at(world.now, &container.id);
        Ok((container.id.clone(), sample(world, container, at)))
    })?;
    // Unless told otherwise engines go on.
    if matches!(asked.get("stream"), "0" | "false") {
        return Ok(answer(&first));
    }
    let state = (Arc::clone(engine), id, Some(first));
    let samples = stream::unfold(state, |(engine, id, first)| async move {
        let next = if first.is_some() {
            first
        } else {
            tokio::time::sleep(Duration::from_secs(1)).await;
            engine.look(|world| {
                let at = engine.reads_at(world.now, &id);
                Some(sample(world, world.containers.get(&id)?, at))
            })
        };
        let line = format!("{}\n", next?);
        Some((line.into_bytes(), (engine, id, None)))
    });
    Ok(answer_stream("application/json", samples))
}

fn sample(world: &World, one: &Container, at: Timestamp) -> Value {
    let name = format!("/{}", one.name);
    let Some(reading) = world.reading(one, at) else {
        return json!({
            "name": name, "id": one.id, "read": NEVER, "preread": NEVER,
            "pids_stats": {}, "cpu_stats": { "cpu_usage": { "total_usage": 0 } },
            "precpu_stats": { "cpu_usage": { "total_usage": 0 } }, "memory_stats": {},
        });
    };
    let limit = match one.memory_limit() {
        0 => world.host.memory,
        limit => limit,
    };
    let age = one
        .state
        .started
        .map_or(0, |started| at.duration_since(started).as_secs());
    let system = age
        .unsigned_abs()
        .saturating_mul(1_000_000_000 * world.host.cpus);
    let interfaces: serde_json::Map<String, Value> = one
        .endpoints
        .iter()
        .enumerate()
        .map(|(count, _)| {
            let share = |bytes: u64| if count == 0 { bytes } else { 0 };
            let (received, sent) = (share(reading.received), share(reading.sent));
            let said = json!({
                "rx_bytes": received, "rx_packets": received / 900, "rx_errors": 0, "rx_dropped": 0,
                "tx_bytes": sent, "tx_packets": sent / 900, "tx_errors": 0, "tx_dropped": 0,
            });
            (format!("eth{count}"), said)
        })
        .collect();
    json!({
        "name": name,
        "id": one.id,
        "read": at,
        "preread": NEVER,
        "pids_stats": { "current": processes(one).len() },
        "blkio_stats": { "io_service_bytes_recursive": [
            { "major": 254, "minor": 0, "op": "read", "value": reading.read },
            { "major": 254, "minor": 0, "op": "write", "value": reading.written },
        ] },
        "num_procs": 0,
        "cpu_stats": {
            "cpu_usage": {
                "total_usage": reading.cpu_nanos,
                "usage_in_kernelmode": reading.cpu_nanos / 5,
                "usage_in_usermode": reading.cpu_nanos - reading.cpu_nanos / 5,
            },
            "system_cpu_usage": system,
            "online_cpus": world.host.cpus,
        },
        "precpu_stats": { "cpu_usage": { "total_usage": 0 } },
        "memory_stats": { "usage": reading.memory, "limit": limit, "stats": { "inactive_file": 0 } },
        "networks": interfaces,
    })
}
