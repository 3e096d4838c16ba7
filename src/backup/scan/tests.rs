//! Tars as others make them, damaged ones, and hostile ones.

use std::io::Cursor;

use tar::Header;

use super::*;

/// A tar of these entries: name, kind, content or link target.
fn tar_of(entries: &[(&str, EntryType, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, kind, content) in entries {
        let mut header = Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_mode(0o640);
        header.set_uid(33);
        header.set_gid(34);
        header.set_mtime(1_700_000_000);
        if matches!(kind, EntryType::Symlink | EntryType::Link) {
            header.set_size(0);
            tar.append_link(&mut header, name, content).unwrap();
        } else {
            header.set_size(content.len() as u64);
            tar.append_data(&mut header, name, content.as_bytes())
                .unwrap();
        }
    }
    tar.into_inner().unwrap()
}

const FILE: EntryType = EntryType::Regular;
const FOLDER: EntryType = EntryType::Directory;

fn contents(tar: &[u8]) -> Contents {
    scan(tar, Depth::Content).unwrap()
}

fn compared(one: &[u8], two: &[u8]) -> (u64, Vec<(Difference, String)>) {
    let mut said = Vec::new();
    let missing = contents(one).compare(two, |difference, name| said.push((difference, name)));
    (missing.unwrap(), said)
}

#[test]
fn what_is_in_it_is_counted() {
    let tar = tar_of(&[
        ("./", FOLDER, ""),
        ("./a", FILE, "hello"),
        ("./b", EntryType::Link, "./a"),
        ("./c", EntryType::Symlink, "/etc"),
    ]);
    let found = contents(&tar);
    assert_eq!((found.count, found.bytes), (4, 5));
    assert_eq!(found.to_string(), "4 entries, 5B");
}

#[test]
fn the_same_in_another_order_or_spelling_is_the_same() {
    let one = tar_of(&[("./d/a", FILE, "x"), ("./d/b", EntryType::Link, "./d/a")]);
    // Another packer names the folder, and finds the other name of the file first.
    let two = tar_of(&[
        ("d/", FOLDER, ""),
        ("d/b", FILE, "x"),
        ("d/a", EntryType::Link, "d/b"),
    ]);
    assert_eq!(compared(&one, &two), (0, Vec::new()));
}

#[test]
fn every_difference_is_told() {
    let one = tar_of(&[("a", FILE, "1"), ("b", FILE, "1"), ("c", FILE, "1")]);
    let two = tar_of(&[
        ("a", FILE, "2"),
        ("b", FOLDER, ""),
        ("new\u{1b}[m", FILE, ""),
    ]);
    let (missing, said) = compared(&one, &two);
    assert_eq!(missing, 1);
    let kinds: Vec<Difference> = said.iter().map(|(difference, _)| *difference).collect();
    assert_eq!(
        kinds,
        [Difference::Other, Difference::Other, Difference::New]
    );
    assert!(!said[2].1.contains('\u{1b}'), "{said:?}");
}

#[test]
fn modes_owners_and_times_are_part_of_an_entry() {
    let with = |change: fn(&mut Header)| {
        let mut header = Header::new_gnu();
        header.set_entry_type(FILE);
        header.set_mode(0o600);
        header.set_uid(1);
        header.set_gid(1);
        header.set_mtime(1);
        header.set_size(0);
        change(&mut header);
        let mut tar = tar::Builder::new(Vec::new());
        tar.append_data(&mut header, "a", std::io::empty()).unwrap();
        tar.into_inner().unwrap()
    };
    let plain = with(|_| {});
    let changes: [fn(&mut Header); 4] = [
        |header| header.set_mode(0o4600),
        |header| header.set_uid(2),
        |header| header.set_gid(2),
        |header| header.set_mtime(2),
    ];
    for change in changes {
        assert_eq!(compared(&plain, &with(change)).1.len(), 1);
    }
    // The kind of file that Go's packer writes into the mode is said by the entry's type already.
    let typed = with(|header| header.set_mode(0o100_600));
    assert!(compared(&plain, &typed).1.is_empty());
}

#[test]
fn wherever_it_is_cut_off_that_is_seen() {
    let tar = tar_of(&[("a", FILE, "hello"), ("b", FILE, &"x".repeat(2000))]);
    let last = tar.len() - 1024;
    // The last two empty blocks are what says that all was packed; one of them will do.
    for length in (0..=last).step_by(128) {
        for depth in [Depth::Outline, Depth::Content] {
            let read = scan(&tar[..length], depth);
            assert!(
                matches!(read, Err(Damage::CutOff)),
                "{length} of {last}: {read:?}"
            );
        }
    }
}

#[test]
fn what_is_no_tar_is_said_so() {
    let gzip = [0x1f, 0x8b, 8, 0].repeat(1000);
    assert!(matches!(
        scan(&gzip[..], Depth::Content),
        Err(Damage::NoTar(_))
    ));
}

#[test]
fn a_changed_header_is_damage() {
    let mut tar = tar_of(&[("a", FILE, "hello"), ("b", FILE, "hello")]);
    tar[1024 + 100] ^= 1;
    assert!(scan(&tar[..], Depth::Outline).is_err());
}

#[test]
fn names_that_lead_out_and_links_to_nothing_are_refused() {
    let mut header = Header::new_gnu();
    header.set_size(0);
    header.set_mode(0);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    let name = b"a/../../etc/passwd";
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_cksum();
    let mut tar = tar::Builder::new(Vec::new());
    tar.append(&header, std::io::empty()).unwrap();
    let tar = tar.into_inner().unwrap();
    assert!(matches!(
        scan(&tar[..], Depth::Outline),
        Err(Damage::Wrong(_))
    ));
    let tar = tar_of(&[("b", EntryType::Link, "a")]);
    assert!(matches!(
        scan(&tar[..], Depth::Outline),
        Err(Damage::Wrong(_))
    ));
}

#[test]
fn a_name_without_an_end_is_not_kept_in_memory() {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::GNULongName);
    header.set_size(1 << 40);
    header.set_mode(0);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_cksum();
    let endless = Cursor::new(header.as_bytes().to_vec()).chain(std::io::repeat(b'a'));
    let read = scan(endless, Depth::Outline);
    assert!(read.unwrap_err().to_string().contains("no end"));
}

#[test]
fn an_error_of_the_reader_is_not_taken_for_an_end() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("no space"))
        }
    }
    let tar = tar_of(&[("a", FILE, "hello")]);
    for length in [0, 512, 700] {
        let read = scan(tar[..length].chain(Broken), Depth::Content).unwrap_err();
        assert!(read.to_string().contains("no space"), "{length}: {read}");
    }
}
