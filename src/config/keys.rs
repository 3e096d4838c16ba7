//! The table `[keys]`: the keys of actions.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::app::action::{ACTIONS, Action};
use crate::domain::Mistake;
use crate::keymap::{Custom, Keymap, Sequence, UnknownKey};

use super::Config;

/// One key or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "a key like \"D\" or \"g g\", or a list of them like [\"D\", \"F5\"]"
)]
pub(super) enum Keys {
    One(String),
    Several(Vec<String>),
}

/// The keys as they are pressed.
pub(super) fn sequences(
    keys: &Spanned<Keys>,
    text: &str,
    path: &Path,
) -> Result<Vec<Sequence>, Mistake> {
    let several = match keys.get_ref() {
        Keys::One(one) => std::slice::from_ref(one),
        Keys::Several(several) => several,
    };
    let wrong = |error: UnknownKey| Mistake::at(path, text, keys.span().start, error.to_string());
    let read = |one: &String| one.parse::<Sequence>().map_err(wrong);
    several.iter().map(read).collect()
}

impl Config {
    /// The defaults with what it says.
    pub(super) fn keymap(&self, text: &str, path: &Path) -> Result<Keymap, Mistake> {
        let commands = self.check_commands(text, path)?;
        let mut replaced: Vec<(Action, Vec<Sequence>)> = Vec::new();
        for (name, keys) in &self.keys {
            let spec = Action::by_name(name.get_ref()).ok_or_else(|| {
                let valid: Vec<&str> = ACTIONS.iter().map(|spec| spec.name).collect();
                let message = format!("unknown action `{}`", name.get_ref());
                Mistake::at(path, text, name.span().start, message).closest(name.get_ref(), &valid)
            })?;
            replaced.push((spec.action, sequences(keys, text, path)?));
        }
        Keymap::with(&replaced, &commands).map_err(|conflict| {
            let at = self.place_of(&[&conflict.second, &conflict.first], &commands);
            Mistake::at(path, text, at, conflict.to_string())
        })
    }

    /// Where the first of these is given its keys, by an action or a command.
    fn place_of(&self, names: &[&str], commands: &[Custom]) -> usize {
        let of_command = |name: &str| {
            let at = commands.iter().position(|command| command.name == name)?;
            let (_, own) = self.commands.iter().nth(at)?;
            own.key_place()
        };
        let of_action = |name: &str| {
            let mut keys = self.keys.keys();
            let found = keys.find(|key| key.get_ref() == name)?;
            Some(found.span().start)
        };
        let place = |name: &&str| of_action(name).or_else(|| of_command(name));
        names.iter().find_map(place).unwrap_or(0)
    }
}
