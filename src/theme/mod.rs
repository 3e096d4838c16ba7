//! Themes: what each kind of text looks like, read from TOML; four are built in.
//!
//! Code names a slot (`theme.critical`), never a colour. A file sets the slots it cares about and inherits the others;
//! its `[palette]` also recolours what it inherits.

mod depth;
mod look;
mod slots;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

pub use depth::ColorDepth;
#[cfg(test)]
pub(crate) use depth::rgb_of_256;
pub use slots::Slots;

use slots::Looks;

/// The built-in themes.
const BUILT_IN: [(&str, &str); 4] = [
    ("topside", include_str!("../../themes/topside.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("terminal", include_str!("../../themes/terminal.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
];

/// How many themes may inherit one from the other.
const MOST_ANCESTORS: usize = 8;

/// A loaded theme; its slots are reached as its own fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// The name it was loaded by.
    pub name: String,
    /// How many colours it may use.
    pub depth: ColorDepth,
    slots: Slots,
}

impl Deref for Theme {
    type Target = Slots;
    fn deref(&self) -> &Slots {
        &self.slots
    }
}

/// Why a theme can't be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// There is no theme of this name.
    #[error("there is no theme `{name}`; there are: {}", valid.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        valid: Vec<String>,
    },
    /// Its file can't be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Its file is not what it should be.
    #[error("the theme `{name}`: {source}")]
    Parse {
        /// The theme.
        name: String,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A colour is none.
    #[error(
        "the theme `{name}`: `{color}` of `{slot}` is no colour; write #rrggbb, 0 to 255, default, a name of \
         the terminal's 16 such as bright_blue, or one of the palette"
    )]
    Color {
        /// The theme.
        name: String,
        /// The slot.
        slot: &'static str,
        /// What it says.
        color: String,
    },
    /// Themes that inherit each other in a circle.
    #[error("the theme `{0}` inherits too many others")]
    Loop(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    inherits: Option<String>,
    palette: BTreeMap<String, String>,
    slots: Looks,
}

impl Theme {
    /// The names of the built-in themes; the first is the default.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// A theme by its name: `NAME.toml` in `dir` if it is there, else a built-in one.
    pub fn load(name: &str, dir: Option<&Path>) -> Result<Self, ThemeError> {
        let mut file = read(name, dir)?;
        let mut ancestors = 0;
        while let Some(parent_name) = file.inherits.take() {
            ancestors += 1;
            if ancestors > MOST_ANCESTORS {
                return Err(ThemeError::Loop(name.to_owned()));
            }
            let parent = read(&parent_name, dir)?;
            file.slots.inherit(parent.slots);
            for (color, value) in parent.palette {
                file.palette.entry(color).or_insert(value);
            }
            file.inherits = parent.inherits;
        }
        let slots = file.slots.resolve(|slot, look| {
            look.style(&file.palette)
                .map_err(|color| ThemeError::Color {
                    name: name.to_owned(),
                    slot,
                    color,
                })
        })?;
        Ok(Self {
            name: name.to_owned(),
            depth: ColorDepth::True,
            slots,
        })
    }

    /// The theme in colours that can be shown. The built-in ones turn into those made for few colours, which look
    /// better than the nearest of 16.
    #[must_use]
    pub fn at(self, depth: ColorDepth) -> Self {
        let replacement = match depth {
            ColorDepth::None => Some("mono"),
            ColorDepth::Ansi16 if matches!(&*self.name, "topside" | "light") => Some("terminal"),
            ColorDepth::Ansi16 | ColorDepth::Indexed256 | ColorDepth::True => None,
        };
        let mut theme = replacement
            .and_then(|name| Self::load(name, None).ok())
            .unwrap_or(self);
        if depth == ColorDepth::Ansi16 {
            theme.slots.selection = seen_in_16(theme.slots.selection);
            theme.slots.toast = seen_in_16(theme.slots.toast);
        }
        theme.slots.each(|style| *style = depth.fit(*style));
        theme.depth = depth;
        theme
    }

    /// A style that does not come from the theme (a program's log), in colours that can be shown.
    #[must_use]
    pub fn fit(&self, style: Style) -> Style {
        self.depth.fit(style)
    }

    /// The colour of the n-th container in a log.
    pub fn log_source(&self, n: usize) -> Style {
        let count = self.slots.log_sources.len().max(1);
        self.slots
            .log_sources
            .get(n % count)
            .copied()
            .unwrap_or(self.slots.text)
    }
}

impl Default for Theme {
    /// The built-in default; tested to load.
    fn default() -> Self {
        Self::load("topside", None).unwrap_or(Self {
            name: String::new(),
            depth: ColorDepth::None,
            slots: Slots::default(),
        })
    }
}

/// A background that is no colour of the terminal's own would become the nearest of 16: black, or the very grey of muted
/// text. Reversed it is seen, and read.
fn seen_in_16(style: Style) -> Style {
    match style.bg {
        Some(Color::Rgb(..) | Color::Indexed(16..)) => {
            let plain = Style {
                fg: None,
                bg: None,
                ..style
            };
            look::in_one_piece(plain.add_modifier(Modifier::REVERSED))
        }
        _ => style,
    }
}

fn read(name: &str, dir: Option<&Path>) -> Result<File, ThemeError> {
    // A name is no path: `../x` is not looked up.
    let is_name = !name.is_empty() && !name.contains(['/', '\\', '\0']) && name != "..";
    let path = dir
        .filter(|_| is_name)
        .map(|dir| dir.join(format!("{name}.toml")));
    let text = match path.map(|path| (std::fs::read_to_string(&path), path)) {
        Some((Ok(text), _)) => Some(text),
        Some((Err(source), path)) if source.kind() != std::io::ErrorKind::NotFound => {
            return Err(ThemeError::Read { path, source });
        }
        Some((Err(_), _)) | None => None,
    };
    let built_in = || BUILT_IN.iter().find(|(known, _)| *known == name);
    let text = match (&text, built_in()) {
        (Some(text), _) => text.as_str(),
        (None, Some((_, text))) => text,
        (None, None) => {
            return Err(ThemeError::Unknown {
                name: name.to_owned(),
                valid: valid_names(dir),
            });
        }
    };
    toml::from_str(text).map_err(|source| ThemeError::Parse {
        name: name.to_owned(),
        source: Box::new(source),
    })
}

fn valid_names(dir: Option<&Path>) -> Vec<String> {
    let mut own: Vec<String> = dir
        .and_then(|dir| std::fs::read_dir(dir).ok())
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            Some(name.strip_suffix(".toml")?.to_owned())
        })
        .filter(|name| !Theme::names().any(|built_in| built_in == name))
        .collect();
    own.sort();
    Theme::names().map(str::to_owned).chain(own).collect()
}
