//! Pulls and digests, from a registry beside the engine.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use topside::backend::{Backend, BackendError, PullProgress};
use topside::runtime::registries::Registries;
use topside::store::Store;

use crate::fixtures::registry::Registry;
use crate::world::{World, soon};

type Said = Result<PullProgress, BackendError>;

/// All that a pull says.
async fn pull(backend: &dyn Backend, reference: &str) -> Result<Vec<Said>, BackendError> {
    soon(async { Ok(backend.pull(reference).await?.collect().await) }).await
}

/// A pull that has to work.
async fn pulled(backend: &dyn Backend, reference: &str) -> Vec<PullProgress> {
    let said = pull(backend, reference).await.unwrap();
    said.into_iter().map(Result::unwrap).collect()
}

/// Of a pull that has to fail, why, whether it began or not.
async fn failed(backend: &dyn Backend, reference: &str) -> BackendError {
    match pull(backend, reference).await {
        Ok(mut said) => said.pop().unwrap().unwrap_err(),
        Err(err) => err,
    }
}

/// An image with a layer that only it has, under this name in the registry, and nowhere else.
fn publish(world: &World, registry: &Registry, name: &str) -> String {
    let script = format!("echo {} >/layer", world.prefix);
    let source = world.ran("source", &[], &script);
    // With a name from the beginning: without one a prune takes it.
    let local = format!("{}/source:1", world.prefix);
    let image = world.docker(&["commit", source.as_str(), &local]);
    world.docker(&["rm", source.as_str()]);
    let reference = registry.push(&local, name);
    world.docker(&["rmi", &local]);
    assert!(
        !world
            .docker(&["images", "-q", "--no-trunc"])
            .contains(&image)
    );
    reference
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_is_pulled_by_tag_and_by_digest() {
    let registry = Registry::start();
    let world = World::new().await;
    let reference = publish(&world, &registry, "app:1");
    let digest = soon(world.backend.registry_digest(&reference))
        .await
        .unwrap();
    assert!(
        digest.starts_with("sha256:") && digest.len() == 71,
        "{digest}"
    );

    let said = pulled(&*world.backend, &reference).await;
    assert!(
        said.iter()
            .any(|one| one.layer.is_some() && one.status == "Pull complete"),
        "{said:?}"
    );
    assert!(said.iter().any(|one| one.current.is_some()), "{said:?}");
    let tag = said
        .iter()
        .find(|one| one.status.starts_with("Pulling from"))
        .unwrap();
    assert_eq!(tag.layer, None);
    let image = world.backend.image(&reference).await.unwrap().unwrap();
    let by_digest = format!("{}/app@{digest}", registry.address());
    assert_eq!(image.digests, std::slice::from_ref(&by_digest));

    // There already: said, and no error.
    let said = pulled(&*world.backend, &reference).await;
    assert!(
        said.last().unwrap().status.contains("up to date"),
        "{said:?}"
    );
    soon(world.backend.remove_image(image.id.as_str()))
        .await
        .unwrap();

    pulled(&*world.backend, &by_digest).await;
    let again = world.backend.image(&by_digest).await.unwrap().unwrap();
    assert_eq!((again.id, again.tags.len()), (image.id, 0));
    assert_eq!(
        soon(world.backend.registry_digest(&by_digest))
            .await
            .unwrap(),
        digest
    );
    soon(world.backend.untag(&by_digest)).await.unwrap();
    assert_eq!(world.backend.image(&by_digest).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_moved_has_another_digest() {
    let registry = Registry::start();
    let world = World::new().await;
    let reference = publish(&world, &registry, "app");
    let before = soon(world.backend.registry_digest(&reference))
        .await
        .unwrap();
    registry.push(&world.image, "app:latest");
    let after = soon(world.backend.registry_digest(&reference))
        .await
        .unwrap();
    assert_ne!(before, after);
}

/// The engine says 200 and "Downloading", and only then finds out.
#[tokio::test(flavor = "multi_thread")]
async fn an_error_in_the_middle_of_a_pull_is_an_error() {
    let registry = Registry::start();
    let world = World::new().await;
    let reference = publish(&world, &registry, "app:1");
    registry.damage_layers();
    let mut said = pull(&*world.backend, &reference).await.unwrap();
    assert!(said.len() > 2, "{said:?}");
    let err = said.pop().unwrap().unwrap_err();
    assert!(err.to_string().contains("verification failed"), "{err:?}");
    assert!(said.iter().all(Result::is_ok), "{said:?}");
    assert_eq!(world.backend.image(&reference).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_in_the_registry_is_said() {
    let registry = Registry::start();
    let world = World::new().await;
    let reference = publish(&world, &registry, "app:1");
    for missing in [
        reference.replace("app:1", "app:2"),
        reference.replace("app:1", "nobody:1"),
        reference.replace("app:1", &format!("app@sha256:{}", "0".repeat(64))),
    ] {
        let err = failed(&*world.backend, &missing).await;
        assert!(err.to_string().contains("not found"), "{err:?}");
        assert_eq!(world.backend.image(&missing).await.unwrap(), None);
        let err = soon(world.backend.registry_digest(&missing))
            .await
            .unwrap_err();
        assert!(
            matches!(err, BackendError::NotFound(_) | BackendError::Engine { .. }),
            "{err:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_users_login_is_used() {
    let registry = Registry::with_login("somebody", "päss:word");
    let world = World::with_logins_of(registry.docker_config()).await;
    let reference = publish(&world, &registry, "app:1");
    soon(world.backend.registry_digest(&reference))
        .await
        .unwrap();
    pulled(&*world.backend, &reference).await;
    assert!(world.backend.image(&reference).await.unwrap().is_some());
    soon(world.backend.untag(&reference)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_refused() {
    let registry = Registry::with_login("somebody", "päss:word");
    let world = World::new().await;
    let reference = publish(&world, &registry, "app:1");
    let err = failed(&*world.backend, &reference).await;
    assert!(
        err.to_string().contains("no basic auth credentials"),
        "{err:?}"
    );
    let err = soon(world.backend.registry_digest(&reference))
        .await
        .unwrap_err();
    assert!(
        err.to_string().contains("no basic auth credentials"),
        "{err:?}"
    );
    assert_eq!(world.backend.image(&reference).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_has_had_enough_is_recognised() {
    let registry = Registry::refusing(429, "TOOMANYREQUESTS");
    let world = World::new().await;
    let reference = format!("{}/app:1", registry.address());
    let err = failed(&*world.backend, &reference).await;
    assert!(matches!(err, BackendError::RateLimited { .. }), "{err:?}");
    let err = soon(world.backend.registry_digest(&reference))
        .await
        .unwrap_err();
    assert!(matches!(err, BackendError::RateLimited { .. }), "{err:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_is_not_there_is_an_error() {
    let address = Registry::start().address().to_owned();
    let world = World::new().await;
    let err = failed(&*world.backend, &format!("{address}/app:1")).await;
    assert!(err.to_string().contains("connection refused"), "{err:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_of_questions_ends_at_a_registry_that_has_had_enough() {
    let (open, tired) = (
        Registry::start(),
        Registry::refusing(429, "TOOMANYREQUESTS"),
    );
    let world = World::new().await;
    let there = publish(&world, &open, "app:1");
    let nowhere = format!("{}/nowhere:1", open.address());
    let limited = format!("{}/app:1", tired.address());
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(&folder.path().join("records.db")).unwrap();
    let registries = Registries {
        backend: Arc::clone(&world.backend),
        engine: "an engine".to_owned(),
        store: Some(Arc::new(store)),
    };
    let references = [there.clone(), nowhere.clone(), limited, there.clone()];
    let said = Mutex::new(Vec::new());
    let until = soon(registries.ask(&references, Duration::ZERO, |answer| {
        said.lock().unwrap().push(answer);
        std::future::ready(())
    }))
    .await;
    let hours = until.unwrap().duration_since(Timestamp::now()).as_hours();
    assert!((1..24).contains(&hours), "{hours}");
    let said = said.into_inner().unwrap();
    let [first, second] = said.as_slice() else {
        panic!("{said:?}")
    };
    assert_eq!((&first.reference, &first.error), (&there, &None));
    assert_eq!((&second.reference, &second.digest), (&nowhere, &None));
    assert!(second.error.is_some());
    // It is remembered for the next dashboard.
    let record = soon(registries.recall()).await;
    assert_eq!(record.answers.len(), 2);
    let remembered = record.limited_until.unwrap().duration_since(until.unwrap());
    assert!(remembered.abs() < SignedDuration::from_secs(1));
}
