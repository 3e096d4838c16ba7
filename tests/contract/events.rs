//! What happens is told.

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use topside::backend::EngineEvent;
use topside::domain::{ContainerId, Event, EventKind, Health};

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

/// What happens to a container until it is removed, in the engine's order.
pub async fn life(world: &World, id: &ContainerId, act: impl AsyncFnOnce()) -> Vec<Event> {
    let mut events = world.backend.events().await.unwrap();
    act().await;
    let mut life = Vec::new();
    loop {
        let EngineEvent::Happened(event) = soon(events.next()).await.unwrap().unwrap() else {
            continue;
        };
        if event.container().as_ref() != Some(id) {
            continue;
        }
        let is_end = &*event.verb == "destroy";
        life.push(*event);
        if is_end {
            return life;
        }
    }
}

pub fn verbs(life: &[Event]) -> Vec<&str> {
    life.iter().map(|event| &*event.verb).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn how_a_container_died_is_told_and_remembered() {
    let world = World::new().await;
    let began = Timestamp::now() - SignedDuration::from_secs(5);
    let id = world.make("create", "dies", &[], &["sh", "-c", "exit 3"]);
    let life = life(&world, &id, async || {
        world.docker(&["start", id.as_str()]);
        world.docker(&["wait", id.as_str()]);
        world.docker(&["rm", id.as_str()]);
    })
    .await;
    assert_eq!(verbs(&life), ["start", "die", "destroy"]);
    let death = &life[1];
    assert_eq!(
        (death.kind, death.exit_code()),
        (EventKind::Container, Some(3))
    );
    assert!(death.name.ends_with("dies"), "{}", death.name);
    assert!(death.phrase().starts_with("died with exit code 3"));
    assert!(life.iter().map(|event| event.at).is_sorted());
    assert!(death.at > began && death.at < Timestamp::now() + SignedDuration::from_secs(5));

    // What nobody listened to is asked for afterwards: the very same events.
    let until = Timestamp::now();
    let asked = soon(world.backend.past_events(began, until)).await;
    let asked: Vec<Event> = asked
        .unwrap()
        .into_iter()
        .filter(|event| event.container().as_ref() == Some(&id))
        .collect();
    assert!(asked.ends_with(&life), "{asked:?}");
    let asked = world.backend.past_events(death.at, until).await.unwrap();
    assert!(asked.contains(death), "from its very moment on");
    let after = death.at + SignedDuration::from_nanos(1);
    let asked = world.backend.past_events(after, until).await.unwrap();
    assert!(!asked.contains(death) && asked.contains(&life[2]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_and_a_change_of_health_are_told() {
    let world = World::new().await;
    let id = world.make(
        "create",
        "ill",
        &[
            "--health-cmd",
            "false",
            "--health-interval",
            "100ms",
            "--health-retries",
            "1",
        ],
        &["sh", "-c", IDLE],
    );
    let life = life(&world, &id, async || {
        world.docker(&["start", id.as_str()]);
        until(async || world.listed(&id).await.unwrap().health == Health::Unhealthy).await;
        world.docker(&["stop", id.as_str()]);
        world.docker(&["rm", id.as_str()]);
    })
    .await;
    let ill = life.iter().find(|event| &*event.verb == "health_status");
    assert_eq!(ill.unwrap().health(), Some("unhealthy"));
    let kill = life.iter().find(|event| &*event.verb == "kill").unwrap();
    assert_eq!(kill.phrase(), "was sent SIGTERM");
    let told = topside::domain::event::unasked(life.iter().map(|event| ((), event)));
    let told: Vec<&str> = told.into_iter().map(|at| &*life[at].verb).collect();
    assert_eq!(
        told,
        ["health_status"],
        "a death that was asked for is no problem"
    );
}
