//! Keys that are pressed one after the other, such as `g g`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Key, UnknownKey};

/// How many keys one may have: who presses more wants the palette.
const MOST: usize = 4;

/// One key, or several one after the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(Vec<Key>);

impl Sequence {
    /// Its keys; never empty.
    pub fn keys(&self) -> &[Key] {
        &self.0
    }

    /// What follows after these keys, when it begins with them.
    pub fn after(&self, typed: &[Key]) -> Option<&[Key]> {
        self.0.strip_prefix(typed)
    }

    /// Whether one is the beginning of the other, or both are the same.
    pub fn collides(&self, other: &Self) -> bool {
        self.after(other.keys()).is_some() || other.after(self.keys()).is_some()
    }
}

impl From<Key> for Sequence {
    fn from(key: Key) -> Self {
        Self(vec![key])
    }
}

impl PartialEq<Key> for Sequence {
    fn eq(&self, key: &Key) -> bool {
        self.0 == [*key]
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.0.iter().map(Key::to_string).collect();
        f.pad(&keys.join(" "))
    }
}

impl FromStr for Sequence {
    type Err = UnknownKey;

    /// Keys with spaces between them; a name may stand in angle brackets, as editors have it: `<space> d`.
    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        // A space alone is the key.
        if text == " " {
            return Ok(Key::char(' ').into());
        }
        let bare = |word: &'_ str| -> Result<Key, UnknownKey> {
            let inner = word
                .strip_prefix('<')
                .and_then(|rest| rest.strip_suffix('>'));
            inner
                .filter(|inner| !inner.is_empty())
                .unwrap_or(word)
                .parse()
        };
        let keys: Vec<Key> = text
            .split_whitespace()
            .map(bare)
            .collect::<Result<_, _>>()?;
        if keys.is_empty() || keys.len() > MOST {
            return Err(UnknownKey(text.to_owned()));
        }
        Ok(Self(keys))
    }
}

impl Serialize for Sequence {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sequence {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
