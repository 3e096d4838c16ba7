//! A theme's file: its schema, the built-in ones, and those of the user beside the config.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use ratatui::style::Style;
use serde::Deserialize;

use super::ThemeError;
use super::look::{Look, is_color};
use super::slots::{Looks, Slots};
use crate::domain::Mistake;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        /// The built-in themes; the first is the default.
        pub(super) const BUILT_IN: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../themes/", $name, ".toml")))),*];
    };
}

built_in!(
    "topside",
    "light",
    "high-contrast",
    "color-blind",
    "terminal",
    "mono",
    "catppuccin",
    "catppuccin-latte",
    "dracula",
    "gruvbox",
    "gruvbox-light",
    "nord",
    "solarized",
    "solarized-light",
    "tokyo-night",
);

/// How many themes may inherit one from the other.
const MOST_ANCESTORS: usize = 8;

/// The most that is read of a theme: a whole one has three thousand bytes.
const MOST_BYTES: u64 = 256 * 1024;

/// What a theme's file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Schema {
    about: String,
    inherits: Option<String>,
    palette: BTreeMap<String, toml::Spanned<String>>,
    slots: Looks,
}

/// A file that was read.
struct File {
    path: PathBuf,
    text: String,
    schema: Schema,
}

/// A theme that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// What it says of itself.
    pub about: String,
}

/// The styles of a theme: `NAME.toml` in `dir` if it is there, else a built-in one, over those that it inherits.
pub(super) fn slots(name: &str, dir: Option<&Path>) -> Result<Slots, ThemeError> {
    let mut chain = vec![read(name, dir)?];
    let mut child = name.to_owned();
    while let Some(parent) = chain
        .last_mut()
        .and_then(|file| file.schema.inherits.take())
    {
        if chain.len() > MOST_ANCESTORS {
            return Err(ThemeError::Loop(name.to_owned()));
        }
        // One's own `nord` may begin with ours.
        let dir = dir.filter(|_| parent != child);
        chain.push(read(&parent, dir)?);
        child = parent;
    }
    let mut palette = BTreeMap::new();
    for file in chain.iter().rev() {
        for (color, value) in &file.schema.palette {
            palette.insert(color.clone(), value.get_ref().clone());
        }
    }
    let mut looks = Looks::default();
    for file in chain {
        file.check(&palette)?;
        looks.inherit(file.schema.slots);
    }
    // Each was checked.
    let style = |_, look: &Look| Ok::<Style, ThemeError>(look.style(&palette).unwrap_or_default());
    looks.resolve(style)
}

/// Every theme there is: the built-in ones, then the user's own by name.
pub(super) fn listed(dir: Option<&Path>) -> Vec<Listed> {
    let built_in = BUILT_IN.iter().map(|(name, _)| *name);
    let own = own_names(dir);
    let own = own.iter().map(String::as_str);
    built_in
        .chain(own)
        .map(|name| Listed {
            name: name.to_owned(),
            // One that is broken is listed all the same: choosing it tells what is wrong.
            about: read(name, dir)
                .map(|file| file.schema.about)
                .unwrap_or_default(),
        })
        .collect()
}

/// The names of the user's own themes that are not called like a built-in one.
fn own_names(dir: Option<&Path>) -> Vec<String> {
    let mut own: Vec<String> = dir
        .and_then(|dir| std::fs::read_dir(dir).ok())
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            Some(name.strip_suffix(".toml")?.to_owned())
        })
        .filter(|name| !BUILT_IN.iter().any(|(built_in, _)| built_in == name))
        .collect();
    own.sort();
    own
}

impl File {
    /// Whether each colour is one, in this file or in the palette of all.
    fn check(&self, palette: &BTreeMap<String, String>) -> Result<(), ThemeError> {
        for (name, value) in &self.schema.palette {
            if !is_color(value.get_ref()) {
                return Err(self.no_color(name, value.get_ref(), value.span().start));
            }
        }
        let wrong = self
            .schema
            .slots
            .each_look(|slot, look, at| look.style(palette).err().map(|color| (slot, color, at)));
        match wrong {
            Some((slot, color, at)) => Err(self.no_color(slot, &color, at)),
            None => Ok(()),
        }
    }

    fn no_color(&self, of: &str, color: &str, at: usize) -> ThemeError {
        let message = format!(
            "`{color}` of `{of}` is no colour; write #rrggbb, 0 to 255, default, a name of the terminal's 16 such as \
             bright_blue, or one of the palette"
        );
        ThemeError::Wrong(Mistake::at(&self.path, &self.text, at, message))
    }
}

fn read(name: &str, dir: Option<&Path>) -> Result<File, ThemeError> {
    // A name is no path: `../x` is not looked up.
    let is_name = !name.is_empty() && !name.contains(['/', '\\', '\0']) && name != "..";
    let path = dir
        .filter(|_| is_name)
        .map(|dir| dir.join(format!("{name}.toml")));
    if let Some(path) = path {
        match own_text(&path) {
            Ok(text) => return parse(path, text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(ThemeError::Wrong(Mistake::unreadable(&path, &error))),
        }
    }
    match BUILT_IN.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => parse(
            PathBuf::from(format!("themes/{name}.toml")),
            (*text).to_owned(),
        ),
        None => Err(ThemeError::Unknown {
            name: name.to_owned(),
            valid: listed_names(dir),
        }),
    }
}

fn own_text(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let file = std::fs::File::open(path)?;
    file.take(MOST_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

fn parse(path: PathBuf, text: String) -> Result<File, ThemeError> {
    match toml::from_str(&text) {
        Ok(schema) => Ok(File { path, text, schema }),
        Err(error) => Err(ThemeError::Wrong(Mistake::from_toml(&path, &text, &error))),
    }
}

fn listed_names(dir: Option<&Path>) -> Vec<String> {
    let built_in = BUILT_IN.iter().map(|(name, _)| (*name).to_owned());
    built_in.chain(own_names(dir)).collect()
}

/// The slots that a built-in theme leaves to nobody.
#[cfg(test)]
pub(super) fn missing(name: &str) -> Vec<&'static str> {
    let mut looks = Looks::default();
    let mut next = Some(name.to_owned());
    while let Some(name) = next {
        let file = read(&name, None).unwrap();
        next = file.schema.inherits;
        looks.inherit(file.schema.slots);
    }
    looks.missing()
}
