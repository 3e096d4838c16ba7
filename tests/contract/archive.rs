//! Files of containers.

use futures_util::StreamExt;
use topside::backend::{
    ArchiveEntry, ArchiveKind, ArchiveLimits, BackendError, Carry, StatKind, VOLUME_PATH,
};
use topside::domain::container::{HELD_BY, READS_VOLUME};
use topside::domain::{ContainerId, ContainerState};

use crate::bed;
use crate::world::World;

const LIMITS: ArchiveLimits = ArchiveLimits {
    total: 1 << 20,
    file: 10_000,
};

const SCRIPT: &str = "mkdir -p /etc/certs/live; cd /etc/certs; echo secret > a.pem; chmod 600 a.pem; \
    ln -s ../a.pem live/cert.pem; ln a.pem again.pem; head -c 20000 /dev/zero > big";

fn kind<'a>(entries: &'a [ArchiveEntry], path: &str) -> &'a ArchiveKind {
    &entries
        .iter()
        .find(|entry| entry.path == path)
        .unwrap_or_else(|| panic!("{path} in {entries:?}"))
        .kind
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_a_stopped_container_is_read() {
    let world = World::new().await;
    let id = world.ran("files", &[], SCRIPT);
    for path in ["/etc/certs", "/etc/certs/"] {
        let archive = world.backend.read_archive(&id, path, LIMITS).await.unwrap();
        assert!(!archive.truncated);
        let file = ArchiveKind::File(Some(b"secret\n".to_vec()));
        assert_eq!(*kind(&archive.entries, "/etc/certs"), ArchiveKind::Folder);
        assert_eq!(*kind(&archive.entries, "/etc/certs/a.pem"), file);
        assert_eq!(*kind(&archive.entries, "/etc/certs/again.pem"), file);
        assert_eq!(
            *kind(&archive.entries, "/etc/certs/big"),
            ArchiveKind::File(None)
        );
        assert_eq!(
            *kind(&archive.entries, "/etc/certs/live/cert.pem"),
            ArchiveKind::Link("../a.pem".to_owned())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_file_and_one_link_are_read() {
    let world = World::new().await;
    let id = world.ran("one", &[], SCRIPT);
    let archive = world
        .backend
        .read_archive(&id, "/etc/certs/a.pem", LIMITS)
        .await
        .unwrap();
    assert_eq!(archive.entries.len(), 1);
    assert_eq!(
        *kind(&archive.entries, "/etc/certs/a.pem"),
        ArchiveKind::File(Some(b"secret\n".to_vec()))
    );
    let archive = world
        .backend
        .read_archive(&id, "/etc/certs/live/cert.pem", LIMITS)
        .await
        .unwrap();
    assert_eq!(archive.entries[0].path, "/etc/certs/live/cert.pem");
    assert!(matches!(&archive.entries[0].kind, ArchiveKind::Link(to) if to.ends_with("a.pem")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_root_is_read_up_to_the_limit() {
    let world = World::new().await;
    let id = world.make("create", "root", &[], &["true"]);
    let limits = ArchiveLimits {
        total: 100_000,
        file: 10_000,
    };
    let archive = world.backend.read_archive(&id, "/", limits).await.unwrap();
    assert!(archive.truncated);
    assert!(
        archive
            .entries
            .iter()
            .all(|entry| entry.path.starts_with('/') && !entry.path.contains("//"))
    );
    assert!(
        archive.entries.iter().any(|entry| entry.path == "/bin"),
        "{archive:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_or_container_that_is_not_there_is_not_found() {
    let world = World::new().await;
    let id = world.make("create", "empty", &[], &["true"]);
    let missing = world
        .backend
        .read_archive(&id, "/no/such/path", LIMITS)
        .await;
    assert!(
        matches!(missing, Err(BackendError::NotFound(_))),
        "{missing:?}"
    );
    let nobody = ContainerId::from(&world.name("nobody"));
    let missing = world.backend.read_archive(&nobody, "/etc", LIMITS).await;
    assert!(
        matches!(missing, Err(BackendError::NotFound(_))),
        "{missing:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_says_what_is_there_without_reading_it() {
    let world = World::new().await;
    let script = format!("{SCRIPT}; mkfifo pipe; ln -s loop loop; ln -s ../../gone gone");
    let id = world.ran("look", &[], &script);
    let look = async |path: &str| world.backend.stat_archive(&id, path).await;
    let file = look("/etc/certs/a.pem").await.unwrap();
    assert_eq!((file.kind, file.size), (StatKind::File, 7));
    let age = jiff::Timestamp::now().duration_since(file.modified);
    assert!(age.as_secs().abs() < 600, "{age}");
    let folder = look("/etc/certs/").await.unwrap();
    assert_eq!(folder.kind, StatKind::Folder);
    let link = look("/etc/certs/live/cert.pem").await.unwrap();
    assert_eq!(link.kind, StatKind::Link("/etc/certs/a.pem".to_owned()));
    let dangling = look("/etc/certs/gone").await.unwrap();
    assert_eq!(dangling.kind, StatKind::Link("/gone".to_owned()));
    assert_eq!(look("/etc/certs/pipe").await.unwrap().kind, StatKind::Other);
    assert_eq!(
        look("/etc/certs/no such").await,
        Err(BackendError::NotFound(
            "no such path: /etc/certs/no such".to_owned()
        ))
    );
    let looped = look("/etc/certs/loop").await;
    assert!(
        matches!(looped, Err(BackendError::Engine { status: 500, .. })),
        "{looped:?}"
    );
    // A tar has whole seconds, a look has more.
    let archive = world
        .backend
        .read_archive(&id, "/etc/certs/a.pem", LIMITS)
        .await
        .unwrap();
    assert_eq!(
        archive.entries[0].modified.as_second(),
        file.modified.as_second()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_volume_is_shown_without_starting_anything() {
    let world = World::new().await;
    let volume = world.volume("unmounted");
    let mount = format!("{volume}:/data");
    let writer = world.ran("writer", &["-v", &mount], "echo secret >/data/a.pem");
    world.backend.remove(&writer).await.unwrap();
    let image = world.docker(&["image", "inspect", "--format", "{{.Id}}", &world.image]);
    let image = image.as_str().into();
    let shown = world.backend.create_for_volume(&volume, &image).await;
    let shown = shown.unwrap();
    let read = world
        .backend
        .read_archive(&shown, VOLUME_PATH, LIMITS)
        .await;
    let seen = world.backend.inspect(&shown).await;
    world.backend.remove(&shown).await.unwrap();
    let (read, seen) = (read.unwrap(), seen.unwrap());
    assert_eq!(
        *kind(&read.entries, &format!("{VOLUME_PATH}/a.pem")),
        ArchiveKind::File(Some(b"secret\n".to_vec()))
    );
    assert_eq!(seen.state, ContainerState::Created);
    assert_eq!(seen.labels[READS_VOLUME], volume);
    assert!(seen.mounts.iter().all(|mount| mount.read_only));
    // It did not take the volume along.
    let volumes = world.backend.volumes().await.unwrap();
    assert!(volumes.iter().any(|one| *one.id.name == *volume));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_goes_out_as_a_tar_and_in_again_with_owners_and_modes() {
    let world = World::new().await;
    let script = "mkdir -p /data/deep; echo one > /data/deep/a; chmod 640 /data/deep/a; chown 7:8 /data/deep/a; ln -s a /data/deep/l";
    let from = world.ran("from", &[], script);
    let volume = world.name("into");
    let labels = [("topside.test".to_owned(), "1".to_owned())].into();
    world.backend.create_volume(&volume, &labels).await.unwrap();
    let _gone = Gone(&world, volume.clone());
    let again = world.backend.create_volume(&volume, &labels).await;
    assert!(again.is_ok(), "with the same labels it is ours: {again:?}");
    let other = [("topside.test".to_owned(), "2".to_owned())].into();
    let other = world.backend.create_volume(&volume, &other).await;
    assert!(matches!(other, Err(BackendError::Conflict(_))), "{other:?}");

    let image = world.docker(&["image", "inspect", "--format", "{{.Id}}", &world.image]);
    let image = image.as_str().into();
    let carry = Carry {
        volume: &volume,
        writes: true,
        holder: "a test",
    };
    let carrier = world.backend.create_to_carry(&carry, &image).await.unwrap();
    let tar = world.backend.archive(&from, "/data").await.unwrap();
    let tar = tar
        .map(|chunk| chunk.map_err(std::io::Error::other))
        .boxed();
    let unpacked = world.backend.unpack(&carrier, VOLUME_PATH, tar).await;
    let seen = world.backend.inspect(&carrier).await;
    let broken = futures_util::stream::iter([Err(std::io::Error::other("broken"))]).boxed();
    let broken = world.backend.unpack(&carrier, VOLUME_PATH, broken).await;
    let nowhere = world.backend.archive(&carrier, "/no/such/folder").await;
    world.backend.remove(&carrier).await.unwrap();
    unpacked.unwrap();
    let seen = seen.unwrap();
    assert_eq!(seen.labels[HELD_BY], "a test");
    assert_eq!(seen.state, ContainerState::Created);
    assert!(broken.is_err(), "what breaks off is no success");
    assert!(matches!(nowhere.err(), Some(BackendError::NotFound(_))));

    if bed::IS_DEMO {
        // Nobody can be attached to the demo's containers: that it went in as it came out is seen in another.
        let shown = world
            .backend
            .create_for_volume(&volume, &image)
            .await
            .unwrap();
        let path = format!("{VOLUME_PATH}/deep");
        let read = world
            .backend
            .read_archive(&shown, &path, LIMITS)
            .await
            .unwrap();
        let one = ArchiveKind::File(Some(b"one\n".to_vec()));
        assert_eq!(*kind(&read.entries, &format!("{path}/a")), one);
        return;
    }
    let mount = format!("{volume}:/v:ro");
    let script = "stat -c '%n %a %u %g' /v/deep/a; cat /v/deep/a; readlink /v/deep/l";
    let run = [
        "run",
        "--rm",
        "-v",
        &mount,
        &world.image,
        "sh",
        "-c",
        script,
    ];
    assert_eq!(world.docker(&run), "/v/deep/a 640 7 8\none\na");
}

/// A volume that goes, however the test ends.
struct Gone<'a>(&'a World, String);

impl Drop for Gone<'_> {
    fn drop(&mut self) {
        self.0
            .try_docker(&[], &["volume", "rm", "--force", &self.1]);
    }
}
