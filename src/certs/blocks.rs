//! The blocks of a PEM file (RFC 7468), each for itself, so that a bad one never hides a good one.
//!
//! The parsers there are lose a whole file to one bad block, to a BOM or to indentation; terminators do not. Blocks
//! are found wherever their marks stand: indented, in one line, after another's END without a line break.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem::{self, FindIter};
use zeroize::Zeroizing;

/// One block: what stands between BEGIN and END.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// What it is said to hold, such as `CERTIFICATE`.
    pub label: &'a [u8],
    /// The line of its BEGIN, from 1.
    pub line: usize,
    /// The text between its marks, or what is wrong with it.
    pub body: Result<&'a [u8], &'static str>,
}

impl Block<'_> {
    /// Its content, or what is wrong with it.
    pub(super) fn content(&self) -> Result<Zeroizing<Vec<u8>>, &'static str> {
        decode(self.body?).ok_or("is not base64")
    }
}

const DASHES: &[u8] = b"-----";
const BEGIN: &[u8] = b"BEGIN ";
const END: &[u8] = b"END ";
/// No label is longer; without a limit each mark without an end would look through the whole file.
const LONGEST_LABEL: usize = 64;

/// The blocks of a file in their order; each byte is visited a fixed number of times.
pub(super) fn blocks(bytes: &[u8]) -> Blocks<'_> {
    Blocks {
        bytes,
        dashes: memmem::find_iter(bytes, DASHES),
        open: None,
        line: Line::default(),
    }
}

/// See [`blocks`].
pub(super) struct Blocks<'a> {
    bytes: &'a [u8],
    dashes: FindIter<'a, 'static>,
    open: Option<Open<'a>>,
    line: Line,
}

/// A block whose END was not seen yet.
struct Open<'a> {
    label: &'a [u8],
    line: usize,
    /// Where its body begins.
    body: usize,
}

enum Mark {
    Begin,
    End,
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Block<'a>;

    fn next(&mut self) -> Option<Block<'a>> {
        for at in self.dashes.by_ref() {
            let Some((mark, label, end)) = mark(self.bytes, at) else {
                continue;
            };
            self.line.advance(self.bytes, at);
            if self.line.is_comment {
                continue;
            }
            let open = self.open.take();
            if matches!(mark, Mark::Begin) {
                self.open = Some(Open {
                    label,
                    line: self.line.number,
                    body: end,
                });
                if let Some(open) = open {
                    return Some(open.close(Err("has no END")));
                }
            } else if let Some(open) = open {
                let body = &self.bytes[open.body..at];
                let same = open.label == label;
                return Some(open.close(same.then_some(body).ok_or("ends as something else")));
            }
        }
        self.open.take().map(|open| open.close(Err("has no END")))
    }
}

impl<'a> Open<'a> {
    fn close(self, body: Result<&'a [u8], &'static str>) -> Block<'a> {
        Block {
            label: self.label,
            line: self.line,
            body,
        }
    }
}

/// A mark that begins at these dashes: what it is, its label, and where it ends.
fn mark(bytes: &[u8], at: usize) -> Option<(Mark, &[u8], usize)> {
    let rest = &bytes[at + DASHES.len()..];
    let (mark, start) = if rest.starts_with(BEGIN) {
        (Mark::Begin, BEGIN.len())
    } else if rest.starts_with(END) {
        (Mark::End, END.len())
    } else {
        return None;
    };
    let rest = &rest[start..];
    let window = &rest[..rest.len().min(LONGEST_LABEL + DASHES.len())];
    let len = memmem::find(window, DASHES)?;
    let label = &window[..len];
    if memchr::memchr2(b'\n', b'\r', label).is_some() {
        return None;
    }
    let end = at + DASHES.len() + start + len + DASHES.len();
    Some((mark, label, end))
}

/// Where in the file we are.
#[derive(Default)]
struct Line {
    /// Everything before was counted.
    at: usize,
    /// From 1.
    number: usize,
    /// Whether it begins with `#`: somebody took what follows out of use.
    is_comment: bool,
    blank: bool,
}

impl Line {
    fn advance(&mut self, bytes: &[u8], to: usize) {
        if self.number == 0 {
            (self.number, self.blank) = (1, true);
        }
        while self.at < to {
            let byte = bytes[self.at];
            self.at += 1;
            // A CR that an LF follows ends no line by itself.
            if byte == b'\n' || (byte == b'\r' && bytes.get(self.at) != Some(&b'\n')) {
                self.number += 1;
                (self.is_comment, self.blank) = (false, true);
            } else if self.blank && !byte.is_ascii_whitespace() {
                (self.is_comment, self.blank) = (byte == b'#', false);
            }
        }
    }
}

/// Padding is no matter: the length of the DER is written in it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What a text of base64 says, in lines or not; none when it is not base64. Nothing of it stays elsewhere in memory.
pub(super) fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    // Never grown, for a vector that moves leaves a copy behind.
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    for line in text.split(|byte| matches!(byte, b'\n' | b'\r')) {
        // `Proc-Type: 4,ENCRYPTED` and the like (RFC 1421).
        if memchr::memchr(b':', line).is_none() {
            add_digits(&mut digits, line)?;
        }
    }
    let mut content = Zeroizing::new(vec![0; base64::decoded_len_estimate(digits.len())]);
    let len = BASE64.decode_slice(&*digits, &mut content).ok()?;
    content.truncate(len);
    Some(content)
}

fn add_digits(digits: &mut Vec<u8>, line: &[u8]) -> Option<()> {
    let mut bytes = line.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'=' => digits.push(*byte),
            b' ' | b'\t' => {}
            // A line break as environment variables and JSON write it.
            b'\\' if matches!(bytes.next(), Some(b'n' | b'r')) => {}
            _ => return None,
        }
    }
    Some(())
}
