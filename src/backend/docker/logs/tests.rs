//! Frames and terminals, whole and in pieces.

use super::decode::{Decoder, PART};
use super::line::KEPT;
use crate::backend::{LogRequest, Since};
use crate::domain::{ContainerId, LogStream, RawLogLine};
use proptest::prelude::*;

const AT: &str = "2026-11-21T07:15:00.123456789Z";

fn frame(stream: u8, text: &[u8]) -> Vec<u8> {
    let mut frame = vec![stream, 0, 0, 0];
    frame.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
    frame.extend(text);
    frame
}

fn message(stream: u8, at: &str, text: &[u8]) -> Vec<u8> {
    frame(stream, &[at.as_bytes(), b" ", text].concat())
}

const ALL: LogRequest = LogRequest {
    tail: None,
    since: None,
    until: None,
    follow: false,
};

fn decoder(request: LogRequest) -> Decoder {
    Decoder::new(ContainerId::from("c"), request, Some(PART))
}

fn decode_in(bytes: &[u8], size: usize, request: LogRequest) -> Vec<RawLogLine> {
    let mut decoder = decoder(request);
    let mut lines = Vec::new();
    for chunk in bytes.chunks(size) {
        decoder.feed(chunk, &mut lines).unwrap();
    }
    decoder.finish(&mut lines);
    lines
}

/// The same whole, byte by byte and in odd pieces.
fn decode(bytes: &[u8]) -> Vec<RawLogLine> {
    let whole = decode_in(bytes, usize::MAX, ALL);
    for size in [1, 7, 4096] {
        assert_eq!(decode_in(bytes, size, ALL), whole, "pieces of {size}");
    }
    whole
}

fn texts(lines: &[RawLogLine]) -> Vec<&str> {
    lines
        .iter()
        .map(|line| std::str::from_utf8(&line.bytes).unwrap())
        .collect()
}

#[test]
fn frames_are_lines_of_two_streams() {
    let bytes = [
        message(1, AT, b"out\n"),
        message(2, "2026-11-21T07:15:01.5Z", b"err\r\n"),
        message(1, AT, b"\n"),
        frame(1, b""),
    ]
    .concat();
    let lines = decode(&bytes);
    assert_eq!(texts(&lines), ["out", "err", ""]);
    assert_eq!(lines[0].at, AT.parse().unwrap());
    assert_eq!(lines[1].stream, LogStream::Err);
    assert_eq!(lines[1].at.subsec_nanosecond(), 500_000_000);
}

#[test]
fn parts_of_a_long_message_are_one_line_with_its_first_time() {
    let part = [b'x'; 16384];
    let bytes = [
        message(1, AT, &part),
        message(2, AT, b"between\n"),
        message(1, "2026-11-21T07:15:09Z", &part),
        message(1, "2026-11-21T07:15:10Z", b"end\n"),
    ]
    .concat();
    let lines = decode(&bytes);
    assert_eq!(lines[0].bytes, b"between");
    assert_eq!(lines[1].bytes.len(), 2 * 16384 + 3);
    assert_eq!(lines[1].at, AT.parse().unwrap());
    assert_eq!(lines.len(), 2);
}

#[test]
fn a_terminals_log_has_no_frames() {
    let part = "y".repeat(16384);
    let text = format!("{AT} one\r\n{AT} {part}{AT} tail\r\n{AT} \r\n{AT} last");
    let lines = decode(text.as_bytes());
    assert_eq!(texts(&lines), ["one", &format!("{part}tail"), "", "last"]);
    assert!(lines.iter().all(|line| line.stream == LogStream::Out));
}

#[test]
fn a_line_of_ten_megabytes_is_cut() {
    let mut bytes = Vec::new();
    for _ in 0..640 {
        bytes.extend(message(1, AT, &[b'z'; 16384]));
    }
    bytes.extend(message(1, AT, b"\n"));
    bytes.extend(message(1, AT, b"next\n"));
    let lines = decode_in(&bytes, 32 * 1024, ALL);
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].bytes.len(), KEPT);
    assert_eq!(lines[0].cut, 640 * 16384 - KEPT);
    assert_eq!(lines[1].bytes, b"next");
}

#[test]
fn a_line_that_never_ends_is_shown_and_takes_no_more_memory() {
    let mut decoder = decoder(ALL);
    let mut lines = Vec::new();
    decoder
        .feed(format!("{AT} ").as_bytes(), &mut lines)
        .unwrap();
    for _ in 0..4096 {
        decoder.feed(&[b'e'; 16384], &mut lines).unwrap();
    }
    assert_eq!(lines.len(), 4);
    assert!(
        lines
            .iter()
            .all(|line| line.bytes.len() == KEPT && line.cut > 0)
    );
}

