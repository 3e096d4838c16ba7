//! What happens is told.

use futures_util::StreamExt;
use topside::backend::EngineEvent;
use topside::domain::Health;

use crate::world::{IDLE, World, soon, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_containers_life_is_told() {
    let world = World::new().await;
    let mut events = world.backend.events().await.unwrap();
    let id = world.run("life", &[], IDLE);
    let changed = EngineEvent::ContainerChanged(id.clone());
    let removed = EngineEvent::ContainerRemoved(id.clone());
    // Other tests make events too.
    let mut until = async |wanted: &EngineEvent| loop {
        let event = soon(events.next()).await.unwrap().unwrap();
        if event == *wanted {
            break;
        }
    };
    until(&changed).await;
    world.docker(&["stop", id.as_str()]);
    until(&changed).await;
    world.docker(&["rm", id.as_str()]);
    until(&removed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_told_and_its_probes_are_not() {
    let world = World::new().await;
    let id = world.make(
        "create",
        "probe",
        &["--health-cmd", "true", "--health-interval", "100ms"],
        &["sh", "-c", IDLE],
    );
    let mut events = world.backend.events().await.unwrap();
    world.docker(&["start", id.as_str()]);
    until(async || world.listed(&id).await.unwrap().health == Health::Healthy).await;
    world.docker(&["exec", id.as_str(), "true"]);
    world.docker(&["rm", "-f", id.as_str()]);
    let mut changes = 0;
    loop {
        match soon(events.next()).await.unwrap().unwrap() {
            EngineEvent::ContainerChanged(of) if of == id => changes += 1,
            EngineEvent::ContainerRemoved(of) if of == id => break,
            _ => {}
        }
    }
    // start, health_status, kill, die; Podman adds init and cleanup. The probes alone would be three each.
    assert!((3..=7).contains(&changes), "{changes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn volumes_and_images_are_told() {
    let world = World::new().await;
    let mut events = world.backend.events().await.unwrap();
    let mut until = async |wanted: EngineEvent| {
        while soon(events.next()).await.unwrap().unwrap() != wanted {}
    };
    let volume = world.volume("told");
    until(EngineEvent::VolumesChanged).await;
    world.docker(&["volume", "rm", &volume]);
    until(EngineEvent::VolumesChanged).await;
    let tag = format!("{}:told", world.prefix);
    world.docker(&["tag", &world.image, &tag]);
    let told = until(EngineEvent::ImagesChanged);
    told.await;
    world.docker(&["rmi", &tag]);
}
