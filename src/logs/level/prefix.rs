//! The level of a line of text: what stands before its message.
//!
//! Before a message stand times, names in brackets, pids, separators, `key=value` pairs and a few plain words (a host,
//! a logger). The walk ends at the first level among them, or when there were too many plain words for a prefix.

use memchr::{memchr, memchr2};

use super::{Level, keys};

/// More plain words than this are a message.
const PLAIN_WORDS: usize = 3;
/// Tokens looked at; Apache's prefix has eight.
const TOKENS: usize = 20;
/// What is longer in brackets is no level with its time and module.
const BRACKETED: usize = 96;

pub(super) fn level(head: &[u8]) -> Option<Level> {
    if let Some(level) = klog(head).or_else(|| redis(head)) {
        return Some(level);
    }
    let mut walk = Walk {
        rest: head,
        plain: 0,
        saw_time: false,
        before: Before::Start,
    };
    for _ in 0..TOKENS {
        match walk.step() {
            Step::Found(level) => return Some(level),
            Step::Prefix => {}
            Step::Message => break,
        }
    }
    pair_within(walk.rest)
}

/// What stands before a token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Start,
    /// A time, or a name such as `npm` that always has a level after it.
    Lead,
    /// A bracket, a separator, a number, a pair.
    Break,
    /// A word with a colon.
    Colon,
    Plain,
}

enum Step {
    Found(Level),
    Prefix,
    Message,
}

struct Walk<'a> {
    rest: &'a [u8],
    plain: usize,
    saw_time: bool,
    before: Before,
}

impl<'a> Walk<'a> {
    fn step(&mut self) -> Step {
        let spaces = self.rest.iter().take_while(|byte| **byte == b' ').count();
        self.rest = &self.rest[spaces..];
        let Some(first) = self.rest.first() else {
            return Step::Message;
        };
        match first {
            b'[' | b'(' | b'<' | b'{' => self.bracket(*first),
            _ => self.token(),
        }
    }

    fn bracket(&mut self, open: u8) -> Step {
        let close = match open {
            b'(' => b')',
            // Two after `[` and `{` in ASCII, and after `<` as well.
            _ => open + 2,
        };
        let Some(end) = memchr(close, self.rest) else {
            return self.token();
        };
        let content = self.rest[1..end].trim_ascii();
        self.rest = &self.rest[end + 1..];
        match bracketed(open, content) {
            Some(level) => Step::Found(level),
            None => self.prefix(Before::Break),
        }
    }

    fn token(&mut self) -> Step {
        let rest = self.rest;
        // `INFO[0000]` and `sshd[12]:` are two tokens.
        let end = memchr2(b' ', b'[', &rest[1..]);
        let (token, after) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
        self.rest = after;
        match token[0] {
            b'0'..=b'9' => return self.number(token),
            // What is quoted is said.
            b'"' | b'\'' => return Step::Message,
            _ => {}
        }
        if let Some((key, value)) = pair(token) {
            return self.pair(rest, key, value);
        }
        let word = bare(token);
        if word.is_empty() {
            // `-`, `|`, `---`; after the `]` of a pid the colon is one too.
            return self.prefix(match token {
                b":" => Before::Colon,
                _ => Before::Break,
            });
        }
        if let Some(level) = self.level(token, word) {
            return Step::Found(level);
        }
        if is_of_a_date(word) {
            return self.prefix(match self.before {
                Before::Lead => Before::Lead,
                _ => Before::Break,
            });
        }
        if matches!(word, b"npm" | b"PHP") {
            return self.prefix(Before::Lead);
        }
        // Ruby's `E, [2026-…`.
        if word.len() == 1 && token.ends_with(b",") {
            return self.prefix(Before::Break);
        }
        self.plain += 1;
        if self.plain > PLAIN_WORDS {
            return Step::Message;
        }
        self.prefix(if token.ends_with(b":") {
            Before::Colon
        } else {
            Before::Plain
        })
    }

