//! A structured line as fields: its time, level and message, and the rest in the order it was written.

mod json;
mod logfmt;

use std::fmt::Write as _;

use super::{Level, level::keys, sanitize};

/// More fields than this are counted, not kept.
const FIELDS: usize = 128;
/// Objects deeper than this stay as they are written.
const DEPTH: usize = 4;

/// What the message is called, the likeliest first.
const MESSAGE: [&str; 9] = [
    "msg",
    "message",
    "@message",
    "@m",
    "@mt",
    "short_message",
    "event",
    "text",
    "body",
];
/// What the time is called, the likeliest first.
const TIME: [&str; 10] = [
    "time",
    "ts",
    "timestamp",
    "@timestamp",
    "@t",
    "t",
    "t.$date",
    "datetime",
    "asctime",
    "date",
];

/// The fields of a line. Keys and values are safe to show: of the controls only line feeds remain, in values of JSON
/// and logfmt that had them escaped (stack traces, mostly).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// When it was written, as it was written.
    pub time: Option<String>,
    /// How grave it is.
    pub level: Option<Level>,
    /// What it says.
    pub message: Option<String>,
    /// The other fields in their order. Keys of objects within are joined by dots.
    pub rest: Vec<(String, String)>,
    /// How many fields more there were than are kept.
    pub left_out: usize,
}

/// The fields of a line that is one JSON object or logfmt as a whole; none of other lines. Time is linear in its length.
pub fn parse(text: &str) -> Option<Fields> {
    let text = text.trim();
    let found = if text.starts_with('{') {
        json::read(text)?
    } else {
        logfmt::read(text)?
    };
    Some(found.sorted_out())
}

impl Fields {
    /// All of it on one line: `ERROR disk is full  path=/srv free=0`.
    pub fn brief(&self) -> String {
        let mut line = String::new();
        if let Some(level) = self.level {
            line.push_str(&level.word().to_ascii_uppercase());
        }
        if let Some(message) = &self.message {
            gap(&mut line, " ");
            push(&mut line, message);
        }
        let mut before = "  ";
        for (key, value) in &self.rest {
            gap(&mut line, before);
            before = " ";
            push(&mut line, key);
            line.push('=');
            let is_bare = !value.is_empty() && !value.contains([' ', '"', '=', '\n']);
            if is_bare {
                line.push_str(value);
            } else {
                line.push('"');
                push(&mut line, &value.replace('"', "\\\""));
                line.push('"');
            }
        }
        if self.left_out > 0 {
            gap(&mut line, before);
            // Writing to a String cannot fail.
            let _ = write!(line, "… and {} more", self.left_out);
        }
        line
    }
}

fn gap(line: &mut String, gap: &str) {
    if !line.is_empty() {
        line.push_str(gap);
    }
}

/// Adds a text of several lines to one.
fn push(line: &mut String, text: &str) {
    for (n, part) in text.split('\n').enumerate() {
        if n > 0 {
            line.push('⏎');
        }
        line.push_str(part);
    }
}

/// Fields as they are read.
#[derive(Default)]
struct Found {
    fields: Vec<(String, String)>,
    left_out: usize,
    /// The first that said a level, and which it is.
    level: Option<(usize, Level)>,
}

impl Found {
    fn add(&mut self, key: &str, value: &str) {
        if self.fields.len() == FIELDS {
            self.left_out += 1;
            return;
        }
        if self.level.is_none() {
            let level = keys::level_of(key.as_bytes(), value.as_bytes());
            self.level = level.map(|level| (self.fields.len(), level));
        }
        self.fields.push((safe(key), safe(value)));
    }

    fn sorted_out(mut self) -> Fields {
        let level = self.level.or_else(|| self.mongo());
        if let Some((at, _)) = level {
            self.fields.remove(at);
        }
        Fields {
            time: self.take(&TIME),
            message: self.take(&MESSAGE),
            level: level.map(|(_, level)| level),
            rest: self.fields,
            left_out: self.left_out,
        }
    }

    /// `MongoDB` calls its level `s`, which would mean anything elsewhere.
    fn mongo(&self) -> Option<(usize, Level)> {
        self.fields.first().filter(|(key, _)| key == "t.$date")?;
        let at = self.fields.iter().position(|(key, _)| key == "s")?;
        let level = Level::from_letter(*self.fields[at].1.as_bytes().first()?)?;
        Some((at, level))
    }

    fn take(&mut self, names: &[&str]) -> Option<String> {
        let at = names
            .iter()
            .find_map(|name| self.fields.iter().position(|(key, _)| key == name))?;
        Some(self.fields.remove(at).1)
    }
}

/// Escapes of JSON and logfmt become controls again when they are read: what acts on a terminal goes, lines stay.
fn safe(text: &str) -> String {
    if !text.contains('\n') {
        return sanitize(text.as_bytes()).0;
    }
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| sanitize(line.as_bytes()).0)
        .collect();
    lines.join("\n")
}
