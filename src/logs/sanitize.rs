//! Makes what a container wrote safe to show: text and its styles, nothing that acts on a terminal.
//!
//! Time is linear in the bytes, whatever they are.

use super::escape::{self, Decoded, Sequence};
use super::pen::Pen;
use super::{Run, sgr};
use crate::domain::text::is_unsafe;

/// The text of a line of bytes, and its styles.
///
/// Of escape sequences only colours and attributes survive, as runs; the others are removed whole. Other controls and
/// invisible characters become `·`, tabs become spaces, invalid UTF-8 becomes U+FFFD. Of a line that was overwritten
/// after carriage returns (a progress bar) what was written last remains.
pub fn sanitize(bytes: &[u8]) -> (String, Vec<Run>) {
    match plain(bytes) {
        Some(text) => (text.to_owned(), Vec::new()),
        None => Scanner::new(bytes).run(),
    }
}

/// The text of a line for another program rather than a screen: as [`sanitize`] has it, without styles and with its tabs.
pub fn without_escapes(bytes: &[u8]) -> String {
    let mut scanner = Scanner::new(bytes);
    scanner.pen.keep_tabs();
    scanner.run().0
}

/// The same of bytes that are not needed any more: plain text is not copied.
pub(super) fn owned(bytes: Vec<u8>) -> (String, Vec<Run>) {
    if plain(&bytes).is_none() {
        return Scanner::new(&bytes).run();
    }
    match String::from_utf8(bytes) {
        Ok(text) => (text, Vec::new()),
        Err(error) => Scanner::new(error.as_bytes()).run(),
    }
}

/// The text of bytes that are printable ASCII, which needs no making safe; most lines are.
pub fn plain(bytes: &[u8]) -> Option<&str> {
    let printable = bytes.chunks(64).all(|chunk| {
        chunk
            .iter()
            .fold(true, |all, b| all & matches!(b, b' '..=b'~'))
    });
    std::str::from_utf8(bytes).ok().filter(|_| printable)
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    pen: Pen,
    /// Before this byte there is something that a whole stretch of text cannot have: go character by character.
    doubtful_until: usize,
    /// Raw C1 bytes before this one begin no string, for it has no end; by whether a BEL would end it.
    no_string_until: [usize; 2],
}

impl<'a> Scanner<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            pen: Pen::new(bytes.len()),
            doubtful_until: 0,
            no_string_until: [0; 2],
        }
    }

    fn run(mut self) -> (String, Vec<Run>) {
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                0x1b => {
                    let sequence = escape::after_escape(self.bytes, self.at + 1);
                    self.take(&sequence);
                }
                b'\r' => self.control(Pen::carriage_return),
                b'\t' => self.control(Pen::tab),
                0x08 => self.control(Pen::backspace),
                0x00..=0x1f | 0x7f => self.control(|pen| pen.write("·")),
                _ if self.at < self.doubtful_until => self.character(),
                _ => self.stretch(),
            }
        }
        self.pen.finish()
    }

    fn control(&mut self, act: impl FnOnce(&mut Pen)) {
        act(&mut self.pen);
        self.at += 1;
    }

    fn take(&mut self, sequence: &Sequence<'_>) {
        if let Some(parameters) = sequence.sgr {
            sgr::apply(&mut self.pen.style, parameters);
        }
        self.at = sequence.end;
    }

    /// Everything up to the next control at once, if all of it is harmless.
    fn stretch(&mut self) {
        let rest = &self.bytes[self.at..];
        let len = rest
            .iter()
            .position(|b| *b < 0x20 || *b == 0x7f)
            .unwrap_or(rest.len());
        match std::str::from_utf8(&rest[..len]) {
            Ok(text) if text.is_ascii() || !text.chars().any(is_unsafe) => {
                self.pen.write(text);
                self.at += len;
            }
            _ => self.doubtful_until = self.at + len,
        }
    }

    fn character(&mut self) {
        let (decoded, len) = escape::decode(self.bytes, self.at);
        let after = self.at + len;
        match decoded {
            Decoded::Char(c) => {
                if let Some(sequence) = escape::after_c1(self.bytes, after, c) {
                    self.take(&sequence);
                    return;
                }
                if is_unsafe(c) {
                    self.pen.write("·");
                } else {
                    self.pen.write(c.encode_utf8(&mut [0; 4]));
                }
            }
            Decoded::Invalid(byte) => {
                if let Some(sequence) = self.raw_c1(byte, after) {
                    self.take(&sequence);
                    return;
                }
                self.pen.write("\u{FFFD}");
            }
        }
        self.at = after;
    }

    /// An 8-bit introducer as a raw byte. In text of an old code page it is a letter (`ž` is 0x9E in cp1250), so
    /// only a sequence that is complete counts.
    fn raw_c1(&mut self, byte: u8, after: usize) -> Option<Sequence<'a>> {
        let known =
            escape::string_kind(byte).map(|kind| &mut self.no_string_until[usize::from(kind.bell)]);
        if known.as_ref().is_some_and(|until| after <= **until) {
            return None;
        }
        let sequence = escape::after_c1(self.bytes, after, char::from(byte))?;
        if sequence.complete {
            return Some(sequence);
        }
        if let Some(until) = known {
            *until = sequence.end;
        }
        None
    }
}