    /// A date, a time, a pid, an address.
    fn number(&mut self, token: &[u8]) -> Step {
        let is_time = token.iter().any(|byte| matches!(byte, b':' | b'-' | b'/'));
        self.saw_time |= is_time;
        self.prefix(match self.before {
            Before::Lead => Before::Lead,
            _ if is_time => Before::Lead,
            _ => Before::Break,
        })
    }

    fn prefix(&mut self, before: Before) -> Step {
        self.before = before;
        Step::Prefix
    }

    fn pair(&mut self, from: &'a [u8], key: &[u8], value: &[u8]) -> Step {
        if let Some(level) = keys::level_of(key, unquoted(value)) {
            return Step::Found(level);
        }
        if value.first() == Some(&b'"') {
            // The value ends at its quote, not at the first space.
            let start = key.len() + 2;
            let Some(len) = quoted_len(&from[start..]) else {
                self.rest = &[];
                return Step::Message;
            };
            self.rest = &from[start + len..];
        }
        self.prefix(Before::Break)
    }

    /// The level that a word is, where it stands as one.
    fn level(&self, token: &[u8], word: &[u8]) -> Option<Level> {
        let is_marked = matches!(token.last(), Some(b':' | b'!')) || self.rest.starts_with(b"[");
        if let Some(level) = Level::from_word(word) {
            let stands = if word.iter().any(u8::is_ascii_lowercase) {
                self.any_case(token, is_marked)
            } else {
                is_marked || self.before != Before::Plain || (self.saw_time && self.plain <= 1)
            };
            return stands.then_some(level);
        }
        if word == b"LOG" && is_marked {
            // PostgreSQL's word for what is worth knowing.
            return Some(Level::Info);
        }
        if word == b"Deprecated" && is_marked && self.before == Before::Lead {
            return Some(Level::Warn);
        }
        if word == b"Parse" && self.rest.starts_with(b" error:") {
            return Some(Level::Error);
        }
        if let [letter] = word {
            // etcd's `I | etcdserver: …`.
            let is_one = self.before == Before::Lead && self.rest.starts_with(b" | ");
            return is_one.then(|| Level::from_letter(*letter))?;
        }
        self.part(word)
    }

    /// Whether a word that is not in capitals stands where a level does.
    fn any_case(&self, token: &[u8], is_marked: bool) -> bool {
        let next = self.rest.trim_ascii_start();
        match self.before {
            Before::Lead => true,
            // `Fatal error: …` (PHP, Go's runtime).
            Before::Start if next.starts_with(b"error:") => true,
            // `info  [2026-…`, `warn  - …`; a token of capitals and small letters only.
            Before::Start => {
                is_marked
                    || (!token.ends_with(b".")
                        && matches!(next.first(), Some(b'[' | b'-' | b'0'..=b'9')))
            }
            Before::Break | Before::Colon => is_marked,
            Before::Plain => false,
        }
    }

    /// `ERROR:root:…` (Python), `production.ERROR:` (Monolog).
    fn part(&self, word: &[u8]) -> Option<Level> {
        if self.plain > 1 {
            return None;
        }
        let at = memchr2(b':', b'.', word)?;
        let part = match word[at] {
            b':' => &word[..at],
            _ => word.rsplit(|byte| *byte == b'.').next()?,
        };
        let capitals = part.iter().all(u8::is_ascii_uppercase);
        capitals.then(|| Level::from_word(part))?
    }
}

/// A token without the punctuation at its end.
fn bare(token: &[u8]) -> &[u8] {
    let end = token
        .iter()
        .rposition(|byte| !matches!(byte, b':' | b'!' | b',' | b'|' | b';' | b'-' | b'*' | b'#'));
    &token[..end.map_or(0, |last| last + 1)]
}

