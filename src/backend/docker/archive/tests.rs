//! Archives as the engine sends them, and as a hostile one would.

use super::*;

const LIMITS: ArchiveLimits = ArchiveLimits {
    total: 1 << 20,
    file: 1000,
};

fn header(path: &str, kind: EntryType, size: usize) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    // Written directly: the library's own setter refuses what a hostile archive may have.
    let name = path.as_bytes();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(size as u64);
    header.set_mode(0o644);
    header.set_cksum();
    header
}

fn tar_of(entries: &[(&str, EntryType, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, kind, content) in entries {
        if matches!(kind, EntryType::Symlink | EntryType::Link) {
            let mut header = header(path, *kind, 0);
            header.set_link_name(content).unwrap();
            header.set_cksum();
            builder.append(&header, &[][..]).unwrap();
        } else {
            builder
                .append(&header(path, *kind, content.len()), content.as_bytes())
                .unwrap();
        }
    }
    builder.into_inner().unwrap()
}

fn read_as(base: &str, bytes: &[u8], limits: ArchiveLimits) -> Result<Archive, BackendError> {
    let (sender, receiver) = mpsc::channel(bytes.len() / 100 + 1);
    for chunk in bytes.chunks(100) {
        sender.try_send(Bytes::copy_from_slice(chunk)).unwrap();
    }
    drop(sender);
    entries(receiver, base, limits)
}

fn paths(archive: &Archive) -> Vec<&str> {
    archive
        .entries
        .iter()
        .map(|entry| entry.path.as_str())
        .collect()
}

#[test]
fn paths_become_absolute() {
    let bytes = tar_of(&[
        ("ssl/", EntryType::Directory, ""),
        ("ssl/a.pem", EntryType::Regular, "A"),
        ("ssl/live", EntryType::Symlink, "../../archive/a.pem"),
        ("ssl/again.pem", EntryType::Link, "ssl/a.pem"),
        ("ssl/pipe", EntryType::Fifo, ""),
    ]);
    let archive = read_as(&parent("/etc/ssl/"), &bytes, LIMITS).unwrap();
    assert_eq!(
        paths(&archive),
        [
            "/etc/ssl",
            "/etc/ssl/a.pem",
            "/etc/ssl/live",
            "/etc/ssl/again.pem"
        ]
    );
    let file = ArchiveKind::File(Some(b"A".to_vec()));
    assert_eq!(archive.entries[1].kind, file);
    assert_eq!(
        archive.entries[2].kind,
        ArchiveKind::Link("../../archive/a.pem".to_owned())
    );
    assert_eq!(archive.entries[3].kind, file);
    assert!(!archive.truncated);
}

#[test]
fn parents_are_found() {
    for (path, expected) in [
        ("/", ""),
        ("/etc", ""),
        ("/etc/", ""),
        ("/etc/ssl", "/etc"),
        ("/etc/ssl/.", "/etc"),
    ] {
        assert_eq!(parent(path), expected, "{path}");
    }
}

#[test]
fn nothing_climbs_out() {
    let bytes = tar_of(&[
        ("../../../root/x", EntryType::Regular, "X"),
        ("/abs", EntryType::Regular, "Y"),
    ]);
    let archive = read_as("/etc", &bytes, LIMITS).unwrap();
    assert_eq!(paths(&archive), ["/etc/root/x", "/etc/abs"]);
}

#[test]
fn large_files_are_skipped_and_the_rest_is_read() {
    let large = "x".repeat(1001);
    let bytes = tar_of(&[
        ("d/big", EntryType::Regular, &large),
        ("d/small", EntryType::Regular, "s"),
    ]);
    let archive = read_as("", &bytes, LIMITS).unwrap();
    assert_eq!(archive.entries[0].kind, ArchiveKind::File(None));
    assert_eq!(
        archive.entries[1].kind,
        ArchiveKind::File(Some(b"s".to_vec()))
    );
    assert!(!archive.truncated);
}

#[test]
fn reading_stops_at_the_total() {
    let text = "x".repeat(900);
    let many: Vec<_> = (0..50)
        .map(|_| ("d/f", EntryType::Regular, text.as_str()))
        .collect();
    let limits = ArchiveLimits {
        total: 10_000,
        file: 1000,
    };
    let archive = read_as("", &tar_of(&many), limits).unwrap();
    assert!(archive.truncated);
    assert_eq!(archive.entries.len(), 6);
}

#[test]
fn what_is_no_archive_is_garbage() {
    let read = read_as("", &[b'<'; 2000], LIMITS);
    assert!(matches!(read, Err(BackendError::Garbage(_))));
    let mut cut = tar_of(&[("a", EntryType::Regular, "hello")]);
    cut.truncate(514);
    assert!(matches!(
        read_as("", &cut, LIMITS),
        Err(BackendError::Garbage(_))
    ));
}
