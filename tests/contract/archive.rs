//! Files of containers.

use topside::backend::{ArchiveEntry, ArchiveKind, ArchiveLimits, BackendError};
use topside::domain::ContainerId;

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
    assert_eq!(
        archive.entries,
        [ArchiveEntry {
            path: "/etc/certs/a.pem".to_owned(),
            kind: ArchiveKind::File(Some(b"secret\n".to_vec())),
        }]
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
