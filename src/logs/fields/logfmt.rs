//! A line of logfmt as fields: `key=value key="a value"`, quoted as Go quotes.

use super::Found;

/// A line of fewer pairs is text with an equals sign in it.
const PAIRS: usize = 2;

/// None when anything but pairs is in it.
pub(super) fn read(text: &str) -> Option<Found> {
    let mut found = Found::default();
    let mut pairs = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        if !is_key(key) {
            return None;
        }
        let after = if let Some(quoted) = after.strip_prefix('"') {
            let (value, after) = unquote(quoted)?;
            found.add(key, &value);
            after
        } else {
            let (value, after) = after.split_at(after.find(' ').unwrap_or(after.len()));
            found.add(key, value);
            after
        };
        if !after.is_empty() && !after.starts_with(' ') {
            return None;
        }
        rest = after.trim_start_matches(' ');
        pairs += 1;
    }
    (pairs >= PAIRS).then_some(found)
}

fn is_key(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'@'))
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_.-@/:".contains(&byte))
}

/// A value whose quote was read, and what follows the quote at its end; none without one.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let at = rest.find(['"', '\\'])?;
        value.push_str(&rest[..at]);
        let special = &rest[at..];
        if let Some(after) = special.strip_prefix('"') {
            return Some((value, after));
        }
        let mut chars = special[1..].chars();
        let escaped = chars.next()?;
        rest = chars.as_str();
        match escaped {
            'n' => value.push('\n'),
            'r' => value.push('\r'),
            't' => value.push('\t'),
            'x' => rest = code(rest, 2, &mut value),
            'u' => rest = code(rest, 4, &mut value),
            'U' => rest = code(rest, 8, &mut value),
            // `\"`, `\\`; what is no escape is taken for itself.
            other => value.push(other),
        }
    }
}

/// Adds the character of so many hexadecimal digits; returns what follows them.
fn code<'a>(text: &'a str, digits: usize, value: &mut String) -> &'a str {
    let code = text.split_at_checked(digits).and_then(|(hex, rest)| {
        let code = u32::from_str_radix(hex, 16).ok()?;
        Some((char::from_u32(code)?, rest))
    });
    let (character, rest) = code.unwrap_or(('\u{FFFD}', text));
    value.push(character);
    rest
}
