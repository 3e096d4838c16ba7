//! Counters against what really happens.

use topside::backend::{CounterSource, Watched};
use topside::domain::{ContainerId, Counters};

use crate::world::{IDLE, World, soon, until};

async fn watch(world: &World, id: &ContainerId, charts: bool) -> Watched {
    let detail = world.backend.inspect(id).await.unwrap().detail.unwrap();
    Watched {
        id: id.clone(),
        pid: detail.pid,
        charts,
    }
}

async fn read(world: &World, watched: &Watched) -> Counters {
    let mut found = soon(world.backend.counters(std::slice::from_ref(watched))).await;
    assert_eq!(found.len(), 1);
    let (id, counters) = found.remove(0);
    assert_eq!(id, watched.id);
    counters
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_container_uses_the_cpu() {
    let world = World::new().await;
    let id = world.run(
        "busy",
        &["-m", "64m"],
        "trap 'exit 0' TERM; while :; do :; done",
    );
    // Some ways of reading tell a limit only once they know how much memory the machine has.
    world.backend.info().await.unwrap();
    let watched = watch(&world, &id, true).await;
    let first = read(&world, &watched).await;
    until(async || read(&world, &watched).await.cpu_nanos > first.cpu_nanos + 50_000_000).await;
    let second = read(&world, &watched).await;
    assert!(second.at > first.at);
    assert!(second.memory.0 > 0 && second.memory.0 < 64 << 20);
    assert_eq!(second.memory_limit.unwrap().0, 64 << 20);
    assert!(second.pids.unwrap() >= 1);
    assert!(second.received.is_some() && second.sent.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_the_engine_say_the_same() {
    let world = World::new().await;
    let id = world.run("same", &[], IDLE);
    let watched = watch(&world, &id, true).await;
    let through_engine = Watched {
        pid: None,
        ..watched.clone()
    };
    let before = read(&world, &watched).await;
    let engine = read(&world, &through_engine).await;
    let after = read(&world, &watched).await;
    assert!(before.cpu_nanos <= engine.cpu_nanos && engine.cpu_nanos <= after.cpu_nanos);
    let apart = before.memory.0.abs_diff(engine.memory.0);
    assert!(apart < 1 << 20, "{before:?} {engine:?}");
    assert_eq!(before.pids, engine.pids);
    assert!(before.received <= engine.received && engine.received <= after.received);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_charts_show_is_read_from_files_only_for_them_and_an_engine_says_it_anyway() {
    let world = World::new().await;
    let id = world.run("quiet", &[], IDLE);
    let watched = watch(&world, &id, false).await;
    let counters = read(&world, &watched).await;
    let from_files = world.backend.counter_source(&watched).await == CounterSource::ControlGroups;
    assert_ne!(counters.received.is_some(), from_files, "{counters:?}");
    assert_ne!(counters.pids.is_some(), from_files, "{counters:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_run_is_left_out() {
    let world = World::new().await;
    let running = watch(&world, &world.run("up", &[], IDLE), false).await;
    let ended = watch(&world, &world.ran("ended", &[], "true"), false).await;
    let gone = Watched {
        id: ContainerId::from(&world.name("gone")),
        pid: Some(1),
        charts: true,
    };
    let found = soon(world.backend.counters(&[ended, running.clone(), gone])).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, running.id);
}
