//! What is in force, key by key, and where each comes from.

use std::ops::Range;

use serde::Serialize;
use toml::de::{DeTable, DeValue};

use super::DEFAULT_FILE;

/// A key that is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its path, as it could be written in one line: `ui.theme`.
    pub key: String,
    /// Its value, as TOML has it.
    pub value: String,
    /// The line of the config file that says so; none of a default.
    pub line: Option<usize>,
}

/// Every key that has a default, and every other one that the file sets; `text` is the file's, and was read before.
pub fn in_force(text: &str) -> Vec<Entry> {
    let mut all = Vec::new();
    for (key, value, _) in leaves(&defaults(), &[]) {
        all.push(Entry {
            key,
            value,
            line: None,
        });
    }
    let known: Vec<String> = all.iter().map(|entry| entry.key.clone()).collect();
    for (key, value, at) in leaves(text, &known) {
        let before = text.get(..at).unwrap_or_default();
        let line = Some(before.matches('\n').count() + 1);
        let entry = Entry { key, value, line };
        // In the order of the defaults, and of the file.
        match all.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => *known = entry,
            None => all.push(entry),
        }
    }
    all
}

/// The commented file with what it says of `[deploy]`, whose defaults are not set there: what is not said is not wanted.
fn defaults() -> String {
    let mut text = String::new();
    let mut in_deploy = false;
    for line in DEFAULT_FILE.lines() {
        in_deploy = if line.starts_with('[') {
            line == "[deploy]"
        } else {
            in_deploy && !line.is_empty()
        };
        let meant = line.strip_prefix("# ").filter(|said| said.contains(" = "));
        text.push_str(meant.filter(|_| in_deploy).unwrap_or(line));
        text.push('\n');
    }
    text
}

/// The values of a file that are no tables: path, text, and where they begin. A table in one line is a value, unless
/// one of the `known` keys is in it.
fn leaves(text: &str, known: &[String]) -> Vec<(String, String, usize)> {
    let mut found = Vec::new();
    if let Ok(table) = DeTable::parse(text) {
        let mut walk = Walk {
            text,
            known,
            found: &mut found,
        };
        walk.down("", table.get_ref());
    }
    found
}

struct Walk<'a> {
    text: &'a str,
    known: &'a [String],
    found: &'a mut Vec<(String, String, usize)>,
}

impl Walk<'_> {
    fn down(&mut self, path: &str, table: &DeTable<'_>) {
        let mut keys: Vec<_> = table.iter().collect();
        keys.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in keys {
            let path = join(path, key.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) if self.opens(&path, &value.span()) => {
                    self.down(&path, inner);
                }
                _ => {
                    let said = self.text.get(value.span()).unwrap_or_default();
                    let said: Vec<&str> = said.lines().map(str::trim).collect();
                    let at = value.span().start;
                    self.found.push((path, said.join(" "), at));
                }
            }
        }
    }

    fn opens(&self, path: &str, span: &Range<usize>) -> bool {
        let is_below = |known: &String| {
            let rest = known.strip_prefix(path);
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        !is_inline(self.text, span) || self.known.iter().any(is_below)
    }
}

fn is_inline(text: &str, span: &Range<usize>) -> bool {
    text.get(span.clone())
        .is_some_and(|said| said.starts_with('{'))
}

/// A key after its path, quoted where it has to be.
fn join(path: &str, key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let key = if !key.is_empty() && key.chars().all(is_bare) {
        key.to_owned()
    } else {
        toml::Value::from(key).to_string()
    };
    if path.is_empty() {
        key
    } else {
        format!("{path}.{key}")
    }
}
