//! Nothing that acts on a terminal gets through.

use proptest::prelude::*;

use super::at;
use crate::domain::text::is_unsafe;
use crate::domain::{LogStream, RawLogLine};
use crate::logs::{Line, LineKind, sanitize, without_escapes};

fn text(bytes: impl AsRef<[u8]>) -> String {
    sanitize(bytes.as_ref()).0
}

#[test]
fn plain_text_stays_as_it_is() {
    assert_eq!(text("GET / 200 ~"), "GET / 200 ~");
    assert_eq!(text("grüße, 漢字, 👩‍👩‍👧, عربي"), "grüße, 漢字, 👩‍👩‍👧, عربي");
    assert_eq!(text(""), "");
}

#[test]
fn for_another_program_tabs_stay() {
    let text = |bytes: &str| without_escapes(bytes.as_bytes());
    assert_eq!(
        text("a\tb\x1b[31m\tc\x1b]0;t\tu\x07d\u{9b}2J\0"),
        "a\tb\tcd·"
    );
    assert_eq!(text("10%\t\r20%"), "20%");
    assert_eq!(text("a\t\x08b"), "ab");
}

#[test]
fn sequences_are_removed_whole() {
    for (bytes, left) in [
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]2;title\x1b\\b", "ab"),
        ("a\x1b]52;c;aGVsbG8=\x07b", "ab"),
        ("a\x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\b", "alinkb"),
        ("a\x1b]0;✓ ends not in the check mark\x07b", "ab"),
        ("a\x1b[2J\x1b[1;1Hb", "ab"),
        ("a\x1b[?2004h\x1b[?1049lb", "ab"),
        ("a\x1b[>4;2mb", "ab"),
        ("a\x1b[200~b\x1b[201~", "ab"),
        ("a\x1b[1 qb", "ab"),
        ("a\x1bPq#0;2;0;0;0#0~~\x1b\\b", "ab"),
        ("a\x1b_Gf=24;AAAA\x1b\\b", "ab"),
        ("a\x1b^private\x1b\\b", "ab"),
        ("a\x1bXstart\x1b\\b", "ab"),
        ("a\x1bktitle\x1b\\b", "ab"),
        ("a\x1b(0\x1b)Bb", "ab"),
        ("a\x1b7\x1b8\x1bc\x1b=\x1bMb", "ab"),
        ("a\x1b#8b", "ab"),
        ("a\x1bPtmux;\x1b\x1b]52;c;AAAA\x07\x1b\\b", "ab"),
        ("a\x1b[3\x071mb", "ab"),
    ] {
        assert_eq!(text(bytes), left, "{bytes:?}");
    }
}

#[test]
fn sequences_without_an_end_go_to_the_end_of_the_line() {
    for bytes in [
        "a\x1b",
        "a\x1b[",
        "a\x1b[31;",
        "a\x1b]0;title",
        "a\x1bPq#0",
        "a\x1b_x",
        "a\x1b(",
        "a\u{9d}0;x",
    ] {
        assert_eq!(text(bytes), "a", "{bytes:?}");
    }
}

#[test]
fn a_cancelled_sequence_ends_where_a_terminal_ends_it() {
    assert_eq!(text("a\x1b[3\x18b"), "ab");
    assert_eq!(text("a\x1b]0;title\x1ab"), "ab");
    assert_eq!(text("a\x1b]0;title\x1b[1mb"), "ab");
    assert_eq!(text("a\x1b[3\x1b[1mb"), "ab");
    assert_eq!(text("a\x1b[3é"), "aé");
    assert_eq!(text("a\x1b\x1b[1mb"), "ab");
}

#[test]
fn c1_forms_are_removed_too() {
    assert_eq!(text("a\u{9b}31mb"), "ab");
    assert_eq!(text("a\u{9d}52;c;AAAA\u{9c}b"), "ab");
    assert_eq!(
        text("a\u{90}q\u{9c}b\u{9e}x\x1b\\c\u{9f}x\u{9c}d\u{98}x\u{9c}e"),
        "abcde"
    );
    assert_eq!(text(b"a\x9b31mb"), "ab");
    assert_eq!(text(b"a\x9d0;title\x07b"), "ab");
    assert_eq!(text(b"a\x1b]0;title\x9cb"), "ab");
    assert_eq!(text("a\u{85}b\u{9c}"), "a·b·");
}

#[test]
fn letters_of_old_code_pages_do_not_swallow_the_line() {
    // "Božena říká" in cp1250, where ž is the byte of PM.
    assert_eq!(
        text(b"Bo\x9eena \xf8\xedk\xe1"),
        "Bo\u{FFFD}ena \u{FFFD}\u{FFFD}k\u{FFFD}"
    );
    assert_eq!(text(b"5 \x9e 4 \x1b[0mok"), "5 \u{FFFD} 4 ok");
}

#[test]
fn what_cannot_be_seen_is_shown() {
    assert_eq!(text("a\0b\x07c\x7fd\x0be"), "a·b·c·d·e");
    assert_eq!(text("a\u{202E}b\u{2066}c\u{200B}d\u{FEFF}e"), "a·b·c·d·e");
    assert_eq!(text("one\ntwo"), "one·two");
}

#[test]
fn invalid_utf8_is_replaced_as_std_does() {
    for bytes in [
        &b"a\xffb"[..],
        b"\xc3",
        b"\xe2\x82",
        b"\xf0\x9f\x91x",
        b"\xed\xa0\x80",
        b"\xc0\xaf",
    ] {
        assert_eq!(text(bytes), String::from_utf8_lossy(bytes), "{bytes:?}");
    }
}

