//! The themes there are, and the picker that shows each as the cursor moves.

use tui_input::Input;

use super::filter::narrow;

/// The theme that is dark or light as the terminal is.
pub const AUTO: &str = "auto";

/// A theme that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeEntry {
    /// Its name.
    pub name: String,
    /// What it says of itself.
    pub about: String,
}

impl ThemeEntry {
    /// The one that goes with the terminal.
    pub fn auto() -> Self {
        Self {
            name: AUTO.to_owned(),
            about: "dark or light, as the terminal is".to_owned(),
        }
    }
}

/// The picker of themes.
#[derive(Debug, Clone)]
pub struct ThemesView {
    /// What is typed.
    pub input: Input,
    /// The selected entry.
    pub cursor: usize,
    /// Those that match.
    pub entries: Vec<ThemeEntry>,
    /// The theme to come back to.
    pub was: String,
}

impl ThemesView {
    /// All themes, the cursor on the one that is shown.
    pub fn new(all: &[ThemeEntry], shown: &str) -> Self {
        let cursor = all.iter().position(|theme| theme.name == shown);
        Self {
            input: Input::default(),
            cursor: cursor.unwrap_or(0),
            entries: all.to_vec(),
            was: shown.to_owned(),
        }
    }

    /// Lists what matches what is typed.
    pub fn narrow(&mut self, all: &[ThemeEntry]) {
        let words = |theme: &ThemeEntry| format!("{} {}", theme.name, theme.about);
        self.entries = narrow(all.to_vec(), self.input.value(), words);
        self.cursor = 0;
    }

    /// The theme the cursor is on.
    pub fn selected(&self) -> Option<&ThemeEntry> {
        self.entries.get(self.cursor)
    }
}
