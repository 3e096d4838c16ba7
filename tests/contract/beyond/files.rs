//! Looking into more files than anybody reads, and into an image that has but one.

use std::sync::Mutex;

use topside::domain::{FilePlace, FilesOf, Folder, Opened};

use crate::files::{content, folder, looker, open};
use crate::world::{IDLE, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_files_are_bounded_and_said() {
    let world = World::new().await;
    let many =
        "mkdir /many; cd /many; seq 1 100000 | xargs touch; mkdir /beside; echo x > /beside/y";
    let script = format!("{many}; touch /ready; {IDLE}");
    let id = world.make(
        "run",
        "many",
        &["--network", "none"],
        &["sh", "-c", &script],
    );
    let of = FilesOf::Container(id.clone());
    tokio::time::timeout(std::time::Duration::from_secs(60), async {
        while open(&world, &of, "/ready").await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    for running in [true, false] {
        if !running {
            world.docker(&["stop", "-t", "1", id.as_str()]);
        }
        let (_, listed) = folder(&world, &of, "/many").await;
        assert_eq!(listed.entries.len(), Folder::MOST);
        assert_eq!(listed.more, 50_000);
    }
    let told = Mutex::new(Vec::new());
    let place = FilePlace {
        of,
        path: "/".to_owned(),
    };
    let looker = looker(&world);
    let opened = looker.open(&place, 0, |passed| {
        told.lock().unwrap().push(passed);
        std::future::ready(())
    });
    let Opened::Folder { below, folder, .. } = opened.await.unwrap() else {
        panic!("no folder");
    };
    assert!(!below.contains_key("/many"), "it is not whole");
    assert!(below.contains_key("/beside") && folder.entries.len() > 5);
    let told = told.into_inner().unwrap();
    assert!(told.len() > 10 && told.is_sorted(), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_with_nothing_in_it_is_looked_into_too() {
    let world = World::new().await;
    let image = world.name("empty");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("only"), "this").unwrap();
    std::fs::write(
        folder.path().join("Dockerfile"),
        "FROM scratch\nCOPY only /only\n",
    )
    .unwrap();
    let path = folder.path().to_str().unwrap();
    let label = format!("topside.test.run={}", world.prefix);
    world.docker_with(
        &[("DOCKER_BUILDKIT", "0")],
        &["build", "-q", "-t", &image, "--label", &label, path],
    );
    let name = world.name("scratch");
    let id = world.docker(&[
        "create", "--name", &name, "--label", &label, &image, "/only",
    ]);
    let of = FilesOf::Container(id.as_str().into());
    let read = content(&world, &of, "/only").await;
    let opened = self::folder(&world, &of, "/").await;
    world.docker(&["rm", "-f", &id]);
    world.docker(&["rmi", "-f", &image]);
    assert_eq!(read.1, "this");
    assert!(opened.1.entries.iter().any(|one| one.name == "only"));
}
