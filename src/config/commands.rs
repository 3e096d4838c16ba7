//! The tables `[commands.NAME]`: commands of the user's own.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::app::action::{Action, Context};
use crate::domain::Mistake;
use crate::domain::command::{CommandOn, CommandPlace, CustomCommand, Template};
use crate::keymap::Custom;

use super::Config;
use super::keys::{Keys, sequences};

/// How many there may be.
const MOST: usize = 500;

/// A table `[commands.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Own {
    /// What is run.
    run: Spanned<Run>,
    /// What it does, in one line.
    #[serde(default)]
    about: String,
    /// Its keys; none has it in the palette only.
    key: Option<Spanned<Keys>>,
    /// Where it runs.
    #[serde(default = "anywhere")]
    r#where: Spanned<CommandPlace>,
    /// What it is for.
    #[serde(default)]
    on: CommandOn,
    /// Whether it is shown before it is run.
    #[serde(default)]
    confirm: bool,
    /// Whether it has the terminal.
    #[serde(default)]
    foreground: bool,
}

/// A line for a shell, or program and arguments.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "a line for a shell, or a list of program and arguments"
)]
enum Run {
    Line(String),
    Words(Vec<String>),
}

fn anywhere() -> Spanned<CommandPlace> {
    Spanned::new(0..0, CommandPlace::default())
}

impl Own {
    fn template(&self) -> Result<Template, String> {
        let is_empty = match self.run.get_ref() {
            Run::Line(line) => line.trim().is_empty(),
            Run::Words(words) => words.first().is_none_or(String::is_empty),
        };
        if is_empty {
            return Err("nothing to run".to_owned());
        }
        let template = match self.run.get_ref() {
            Run::Line(line) => Template::of_line(line, self.on),
            Run::Words(words) => Template::of_words(words, self.on),
        };
        template.map_err(|error| error.to_string())
    }

    /// Where its keys are given.
    pub(super) fn key_place(&self) -> Option<usize> {
        self.key.as_ref().map(|keys| keys.span().start)
    }

    /// Where it can be asked for.
    const fn contexts(&self) -> &'static [Context] {
        match self.on {
            CommandOn::Service | CommandOn::Container | CommandOn::Project => &[Context::Services],
            CommandOn::Volume => &[Context::Volumes],
            CommandOn::Image => &[Context::Images],
            CommandOn::Host => &[Context::Everywhere],
        }
    }
}

impl Config {
    /// The commands, in the order of their names.
    pub fn commands(&self) -> Vec<CustomCommand> {
        let command = |(name, own): (&Spanned<String>, &Own)| {
            // Each was checked.
            Some(CustomCommand {
                name: name.get_ref().clone(),
                about: own.about.clone(),
                run: own.template().ok()?,
                place: *own.r#where.get_ref(),
                on: own.on,
                confirm: own.confirm,
                foreground: own.foreground,
            })
        };
        self.commands.iter().filter_map(command).collect()
    }

    /// Their keys; fails at the first that is no good.
    pub(super) fn check_commands(&self, text: &str, path: &Path) -> Result<Vec<Custom>, Mistake> {
        let wrong = |at: usize, message: String| Mistake::at(path, text, at, message);
        let mut all = Vec::new();
        for (n, (name, own)) in self.commands.iter().enumerate() {
            let at = name.span().start;
            let name = name.get_ref();
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
            if name.is_empty() || !name.chars().all(is_plain) {
                let message = format!("`{name}` is no name; letters, digits, _ and - make one");
                return Err(wrong(at, message));
            }
            if Action::by_name(name).is_some() {
                return Err(wrong(
                    at,
                    format!("`{name}` is an action; give it another name"),
                ));
            }
            let index = u16::try_from(n).ok().filter(|_| n < MOST);
            let index = index.ok_or_else(|| wrong(at, format!("more than {MOST} commands")))?;
            own.template()
                .map_err(|message| wrong(own.run.span().start, message))?;
            let place = &own.r#where;
            if *place.get_ref() == CommandPlace::Container && !own.on.has_container() {
                let message = format!(
                    "a {} has no container; say on = \"service\" or \"container\"",
                    own.on.word()
                );
                return Err(wrong(place.span().start, message));
            }
            let keys = own.key.as_ref().map(|keys| sequences(keys, text, path));
            all.push(Custom {
                action: Action::Command(index),
                name: name.clone(),
                contexts: own.contexts(),
                keys: keys.transpose()?.unwrap_or_default(),
            });
        }
        Ok(all)
    }
}
