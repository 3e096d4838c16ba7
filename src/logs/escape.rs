//! Where an escape sequence ends (ECMA-48, and xterm's ctlseqs for what it leaves open).

const ESC: u8 = 0x1b;

/// An escape sequence that was recognised.
#[derive(Debug)]
pub(super) struct Sequence<'a> {
    /// The byte after it.
    pub end: usize,
    /// The parameters, when it sets colours or attributes.
    pub sgr: Option<&'a [u8]>,
    /// Whether it has its end; otherwise the line ended or another sequence began.
    pub complete: bool,
}

/// A control string: everything up to a string terminator belongs to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct StringKind {
    /// Whether a BEL ends it too, as it does OSC.
    pub bell: bool,
}

/// One step through bytes that should be UTF-8.
#[derive(Debug)]
pub(super) enum Decoded {
    Char(char),
    /// Not UTF-8; the first of the bytes.
    Invalid(u8),
}

/// The character at a position and how many bytes it takes.
pub(super) fn decode(bytes: &[u8], at: usize) -> (Decoded, usize) {
    let window = &bytes[at..bytes.len().min(at + 4)];
    let first = window.first().copied().unwrap_or(0);
    let (valid, invalid_len) = match std::str::from_utf8(window) {
        Ok(text) => (text, 0),
        Err(error) => {
            let (valid, rest) = window.split_at(error.valid_up_to());
            (
                std::str::from_utf8(valid).unwrap_or(""),
                error.error_len().unwrap_or(rest.len()),
            )
        }
    };
    match valid.chars().next() {
        Some(c) => (Decoded::Char(c), c.len_utf8()),
        None => (Decoded::Invalid(first), invalid_len.max(1)),
    }
}

/// The sequence whose ESC stands before `at`.
pub(super) fn after_escape(bytes: &[u8], at: usize) -> Sequence<'_> {
    match bytes.get(at).copied() {
        Some(b'[') => csi(bytes, at + 1),
        Some(b']') => string(bytes, at + 1, StringKind { bell: true }),
        // DCS, SOS, PM, APC, and the title that screen and tmux know.
        Some(b'P' | b'X' | b'^' | b'_' | b'k') => string(bytes, at + 1, StringKind { bell: false }),
        // A charset and the like: intermediates, then one final byte.
        Some(b' '..=b'/') => {
            let end = at
                + bytes[at..]
                    .iter()
                    .take_while(|b| matches!(b, b' '..=b'/'))
                    .count();
            let complete = matches!(bytes.get(end), Some(b'0'..=b'~'));
            removed(end + usize::from(complete), complete)
        }
        Some(b'0'..=b'~') => removed(at + 1, true),
        // A control or a letter from beyond ASCII stands for itself.
        _ => removed(at, false),
    }
}

/// The sequence that the C1 control before `at` begins; none when it is not one that begins something.
pub(super) fn after_c1(bytes: &[u8], at: usize, control: char) -> Option<Sequence<'_>> {
    let control = u8::try_from(control).ok()?;
    match string_kind(control) {
        Some(kind) => Some(string(bytes, at, kind)),
        None => (control == 0x9b).then(|| csi(bytes, at)),
    }
}

/// Which string the 8-bit form of DCS, SOS, OSC, PM and APC begins.
pub(super) fn string_kind(control: u8) -> Option<StringKind> {
    matches!(control, 0x90 | 0x98 | 0x9d | 0x9e | 0x9f).then_some(StringKind {
        bell: control == 0x9d,
    })
}

fn removed<'a>(end: usize, complete: bool) -> Sequence<'a> {
    Sequence {
        end,
        sgr: None,
        complete,
    }
}

fn csi(bytes: &[u8], start: usize) -> Sequence<'_> {
    let mut at = start;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'@'..=b'~' => {
                let parameters = &bytes[start..at];
                let is_sgr = byte == b'm'
                    && parameters
                        .iter()
                        .all(|b| matches!(b, b'0'..=b'9' | b';' | b':'));
                return Sequence {
                    end: at + 1,
                    sgr: is_sgr.then_some(parameters),
                    complete: true,
                };
            }
            // CAN and SUB abort it.
            0x18 | 0x1a => return removed(at + 1, false),
            ESC | 0x80.. => return removed(at, false),
            // Parameters, intermediates, and controls that a terminal would carry out in passing.
            _ => at += 1,
        }
    }
    removed(at, false)
}

fn string(bytes: &[u8], start: usize, kind: StringKind) -> Sequence<'_> {
    let mut at = start;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            0x07 if kind.bell => return removed(at + 1, true),
            0x18 | 0x1a => return removed(at + 1, false),
            ESC if bytes.get(at + 1) == Some(&b'\\') => return removed(at + 2, true),
            // Any other sequence cancels the string and begins anew.
            ESC => return removed(at, false),
            0x00..=0x7f => at += 1,
            0x80.. => {
                let (decoded, len) = decode(bytes, at);
                at += len;
                if matches!(decoded, Decoded::Char('\u{9c}') | Decoded::Invalid(0x9c)) {
                    return removed(at, true);
                }
            }
        }
    }
    removed(at, false)
}
