//! Tars that an attacker packed, and folders with links that lead out.

use std::fs;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use tar::{Builder, EntryType, Header};

use super::listed::{self, Listed};
use super::local;
use super::resolve::{Astray, Links, resolve};
use crate::domain::{ByteSize, FileKind, Folder, Opened};

/// A tar of these members: name, kind, link, size.
fn tar(members: &[(&[u8], EntryType, &[u8], u64)]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (name, kind, link, size) in members {
        let mut header = Header::new_ustar();
        header.set_entry_type(*kind);
        header.set_mode(0o100_640);
        header.set_uid(70);
        header.set_gid(71);
        header.set_mtime(1_700_000_000);
        header.set_size(*size);
        let mut records: Vec<(&str, &[u8])> = Vec::new();
        if name.len() > 100 {
            records.push(("path", name));
        } else {
            header.as_old_mut().name[..name.len()].copy_from_slice(name);
        }
        header.as_old_mut().linkname[..link.len()].copy_from_slice(link);
        header.set_cksum();
        builder.append_pax_extensions(records).unwrap();
        let body = std::io::repeat(b'x').take(*size);
        builder.append(&header, body).unwrap();
    }
    builder.into_inner().unwrap()
}

fn listed(tar: &[u8]) -> Listed {
    let (listed, outcome) = listed::read(tar);
    outcome.unwrap();
    listed
}

fn names(folder: &Folder) -> Vec<&str> {
    folder.entries.iter().map(|entry| &*entry.name).collect()
}

#[test]
fn a_folder_is_listed_from_headers_and_what_is_below_comes_along() {
    use EntryType::{Directory, Fifo, Link, Regular, Symlink};
    let long = [b"./sub/".as_slice(), "n".repeat(200).as_bytes()].concat();
    let tar = tar(&[
        (b"./", Directory, b"", 0),
        (b"./a", Regular, b"", 3_000),
        (b"./again", Link, b"./a", 0),
        (b"./pipe", Fifo, b"", 0),
        (b"./to", Symlink, b"../../etc/passwd", 0),
        (b"./sub/", Directory, b"", 0),
        (&long, Regular, b"", 1),
        (b"./empty/", Directory, b"", 0),
    ]);
    let listed = listed(&tar);
    let expected = ["a", "again", "pipe", "to", "sub", "empty"];
    assert_eq!(names(&listed.folder), expected);
    let entry = |at: usize| &listed.folder.entries[at];
    assert_eq!((entry(0).size, entry(0).mode), (ByteSize(3_000), 0o640));
    assert_eq!((entry(0).uid, entry(0).gid), (70, 71));
    assert_eq!(entry(0).modified.unwrap().as_second(), 1_700_000_000);
    assert_eq!(entry(1).size, ByteSize(3_000), "a second name");
    assert_eq!(entry(2).kind, FileKind::Pipe);
    assert_eq!(entry(3).kind, FileKind::Link("../../etc/passwd".to_owned()));
    assert_eq!(names(&listed.below["sub"]), ["n".repeat(200)]);
    assert_eq!(names(&listed.below["empty"]), [""; 0]);
}

#[test]
fn names_that_climb_are_left_out_and_odd_ones_stay_names() {
    use EntryType::Regular;
    let tar = tar(&[
        (b"../../etc/passwd", Regular, b"", 1),
        (b"./../x", Regular, b"", 1),
        (b"/absolute", Regular, b"", 1),
        (b"./a\nb", Regular, b"", 1),
        (b"./\x1b[31mred", Regular, b"", 1),
        (b"./latin\xe9", Regular, b"", 1),
        (b".//double//slash", Regular, b"", 1),
    ]);
    let listed = listed(&tar);
    let expected = ["absolute", "a\nb", "\x1b[31mred", "latin\u{fffd}"];
    assert_eq!(names(&listed.folder), expected);
    let exact: Vec<bool> = listed.folder.entries.iter().map(|e| e.exact).collect();
    assert_eq!(exact, [true, true, true, false]);
    assert_eq!(names(&listed.below["double"]), ["slash"]);
}

