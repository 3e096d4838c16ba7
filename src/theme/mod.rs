//! Themes: what each kind of text looks like, read from TOML; those of `themes/` are built in.
//!
//! Code names a slot (`theme.critical`), never a colour. A file sets the slots it cares about and inherits the others;
//! its `[palette]` also recolours what it inherits.

mod depth;
mod file;
mod look;
mod slots;
#[cfg(test)]
mod tests;

use std::ops::Deref;
use std::path::Path;

use ratatui::style::{Color, Modifier, Style};

pub use depth::ColorDepth;
#[cfg(test)]
pub(crate) use depth::rgb_of_256;
pub use file::Listed;
pub use slots::Slots;

use crate::domain::Mistake;
use file::BUILT_IN;

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
    /// Its file is not what it should be, or can't be read.
    #[error("{0}")]
    Wrong(Mistake),
    /// Themes that inherit each other in a circle.
    #[error("the theme `{0}` inherits too many others")]
    Loop(String),
}

impl Theme {
    /// The names of the built-in themes; the first is the default.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// Every theme there is, the user's own in `dir` last.
    pub fn listed(dir: Option<&Path>) -> Vec<Listed> {
        file::listed(dir)
    }

    /// A theme by its name: `NAME.toml` in `dir` if it is there, else a built-in one.
    pub fn load(name: &str, dir: Option<&Path>) -> Result<Self, ThemeError> {
        let slots = file::slots(name, dir)?;
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
            ColorDepth::Ansi16 if self.is_of_many_colors() => Some("terminal"),
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

    /// Whether it is one of ours, and was made for more than 16 colours.
    fn is_of_many_colors(&self) -> bool {
        let ours = BUILT_IN.iter().any(|(name, _)| *name == self.name);
        ours && !matches!(&*self.name, "mono" | "terminal")
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
