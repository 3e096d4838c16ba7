//! The user's settings: one TOML file, read only when it is there.
//!
//! The schema is [`Config`]; what is wrong with a file is told with line, column and the valid choices.

mod certificates;
mod colors;
mod commands;
pub mod in_force;
mod keys;
mod logs;
mod paths;
#[cfg(test)]
mod tests;
mod updates;
mod wishes;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

pub use paths::Paths;

use crate::app::model::Settings;
use crate::app::themes::{AUTO, ThemeEntry};
use crate::app::view::ServiceOrder;
use crate::domain::{Mistake, Preferences};
use crate::keymap::Keymap;
use crate::logs::Budget;
use crate::theme::{Theme, ThemeError};

/// The commented defaults, for people.
pub const DEFAULT_FILE: &str = include_str!("../../assets/config.toml");

/// What a config file may say.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// How it looks and feels.
    pub ui: Ui,
    /// How much of logs is kept.
    pub logs: Logs,
    /// How often registries are asked for updates.
    pub updates: updates::Updates,
    /// Where certificates are served and stored besides what containers tell, and from when on they are due.
    pub certificates: certificates::Certificates,
    /// What is wanted of every service.
    deploy: wishes::Common,
    /// What is wanted of what is on a host, by its name.
    hosts: BTreeMap<String, wishes::Common>,
    /// What is wanted of a service, by `PROJECT/SERVICE` or a lone container's name.
    services: BTreeMap<String, wishes::OfService>,
    /// The keys of actions, by their names.
    keys: BTreeMap<Spanned<String>, Spanned<keys::Keys>>,
    /// Commands of the user's own, by their names.
    commands: BTreeMap<Spanned<String>, commands::Own>,
}

/// How it looks and feels.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ui {
    /// The theme's name or `auto`, and where it is said.
    pub theme: Spanned<String>,
    /// The theme that `auto` is on a dark terminal.
    pub theme_dark: Spanned<String>,
    /// The same on a light one.
    pub theme_light: Spanned<String>,
    /// How many colours are used.
    pub colors: Colors,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// What services are sorted by at the start.
    pub sort: ServiceOrder,
    /// How often counters are read.
    #[serde(deserialize_with = "refresh")]
    pub refresh: Duration,
}

/// How many colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Colors {
    /// As many as the terminal says it can; none with `NO_COLOR`.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    /// None.
    #[serde(rename = "none")]
    None,
    /// The terminal's 16.
    #[serde(rename = "16")]
    Ansi16,
    /// The 256 of xterm.
    #[serde(rename = "256")]
    Indexed256,
    /// All of them.
    #[serde(rename = "true")]
    True,
}

/// How much of logs is kept, and what in them raises a finding.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Logs {
    /// Lines.
    pub lines: usize,
    /// Megabytes of text.
    pub megabytes: usize,
    /// Lines of history a log starts with.
    pub tail: usize,
    /// Expressions for lines that raise a finding, by what they mean; an empty one turns a built-in one off.
    findings: BTreeMap<Spanned<String>, Spanned<String>>,
}

impl Default for Ui {
    fn default() -> Self {
        Self {
            theme: Spanned::new(0..0, AUTO.to_owned()),
            theme_dark: Spanned::new(0..0, "topside".to_owned()),
            theme_light: Spanned::new(0..0, "light".to_owned()),
            colors: Colors::Auto,
            mouse: true,
            sort: ServiceOrder::Name,
            refresh: Duration::from_secs(2),
        }
    }
}

impl Default for Logs {
    fn default() -> Self {
        Self {
            lines: 50_000,
            megabytes: 24,
            tail: 1_000,
            findings: BTreeMap::new(),
        }
    }
}

/// Spans like "2s" or "500ms", from one second to an hour: a shorter one would heat the host.
fn refresh<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    use serde::de::Error;
    let text = String::deserialize(deserializer)?;
    let span: jiff::SignedDuration = text
        .parse()
        .map_err(|_| D::Error::custom(format!("`{text}` is no span; write one like 2s")))?;
    let duration = Duration::try_from(span).map_err(D::Error::custom)?;
    if !(Duration::from_secs(1)..=Duration::from_secs(3_600)).contains(&duration) {
        return Err(D::Error::custom(format!(
            "`{text}` is out of range: 1s to 1h"
        )));
    }
    Ok(duration)
}

