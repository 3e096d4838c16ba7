//! Which keys ask for which action, where.
//!
//! The defaults stand in the action table; the user's config replaces the keys of single actions, and gives keys to
//! commands of the user's own. A key may begin a sequence or be an action, not both: no key waits to see what follows.

mod key;
mod sequence;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

pub use key::{Key, KeyCode, UnknownKey};
pub use sequence::Sequence;

use crate::app::action::{ACTIONS, Action, Context, Spec};

/// The keys of every action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    keys: HashMap<Action, Vec<Sequence>>,
    bindings: HashMap<Context, Vec<(Sequence, Action)>>,
}

/// What the keys of somebody who types come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// They ask for this.
    Do(Action),
    /// They begin something.
    More,
    /// They mean nothing here.
    Nothing,
}

/// An action that is no row of the table: a command of the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custom {
    /// The action.
    pub action: Action,
    /// Its name.
    pub name: String,
    /// Where it works.
    pub contexts: &'static [Context],
    /// Its keys.
    pub keys: Vec<Sequence>,
}

/// Keys that two actions want which work in the same place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct Conflict {
    /// The keys of the first.
    pub key: Sequence,
    /// The keys of the other, which are the same or begin alike.
    pub other: Sequence,
    /// The name of the action that comes first in the table.
    pub first: String,
    /// The name of the other.
    pub second: String,
}

impl Conflict {
    fn sentence(&self) -> String {
        let Self {
            key,
            other,
            first,
            second,
        } = self;
        if key == other {
            return format!("the key {key} is used by both `{first}` and `{second}`");
        }
        let (short, of_short, long, of_long) = if key.keys().len() < other.keys().len() {
            (key, first, other, second)
        } else {
            (other, second, key, first)
        };
        format!(
            "the key {short} of `{of_short}` begins {long} of `{of_long}`: it could not wait for what follows"
        )
    }
}

impl Default for Keymap {
    fn default() -> Self {
        // The table's keys are tested to parse and not to conflict.
        Self::index(&rows(&[], &[]))
    }
}

/// The keys that the table gives an action.
pub fn default_keys(spec: &Spec) -> Vec<Sequence> {
    spec.keys
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect()
}

/// The keys that quit, whatever the user says.
fn always_quits() -> impl Iterator<Item = Sequence> {
    "C-c".parse().into_iter()
}

/// Every action with its keys.
fn rows(replaced: &[(Action, Vec<Sequence>)], custom: &[Custom]) -> Vec<Custom> {
    let own = |action: Action| {
        let found = replaced.iter().rfind(|(other, _)| *other == action);
        found.map(|(_, keys)| keys.clone())
    };
    let table = ACTIONS.iter().map(|spec| Custom {
        action: spec.action,
        name: spec.name.to_owned(),
        contexts: spec.contexts,
        keys: match own(spec.action) {
            // This one cannot be taken from it.
            Some(mut keys) if spec.action == Action::Quit => {
                let own: Vec<Sequence> = always_quits().filter(|key| !keys.contains(key)).collect();
                keys.extend(own);
                keys
            }
            own => own.unwrap_or_else(|| default_keys(spec)),
        },
    });
    table.chain(custom.iter().cloned()).collect()
}

impl Keymap {
    /// The defaults with the keys of some actions replaced, and with the user's own commands. An action that loses a key
    /// to another has to be given one of its own, or none: a silent loss is a conflict.
    pub fn with(replaced: &[(Action, Vec<Sequence>)], custom: &[Custom]) -> Result<Self, Conflict> {
        let rows = rows(replaced, custom);
        for (at, first) in rows.iter().enumerate() {
            for second in rows[at + 1..]
                .iter()
                .filter(|second| overlap(first, second))
            {
                for key in &first.keys {
                    if let Some(other) = second.keys.iter().find(|other| key.collides(other)) {
                        return Err(Conflict {
                            key: key.clone(),
                            other: other.clone(),
                            first: first.name.clone(),
                            second: second.name.clone(),
                        });
                    }
                }
            }
        }
        Ok(Self::index(&rows))
    }

    fn index(rows: &[Custom]) -> Self {
        let mut keys: HashMap<Action, Vec<Sequence>> = HashMap::new();
        let mut bindings: HashMap<Context, Vec<(Sequence, Action)>> = HashMap::new();
        for row in rows {
            keys.insert(row.action, row.keys.clone());
            for context in row.contexts {
                let bound = row.keys.iter().map(|key| (key.clone(), row.action));
                bindings.entry(*context).or_default().extend(bound);
            }
        }
        Self { keys, bindings }
    }

    /// Without the commands of the user's own.
    #[must_use]
    pub fn without_own(mut self) -> Self {
        let is_own = |action: &Action| matches!(action, Action::Command(_));
        self.keys.retain(|action, _| !is_own(action));
        for bound in self.bindings.values_mut() {
            bound.retain(|(_, action)| !is_own(action));
        }
        self
    }

    /// What is bound where these contexts hold, the nearest first.
    fn bound(&self, contexts: &[Context]) -> impl Iterator<Item = &(Sequence, Action)> {
        let everywhere = std::iter::once(&Context::Everywhere);
        let contexts = contexts.iter().chain(everywhere);
        contexts.flat_map(|context| self.bindings.get(context).into_iter().flatten())
    }

    /// What keys ask for where these contexts hold: the first that knows them.
    pub fn step(&self, contexts: &[Context], typed: &[Key]) -> Step {
        for (sequence, action) in self.bound(contexts) {
            match sequence.after(typed) {
                Some([]) => return Step::Do(*action),
                Some(_) => return Step::More,
                None => {}
            }
        }
        Step::Nothing
    }

    /// What a key alone asks for where these contexts hold.
    pub fn lookup(&self, contexts: &[Context], key: Key) -> Option<Action> {
        match self.step(contexts, &[key]) {
            Step::Do(action) => Some(action),
            Step::More | Step::Nothing => None,
        }
    }

    /// What may follow keys that begin something: the rest of its keys, and what it is.
    pub fn following(&self, contexts: &[Context], typed: &[Key]) -> Vec<(Vec<Key>, Action)> {
        let mut all: Vec<(Vec<Key>, Action)> = Vec::new();
        for (sequence, action) in self.bound(contexts) {
            let Some(rest) = sequence.after(typed).filter(|rest| !rest.is_empty()) else {
                continue;
            };
            // What a nearer context has counts.
            if !all.iter().any(|(known, _)| known == rest) {
                all.push((rest.to_vec(), *action));
            }
        }
        all
    }

    /// The keys of an action; empty when it has none.
    pub fn keys(&self, action: Action) -> &[Sequence] {
        self.keys.get(&action).map_or(&[], Vec::as_slice)
    }

    /// The first key of an action, as it is shown.
    pub fn label(&self, action: Action) -> Option<String> {
        self.keys(action).first().map(Sequence::to_string)
    }
}

/// Whether two actions can be asked for in the same place.
fn overlap(first: &Custom, second: &Custom) -> bool {
    first.contexts.iter().any(|context| {
        *context == Context::Everywhere
            || second.contexts.contains(&Context::Everywhere)
            || second.contexts.contains(context)
    })
}
