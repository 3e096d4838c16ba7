//! Volumes and their sizes.

use crate::world::{World, soon};

#[tokio::test(flavor = "multi_thread")]
async fn a_volume_is_listed_and_measured() {
    let world = World::new().await;
    let name = world.volume("data");
    let mount = format!("{name}:/data");
    world.ran(
        "writer",
        &["-v", &mount, "-v", "/anonymous"],
        "head -c 300000 /dev/zero > /data/file",
    );
    let volumes = world.backend.volumes().await.unwrap();
    let volume = volumes
        .iter()
        .find(|volume| *volume.id.name == *name)
        .unwrap();
    assert_eq!(volume.driver, "local");
    assert_eq!(volume.labels["topside.test"], "1");
    assert!(volume.mountpoint.ends_with("/_data") && volume.created.is_some());
    assert!(!volume.is_anonymous());
    assert!(volumes.iter().any(topside::domain::Volume::is_anonymous));
    // Two at once: the engine would refuse the second.
    let (one, two) =
        soon(async { tokio::join!(world.backend.volume_sizes(), world.backend.volume_sizes()) })
            .await;
    for sizes in [one.unwrap(), two.unwrap()] {
        let (_, size) = sizes.iter().find(|(id, _)| *id == volume.id).unwrap();
        assert!((300_000..400_000).contains(&size.0), "{size:?}");
    }
}