#[test]
fn only_what_is_wanted_is_given() {
    let bytes = [
        message(1, "2026-11-21T07:15:00.1Z", b"before\n"),
        message(1, "2026-11-21T07:15:00.2Z", b"at\n"),
        message(1, "2026-11-21T07:15:00.2Z", b"at the same\n"),
        message(1, "2026-11-21T07:15:00.200000001Z", b"after\n"),
    ]
    .concat();
    let given = |seen: Option<usize>, until: Option<&str>| {
        let at = "2026-11-21T07:15:00.2Z".parse().unwrap();
        let request = LogRequest {
            since: seen.map(|seen| Since { at, seen }),
            until: until.map(|until| until.parse().unwrap()),
            ..ALL
        };
        let lines = decode_in(&bytes, 9, request);
        texts(&lines).join(", ")
    };
    assert_eq!(given(Some(0), None), "at, at the same, after");
    assert_eq!(given(Some(1), None), "at the same, after");
    assert_eq!(given(Some(2), None), "after");
    assert_eq!(given(Some(9), None), "after");
    let until = Some("2026-11-21T07:15:00.2Z");
    assert_eq!(given(None, until), "before, at, at the same");
    assert_eq!(given(Some(1), until), "at the same");
}

#[test]
fn a_message_without_a_time_has_the_last_one() {
    let bytes = [
        message(1, AT, b"one\n"),
        frame(1, b"no time here\n"),
        frame(1, b"2026-99-99T00:00:00Z wrong\n"),
        frame(2, b"word"),
        frame(1, &[b'q'; 100]),
    ]
    .concat();
    let lines = decode(&bytes);
    assert_eq!(
        texts(&lines)[..4],
        ["one", "no time here", "2026-99-99T00:00:00Z wrong", "word"]
    );
    assert!(lines.iter().all(|line| line.at == AT.parse().unwrap()));
}

#[test]
fn a_frame_that_is_no_full_part_ends_the_line() {
    let part = [b'x'; 16384];
    let bytes = [
        message(1, AT, &part),
        message(1, AT, b"tail of the local driver"),
        message(1, AT, &part),
        message(1, AT, b""),
        message(2, AT, b"last words"),
        message(2, "2026-11-21T08:00:00Z", b"next run\n"),
    ]
    .concat();
    let lines = decode(&bytes);
    let lengths: Vec<usize> = lines.iter().map(|line| line.bytes.len()).collect();
    assert_eq!(lengths, [16384 + 24, 16384, 10, 8]);
    // Podman's parts have any size.
    let mut decoder = Decoder::new(ContainerId::from("c"), ALL, None);
    let mut lines = Vec::new();
    let bytes = [message(1, AT, b"one "), message(1, AT, b"line\n")].concat();
    decoder.feed(&bytes, &mut lines).unwrap();
    assert_eq!(texts(&lines), ["one line"]);
}

#[test]
fn the_engines_own_error_ends_the_log() {
    let bytes = [
        message(1, AT, b"one\n"),
        frame(3, b"Error grabbing logs: EOF\n"),
    ]
    .concat();
    let mut decoder = decoder(ALL);
    let mut lines = Vec::new();
    let outcome = decoder.feed(&bytes, &mut lines);
    assert_eq!(outcome, Err("Error grabbing logs: EOF".to_owned()));
    assert_eq!(lines.len(), 1);
}

proptest! {
    #[test]
    fn no_bytes_crash_it_and_pieces_do_not_matter(
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
        size in 1_usize..50,
    ) {
        let run = |size| {
            let mut decoder = decoder(ALL);
            let mut lines = Vec::new();
            let outcome = bytes.chunks(size).try_for_each(|chunk| decoder.feed(chunk, &mut lines));
            decoder.finish(&mut lines);
            (outcome, lines)
        };
        prop_assert_eq!(run(size), run(600));
    }

    #[test]
    fn nothing_of_a_message_is_lost(
        messages in proptest::collection::vec(("[ -~]{0,80}", 1_u8..3), 1..20),
        size in 1_usize..200,
    ) {
        let bytes: Vec<u8> = messages
            .iter()
            .flat_map(|(text, stream)| message(*stream, AT, format!("{text}\n").as_bytes()))
            .collect();
        let lines = decode_in(&bytes, size, ALL);
        let expected: Vec<&str> = messages.iter().map(|(text, _)| text.as_str()).collect();
        prop_assert_eq!(texts(&lines), expected);
    }
}
