//! Which key asks for which action, where.
//!
//! The defaults stand in the action table; the user's config replaces the keys of single actions.

mod key;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

pub use key::{Key, KeyCode, UnknownKey};

use crate::app::action::{ACTIONS, Action, Context, Spec};

/// The keys of every action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    keys: HashMap<Action, Vec<Key>>,
    bindings: HashMap<(Context, Key), Action>,
}

/// One key asked for by two actions that work in the same place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the key {key} is used by both `{first}` and `{second}`")]
pub struct Conflict {
    /// The key.
    pub key: Key,
    /// The name of the action that comes first in the table.
    pub first: &'static str,
    /// The name of the other.
    pub second: &'static str,
}

impl Default for Keymap {
    fn default() -> Self {
        // The table's keys are tested to parse and not to conflict.
        let keys = ACTIONS
            .iter()
            .map(|spec| (spec.action, default_keys(spec)))
            .collect();
        Self::index(keys)
    }
}

/// The keys that the table gives an action.
pub fn default_keys(spec: &Spec) -> Vec<Key> {
    spec.keys
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect()
}

impl Keymap {
    /// The defaults with the keys of some actions replaced. An action that loses a key to another has to be given one
    /// of its own, or none: a silent loss is a conflict.
    pub fn with(replaced: &[(Action, Vec<Key>)]) -> Result<Self, Conflict> {
        let mut keys: HashMap<Action, Vec<Key>> = ACTIONS
            .iter()
            .map(|spec| (spec.action, default_keys(spec)))
            .collect();
        for (action, theirs) in replaced {
            keys.insert(*action, theirs.clone());
        }
        for (at, first) in ACTIONS.iter().enumerate() {
            for second in &ACTIONS[at + 1..] {
                if !overlap(first, second) {
                    continue;
                }
                let shared = keys[&first.action]
                    .iter()
                    .find(|key| keys[&second.action].contains(key));
                if let Some(key) = shared {
                    return Err(Conflict {
                        key: *key,
                        first: first.name,
                        second: second.name,
                    });
                }
            }
        }
        Ok(Self::index(keys))
    }

    fn index(keys: HashMap<Action, Vec<Key>>) -> Self {
        let mut bindings = HashMap::new();
        for spec in ACTIONS {
            for context in spec.contexts {
                for key in &keys[&spec.action] {
                    bindings.insert((*context, *key), spec.action);
                }
            }
        }
        Self { keys, bindings }
    }

    /// What a key asks for where these contexts hold, the first that knows it.
    pub fn lookup(&self, contexts: &[Context], key: Key) -> Option<Action> {
        contexts
            .iter()
            .chain(std::iter::once(&Context::Everywhere))
            .find_map(|context| self.bindings.get(&(*context, key)))
            .copied()
    }

    /// The keys of an action; empty when it has none.
    pub fn keys(&self, action: Action) -> &[Key] {
        self.keys.get(&action).map_or(&[], Vec::as_slice)
    }

    /// The first key of an action, as it is shown.
    pub fn label(&self, action: Action) -> Option<String> {
        self.keys(action).first().map(Key::to_string)
    }
}

/// Whether two actions can be asked for in the same place.
fn overlap(first: &Spec, second: &Spec) -> bool {
    first.contexts.iter().any(|context| {
        *context == Context::Everywhere
            || second.contexts.contains(&Context::Everywhere)
            || second.contexts.contains(context)
    })
}
