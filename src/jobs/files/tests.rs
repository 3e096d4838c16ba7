//! Tars that an attacker packed, unpacked; folders packed; files that are there already.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use tar::{Builder, EntryType, Header};

use super::fetch::{Fetched, Unfetched, file};
use super::pack::{Owner, pack};
use super::send::is_name;
use super::tree::Tree;
use crate::backup::{Damage, Depth, part_of, scan};

type Member<'a> = (&'a [u8], EntryType, &'a [u8], &'a [u8]);

/// A tar of these members: name, kind, link, content.
fn tar(members: &[Member<'_>]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (name, kind, link, content) in members {
        let mut header = Header::new_ustar();
        header.set_entry_type(*kind);
        header.set_mode(0o6751);
        header.set_mtime(1_000_000_000);
        header.set_size(content.len() as u64);
        header.as_old_mut().name[..name.len()].copy_from_slice(name);
        header.as_old_mut().linkname[..link.len()].copy_from_slice(link);
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

/// What is in a folder, all of it, sorted.
fn found(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut to_do = vec![folder.to_owned()];
    while let Some(at) = to_do.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.symlink_metadata().unwrap().is_dir() {
                to_do.push(path.clone());
            }
            let name = path.strip_prefix(folder).unwrap();
            found.push(name.to_str().unwrap().to_owned());
        }
    }
    found.sort();
    found
}

fn unpack(folder: &Path, tar: &[u8]) -> Result<PathBuf, Unfetched> {
    let path = folder.join("out");
    Tree::write(&path, tar)?.keep(&path).unwrap();
    Ok(path)
}

#[test]
fn a_folder_is_unpacked_with_modes_times_and_links_and_without_what_is_no_file() {
    use EntryType::{Block, Directory, Fifo, Link, Regular, Symlink};
    let folder = tempfile::tempdir().unwrap();
    let tar = tar(&[
        (b"./", Directory, b"", b""),
        (b"./sub/", Directory, b"", b""),
        (b"./sub/a", Regular, b"", b"hello"),
        (b"./again", Link, b"./sub/a", b""),
        (b"./lost", Link, b"./nowhere", b""),
        (b"./to", Symlink, b"/etc/passwd", b""),
        (b"./implied/b", Regular, b"", b"x"),
        (b"./pipe", Fifo, b"", b""),
        (b"./disk", Block, b"", b""),
    ]);
    let out = unpack(folder.path(), &tar).unwrap();
    let expected = ["again", "implied", "implied/b", "sub", "sub/a", "to"];
    assert_eq!(found(&out), expected);
    let about = |path: &str| fs::symlink_metadata(out.join(path)).unwrap();
    assert_eq!(about("sub/a").mode() & 0o7777, 0o751, "no setuid bits");
    assert_eq!(about("sub").mode() & 0o7777, 0o751);
    assert_eq!(about("sub/a").mtime(), 1_000_000_000);
    assert_eq!(about("sub").mtime(), 1_000_000_000);
    assert_eq!(about("again").ino(), about("sub/a").ino());
    assert_eq!(
        fs::read_link(out.join("to")).unwrap(),
        Path::new("/etc/passwd")
    );
    assert_eq!(found(folder.path()).len(), 7, "nothing beside it");
}

