//! References of images: given, taken away, and images, volumes and networks removed.

use topside::backend::BackendError;
use topside::domain::{ImageId, NetworkId};

use crate::world::{IDLE, World, soon};

/// An image of the test's own, without another reference.
fn image_of_our_own(world: &World) -> (ImageId, String) {
    let reference = format!("{}/own:1", world.prefix);
    let container = world.make("create", "source", &[], &[]);
    let id = world.docker(&["commit", container.as_str(), &reference]);
    world.docker(&["rm", container.as_str()]);
    (ImageId::from(id), reference)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_is_given_and_taken_away() {
    let world = World::new().await;
    let backend = &world.backend;
    let (image, first) = image_of_our_own(&world);
    let with_port = format!("localhost:5000/{}/own", world.prefix);
    soon(backend.tag(&image, &with_port)).await.unwrap();
    let tags = backend.image(image.as_str()).await.unwrap().unwrap().tags;
    assert_eq!(tags.len(), 2, "{tags:?}");
    assert!(tags.contains(&format!("{with_port}:latest")), "{tags:?}");
    soon(backend.untag(&first)).await.unwrap();
    let left = backend.image(image.as_str()).await.unwrap().unwrap().tags;
    assert_eq!(left, [format!("{with_port}:latest")]);
    // Again: it is as was asked for.
    soon(backend.untag(&first)).await.unwrap();
    soon(backend.untag(&with_port)).await.unwrap();
    assert_eq!(backend.image(image.as_str()).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_moves_to_another_image() {
    let world = World::new().await;
    let (image, reference) = image_of_our_own(&world);
    let fixture = world.backend.image(&world.image).await.unwrap().unwrap();
    soon(world.backend.tag(&fixture.id, &reference))
        .await
        .unwrap();
    let now = world.backend.image(&reference).await.unwrap().unwrap();
    assert_eq!(now.id, fixture.id);
    soon(world.backend.untag(&reference)).await.unwrap();
    soon(world.backend.remove_image(image.as_str()))
        .await
        .unwrap();
    assert!(world.backend.image(&world.image).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_reference_of_an_image_in_use_stays() {
    let world = World::new().await;
    let backend = &world.backend;
    let (image, first) = image_of_our_own(&world);
    let label = format!("topside.test.run={}", world.prefix);
    let user = world.docker(&["create", "--label", &label, &first]);
    let second = format!("{}/own:2", world.prefix);
    soon(backend.tag(&image, &second)).await.unwrap();
    soon(backend.untag(&first)).await.unwrap();
    for refused in [
        soon(backend.untag(&second)).await,
        soon(backend.remove_image(&second)).await,
        soon(backend.remove_image(image.as_str())).await,
    ] {
        let said =
            matches!(&refused, Err(BackendError::Conflict(why)) if why.contains("container"));
        assert!(said, "{refused:?}");
    }
    let tags = backend.image(image.as_str()).await.unwrap().unwrap().tags;
    assert_eq!(tags, std::slice::from_ref(&second));
    world.docker(&["rm", &user]);
    soon(backend.untag(&second)).await.unwrap();
}

/// Else a keep-tag that somebody removed would take an image along whose id begins like its name.
#[tokio::test(flavor = "multi_thread")]
async fn a_reference_is_never_taken_for_an_id() {
    let world = World::new().await;
    let (image, reference) = image_of_our_own(&world);
    soon(world.backend.untag(image.short())).await.unwrap();
    assert!(world.backend.image(&reference).await.unwrap().is_some());
    soon(world.backend.untag(&reference)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_volume_in_use_stays_and_another_goes() {
    let world = World::new().await;
    let volume = world.volume("data");
    let id = world.make("create", "user", &["-v", &format!("{volume}:/data")], &[]);
    let refused = soon(world.backend.remove_volume(&volume)).await;
    let said = matches!(&refused, Err(BackendError::Conflict(why)) if why.contains("in use"));
    assert!(said, "{refused:?}");
    soon(world.backend.remove(&id)).await.unwrap();
    soon(world.backend.remove_volume(&volume)).await.unwrap();
    let gone = soon(world.backend.remove_volume(&volume)).await;
    assert!(matches!(gone, Err(BackendError::NotFound(_))), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_in_use_stays_and_another_goes() {
    let world = World::new().await;
    let name = world.network("net", &[]);
    let networks = world.backend.networks().await.unwrap();
    let network = networks
        .iter()
        .find(|network| network.name == name)
        .unwrap();
    assert_eq!(
        (network.driver.as_str(), network.is_predefined()),
        ("bridge", false)
    );
    for name in ["bridge", "host", "none"] {
        let own = networks
            .iter()
            .find(|network| network.name == name)
            .unwrap();
        assert!(own.is_predefined());
        let refused = soon(world.backend.remove_network(&own.id)).await;
        assert!(
            matches!(refused, Err(BackendError::Conflict(_))),
            "{refused:?}"
        );
    }
    let id = world.run("user", &["--network", &name], IDLE);
    let refused = soon(world.backend.remove_network(&network.id)).await;
    let said =
        matches!(&refused, Err(BackendError::Conflict(why)) if why.contains("active endpoints"));
    assert!(said, "{refused:?}");
    soon(world.backend.remove(&id)).await.unwrap();
    soon(world.backend.remove_network(&network.id))
        .await
        .unwrap();
    let gone = soon(world.backend.remove_network(&NetworkId::from(&name))).await;
    assert!(matches!(gone, Err(BackendError::NotFound(_))), "{gone:?}");
}