fn bracketed(open: u8, content: &[u8]) -> Option<Level> {
    if content.len() > BRACKETED {
        return None;
    }
    if let Some(level) = Level::from_word(content) {
        return Some(level);
    }
    if open != b'[' {
        return None;
    }
    if let [letter] = content {
        return Level::from_letter(*letter);
    }
    if memchr(b' ', content).is_none() {
        // Apache's `[core:error]`.
        let last = content.rsplit(|byte| *byte == b':').next()?;
        return Level::from_word(last);
    }
    // `[12:00:00 INF]` (Serilog), `[2026-11-21T12:00:00Z INFO  web]` (env_logger).
    let mut words = content.split(|byte| *byte == b' ');
    words.find_map(|word| {
        let capitals = word.iter().all(u8::is_ascii_uppercase);
        capitals.then(|| Level::from_word(word))?
    })
}

/// `E1121 12:00:00.000` (klog, glog).
fn klog(head: &[u8]) -> Option<Level> {
    let (letter, rest) = head.split_first()?;
    let (date, rest) = rest.split_at_checked(4)?;
    let is_klog = date.iter().all(u8::is_ascii_digit)
        && rest.first() == Some(&b' ')
        && rest.get(3) == Some(&b':');
    is_klog.then(|| Level::from_letter(*letter))?
}

/// `1:M 21 Nov 2026 12:00:00.000 # …`: pid, role, time, sign (Redis, Valkey).
fn redis(head: &[u8]) -> Option<Level> {
    let pid = head.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let [b':', b'M' | b'S' | b'C' | b'X', b' '] = head.get(pid..pid + 3)? else {
        return None;
    };
    let words = head[pid + 3..].split(|byte| *byte == b' ');
    match words.take(5).last()? {
        b"." => Some(Level::Debug),
        b"-" | b"*" => Some(Level::Info),
        b"#" => Some(Level::Warn),
        _ => None,
    }
}

/// A name of a day, a month, a half of a day or a time zone.
fn is_of_a_date(word: &[u8]) -> bool {
    (2..=4).contains(&word.len())
        && matches!(
            word,
            b"Mon"
                | b"Tue"
                | b"Wed"
                | b"Thu"
                | b"Fri"
                | b"Sat"
                | b"Sun"
                | b"Jan"
                | b"Feb"
                | b"Mar"
                | b"Apr"
                | b"May"
                | b"Jun"
                | b"Jul"
                | b"Aug"
                | b"Sep"
                | b"Oct"
                | b"Nov"
                | b"Dec"
                | b"AM"
                | b"PM"
                | b"UTC"
                | b"GMT"
                | b"CET"
                | b"CEST"
        )
}

/// The key and value of `key=value`.
fn pair(token: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr(b'=', token)?;
    let key = &token[..at];
    let is_key = key.first().is_some_and(|byte| !byte.is_ascii_digit())
        && key.iter().copied().all(is_of_key);
    is_key.then(|| (key, &token[at + 1..]))
}

fn is_of_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@')
}

/// A level without its quotes and the comma after it.
fn unquoted(value: &[u8]) -> &[u8] {
    let value = value.strip_suffix(b",").unwrap_or(value);
    let value = value.strip_prefix(b"\"").unwrap_or(value);
    value.strip_suffix(b"\"").unwrap_or(value)
}

/// How long a quoted value is whose quote was read, with the quote at its end.
fn quoted_len(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = bytes.get(at..)?;
        let len = memchr2(b'"', b'\\', rest)?;
        if rest[len] == b'"' {
            return Some(at + len + 1);
        }
        at += len + 2;
    }
}

/// The level of a pair after a message (`request done level=error`), but not within quotes.
fn pair_within(bytes: &[u8]) -> Option<Level> {
    let mut quoted = false;
    for at in memchr::memchr2_iter(b'=', b'"', bytes) {
        if bytes[at] == b'"' {
            quoted = !quoted;
            continue;
        }
        if quoted {
            continue;
        }
        let before = &bytes[..at];
        let start = before.iter().rposition(|byte| !is_of_key(*byte));
        let key = &before[start.map_or(0, |start| start + 1)..];
        if start.is_some_and(|start| before[start] != b' ') {
            continue;
        }
        let value = &bytes[at + 1..];
        let end = memchr(b' ', value).unwrap_or(value.len());
        if let Some(level) = keys::level_of(key, unquoted(&value[..end])) {
            return Some(level);
        }
    }
    None
}
