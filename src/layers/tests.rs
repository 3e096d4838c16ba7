//! Layers made by hand, images as each engine writes them, and what is made to do harm.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use tar::{Builder, EntryType, Header};

use crate::domain::{ByteSize, FileCount, LayerReport};

use super::unzstd::Unzstd;
use super::{LayersError, read};

/// What a layer's tar holds.
enum Put<'a> {
    File(&'a str, u64),
    Folder(&'a str),
    Link(&'a str, &'a str),
    Symlink(&'a str, &'a str),
}
use Put::{File, Folder, Link, Symlink};

fn tar(puts: &[Put<'_>]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for put in puts {
        let mut header = Header::new_gnu();
        header.set_mode(0o644);
        let (path, kind, size, link) = match put {
            File(path, size) => (*path, EntryType::Regular, *size, None),
            Folder(path) => (*path, EntryType::Directory, 0, None),
            Link(path, first) => (*path, EntryType::Link, 0, Some(*first)),
            Symlink(path, to) => (*path, EntryType::Symlink, 0, Some(*to)),
        };
        header.set_entry_type(kind);
        header.set_size(size);
        if let Some(to) = link {
            builder.append_link(&mut header, path, to).unwrap();
        } else {
            let content = std::io::Read::take(std::io::repeat(7), size);
            builder.append_data(&mut header, path, content).unwrap();
        }
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    ruzstd::encoding::compress_to_vec(bytes, level)
}

/// An archive with these members, and what is a link at last.
fn archive(members: &[(&str, Vec<u8>)], links: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (path, content) in members {
        let mut header = Header::new_ustar();
        header.set_size(content.len() as u64);
        builder
            .append_data(&mut header, path, Cursor::new(content))
            .unwrap();
    }
    for (path, to) in links {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Symlink);
        header.set_size(0);
        builder.append_link(&mut header, path, to).unwrap();
    }
    builder.into_inner().unwrap()
}

/// An image as engines up to 24 save it, its base first.
fn image(layers: &[&[Put<'_>]]) -> Vec<u8> {
    let layers: Vec<Vec<u8>> = layers.iter().map(|layer| tar(layer)).collect();
    saved(&layers)
}

/// The same of layers that are packed already.
fn saved(layers: &[Vec<u8>]) -> Vec<u8> {
    let mut members = Vec::new();
    let names: Vec<String> = (0..layers.len())
        // The order in the stream is that of random ids.
        .map(|n| format!("{:x}/layer.tar", (n * 7 + 3) % 16))
        .collect();
    for (name, layer) in names.iter().zip(layers) {
        members.push((name.as_str(), layer.clone()));
    }
    members.sort_by(|a, b| a.0.cmp(b.0));
    let manifest = serde_json::json!([{"Config": "c.json", "Layers": names}]);
    members.push(("manifest.json", manifest.to_string().into_bytes()));
    archive(&members, &[])
}

fn report(layers: &[&[Put<'_>]]) -> LayerReport {
    read(Cursor::new(image(layers))).unwrap()
}

const fn count(files: u64, size: u64) -> FileCount {
    FileCount {
        files,
        size: ByteSize(size),
    }
}

fn wasted(report: &LayerReport) -> Vec<(&str, u64, u64)> {
    let paths = report.wasted_paths.iter();
    paths
        .map(|one| (one.path.as_str(), one.size.0, one.copies))
        .collect()
}

#[test]
fn what_is_written_over_and_deleted_is_wasted() {
    let found = report(&[
        &[Folder("var/"), File("var/big", 3000), File("etc/conf", 10)],
        &[File("./var/big", 3000), File("new", 5)],
        &[File("var/.wh.big", 0), File("etc/conf", 12)],
    ]);
    let [base, middle, top] = &*found.layers else {
        panic!("{found:#?}")
    };
    assert_eq!((base.added, base.changed), (count(2, 3010), count(0, 0)));
    assert_eq!(base.wasted, ByteSize(3010));
    assert_eq!(
        (middle.added, middle.changed),
        (count(1, 5), count(1, 3000))
    );
    assert_eq!(middle.wasted, ByteSize(3000));
    assert_eq!((top.deleted, top.changed), (count(1, 3000), count(1, 12)));
    assert_eq!(top.wasted, ByteSize(0));
    assert_eq!(
        wasted(&found),
        [("/var/big", 6000, 2), ("/etc/conf", 10, 1)]
    );
    assert_eq!((found.stored, found.seen), (ByteSize(6027), ByteSize(17)));
    assert_eq!(found.wasted(), ByteSize(6010));
    assert!((found.efficiency() - 17.0 / 6027.0).abs() < 1e-9);
}

#[test]
fn a_folder_goes_with_all_that_is_in_it_and_with_nothing_beside_it() {
    let base: &[Put<'_>] = &[
        File("a/x", 1),
        File("a/b/y", 2),
        File("a-b", 4),
        File("ab", 8),
        File("a/.hidden", 16),
    ];
    let gone = report(&[base, &[File(".wh.a", 0)]]);
    assert_eq!(gone.layers[1].deleted, count(3, 19));
    assert_eq!(gone.seen, ByteSize(12));

    // Opaque: what the same layer puts into it stays, wherever in the tar it stands.
    let anew = report(&[base, &[File("a/z", 32), File("a/.wh..wh..opq", 0)]]);
    assert_eq!(anew.layers[1].deleted, count(3, 19));
    assert_eq!(anew.seen, ByteSize(12 + 32));
    let root = report(&[base, &[File(".wh..wh..opq", 0), File("only", 64)]]);
    assert_eq!((root.seen, root.wasting), (ByteSize(64), 5));

    // A file in its place.
    let file = report(&[base, &[File("a", 128)]]);
    assert_eq!(file.layers[1].deleted, count(3, 19));
    // A folder in place of a file.
    let folder = report(&[base, &[Folder("ab/"), File("ab/in", 1)]]);
    assert_eq!(folder.layers[1].deleted, count(1, 8));
    assert_eq!(wasted(&folder), [("/ab", 8, 1)]);
    // Only the mode of a folder is another, or AUFS kept its books: nothing happens.
    let mode = report(&[
        base,
        &[
            Folder("a/"),
            File(".wh..wh.aufs", 0),
            File(".wh.nothing", 0),
        ],
    ]);
    assert_eq!(
        (mode.layers[1].deleted, mode.wasted()),
        (count(0, 0), ByteSize(0))
    );
}

#[test]
fn a_file_with_two_names_is_wasted_with_its_last() {
    let base: &[Put<'_>] = &[File("z", 100), Link("a", "z"), Symlink("s", "z")];
    let one = report(&[base, &[File(".wh.z", 0)]]);
    assert_eq!(one.layers[0].added, count(3, 101));
    assert_eq!((one.seen, one.wasted()), (ByteSize(101), ByteSize(0)));
    let both = report(&[base, &[File(".wh.z", 0)], &[File("a", 1)]]);
    assert_eq!((both.seen, both.wasted()), (ByteSize(2), ByteSize(100)));
    assert_eq!(both.layers[0].wasted, ByteSize(100));
    // A link to what is not there, to itself, to what a layer below has.
    let odd = report(&[
        base,
        &[Link("q", "nowhere"), Link("l", "l"), Link("m", "z")],
        &[File(".wh.z", 0), File(".wh.a", 0)],
    ]);
    assert_eq!(odd.seen, ByteSize(101));
}

#[test]
fn what_a_layer_holds_twice_is_there_once() {
    let found = report(&[&[File("a", 5), File("a", 7)]]);
    assert_eq!(found.layers[0].added, count(1, 7));
    assert_eq!(found.wasted(), ByteSize(0));
}

#[test]
fn names_of_any_length_and_kind_are_read() {
    let long = format!("{}/end", "folder/".repeat(60));
    let found = report(&[&[File(&long, 9)], &[File(&long, 9)]]);
    assert_eq!(
        wasted(&found),
        [(format!("/{}", long.replace("//", "/")).as_str(), 9, 1)]
    );
    // As Go's archive/tar does it: a pax header before it.
    let mut builder = Builder::new(Vec::new());
    let path = "x".repeat(300);
    builder
        .append_pax_extensions([("path", path.as_bytes()), ("size", b"700")])
        .unwrap();
    let mut header = Header::new_ustar();
    header.set_path("short").unwrap();
    header.set_size(0);
    header.set_cksum();
    builder.get_mut().write_all(header.as_bytes()).unwrap();
    builder.get_mut().write_all(&[1; 1024]).unwrap();
    let layer = builder.into_inner().unwrap();
    let manifest = br#"[{"Config":"c","Layers":["l","l"]}]"#.to_vec();
    let stream = archive(&[("l", layer), ("manifest.json", manifest)], &[]);
    let found = read(Cursor::new(stream)).unwrap();
    assert_eq!(wasted(&found), [(format!("/{path}").as_str(), 700, 1)]);
}

#[test]
fn oci_layouts_gzip_links_and_configs_are_read() {
    let base = gzip(&tar(&[File("a", 40), File("b", 2)]));
    let config = serde_json::json!({"history": [
        {"created": "2026-01-02T03:04:05Z", "created_by": "/bin/sh -c #(nop) COPY dir:1 in / "},
        {"created_by": "ENV A=1", "empty_layer": true},
        {"created_by": "RUN /bin/sh -c rm a # buildkit"},
        {"created_by": "RUN /bin/sh -c true # buildkit"}]});
    let manifest = serde_json::json!([{"Config": "blobs/sha256/cc", "RepoTags": null,
        "Layers": ["blobs/sha256/aa", "blobs/sha256/bb", "twin/layer.tar"]}]);
    let stream = archive(
        &[
            ("blobs/sha256/aa", base),
            ("blobs/sha256/bb", tar(&[File(".wh.a", 0)])),
            ("blobs/sha256/cc", config.to_string().into_bytes()),
            ("blobs/sha256/ee", vec![0; 1024]),
            ("index.json", b"{}".to_vec()),
            ("manifest.json", manifest.to_string().into_bytes()),
            ("repositories", b"not JSON".to_vec()),
        ],
        &[("twin/layer.tar", "../blobs/sha256/ee"), ("loop", "loop")],
    );
    let found = read(Cursor::new(stream)).unwrap();
    let made: Vec<Option<&str>> = found
        .layers
        .iter()
        .map(|one| one.instruction.as_deref())
        .collect();
    assert_eq!(
        made,
        [Some("COPY dir:1 in /"), Some("RUN rm a"), Some("RUN true")]
    );
    assert!(found.layers[0].created.is_some() && found.layers[1].created.is_none());
    assert_eq!((found.stored, found.wasted()), (ByteSize(42), ByteSize(40)));
}

#[test]
fn what_zstd_itself_packed_is_unpacked_frame_by_frame() {
    // zstd 1.5.4: two frames with checksums, and one between them that is to be skipped.
    const PACKED: &[u8] = &[
        0x28, 0xb5, 0x2f, 0xfd, 0x24, 0x27, 0xdd, 0x00, 0x00, 0xa8, 0x66, 0x69, 0x72, 0x73, 0x74,
        0x20, 0x66, 0x72, 0x61, 0x6d, 0x65, 0x20, 0x6f, 0x66, 0x20, 0x74, 0x77, 0x6f, 0x2c, 0x20,
        0x0a, 0x01, 0x00, 0xce, 0x9b, 0x4c, 0x91, 0x12, 0x9d, 0x19, 0x50, 0x2a, 0x4d, 0x18, 0x03,
        0x00, 0x00, 0x00, 0x78, 0x79, 0x7a, 0x28, 0xb5, 0x2f, 0xfd, 0x24, 0x0d, 0x69, 0x00, 0x00,
        0x73, 0x65, 0x63, 0x6f, 0x6e, 0x64, 0x20, 0x66, 0x72, 0x61, 0x6d, 0x65, 0x0a, 0x9e, 0x39,
        0x73, 0xab,
    ];
    let unpacked = |packed: &[u8]| {
        let mut text = String::new();
        let read = std::io::Read::read_to_string(&mut Unzstd::new(packed), &mut text);
        read.map(|_| text)
    };
    let text = "first frame of two, first frame of two\nsecond frame\n";
    assert_eq!(unpacked(PACKED).unwrap(), text);
    assert_eq!(unpacked(&[]).unwrap(), "");
    for end in 1..PACKED.len() {
        // What ends between two frames is whole as far as it goes.
        if let Ok(part) = unpacked(&PACKED[..end]) {
            assert!(text.starts_with(&part) && part.ends_with('\n'), "{end}");
        }
    }
}

#[test]
fn a_layer_packed_with_zstd_is_the_same() {
    let big = [File("a", 3_000_000), File("b", 5)];
    let changed = [File("b", 9)];
    let layers = [tar(&big), tar(&changed)];
    let plain = read(Cursor::new(saved(&layers.clone())));
    let packed = read(Cursor::new(saved(&layers.map(|layer| zstd(&layer)))));
    assert_eq!(packed.unwrap(), plain.unwrap());
}

#[test]
fn what_cannot_be_read_says_why() {
    let said = |stream: Vec<u8>| read(Cursor::new(stream)).unwrap_err().to_string();
    let with = |content: &[u8], manifest: &str| {
        archive(
            &[
                ("l", content.to_vec()),
                ("manifest.json", manifest.as_bytes().to_vec()),
            ],
            &[],
        )
    };
    let one = r#"[{"Config":"c","Layers":["l"]}]"#;
    let xz = said(with(&[0xfd, b'7', b'z', b'X', b'Z', 0], one));
    assert!(xz.contains("packed with xz"), "{xz}");
    for zstd in [
        &[0x28, 0xb5, 0x2f, 0xfd, 0][..],
        &zstd(&tar(&[File("a", 99)]))[..30],
    ] {
        assert!(said(with(zstd, one)).contains("reading the image"));
    }
    // A window of terabytes is not allocated.
    let window = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xf8, 0x01, 0x00, 0x00];
    assert!(said(with(&window, one)).contains("reading the image"));
    assert!(said(with(b"noise", one)).contains("the layer l is not in it"));
    assert!(said(with(b"", "[]")).contains("no image"));
    assert!(said(with(b"", "[")).contains("manifest.json"));
    assert!(said(Vec::new()).contains("no manifest.json"));
    let loops = archive(&[("manifest.json", one.as_bytes().to_vec())], &[("l", "l")]);
    assert!(said(loops).contains("the layer l is not in it"));
    let whole = image(&[&[File("a", 5_000)]]);
    let cut = read(Cursor::new(&whole[..3_000])).unwrap_err();
    assert!(matches!(cut, LayersError::Read(_)), "{cut}");
    // A name that says it has a gigabyte is not read into memory.
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::GNULongName);
    header.set_size(1 << 30);
    header.set_cksum();
    assert!(said(header.as_bytes().to_vec()).contains("without an end"));
}

#[test]
fn memory_is_bounded_by_names() {
    let mut room = super::listing::Room {
        names: 3,
        bytes: 10,
    };
    let three = tar(&[File("a", 1), File("b", 1), File("c", 1)]);
    assert!(super::listing::read(&*three, &mut room).is_ok());
    let more = super::listing::read(&*tar(&[File("d", 1)]), &mut room);
    assert!(matches!(more, Err(LayersError::TooMany(_))));
    let mut room = super::listing::Room {
        names: 3,
        bytes: 10,
    };
    let long = super::listing::read(&*tar(&[File("name-of-more-than-ten", 1)]), &mut room);
    assert!(matches!(long, Err(LayersError::TooMany(_))));
}

proptest! {
    #[test]
    fn bytes_that_were_spoilt_never_panic(at in prop::collection::vec((0_usize..20_000, any::<u8>()), 1..40)) {
        let gz = gzip(&tar(&[File("a/b", 700), File("a/.wh..wh..opq", 0)]));
        let manifest = br#"[{"Config":"m","Layers":["g","t"]}]"#.to_vec();
        let mut stream = archive(&[("g", gz), ("t", tar(&[File(".wh.a", 0), Link("x", "a/b")])), ("manifest.json", manifest)], &[]);
        for (at, byte) in at {
            let len = stream.len();
            stream[at % len] = byte;
        }
        if let Ok(report) = read(Cursor::new(stream)) {
            prop_assert!(report.seen <= report.stored);
        }
    }

    #[test]
    fn bytes_add_up_whatever_is_put_and_deleted(layers in prop::collection::vec(prop::collection::vec((0_usize..12, 0_u64..50), 0..8), 1..6)) {
        const NAMES: [&str; 12] = ["a", "a/b", "a/b/c", ".wh.a", "a/.wh.b", "a/.wh..wh..opq", "d", "d/e", ".wh.d", ".wh..wh..opq", "a-b", "d/e/f"];
        let layers: Vec<Vec<Put<'_>>> = layers
            .iter()
            .map(|puts| puts.iter().map(|(name, size)| File(NAMES[*name], *size)).collect())
            .collect();
        let layers: Vec<&[Put<'_>]> = layers.iter().map(Vec::as_slice).collect();
        let found = report(&layers);
        let wasted: ByteSize = found.layers.iter().map(|layer| layer.wasted).sum();
        let paths: ByteSize = found.wasted_paths.iter().map(|path| path.size).sum();
        prop_assert_eq!(wasted, found.wasted());
        prop_assert_eq!(paths, found.wasted());
    }
}
