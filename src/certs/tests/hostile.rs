//! Files that somebody made to hurt, and those that chance made.
//!
//! Time is not measured: 10 MB of each kind simply have to come to an end, which a quadratic reader would not within
//! the time a test has.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;

use super::issue::{Authority, params, self_signed};
use crate::certs::ber::{Elements, SEQUENCE, SET, der};
use crate::certs::parse;
use crate::domain::{ChainStatus, FileOutcome};

const SIZE: usize = 10 << 20;

fn filled_with(piece: &[u8]) -> Vec<u8> {
    piece.repeat(SIZE / piece.len())
}

#[test]
fn ten_megabytes_of_anything_come_to_an_end() {
    let bundle = [0x30, 0x80, 0x06, 0x09];
    for piece in [
        &b"-----BEGIN CERTIFICATE-----\n"[..],
        b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----",
        b"-----BEGIN ",
        b"-----END ",
        b"-",
        b"\n",
        b"\r",
        b" ",
        b"#",
        b"-----BEGIN X-----\nAAAA\n",
        b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN CERTIFICATE-----\nMII",
        b"MIIB",
        b"\\n",
        b":",
        b"\x30\x80",
        b"\x30\x84\x00\x00\x00\x02\x02\x00",
        b"\x30\x81\x80\x30\x7d",
        b"B\0E\0G\0I\0N\0",
        b"\xff\xfe",
        b"\xfe\xed\xfe\xed",
        &bundle,
    ] {
        let parsed = parse(&filled_with(piece));
        assert!(parsed.problems.len() <= 20, "{piece:?}");
        assert!(parsed.certificates.is_empty(), "{piece:?}");
    }
}

#[test]
fn an_open_length_in_each_other_is_not_followed_down() {
    let mut nested = [0x30, 0x80].repeat(SIZE / 4);
    nested.extend([0, 0].repeat(SIZE / 4));
    assert_eq!(parse(&nested).outcome(), FileOutcome::Malformed);
}

#[test]
fn a_file_of_thousands_of_certificates_is_read() {
    let ca = Authority::new("CA");
    let one = ca.issue(&["a"], 2027).pem() + &ca.certificate.pem();
    let parsed = parse(&filled_with(one.as_bytes()));
    assert_eq!(parsed.certificates.len(), SIZE / one.len() * 2);
    assert_eq!(parsed.outcome(), FileOutcome::Ok);
    assert_eq!(parsed.chain, ChainStatus::Unknown, "too many to judge");
}

#[test]
fn a_leaf_that_none_of_its_issuers_namesakes_signed_is_broken() {
    let leaf = Authority::new("CA").issue(&["a"], 2027).pem();
    let namesakes: String = (0..150)
        .map(|_| Authority::new("CA").certificate.pem())
        .collect();
    let parsed = parse((leaf + &namesakes).as_bytes());
    assert_eq!(parsed.chain, ChainStatus::Broken);
}

