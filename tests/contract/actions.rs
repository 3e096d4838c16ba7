//! Start, stop, restart, remove; the docker CLI says whether it happened.

use topside::backend::BackendError;
use topside::domain::ContainerState;

use crate::world::{IDLE, World, soon};

#[tokio::test(flavor = "multi_thread")]
async fn a_container_is_stopped_started_and_restarted() {
    let world = World::new().await;
    let id = world.run("one", &[], IDLE);
    let ask = |what: &str| world.docker(&["inspect", "-f", what, id.as_str()]);
    soon(world.backend.stop(&id)).await.unwrap();
    assert_eq!(ask("{{.State.Status}}"), "exited");
    // Again: it is as was asked for.
    soon(world.backend.stop(&id)).await.unwrap();
    soon(world.backend.start(&id)).await.unwrap();
    assert_eq!(ask("{{.State.Status}}"), "running");
    soon(world.backend.start(&id)).await.unwrap();
    let before = ask("{{.State.StartedAt}}");
    soon(world.backend.restart(&id)).await.unwrap();
    assert_ne!(ask("{{.State.StartedAt}}"), before);
    assert_eq!(
        world.listed(&id).await.unwrap().state,
        ContainerState::Running
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_uses_the_containers_own_signal() {
    let world = World::new().await;
    let id = world.run(
        "usr",
        &["--stop-signal", "USR1"],
        "trap 'echo usr; exit 0' USR1; trap '' TERM; sleep 100000 & wait",
    );
    soon(world.backend.stop(&id)).await.unwrap();
    assert_eq!(world.docker(&["logs", id.as_str()]), "usr");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_container_is_removed_and_its_volumes_stay() {
    let world = World::new().await;
    let named = world.volume("named");
    let id = world.run(
        "gone",
        &["-v", "/anonymous", "-v", &format!("{named}:/named")],
        IDLE,
    );
    let anonymous = world.docker(&[
        "inspect",
        "-f",
        r#"{{range .Mounts}}{{if eq .Destination "/anonymous"}}{{.Name}}{{end}}{{end}}"#,
        id.as_str(),
    ]);
    soon(world.backend.remove(&id)).await.unwrap();
    assert!(world.listed(&id).await.is_none());
    let volumes = world.docker(&["volume", "ls", "-q"]);
    assert!(volumes.contains(&anonymous));
    assert!(volumes.contains(&named));
    world.docker(&["volume", "rm", &anonymous]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_container_gets_another_name_unless_it_is_taken() {
    let world = World::new().await;
    let id = world.run("before", &[], IDLE);
    let name = world.name("after");
    soon(world.backend.rename(&id, &name)).await.unwrap();
    assert_eq!(&*world.listed(&id).await.unwrap().name, name);
    let other = world.make("create", "other", &[], &[]);
    let refused = soon(world.backend.rename(&other, &name)).await;
    assert!(
        matches!(refused, Err(BackendError::Conflict(_))),
        "{refused:?}"
    );
}
