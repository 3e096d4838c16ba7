//! How the dashboard looks: the theme in force, and which that is on a light or a dark terminal.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crossterm::event::Event;

use crate::app::themes::{AUTO, ThemeEntry};
use crate::domain::Failure;
use crate::theme::{ColorDepth, Theme, ThemeError};

use super::background::{self, Heard, Listener};

/// The themes that `auto` stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auto {
    /// On a dark terminal, and on one that does not tell.
    pub dark: String,
    /// On a light one.
    pub light: String,
}

/// What the theme is chosen by.
pub struct Appearance {
    /// Where the user's own themes are.
    folder: Option<PathBuf>,
    depth: ColorDepth,
    auto: Auto,
    /// The theme that is wanted, or `auto`.
    wanted: String,
    /// Whether the terminal is light, as far as it told.
    is_light: Option<bool>,
    listener: Option<Listener>,
    was_asked: bool,
    theme: Theme,
}

impl Appearance {
    /// The default theme, until one is chosen.
    pub fn new(folder: Option<PathBuf>, depth: ColorDepth, auto: Auto) -> Self {
        Self {
            folder,
            depth,
            auto,
            wanted: AUTO.to_owned(),
            is_light: background::known(std::env::var("COLORFGBG").ok().as_deref()),
            listener: None,
            was_asked: false,
            theme: Theme::default().at(depth),
        }
    }

    /// What is drawn with.
    pub(super) const fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Every theme there is.
    pub fn listed(folder: Option<&Path>) -> Vec<ThemeEntry> {
        let themes = Theme::listed(folder).into_iter().map(|theme| ThemeEntry {
            name: theme.name,
            about: theme.about,
        });
        std::iter::once(ThemeEntry::auto()).chain(themes).collect()
    }

    /// Takes another theme, or goes with the terminal. What is wrong with one that is not taken.
    pub fn choose(&mut self, wanted: &str) -> Result<(), Failure> {
        let theme = self.load(wanted).map_err(|error| {
            let what = format!("show the theme {wanted}");
            match error {
                ThemeError::Wrong(mistake) => mistake.brief(),
                error @ (ThemeError::Unknown { .. } | ThemeError::Loop(_)) => {
                    Failure::new(what, error.to_string())
                }
            }
        })?;
        wanted.clone_into(&mut self.wanted);
        self.theme = theme;
        Ok(())
    }

    /// Takes other settings; the theme is loaded anew.
    pub(super) fn configure(&mut self, depth: ColorDepth, auto: Auto) -> Result<(), Failure> {
        self.depth = depth;
        self.auto = auto;
        self.reload()
    }

    /// Loads the theme anew: its file was saved.
    pub(super) fn reload(&mut self) -> Result<(), Failure> {
        let wanted = self.wanted.clone();
        self.choose(&wanted)
    }

    fn load(&self, wanted: &str) -> Result<Theme, ThemeError> {
        let name = match (wanted, self.is_light) {
            (AUTO, Some(true)) => &self.auto.light,
            (AUTO, _) => &self.auto.dark,
            (name, _) => name,
        };
        Ok(Theme::load(name, self.folder.as_deref())?.at(self.depth))
    }

    /// Asks the terminal whether it is light, once, where that makes a difference and it did not tell.
    pub(super) fn ask(&mut self, out: &mut impl io::Write) {
        let matters = self.depth > ColorDepth::Ansi16 && self.wanted == AUTO;
        if !matters || self.is_light.is_some() || self.was_asked {
            return;
        }
        self.was_asked = true;
        let term = std::env::var("TERM").unwrap_or_default();
        let in_tmux = std::env::var_os("TMUX").is_some();
        if background::may_be_asked(&term, in_tmux) && background::ask(out).is_ok() {
            self.listener = Some(Listener::new(Instant::now()));
        }
    }

    /// What of an event is for the dashboard, and whether the theme is another one now.
    pub(super) fn hear(&mut self, event: Event) -> (Vec<Event>, bool) {
        let now = Instant::now();
        self.listener.take_if(|listener| listener.is_over(now));
        let Some(listener) = &mut self.listener else {
            return (vec![event], false);
        };
        match listener.take(event, now) {
            Heard::Events(events) => (events, false),
            Heard::Answer(is_light) => {
                self.listener = None;
                self.is_light = is_light;
                (Vec::new(), self.reload().is_ok())
            }
        }
    }

    /// Time passes: what was held for an answer and is none.
    pub(super) fn tick(&mut self) -> Vec<Event> {
        let listener = self.listener.as_mut();
        listener.map(Listener::tick).unwrap_or_default()
    }

    /// How long an answer may still be on its way.
    pub(super) fn awaits(&self) -> Option<std::time::Duration> {
        let left = self.listener.as_ref()?.left(Instant::now());
        (!left.is_zero()).then_some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn appearance(folder: Option<PathBuf>) -> Appearance {
        let auto = Auto {
            dark: "nord".to_owned(),
            light: "catppuccin-latte".to_owned(),
        };
        let mut appearance = Appearance::new(folder, ColorDepth::True, auto);
        appearance.is_light = None;
        appearance
    }

    #[test]
    fn auto_goes_with_the_terminal() {
        let mut appearance = appearance(None);
        appearance.choose(AUTO).unwrap();
        assert_eq!(appearance.theme().name, "nord");
        appearance.is_light = Some(true);
        appearance.reload().unwrap();
        assert_eq!(appearance.theme().name, "catppuccin-latte");
        appearance.choose("gruvbox").unwrap();
        assert_eq!(appearance.theme().name, "gruvbox");
    }

    #[test]
    fn a_theme_that_breaks_while_it_is_saved_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        std::fs::write(&file, "inherits = 'nord'").unwrap();
        let mut appearance = appearance(Some(folder.path().to_owned()));
        appearance.choose("mine").unwrap();
        let before = appearance.theme().clone();
        std::fs::write(&file, "inherits = 'nord'\n[slots]\nok = 'grün'").unwrap();
        let failure = appearance.reload().unwrap_err();
        assert!(failure.what.contains("mine.toml:3:6"), "{failure}");
        assert_eq!(appearance.theme(), &before);
        std::fs::write(&file, "inherits = 'dracula'").unwrap();
        appearance.reload().unwrap();
        assert_ne!(appearance.theme(), &before);
    }

    #[test]
    fn a_terminal_is_asked_only_where_its_answer_matters() {
        let mut out = Vec::new();
        let mut appearance = appearance(None);
        appearance.choose("gruvbox").unwrap();
        appearance.ask(&mut out);
        appearance.choose(AUTO).unwrap();
        appearance.depth = ColorDepth::Ansi16;
        appearance.ask(&mut out);
        appearance.depth = ColorDepth::True;
        appearance.is_light = Some(false);
        appearance.ask(&mut out);
        assert!(out.is_empty() && appearance.awaits().is_none());
    }
}
