use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Command;

use super::*;

fn measured(path: &Path) -> Measured {
    measure(path, &Progress::default()).unwrap()
}

/// What `du` says in bytes.
fn du(path: &Path, options: &[&str]) -> u64 {
    let output = Command::new("du")
        .args(["-sx", "--block-size=1"])
        .args(options)
        .arg(path)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn it_agrees_with_du() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    fs::create_dir_all(at("a/b/c")).unwrap();
    fs::create_dir_all(at("many")).unwrap();
    fs::write(at("a/one"), vec![1; 100_000]).unwrap();
    fs::write(at("a/b/two"), vec![1; 5]).unwrap();
    fs::hard_link(at("a/one"), at("a/b/c/again")).unwrap();
    symlink("/usr", at("a/link")).unwrap();
    // A sparse file: long, and nearly nothing on disk.
    fs::File::create(at("sparse"))
        .unwrap()
        .set_len(50_000_000)
        .unwrap();
    for n in 0..3_000 {
        fs::write(at(&format!("many/{n}")), b"x").unwrap();
    }
    let size = measured(folder.path()).size;
    assert_eq!(size.on_disk.0, du(folder.path(), &[]));
    // Lengths of files alone, as the engine has them; du adds those of folders.
    let lengths = 100_000 + 5 + 4 + 50_000_000 + 3_000;
    assert_eq!(size.apparent.0, lengths);
    assert_eq!((size.files, size.folders, size.unreadable), (3_005, 5, 0));
    let newest = fs::metadata(at("many/2999")).unwrap().mtime();
    assert!(size.written.unwrap().as_second() >= newest);
    assert!(
        measured(&at("sparse")).size.apparent.0 == 50_000_000,
        "a file by itself"
    );
}

#[test]
fn the_biggest_folders_are_told() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..100 {
        let path = folder.path().join(format!("deep/{n}/1/2/3/4/5/6"));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("file"), vec![1; 10_000 * (n + 1)]).unwrap();
    }
    let found = measured(folder.path());
    assert_eq!(found.biggest.len(), BIGGEST);
    assert_eq!(found.biggest[0].path, "deep");
    assert_eq!(found.biggest[1].path, "deep/99");
    let deepest = found
        .biggest
        .iter()
        .map(|one| one.path.matches('/').count());
    assert_eq!(deepest.max(), Some(LEVELS - 1));
    let sorted = found
        .biggest
        .is_sorted_by_key(|one| Reverse(one.size.on_disk));
    assert!(sorted);
    let whole = found.biggest[0].size.on_disk.0;
    assert_eq!(whole, du(&folder.path().join("deep"), &[]));
}

#[test]
fn a_tree_without_an_end_is_told_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let mut path = folder.path().to_owned();
    for _ in 0..DEEPEST + 20 {
        path.push("d");
        fs::create_dir(&path).unwrap();
    }
    let size = measured(folder.path()).size;
    assert_eq!((size.unreadable, size.folders), (1, DEEPEST as u64));
}

#[test]
fn what_is_missing_or_cancelled_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let gone = measure(&folder.path().join("gone"), &Progress::default());
    assert_eq!(gone.unwrap_err().kind(), io::ErrorKind::NotFound);
    let progress = Progress::default();
    progress.cancel();
    let ended = measure(folder.path(), &progress);
    assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::Interrupted);
}

#[test]
fn another_file_system_is_not_entered() {
    let found = measured(Path::new("/proc/self/fdinfo"));
    assert_eq!(found.size.on_disk.0, 0);
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("shm");
    fs::create_dir(&target).unwrap();
    // Only root can mount; elsewhere there is nothing to try.
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "topside-test"])
        .arg(&target)
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        return;
    }
    fs::write(target.join("file"), vec![1; 500_000]).unwrap();
    let size = measured(folder.path()).size;
    let by_itself = measured(&target).size;
    assert!(
        Command::new("umount")
            .arg(&target)
            .status()
            .unwrap()
            .success()
    );
    assert_eq!((size.files, size.folders), (0, 1));
    assert_eq!(by_itself.apparent.0, 500_000);
}

#[test]
fn a_closed_folder_is_counted_for_those_who_may_not_enter() {
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::write(closed.join("file"), b"x").unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let size = measured(folder.path()).size;
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    if rustix::process::geteuid().is_root() {
        assert_eq!((size.unreadable, size.files), (0, 1));
    } else {
        assert_eq!((size.unreadable, size.files), (1, 0));
    }
}

#[test]
fn progress_is_told_and_counts_what_the_sum_has() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), vec![1; 9_000]).unwrap();
    let progress = Progress::default();
    let found = measure(folder.path(), &progress).unwrap();
    assert_eq!(progress.so_far(), (1, found.size.on_disk));
}
