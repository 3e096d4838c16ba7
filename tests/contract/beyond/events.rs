//! What a kernel does.

use crate::events::{life, verbs};
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn running_out_of_memory_is_told() {
    let world = World::new().await;
    // A shell's own variable grows until the kernel ends it; the container is there for a while after that, for an
    // engine that looks for what the kernel did in a group that is gone finds nothing to tell.
    let grow = "sh -c 'x=x; while :; do x=$x$x; done'; sleep 2";
    let id = world.make(
        "create",
        "greedy",
        &["--memory", "8m", "--memory-swap", "8m"],
        &["sh", "-c", grow],
    );
    let life = life(&world, &id, async || {
        world.docker(&["start", id.as_str()]);
        world.docker(&["wait", id.as_str()]);
        world.docker(&["rm", id.as_str()]);
    })
    .await;
    let said: Vec<&str> = verbs(&life);
    assert!(said.contains(&"oom") && said.contains(&"die"), "{life:?}");
}
