//! A line of JSON as fields, in the order it has, its numbers as they were written.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{DEPTH, FIELDS, Found};

/// None when it is not one object.
pub(super) fn read(text: &str) -> Option<Found> {
    let object: Object<'_> = serde_json::from_str(text).ok()?;
    let mut found = Found::default();
    object.add_to(&mut found, "", 1);
    Some(found)
}

/// The members of an object, their values not yet read. A map would sort them, and a number become another.
struct Object<'a> {
    members: Vec<(String, &'a RawValue)>,
    left_out: usize,
}

impl Object<'_> {
    fn add_to(self, found: &mut Found, prefix: &str, depth: usize) {
        found.left_out += self.left_out;
        for (key, value) in self.members {
            let key = if prefix.is_empty() {
                key
            } else {
                format!("{prefix}.{key}")
            };
            let value = value.get();
            match value.as_bytes().first() {
                Some(b'"') => match serde_json::from_str::<String>(value) {
                    Ok(text) => found.add(&key, &text),
                    // Half of a surrogate pair, which no text can have.
                    Err(_) => found.add(&key, value),
                },
                Some(b'{') if depth < DEPTH => match serde_json::from_str::<Object<'_>>(value) {
                    Ok(object) if !object.members.is_empty() => {
                        object.add_to(found, &key, depth + 1);
                    }
                    _ => found.add(&key, value),
                },
                _ => found.add(&key, value),
            }
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut object = Object {
                    members: Vec::new(),
                    left_out: 0,
                };
                while object.members.len() < FIELDS {
                    let Some(member) = map.next_entry()? else {
                        return Ok(object);
                    };
                    object.members.push(member);
                }
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
                    object.left_out += 1;
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(Members)
    }
}