#[test]
fn a_certificate_of_ten_megabytes_is_read() {
    let names: Vec<String> = (0..200_000)
        .map(|n| format!("host-{n}.a-rather-long-domain.example.com"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let large = self_signed(&params(&names, 2027));
    assert!(large.der().len() > SIZE * 4 / 5);
    assert_eq!(parse(large.der()).certificates[0].names.len(), 200_000);
    assert_eq!(parse(large.pem().as_bytes()).certificates.len(), 1);
}

/// A certificate whose part at `at` (RFC 5280 §4.1: 5 is the subject, 7 the extensions) is another.
fn with_part(at: usize, part: &[u8]) -> Vec<u8> {
    let whole = self_signed(&params(&["a"], 2027));
    let mut parts = Elements(whole.der()).enter(SEQUENCE).unwrap();
    let tbs = parts.enter(SEQUENCE).unwrap();
    let mut of_tbs: Vec<&[u8]> = tbs.map(|element| element.whole).collect();
    of_tbs[at] = part;
    der(SEQUENCE, &[&der(SEQUENCE, &of_tbs), parts.0])
}

#[test]
fn a_subject_and_extensions_of_ten_megabytes_are_read() {
    // `commonName`, and an extension that nobody knows.
    let name = der(SET, &[&der(SEQUENCE, &[b"\x06\x03\x55\x04\x03\x0c\x01a"])]);
    let extension = der(SEQUENCE, &[b"\x06\x03\x2a\x03\x04\x04\x00"]);
    let subject = with_part(5, &der(SEQUENCE, &[&filled_with(&name)]));
    let parsed = parse(&subject);
    assert_eq!(parsed.problems, Vec::<String>::new());
    assert_eq!(parsed.certificates[0].common_name.as_deref(), Some("a"));
    let extensions = der(0xa3, &[&der(SEQUENCE, &[&filled_with(&extension)])]);
    let parsed = parse(&with_part(7, &extensions));
    assert_eq!(parsed.problems, Vec::<String>::new());
    assert_eq!(parsed.certificates.len(), 1);
}

#[test]
fn a_bundle_of_a_million_broken_certificates_tells_of_a_few() {
    let of_signed_data = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
    let certificates = der(0xa0, &[&[0x30, 0x00].repeat(1 << 20)]);
    let empty = der(SEQUENCE, &[]);
    let signed = der(
        SEQUENCE,
        &[&[2, 1, 1], &der(SET, &[]), &empty, &certificates],
    );
    let bundle = der(SEQUENCE, &[of_signed_data, &der(0xa0, &[&signed])]);
    let parsed = parse(&bundle);
    assert_eq!(parsed.outcome(), FileOutcome::Malformed);
    assert_eq!(parsed.problems.len(), 20);
}

/// Every file of the corpus.
fn corpus() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/certificates/corpus");
    let mut open = vec![root];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(path.read_dir().unwrap().map(|entry| entry.unwrap().path()));
        } else {
            files.push(std::fs::read(path).unwrap());
        }
    }
    assert!(files.len() > 100);
    files
}

/// A file of the corpus, damaged: some bytes are others, and it may be cut.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<Index>(), any::<u8>()), 0..8);
    (
        prop::sample::select(corpus()),
        changes,
        any::<Index>(),
        any::<bool>(),
    )
        .prop_map(|(mut file, changes, end, is_cut)| {
            for (at, byte) in changes {
                if !file.is_empty() {
                    let at = at.index(file.len());
                    file[at] = byte;
                }
            }
            if is_cut && !file.is_empty() {
                file.truncate(end.index(file.len()));
            }
            file
        })
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        parse(&bytes);
        let pem = pem::encode(&pem::Pem::new("CERTIFICATE", bytes.as_slice()));
        prop_assert!(parse(pem.as_bytes()).certificates.is_empty());
        parse(pem::encode(&pem::Pem::new("PRIVATE KEY", bytes.as_slice())).as_bytes());
        // Behind what begins as one of the forms that are read.
        for start in [&b"\x30\x82\x00\xc8\x02\x01\x00"[..], b"\x30\x80\x02\x01\x03\x30", b"\xff\xfe"] {
            parse(&[start, &bytes].concat());
        }
    }

    #[test]
    fn a_damaged_file_is_read_as_far_as_it_goes(file in damaged()) {
        let parsed = parse(&file);
        prop_assert!(parsed.problems.len() <= 20);
        let is_read = !parsed.certificates.is_empty();
        prop_assert_eq!(is_read, matches!(parsed.outcome(), FileOutcome::Ok | FileOutcome::Partial));
    }

    #[test]
    fn a_good_block_outlives_whatever_surrounds_it(
        before in damaged(),
        after in damaged(),
        noise in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let leaf = self_signed(&params(&["survivor.example"], 2027));
        // Text that claims to be UTF-16 is read as such.
        prop_assume!(!matches!(before.as_slice(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]));
        prop_assume!(memchr::memmem::find(&[before.as_slice(), &after].concat(), b"B\0E\0G\0I\0N").is_none());
        let file = [&before, b"\n".as_slice(), leaf.pem().as_bytes(), &noise, b"\n", &after].concat();
        let parsed = parse(&file);
        let survived = parsed.certificates.iter().any(|one| one.names == ["survivor.example"]);
        prop_assert!(survived, "{:?}", parsed.problems);
    }

    #[test]
    fn a_damaged_certificate_is_read_or_a_problem(at in 0..2000_usize, byte: u8) {
        let leaf = self_signed(&params(&["example.com"], 2027));
        let mut der = leaf.der().to_vec();
        let len = der.len();
        der[at % len] = byte;
        let parsed = parse(pem::encode(&pem::Pem::new("CERTIFICATE", der)).as_bytes());
        prop_assert_eq!(parsed.certificates.len() + parsed.problems.len(), 1);
    }
}
