//! Images.

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_tests_image_is_listed_and_found_by_name_and_id() {
    let world = World::new().await;
    let images = world.backend.images().await.unwrap();
    let listed = images
        .iter()
        .find(|image| image.tags.contains(&world.image))
        .unwrap();
    let cli = world.docker(&["inspect", "-f", "{{.Id}}", &world.image]);
    assert_eq!(listed.id.as_str(), cli);
    assert!(listed.size.0 > 100_000 && listed.digests.is_empty());
    let named = world.backend.image(&world.image).await.unwrap().unwrap();
    let by_id = world
        .backend
        .image(listed.id.as_str())
        .await
        .unwrap()
        .unwrap();
    for image in [named, by_id] {
        assert_eq!((&image.id, image.size), (&listed.id, listed.size));
        assert_eq!(image.created.as_second(), listed.created.as_second());
        assert!(image.tags.contains(&world.image));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_is_not_here_is_none() {
    let world = World::new().await;
    let missing = format!("{}/missing:1", world.prefix);
    assert_eq!(world.backend.image(&missing).await.unwrap(), None);
    let digest = format!("sha256:{}", "0".repeat(64));
    assert_eq!(world.backend.image(&digest).await.unwrap(), None);
}
