//! What the engine counts of its disk, against the docker CLI; and what the machine itself prints.

use topside::backend::BackendError;
use topside::disk::remote;

use crate::bed;
use crate::world::{World, soon};

#[tokio::test(flavor = "multi_thread")]
async fn images_and_writable_layers_are_counted_as_the_engine_does() {
    let world = World::new().await;
    let id = world.ran("writer", &[], "head -c 300000 /dev/zero > /file");
    let usage = soon(world.backend.disk_usage()).await.unwrap();
    let (_, written) = usage.written.iter().find(|(one, _)| *one == id).unwrap();
    assert_eq!(written.0, 300_000);
    let said = world.docker(&[
        "image",
        "inspect",
        &world.image,
        "--format",
        "{{.Id}} {{.Size}}",
    ]);
    let (image, size) = said.split_once(' ').unwrap();
    let share = usage
        .images
        .iter()
        .find(|one| one.id.as_str() == image)
        .unwrap();
    assert_eq!(share.size.0.to_string(), size);
    assert!(share.shared.is_some_and(|shared| shared <= share.size));
    assert!(usage.layers >= share.size && usage.all_written() >= *written);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_run_where_ssh_leads_and_nowhere_else() {
    let world = World::new().await;
    let here = std::env::temp_dir().to_string_lossy().into_owned();
    let said = soon(world.backend.run_on_host(&remote::df(&[here]))).await;
    if bed::IS_DEMO {
        // Its machine prints how full it is, and runs nothing else.
        let text = String::from_utf8(said.unwrap()).unwrap();
        assert_eq!(remote::read_df(&text).len(), 1, "{text}");
        let other = soon(world.backend.run_on_host(&["id".to_owned()])).await;
        assert!(
            matches!(other, Err(BackendError::Unsupported(_))),
            "{other:?}"
        );
        return;
    }
    if std::env::var_os(bed::THROUGH).is_none() {
        assert!(
            matches!(said, Err(BackendError::Unsupported(_))),
            "{said:?}"
        );
        return;
    }
    let text = String::from_utf8(said.unwrap()).unwrap();
    assert_eq!(remote::read_df(&text).len(), 1, "{text}");
    let hostile = ["printf", "%s", "$(id) 'a b'; exit"].map(str::to_owned);
    let said = soon(world.backend.run_on_host(&hostile)).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&said), hostile[2]);
    let failing = ["ls", "/no/such/folder"].map(str::to_owned);
    let error = soon(world.backend.run_on_host(&failing)).await.unwrap_err();
    assert!(error.to_string().contains("/no/such/folder"), "{error}");
}
