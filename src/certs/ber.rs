//! The elements of BER and DER (X.690) that keys, PKCS #7 and PKCS #12 are made of.
//!
//! Bundles come in BER with lengths left open (Windows, Java, `openssl cms -stream`), which parsers of DER refuse.

use std::ops::Deref;

use zeroize::Zeroizing;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
/// `[0]` and `[1]`, with elements in them.
pub(super) const CONTEXT_0: u8 = 0xa0;
pub(super) const CONTEXT_1: u8 = 0xa1;
const CONSTRUCTED: u8 = 0x20;

/// How deep elements of open length may stand in each other; none of what we read goes half as deep.
const DEEPEST: usize = 16;

/// An element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    pub tag: u8,
    pub content: &'a [u8],
    /// With its tag and length.
    pub whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// The element at the beginning of these bytes, and what follows; none when it is cut or no BER.
    pub(super) fn first(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        Self::read(bytes, 0)
    }

    fn read(bytes: &'a [u8], depth: usize) -> Option<(Self, &'a [u8])> {
        let [tag, length, rest @ ..] = bytes else {
            return None;
        };
        // Tags of more than one byte occur in nothing we read.
        if tag & 0x1f == 0x1f || depth > DEEPEST {
            return None;
        }
        let (content, after) = match length {
            0x00..=0x7f => rest.split_at_checked(usize::from(*length))?,
            0x80 if tag & CONSTRUCTED != 0 => open_ended(rest, depth)?,
            0x81..=0x84 => {
                let (length, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
                let length = length.iter().fold(0, |sum, b| sum << 8 | usize::from(*b));
                rest.split_at_checked(length)?
            }
            _ => return None,
        };
        let whole = &bytes[..bytes.len() - after.len()];
        let tag = *tag;
        Some((
            Self {
                tag,
                content,
                whole,
            },
            after,
        ))
    }

    /// What it consists of.
    pub(super) const fn elements(&self) -> Elements<'a> {
        Elements(self.content)
    }

    /// The bytes of an OCTET STRING, which BER may cut into pieces.
    pub(super) fn octets(&self) -> Option<Octets<'a>> {
        if self.tag & CONSTRUCTED == 0 {
            return Some(Octets::Whole(self.content));
        }
        let mut joined = Zeroizing::new(Vec::with_capacity(self.content.len()));
        let mut pieces = self.elements();
        while !pieces.0.is_empty() {
            joined.extend_from_slice(pieces.next_of(OCTET_STRING)?.content);
        }
        Some(Octets::Own(joined))
    }
}

/// Bytes of a file, or some made of them, which may be a private key's.
pub(super) enum Octets<'a> {
    Whole(&'a [u8]),
    Own(Zeroizing<Vec<u8>>),
}

impl Deref for Octets<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Whole(bytes) => bytes,
            Self::Own(bytes) => bytes,
        }
    }
}

/// Elements up to an end mark: their bytes, and what follows the mark.
fn open_ended(bytes: &[u8], depth: usize) -> Option<(&[u8], &[u8])> {
    let mut rest = bytes;
    loop {
        if let [0, 0, after @ ..] = rest {
            return Some((&bytes[..bytes.len() - rest.len()], after));
        }
        (_, rest) = Element::read(rest, depth + 1)?;
    }
}

/// Elements one after the other.
#[derive(Debug, Clone)]
pub(super) struct Elements<'a>(pub &'a [u8]);

impl<'a> Elements<'a> {
    /// The next element if it has this tag; otherwise nothing is taken.
    pub(super) fn next_of(&mut self, tag: u8) -> Option<Element<'a>> {
        let (element, rest) = Element::first(self.0).filter(|(element, _)| element.tag == tag)?;
        self.0 = rest;
        Some(element)
    }

    /// The elements in the next one, if it has this tag.
    pub(super) fn enter(&mut self, tag: u8) -> Option<Self> {
        self.next_of(tag).map(|element| element.elements())
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let (element, rest) = Element::first(self.0)?;
        self.0 = rest;
        Some(element)
    }
}

/// Writes an element in DER.
pub(super) fn der(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let len: usize = content.iter().map(|part| part.len()).sum();
    let mut written = vec![tag];
    if len < 0x80 {
        written.push(len as u8);
    } else {
        let bytes = len.to_be_bytes();
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        written.push(0x80 | (bytes.len() - zeros) as u8);
        written.extend_from_slice(&bytes[zeros..]);
    }
    for part in content {
        written.extend_from_slice(part);
    }
    written
}
