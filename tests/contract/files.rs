//! Looking into files: of containers that run, are stopped, were never started, have no shell; of volumes; links that
//! lead out; folders of a hundred thousand files.

use topside::domain::container::READS_VOLUME;
use topside::domain::{ByteSize, FileKind, FilePlace, FilesOf, Folder, Opened};
use topside::files::Looker;

use crate::world::{IDLE, World};

const FILL: &str = "mkdir -p /data/sub /data/empty; echo hello > /data/sub/file; chown 70:71 /data/sub/file; \
    chmod 4750 /data/sub/file; ln -s ../../../../etc/passwd /data/out; ln -s sub /data/in; ln -s /data/sub/file /data/abs; \
    mkfifo /data/pipe; echo inside > /etc/passwd; printf x > \"/data/$(printf 'esc\\033[31m')\"";

pub fn looker(world: &World) -> Looker {
    Looker {
        backend: std::sync::Arc::clone(&world.backend),
        may_create: true,
    }
}

pub async fn open(world: &World, of: &FilesOf, path: &str) -> Result<Opened, String> {
    let place = FilePlace {
        of: of.clone(),
        path: path.to_owned(),
    };
    let looker = looker(world);
    let opened = looker.open(&place, 1_000, |_| std::future::ready(()));
    opened.await.map_err(|failure| failure.why)
}

pub async fn folder(world: &World, of: &FilesOf, path: &str) -> (String, Folder) {
    match open(world, of, path).await.unwrap() {
        Opened::Folder { path, folder, .. } => (path, folder),
        other => panic!("{other:?}"),
    }
}

pub async fn content(world: &World, of: &FilesOf, path: &str) -> (String, String) {
    match open(world, of, path).await.unwrap() {
        Opened::File { path, content, .. } => (path, String::from_utf8(content).unwrap()),
        other => panic!("{other:?}"),
    }
}

/// What is in `/data`, whichever way leads there.
async fn check(world: &World, of: &FilesOf, data: &str) {
    let root = if data.is_empty() { "/" } else { data };
    let (path, listed) = folder(world, of, root).await;
    assert_eq!(path, root);
    let mut names: Vec<&str> = listed.entries.iter().map(|one| &*one.name).collect();
    names.sort_unstable();
    let expected = ["abs", "empty", "esc\u{1b}[31m", "in", "out", "pipe", "sub"];
    assert_eq!(names, expected);
    assert_eq!((listed.more, &listed.unfinished), (0, &None));
    let (path, sub) = folder(world, of, &format!("{data}/in")).await;
    assert_eq!(path, format!("{data}/sub"), "where the link leads");
    let file = &sub.entries[0];
    assert_eq!((&*file.name, &file.kind), ("file", &FileKind::File));
    assert_eq!((file.uid, file.gid, file.size), (70, 71, ByteSize(6)));
    assert_eq!(file.permissions(), "-rwsr-x---");
    let (_, read) = content(world, of, &format!("{data}/sub/file")).await;
    assert_eq!(read, "hello\n");
    let pipe = open(world, of, &format!("{data}/pipe")).await.unwrap();
    assert!(matches!(pipe, Opened::Other { .. }), "{pipe:?}");
    let none = open(world, of, &format!("{data}/none")).await.unwrap_err();
    assert!(none.to_lowercase().contains("no such"), "{none}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_is_looked_into_whether_it_runs_or_not() {
    let world = World::new().await;
    let script = format!("{FILL}; {IDLE}");
    let id = world.make(
        "run",
        "runs",
        &["--network", "none"],
        &["sh", "-c", &script],
    );
    let of = FilesOf::Container(id.clone());
    crate::world::soon(async {
        while open(&world, &of, "/data/pipe").await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    check(&world, &of, "/data").await;
    // Its links lead where they lead within.
    for link in ["/data/out", "/../data/out"] {
        assert_eq!(content(&world, &of, link).await.1, "inside\n");
    }
    assert_eq!(content(&world, &of, "/data/abs").await.0, "/data/sub/file");
    world.docker(&["stop", "-t", "1", id.as_str()]);
    check(&world, &of, "/data").await;
    assert_eq!(content(&world, &of, "/data/out").await.1, "inside\n");
    // The archive API sends all that is below the root, so what is further down is known, too.
    let Opened::Folder { below, .. } = open(&world, &of, "/").await.unwrap() else {
        panic!("no folder");
    };
    let sub = &below["/data/sub"];
    assert_eq!(sub.entries[0].name, "file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_volume_is_looked_into_whoever_mounts_it_and_nothing_outside_of_it() {
    let world = World::new().await;
    let name = world.volume("files");
    let mount = format!("{name}:/data");
    let fill = world.ran("fill", &["-v", &mount], FILL);
    let of = FilesOf::Volume(name.clone());
    for mounted in [true, false] {
        if !mounted {
            world.docker(&["rm", "-f", fill.as_str()]);
        }
        check(&world, &of, "").await;
        for link in ["/out", "/abs", "/in/../../.."] {
            let opened = open(&world, &of, link).await;
            let refused = opened.as_ref().is_err_and(|why| why.contains("leads out"));
            let is_root = matches!(&opened, Ok(Opened::Folder { path, .. }) if path == "/");
            // Seen through the container that mounts it there, a whole path can lead to a file of the volume, too.
            let is_within = matches!(&opened, Ok(Opened::File { path, .. }) if path == "/sub/file");
            assert!(
                refused
                    || (is_root && link.ends_with(".."))
                    || (is_within && link == "/abs" && mounted),
                "{link}: {opened:?}"
            );
        }
    }
    let containers = world.backend.containers().await.unwrap();
    let ours = |one: &&topside::domain::Container| one.labels.get(READS_VOLUME) == Some(&name);
    assert_eq!(
        containers.iter().filter(ours).count(),
        0,
        "what showed it is gone"
    );
}
