//! The parser of escape sequences.

use crate::fixtures::escapes::{Sequence, foreign, sequences};

#[test]
fn takes_output_apart() {
    let found = sequences(
        b"a\x1b[1;31mb\x1b[?25l\x1b]0;title\x07c\x1b]52;c;aGk=\x1b\\\x1bPq#\x1b\\\x1b(B\x07\xc2\x9b2J\r\n\t\x1b7",
    );
    assert_eq!(
        found,
        [
            Sequence::Csi(b"1;31".to_vec(), b'm'),
            Sequence::Csi(b"?25".to_vec(), b'l'),
            Sequence::Osc(b"0;title".to_vec()),
            Sequence::Osc(b"52;c;aGk=".to_vec()),
            Sequence::Text(b'P', b"q#".to_vec()),
            Sequence::Escape(b"(B".to_vec()),
            Sequence::Control(0x07),
            Sequence::C1(0x9b),
            Sequence::Escape(b"7".to_vec()),
        ]
    );
}

#[test]
fn an_unfinished_sequence_counts() {
    assert_eq!(sequences(b"\x1b]0;x"), [Sequence::Osc(b"0;x".to_vec())]);
    assert_eq!(sequences(b"\x1b"), [Sequence::Escape(Vec::new())]);
    assert_eq!(sequences(b"\x1b["), [Sequence::Csi(Vec::new(), 0)]);
    assert_eq!(sequences(b"\x1b[3"), [Sequence::Csi(b"3".to_vec(), 0)]);
    // ESC ends a string that was not closed, and begins the next.
    assert_eq!(
        sequences(b"\x1b]0;x\x1b[2J"),
        [
            Sequence::Osc(b"0;x".to_vec()),
            Sequence::Csi(b"2".to_vec(), b'J')
        ]
    );
}

#[test]
fn what_a_dashboard_writes_is_ours() {
    let usual = b"\x1b[?1049h\x1b[?25l\x1b[?1000h\x1b[?1002h\x1b[?1003h\x1b[?1015h\x1b[?1006h\x1b[?2004h\
        \x1b[2J\x1b[1;1H\x1b[38;2;1;2;3;48;5;16mtext \xe2\x97\x8f\x1b[39m\x1b[0m\x1b[?2026h\x1b[?2026l\x1b[>1u\x1b[<1u\
        \x1b[?1049l\x1b[?25h\r\n";
    assert_eq!(foreign(usual, |_| false), []);
}

#[test]
fn what_hostile_text_asks_for_is_foreign() {
    for hostile in [
        &b"\x1b]0;title\x07"[..],
        b"\x1b]52;c;aGk=\x07",
        b"\x1b]8;;http://x\x1b\\",
        b"\x1bP+q544e\x1b\\",
        b"\x1b_payload\x1b\\",
        b"\x1b[6;1t",
        b"\x1b[5i",
        b"\x1b[c",
        b"\x1b[?3h",
        b"\x1b[4h",
        b"\x1bc",
        b"\x1b#8",
        b"\x07",
        b"\x0e",
        b"\x7f",
        b"\xc2\x9b",
    ] {
        assert_eq!(
            foreign(hostile, |_| false).len(),
            1,
            "{}",
            hostile.escape_ascii()
        );
    }
    let clipboard =
        |sequence: &Sequence| matches!(sequence, Sequence::Osc(text) if text.starts_with(b"52;"));
    assert_eq!(foreign(b"\x1b]52;c;aGk=\x07", clipboard), []);
}
