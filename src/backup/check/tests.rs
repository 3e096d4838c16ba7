//! Files that changed after they were written.

use std::fs;

use super::*;
use crate::backup::{Part, beside};

fn backup(folder: &Path) -> PathBuf {
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(2000);
    header.set_mode(0o600);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    tar.append_data(&mut header, "./a", io::repeat(b'x').take(2000))
        .unwrap();
    let tar = tar.into_inner().unwrap();
    let path = folder.join("a.tar");
    let written = Part::begin(&path).unwrap().write(&tar[..]).unwrap();
    written.keep(&path).unwrap();
    path
}

fn checked(path: &Path) -> Result<Checked, Damage> {
    check(&Source::open(path).unwrap(), |_| Ok(()))
}

#[test]
fn a_changed_byte_of_a_content_is_seen_by_the_checksum() {
    let folder = tempfile::tempdir().unwrap();
    let path = backup(folder.path());
    assert!(checked(&path).unwrap().compared);
    let mut bytes = fs::read(&path).unwrap();
    bytes[1000] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let damage = checked(&path).unwrap_err();
    assert!(damage.to_string().contains("checksum"), "{damage}");
    // Without one it is a whole tar, of something else.
    fs::remove_file(beside(&path)).unwrap();
    assert!(!checked(&path).unwrap().compared);
}

#[test]
fn a_checksum_that_is_none_is_not_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = backup(folder.path());
    for text in ["", "abc  a.tar\n", &"g".repeat(64), &"a".repeat(65)] {
        fs::write(beside(&path), text).unwrap();
        let damage = checked(&path).unwrap_err();
        assert!(
            damage.to_string().contains("no SHA-256"),
            "{text}: {damage}"
        );
    }
}

#[test]
fn it_ends_when_it_is_told_to_and_reads_files_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = backup(folder.path());
    let source = Source::open(&path).unwrap();
    let damage = check(&source, |_| Err(io::Error::other("enough"))).unwrap_err();
    assert!(damage.to_string().contains("enough"), "{damage}");
    assert!(Source::open(folder.path()).is_err());
    assert!(Source::open(Path::new("/dev/zero")).is_err());
}
