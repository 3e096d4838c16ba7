//! Which kind of line it is, and with that where its level stands.

use super::{Level, json, prefix};

/// How much of a line of text is looked at: who writes a level writes it early.
const HEAD: usize = 256;
/// How much of a line of JSON: its fields can be in any order.
const JSON_HEAD: usize = 2048;

pub(super) fn level(text: &str) -> Option<Level> {
    let bytes = text.as_bytes();
    let start = bytes.iter().take(HEAD).position(|byte| *byte != b' ')?;
    let bytes = &bytes[start..];
    match bytes[0] {
        b'{' => json::level(head(bytes, JSON_HEAD)),
        b'<' => syslog(bytes).or_else(|| prefix::level(head(bytes, HEAD))),
        _ => prefix::level(head(bytes, HEAD)),
    }
}

fn head(bytes: &[u8], len: usize) -> &[u8] {
    &bytes[..bytes.len().min(len)]
}

/// `<11>`: facility and severity (RFC 5424 §6.2.1), as programs write them that think they talk to syslog or systemd.
fn syslog(bytes: &[u8]) -> Option<Level> {
    let end = bytes.iter().take(5).position(|byte| *byte == b'>')?;
    let digits = std::str::from_utf8(bytes.get(1..end)?).ok()?;
    let priority: u64 = digits.parse().ok()?;
    (priority < 192).then(|| Level::from_syslog(priority % 8))?
}