#[test]
fn a_tar_without_an_end_is_bounded_and_one_that_is_cut_says_so() {
    use EntryType::{Directory, Regular};
    let names: Vec<String> = (0..Folder::MOST + 7).map(|n| format!("./{n}")).collect();
    let many: Vec<_> = names
        .iter()
        .map(|name| (name.as_bytes(), Regular, &b""[..], 0))
        .collect();
    let listed = listed(&tar(&many));
    assert_eq!(listed.folder.entries.len(), Folder::MOST);
    assert_eq!(listed.folder.more, 7);

    // More below than is kept: what is not whole is asked for again.
    let names: Vec<String> = (0..60_000).map(|n| format!("./big/{n}")).collect();
    let mut many: Vec<(&[u8], EntryType, &[u8], u64)> = vec![
        (b"./a/", Directory, b"", 0),
        (b"./a/x", Regular, b"", 0),
        (b"./big/", Directory, b"", 0),
    ];
    many.extend(names.iter().map(|n| (n.as_bytes(), Regular, &b""[..], 0)));
    many.push((b"./z/", Directory, b"", 0));
    let listed = self::listed(&tar(&many));
    let below: Vec<&str> = listed.below.keys().map(String::as_str).collect();
    assert_eq!(below, ["a"]);
    assert_eq!(listed.folder.entries.len(), 3);

    let cut = tar(&[
        (b"./sub/", Directory, b"", 0),
        (b"./a", Regular, b"", 9_000),
    ]);
    let (listed, outcome) = listed::read(&cut[..4_000]);
    assert!(outcome.is_err());
    assert_eq!(listed.folder.entries.len(), 2);
    assert!(listed.below.is_empty(), "not known to be whole");
    let (_, outcome) = listed::read(&b"no tar at all".repeat(100)[..]);
    assert!(outcome.is_err());
}

fn root(path: &Path) -> OwnedFd {
    let flags = rustix::fs::OFlags::PATH | rustix::fs::OFlags::DIRECTORY;
    rustix::fs::open(path, flags, rustix::fs::Mode::empty()).unwrap()
}

/// `etc/passwd` within, and links in and out.
fn scene() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    fs::create_dir_all(at("etc/deep")).unwrap();
    fs::write(at("etc/passwd"), "inside").unwrap();
    for (link, target) in [
        ("absolute", "/etc/passwd"),
        ("climbs", "../../../../etc/passwd"),
        ("etc/deep/up", "../passwd"),
        ("folder", "etc"),
        ("top", "/"),
        ("round", "about"),
        ("about", "round"),
        ("dangling", "nowhere"),
    ] {
        symlink(target, at(link)).unwrap();
    }
    folder
}

#[test]
fn links_lead_where_they_lead_within_and_never_out() {
    let scene = scene();
    let root = root(scene.path());
    let at = |path: &str, links| resolve(&root, path, links).map(|found| found.path);
    for (path, to) in [
        ("/absolute", "/etc/passwd"),
        ("climbs", "/etc/passwd"),
        ("/etc/deep/up", "/etc/passwd"),
        ("/folder/deep/../passwd", "/etc/passwd"),
        ("/top/top/etc", "/etc"),
        ("/../../..", "/"),
        ("", "/"),
    ] {
        assert_eq!(at(path, Links::FromRoot).unwrap(), to, "{path}");
    }
    let io = |path: &str| match at(path, Links::FromRoot) {
        Err(Astray::Io(error)) => error.raw_os_error(),
        other => panic!("{path}: {other:?}"),
    };
    assert_eq!(io("/round"), Some(40), "ELOOP");
    assert_eq!(io("/dangling"), Some(2));
    assert_eq!(io("/etc/passwd/below"), Some(20));
    // A part of something does not know where the whole begins.
    for path in ["/absolute", "/climbs", "/top", "/folder/../.."] {
        let found = at(path, Links::Within);
        assert!(
            matches!(found, Err(Astray::LeadsOut(_))),
            "{path}: {found:?}"
        );
    }
    assert_eq!(at("/folder/deep/up", Links::Within).unwrap(), "/etc/passwd");
}

#[test]
fn a_folder_of_this_machine_is_listed_and_a_file_read_from_its_beginning() {
    let scene = scene();
    let big = scene.path().join("etc/big");
    fs::write(&big, vec![b'x'; 5_000]).unwrap();
    fs::set_permissions(&big, fs::Permissions::from_mode(0o4751)).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        scene.path().join("etc/pipe"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RWXU,
        0,
    )
    .unwrap();
    let root = root(scene.path());
    let stop = AtomicBool::new(false);
    let open = |path: &str| local::open(&root, path, Links::FromRoot, 1_000, &stop);
    let Opened::Folder { path, folder, .. } = open("/folder").unwrap() else {
        panic!("no folder");
    };
    assert_eq!(path, "/etc");
    let mut all = names(&folder);
    all.sort_unstable();
    assert_eq!(all, ["big", "deep", "passwd", "pipe"]);
    let big = folder.entries.iter().find(|e| e.name == "big").unwrap();
    assert_eq!(big.permissions(), "-rwsr-x--x");
    let Opened::File {
        path,
        content,
        size,
    } = open("/etc/big").unwrap()
    else {
        panic!("no file");
    };
    assert_eq!((&*path, content.len(), size.0), ("/etc/big", 1_000, 5_000));
    // Nobody writes: a reader that opened it would wait for ever.
    assert!(matches!(
        open("/etc/pipe").unwrap(),
        Opened::Other { word: "pipe", .. }
    ));
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(open("/etc").is_err(), "nobody waits for it any more");
}
