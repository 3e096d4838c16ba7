//! A file is whole, whoever reads it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::super::write::atomically;

#[test]
fn the_file_is_replaced_and_everybody_may_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("topside.prom");
    atomically(&path, "one\n").unwrap();
    let reader = fs::File::open(&path).unwrap();
    atomically(&path, "two\n").unwrap();
    assert_eq!(std::io::read_to_string(reader).unwrap(), "one\n");
    assert_eq!(fs::read_to_string(&path).unwrap(), "two\n");
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
    let names = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 1, "nothing is left beside it");
}

#[test]
fn what_lies_in_the_way_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let victim = folder.path().join("victim");
    fs::write(&victim, "theirs").unwrap();
    let fresh = format!(".topside.prom.{}.new", std::process::id());
    symlink(&victim, folder.path().join(fresh)).unwrap();
    atomically(&folder.path().join("topside.prom"), "ours").unwrap();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "theirs");
}

#[test]
fn a_link_stays_one_and_what_is_no_file_is_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let (link, place) = (folder.path().join("link"), folder.path().join("place"));
    fs::write(&place, "old").unwrap();
    symlink("place", &link).unwrap();
    atomically(&link, "new").unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&place).unwrap(), "new");

    let null = folder.path().join("null");
    symlink("/dev/null", &null).unwrap();
    atomically(&null, "gone").unwrap();
    assert!(fs::symlink_metadata(&null).unwrap().is_symlink());
    assert!(!fs::metadata("/dev/null").unwrap().is_file());

    let out = fs::File::create(folder.path().join("out")).unwrap();
    let descriptor = std::os::fd::AsRawFd::as_raw_fd(&out);
    let through = format!("/proc/self/fd/{descriptor}");
    atomically(std::path::Path::new(&through), "said").unwrap();
    let said = fs::read_to_string(folder.path().join("out")).unwrap();
    assert_eq!(said, "said");
}

#[test]
fn a_file_that_cannot_be_written_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("file"), "").unwrap();
    assert!(atomically(&taken, "ours").is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(atomically(&folder.path().join("none/file"), "ours").is_err());
    assert!(atomically(std::path::Path::new(".."), "ours").is_err());
}