#[test]
fn tabs_lead_to_the_next_stop() {
    assert_eq!(text("\tx"), "        x");
    assert_eq!(text("1234567\tx"), "1234567 x");
    assert_eq!(text("12345678\tx"), "12345678        x");
    assert_eq!(text("漢字\tx"), "漢字    x");
    assert_eq!(text("\x1b[31mab\x1b[0m\tx"), "ab      x");
    assert_eq!(text("a\t\x08\x08\x08b\tc"), "a    b  c");
}

#[test]
fn of_a_progress_bar_the_last_state_remains() {
    assert_eq!(text("10%\r50%\r100%"), "100%");
    assert_eq!(text("10%\r50%\r"), "50%");
    assert_eq!(text("line\r\r"), "line");
    assert_eq!(text("10%\r\x1b[K"), "10%");
    assert_eq!(text("\x1b[31m10%\r\x1b[32m50%"), "50%");
    assert_eq!(text("abc\r\x08d"), "d");
}

#[test]
fn backspace_takes_back_what_is_written_over() {
    assert_eq!(text("N\x08N_\x08x"), "Nx");
    assert_eq!(text("-\x08\\\x08|"), "|");
    assert_eq!(text("abc\x08\x08"), "abc");
    assert_eq!(text("\x08\x08a"), "a");
    assert_eq!(text("e\u{301}\x08a"), "a");
}

#[test]
fn a_hostile_line_takes_linear_time() {
    const SIZE: usize = 1_000_000;
    for piece in [
        "a",
        "\x1b",
        "\x1b[",
        "\x1b[1m",
        "\x1b]",
        "\t",
        "\t\x08",
        "\r",
        "a\r",
        "\x08",
        "é",
        "\u{9b}m",
        "\u{9b}",
        "\u{9d}",
        "\u{202E}",
        "\x1b[31mx\x1b[0m",
    ] {
        assert_scanned(&piece.repeat(SIZE / piece.len()).into_bytes(), piece);
    }
    for byte in [0x9b, 0x9d, 0x90, 0x9c, 0xff] {
        assert_scanned(&vec![byte; SIZE], &format!("{byte:x}"));
    }
    assert_scanned(&"\x1b[1mé\t".repeat(10_000_000 / 7).into_bytes(), "10 MB");
    let mut half = vec![0x9e; SIZE / 2];
    half.extend(b"\x1b[m".repeat(SIZE / 6));
    assert_scanned(&half, "PM without an end, then colours");
    assert_scanned(
        &[&b"x".repeat(SIZE / 2)[..], &b"\t\x08".repeat(SIZE / 4)].concat(),
        "tabs taken back",
    );
}

/// A quadratic scan of these would go on for hours: the clock of the test runner is the judge.
fn assert_scanned(bytes: &[u8], name: &str) {
    let (text, _) = sanitize(bytes);
    assert!(text.len() <= bytes.len() * 8, "{name:?}");
}

#[test]
fn a_border_is_made_safe_as_well() {
    let border = Line::border(at(1), "c1".into(), "web\x1b[31m-1 exited (137)".to_owned());
    assert_eq!(&*border.text, "web-1 exited (137)");
    assert!(border.runs.is_empty());
    assert_eq!(border.kind, LineKind::Border);
}

#[test]
fn a_line_keeps_what_the_engine_said_of_it() {
    let line = Line::from_raw(RawLogLine {
        container: "c1".into(),
        at: at(7),
        stream: LogStream::Err,
        bytes: b"\x1b[1mbold".to_vec(),
        cut: 12,
    });
    assert_eq!((&*line.text, line.cut, line.at), ("bold", 12, at(7)));
    assert_eq!((line.stream, line.kind), (LogStream::Err, LineKind::Text));
    assert_eq!(line.runs.len(), 1);
}

/// Bytes in which escape sequences and their parts are likely.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..8),
        "\\PC{0,8}".prop_map(String::into_bytes),
        prop::sample::select(vec![
            &b"\x1b"[..],
            b"\x1b[",
            b"\x1b]",
            b"\x1bP",
            b"m",
            b"\x1b[38;2;1;2;3m",
            b"\x1b[0m",
            b"\x07",
            b"\x1b\\",
            b"\r",
            b"\x08",
            b"\t",
            b"\n",
            b"\x9b",
            b"\x9d",
            b"\x9c",
            b"\xc2",
            b"\x18",
            b"\xe2\x80\xae",
        ])
        .prop_map(<[u8]>::to_vec),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_unsafe_is_left(bytes in hostile()) {
        let (text, runs) = sanitize(&bytes);
        prop_assert!(!text.chars().any(is_unsafe), "{text:?}");
        for pair in runs.windows(2) {
            prop_assert!(pair[0].start < pair[1].start && pair[0].style != pair[1].style);
        }
        for run in &runs {
            prop_assert!((run.start as usize) < text.len() && text.is_char_boundary(run.start as usize));
        }
    }

    #[test]
    fn what_is_safe_is_left_alone(text in "\\PC*") {
        let safe: String = text.chars().filter(|c| !is_unsafe(*c)).collect();
        prop_assert_eq!(sanitize(safe.as_bytes()), (safe, Vec::new()));
    }

    #[test]
    fn a_raw_line_is_what_sanitize_makes_of_it(bytes in hostile()) {
        let (text, runs) = sanitize(&bytes);
        let line = Line::from_raw(RawLogLine {
            container: "c".into(), at: at(0), stream: LogStream::Out, bytes, cut: 0,
        });
        prop_assert_eq!((&*line.text, &*line.runs), (text.as_str(), runs.as_slice()));
    }
}
