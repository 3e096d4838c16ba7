//! The level of a line of JSON, without reading all of it.

use memchr::{memchr, memchr2};

use super::{Level, keys};

/// The value of the first field of the object that is called like a level and says one. ECS' `{"log":{"level":…}}`
/// counts too; other objects within are a message's own.
pub(super) fn level(bytes: &[u8]) -> Option<Level> {
    let mut scan = Scan { bytes, at: 1 };
    let mut depth = 1_usize;
    let mut within_log = false;
    let mut mongo = false;
    let mut first = true;
    while let Some(byte) = scan.next() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                within_log = false;
            }
            b'"' => {
                let key = scan.string()?;
                if !scan.colon() {
                    continue;
                }
                if depth == 1 && std::mem::take(&mut first) {
                    mongo = key == b"t";
                }
                let counts = depth == 1 || (depth == 2 && within_log);
                if depth == 1 {
                    within_log = key == b"log";
                }
                if !counts {
                    continue;
                }
                // MongoDB writes `{"t":{"$date":…},"s":"E",…`, with `D1` to `D5` for debugging.
                if mongo && key == b"s" {
                    return Level::from_letter(*scan.value()?.first()?);
                }
                if let Some(level) = keys::level_of(key, scan.value().unwrap_or_default()) {
                    return Some(level);
                }
            }
            _ => {}
        }
    }
    None
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte
    }

    /// The string whose quote was just read, with its escapes; none when it has no end here.
    fn string(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        loop {
            let rest = self.bytes.get(self.at..)?;
            let len = memchr2(b'"', b'\\', rest)?;
            self.at += len + 1;
            if rest[len] == b'"' {
                return self.bytes.get(start..self.at - 1);
            }
            self.at += 1;
        }
    }

    /// Whether a colon follows, so that the string was a key.
    fn colon(&mut self) -> bool {
        self.spaces();
        let is_key = self.bytes.get(self.at) == Some(&b':');
        if is_key {
            self.at += 1;
            self.spaces();
        }
        is_key
    }

    fn spaces(&mut self) {
        while self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
    }

    /// The word or number that follows. It is not passed over: what it is not, the scan reads itself.
    fn value(&self) -> Option<&'a [u8]> {
        let rest = self.bytes.get(self.at..)?;
        if let Some(rest) = rest.strip_prefix(b"\"") {
            return rest.get(..memchr(b'"', rest)?);
        }
        let len = rest.iter().position(|byte| !byte.is_ascii_digit())?;
        rest.get(..len)
    }
}