/// The text of a file; fails where it is no UTF-8, with the place.
pub(crate) fn text_of(bytes: Vec<u8>, path: &Path) -> Result<String, Mistake> {
    String::from_utf8(bytes).map_err(|error| {
        let end = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..end]).into_owned();
        let message = "this byte is no UTF-8; save the file as UTF-8".to_owned();
        Mistake::at(path, &before, end, message)
    })
}

impl Config {
    /// What it wants of services.
    pub fn preferences(&self) -> Preferences {
        wishes::preferences(&self.deploy, &self.hosts, &self.services)
    }

    /// Reads a file. One that is not there is the defaults, unless the user named it.
    pub fn load(path: &Path, named: bool) -> Result<(Self, Keymap), Mistake> {
        match std::fs::read(path) {
            Ok(bytes) => Self::parse(&text_of(bytes, path)?, path),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => {
                Ok((Self::default(), Keymap::default()))
            }
            Err(error) => Err(Mistake::unreadable(path, &error)),
        }
    }

    /// Reads a text; `path` is for the errors only.
    pub fn parse(text: &str, path: &Path) -> Result<(Self, Keymap), Mistake> {
        let config: Self =
            toml::from_str(text).map_err(|error| Mistake::from_toml(path, text, &error))?;
        config.certificates.check_order(text, path)?;
        config.logs.check_findings(text, path)?;
        let keymap = config.keymap(text, path)?;
        Ok((config, keymap))
    }

    /// Whether there are the themes that it names, with the user's own ones in `dir`; `path` is the file this config was
    /// read from.
    pub fn check_themes(&self, path: &Path, dir: Option<&Path>) -> Result<(), Mistake> {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        self.check_themes_of(&text, path, dir)
    }

    /// The same of a text that is not in its file yet.
    pub fn check_themes_of(
        &self,
        text: &str,
        path: &Path,
        dir: Option<&Path>,
    ) -> Result<(), Mistake> {
        let ui = &self.ui;
        let theme = Some(&ui.theme).filter(|name| name.get_ref() != AUTO);
        for name in [Some(&ui.theme_dark), Some(&ui.theme_light), theme]
            .into_iter()
            .flatten()
        {
            Theme::load(name.get_ref(), dir).map_err(|error| {
                let at = name.span().start;
                match error {
                    ThemeError::Wrong(mistake) => mistake,
                    ThemeError::Unknown { name, valid } => {
                        let message = format!("there is no theme `{name}`");
                        let valid: Vec<&str> = valid.iter().map(String::as_str).collect();
                        Mistake::at(path, text, at, message).closest(&name, &valid)
                    }
                    ThemeError::Loop(_) => Mistake::at(path, text, at, error.to_string()),
                }
            })?;
        }
        Ok(())
    }

    /// Only how it looks: for who has another server than the user's own.
    #[must_use]
    pub fn looks(self) -> Self {
        Self {
            ui: self.ui,
            ..Self::default()
        }
    }

    /// What the dashboard has to know of it.
    pub fn settings(&self, keymap: Keymap) -> Settings {
        Settings {
            keymap,
            order: self.ui.sort,
            log_budget: Budget {
                lines: self.logs.lines.max(1),
                bytes: self.logs.megabytes.max(1).saturating_mul(1024 * 1024),
            },
            log_tail: self.logs.tail,
            log_watch: self.logs.watch(),
            mouse: self.ui.mouse,
            theme: self.ui.theme.get_ref().clone(),
            themes: vec![ThemeEntry::auto()],
            commands: self.commands(),
            preferences: self.preferences(),
            updates: self.updates.check,
            endpoints: self.certificates.endpoints(),
            thresholds: self.certificates.thresholds(),
        }
    }
}