#[test]
fn no_name_leads_out_and_no_link_is_followed() {
    use EntryType::{Directory, Link, Regular, Symlink};
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().to_str().unwrap().as_bytes();
    let hostile: [&[Member<'_>]; 5] = [
        &[(b"../evil", Regular, b"", b"x")],
        &[(b"./a/../../evil", Regular, b"", b"x")],
        &[
            (b"./to", Symlink, target, b""),
            (b"./to/evil", Regular, b"", b"x"),
        ],
        &[
            (b"./to", Symlink, b"..", b""),
            (b"./to/evil", Regular, b"", b"x"),
        ],
        // The folder becomes a link after its name was seen.
        &[
            (b"./to/", Directory, b"", b""),
            (b"./to", Symlink, target, b""),
            (b"./to/evil", Regular, b"", b"x"),
        ],
    ];
    for members in hostile {
        let folder = tempfile::tempdir().unwrap();
        let refused = unpack(folder.path(), &tar(members));
        assert!(refused.is_err(), "{members:?}");
        assert!(
            found(folder.path()).is_empty(),
            "{:?}",
            found(folder.path())
        );
        assert!(found(outside.path()).is_empty());
    }
    // An absolute name is one below the folder; a file takes the place of a link, not of what that leads to.
    fs::write(outside.path().join("kept"), "kept").unwrap();
    let kept = [target, b"/kept"].concat();
    let folder = tempfile::tempdir().unwrap();
    let tar = tar(&[
        (b"/abs", Regular, b"", b"x"),
        (b"./f", Symlink, &kept, b""),
        (b"./f", Regular, b"", b"other"),
        (b"./l", Link, b"../../etc/passwd", b""),
    ]);
    assert!(
        unpack(folder.path(), &tar).is_err(),
        "a hard link that climbs"
    );
    let tar = &tar[..tar.len() - 1024 - 512];
    let tar = [tar, &[0; 1024]].concat();
    let out = unpack(folder.path(), &tar).unwrap();
    assert_eq!(found(&out), ["abs", "f"]);
    assert_eq!(fs::read_to_string(out.join("f")).unwrap(), "other");
    let kept = fs::read_to_string(outside.path().join("kept")).unwrap();
    assert_eq!(kept, "kept");
}

#[test]
fn what_was_cut_off_is_gone_and_nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let whole = tar(&[(b"a", EntryType::Regular, b"", &[7; 5_000])]);
    let path = folder.path().join("out");
    // In the middle of the content, of the padding, and before the end mark.
    for cut in [100, 600, 4_000, 5_512, 5_600, 5_632] {
        let read = file(&path, &whole[..cut]);
        assert!(matches!(read, Err(Unfetched::CutOff)), "{cut}: {read:?}");
        let read = Tree::write(&path, &whole[..cut]);
        assert!(matches!(read, Err(Unfetched::CutOff)), "{cut}");
        assert!(found(folder.path()).is_empty());
    }
    let garbage = file(&path, &b"garbage".repeat(100)[..]);
    assert!(matches!(garbage, Err(Unfetched::Garbage(_))), "{garbage:?}");
    let Fetched::File { part, size, sum } = file(&path, &whole[..]).unwrap() else {
        panic!("no file");
    };
    assert_eq!(size.0, 5_000);
    assert_eq!(sum.len(), 64);
    fs::write(&path, "mine").unwrap();
    assert!(part.name(&path, false).is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    assert_eq!(found(folder.path()), ["out"]);
    let Fetched::File { part, .. } = file(&path, &whole[..]).unwrap() else {
        panic!("no file");
    };
    part.name(&path, true).unwrap();
    let about = fs::metadata(&path).unwrap();
    assert_eq!((about.len(), about.mode() & 0o7777), (5_000, 0o751));
    assert_eq!(about.mtime(), 1_000_000_000);
    let tree = Tree::write(&path, &whole[..]).unwrap();
    assert!(
        tree.keep(&path).is_err(),
        "no folder takes the place of a file"
    );
    assert_eq!(found(folder.path()), ["out"]);
}

#[test]
fn what_a_killed_job_left_goes_and_what_another_writes_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    let part = part_of(&path);
    fs::create_dir_all(part.join("deep")).unwrap();
    fs::write(part.join("deep/old"), "old").unwrap();
    let tar = tar(&[(b"./a", EntryType::Regular, b"", b"x")]);
    let tree = Tree::write(&path, &tar[..]).unwrap();
    let second = Tree::write(&path, &tar[..]).unwrap_err();
    assert!(second.to_string().contains("another job"), "{second}");
    tree.keep(&path).unwrap();
    assert_eq!(found(folder.path()), ["out", "out/a"]);
}

#[test]
fn a_folder_is_packed_with_one_owner_and_links_stay_links() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    let long = "n".repeat(150);
    fs::create_dir_all(at("site/deep")).unwrap();
    fs::write(at("site/index"), "hello").unwrap();
    fs::set_permissions(at("site/index"), fs::Permissions::from_mode(0o640)).unwrap();
    fs::write(at("site/deep").join(&long), "deep").unwrap();
    symlink("/etc/passwd", at("site/to")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        at("site/pipe"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RWXU,
        0,
    )
    .unwrap();
    let owner = Owner {
        uid: 3_000_000,
        gid: 71,
    };
    let mut packed = Vec::new();
    assert_eq!(pack(&at("site"), "www", owner, &mut packed).unwrap(), 1);
    let mut archive = tar::Archive::new(&packed[..]);
    let mut seen = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        assert_eq!(entry.header().uid().unwrap(), 3_000_000);
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        seen.push((name, content, entry.header().mode().unwrap()));
    }
    let deep = format!("www/deep/{long}");
    let names: Vec<&str> = seen.iter().map(|(name, ..)| &**name).collect();
    assert_eq!(names, ["www", "www/deep", &deep, "www/index", "www/to"]);
    assert_eq!((&*seen[3].1, seen[3].2), ("hello", 0o640));
    assert_eq!(scan(&packed[..], Depth::Content).unwrap().count, 5);
    // Named itself, a link is what it leads to.
    symlink("site/index", at("link")).unwrap();
    let mut packed = Vec::new();
    pack(&at("link"), "one", owner, &mut packed).unwrap();
    assert_eq!(scan(&packed[..], Depth::Content).unwrap().bytes, 5);
    let missing = pack(&at("none"), "x", owner, Vec::new());
    assert!(matches!(missing, Err(Damage::Wrong(_))));
}

#[test]
fn names_in_a_folder_are_names() {
    for name in ["a", "a b", "ü", "...", "-"] {
        assert!(is_name(name), "{name}");
    }
    let long = "n".repeat(256);
    for name in ["", ".", "..", "a/b", "a\0b", &long] {
        assert!(!is_name(name), "{name}");
    }
}
