//! Images.

use futures_util::StreamExt;
use topside::backend::BackendError;

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

#[tokio::test(flavor = "multi_thread")]
async fn an_image_says_for_which_machine_it_is() {
    let world = World::new().await;
    let id = world.docker(&["inspect", "-f", "{{.Id}}", &world.image]);
    let format = "{{.Os}}/{{.Architecture}}";
    let said = world.docker(&["image", "inspect", "-f", format, &world.image]);
    let platform = world.backend.image_platform(&id.as_str().into()).await;
    let platform = platform.unwrap().unwrap();
    assert_eq!(format!("{}/{}", platform.os, platform.architecture), said);
    let missing = format!("sha256:{}", "0".repeat(64));
    let missing = world.backend.image_platform(&missing.as_str().into()).await;
    assert_eq!(missing.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_the_one_that_docker_prints() {
    let world = World::new().await;
    let history = world.backend.image_history(&world.image).await.unwrap();
    let format = "{{.Size}}\t{{.CreatedBy}}";
    let said = world.docker(&[
        "history",
        "--no-trunc",
        "--human=false",
        "--format",
        format,
        &world.image,
    ]);
    let own: Vec<String> = history
        .iter()
        .map(|one| format!("{}\t{}", one.size.0, one.command))
        .collect();
    assert_eq!(own.join("\n").trim(), said);
    assert!(history.len() > 1 && history.iter().all(|one| one.created.is_some()));
    let missing = format!("{}/missing:1", world.prefix);
    let missing = world.backend.image_history(&missing).await;
    assert!(
        matches!(missing, Err(BackendError::NotFound(_))),
        "{missing:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_image_is_a_whole_tar_with_its_name() {
    let world = World::new().await;
    let saved = async |name: &str| {
        let mut stream = world.backend.save_image(name).await.unwrap();
        let mut whole = Vec::new();
        while let Some(chunk) = stream.next().await {
            whole.extend(chunk.unwrap());
        }
        whole
    };
    let manifest = |tar: &[u8]| -> serde_json::Value {
        let mut archive = tar::Archive::new(tar);
        let mut entries = archive.entries().unwrap().map(Result::unwrap);
        let is_it = |entry: &tar::Entry<'_, &[u8]>| entry.path_bytes() == &b"manifest.json"[..];
        serde_json::from_reader(entries.find(is_it).unwrap()).unwrap()
    };
    let named = manifest(&saved(&world.image).await);
    assert_eq!(named[0]["RepoTags"], serde_json::json!([world.image]));
    assert!(!named[0]["Layers"].as_array().unwrap().is_empty());
    let id = world.docker(&["inspect", "-f", "{{.Id}}", &world.image]);
    let by_id = manifest(&saved(&id).await);
    assert!(
        by_id[0]["RepoTags"].as_array().is_none_or(Vec::is_empty),
        "{by_id}"
    );
    let missing = format!("{}/missing:1", world.prefix);
    let missing = world.backend.save_image(&missing).await;
    assert!(matches!(missing.err(), Some(BackendError::NotFound(_))));
}
