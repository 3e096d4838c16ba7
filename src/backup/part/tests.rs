//! Files that are kept, and those that are not.

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::backup::{Source, check, read_sum};

fn small() -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(5);
    header.set_mode(0o600);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    tar.append_data(&mut header, "./a", &b"hello"[..]).unwrap();
    tar.into_inner().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_kept_file_has_its_checksum_beside_it_and_is_for_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b\\log.tar");
    let written = Part::begin(&path).unwrap().write(&small()[..]).unwrap();
    let sum = written.sum.clone();
    written.keep(&path).unwrap();
    assert_eq!(names(folder.path()), ["b\\log.tar", "b\\log.tar.sha256"]);
    assert_eq!(read_sum(&path).unwrap(), Some(sum.clone()));
    assert_eq!(fs::read(&path).unwrap(), small());
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let checked = check(&Source::open(&path).unwrap(), |_| Ok(())).unwrap();
    assert_eq!((checked.sum, checked.compared), (sum, true));
    let said = std::process::Command::new("sha256sum")
        .args(["-c", "b\\log.tar.sha256"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(said.status.success(), "{said:?}");
}

#[test]
fn what_is_not_kept_is_gone_and_nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tar");
    drop(Part::begin(&path).unwrap());
    assert!(names(folder.path()).is_empty());
    // The engine stopped in the middle.
    let half = &small()[..700];
    assert!(Part::begin(&path).unwrap().write(half).is_err());
    drop(Part::begin(&path).unwrap().write(&small()[..]).unwrap());
    assert!(names(folder.path()).is_empty());

    let written = Part::begin(&path).unwrap().write(&small()[..]).unwrap();
    fs::write(&path, "mine").unwrap();
    assert_eq!(
        written.keep(&path).unwrap_err().kind(),
        io::ErrorKind::AlreadyExists
    );
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    assert_eq!(names(folder.path()), ["a.tar"]);
}

#[test]
fn two_do_not_write_the_same_file_and_one_that_was_killed_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tar");
    fs::write(part_of(&path), "left behind").unwrap();
    let first = Part::begin(&path).unwrap();
    let second = Part::begin(&path).unwrap_err();
    assert!(second.to_string().contains("another job"), "{second}");
    let written = first.write(&small()[..]).unwrap();
    written.keep(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), small());
}
