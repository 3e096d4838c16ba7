//! The settings in force: where they come from, and how they are taken over while the dashboard is open.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;

use crate::app::themes::ThemeEntry;
use crate::app::{Msg, Settings};
use crate::config::Config;
use crate::domain::{Failure, Mistake};
use crate::keymap::Keymap;

use super::appearance::{Appearance, Auto};
use super::dashboard::Dashboard;

/// Where settings come from.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The config file; none where there is no home and none was named.
    pub file: Option<PathBuf>,
    /// Whether somebody named it, so that it has to be there.
    pub is_named: bool,
    /// Where the user's own themes are.
    pub themes: Option<PathBuf>,
    /// Whether only looks and keys are taken from it: for a server that is not the user's.
    pub looks_only: bool,
}

impl Source {
    /// Reads it: the defaults where there is no file.
    pub fn load(&self) -> Result<(Config, Keymap), Mistake> {
        let Some(file) = &self.file else {
            return Ok((Config::default(), Keymap::default()));
        };
        let (config, keymap) = Config::load(file, self.is_named)?;
        config.check_themes(file, self.themes.as_deref())?;
        if self.looks_only {
            return Ok((config.looks(), keymap.without_own()));
        }
        Ok((config, keymap))
    }

    /// Every theme there is.
    pub(super) fn listed(&self) -> Vec<ThemeEntry> {
        Appearance::listed(self.themes.as_deref())
    }
}

/// The config in force, and where it is read again.
pub(super) struct Configuration {
    pub(super) source: Source,
    config: Config,
    keymap: Keymap,
    /// How often counters are read.
    pub(super) refresh: watch::Sender<std::time::Duration>,
}

impl Configuration {
    pub(super) fn new(source: Source, config: Config, keymap: Keymap) -> Self {
        Self {
            refresh: watch::Sender::new(config.ui.refresh),
            source,
            config,
            keymap,
        }
    }

    /// What the dashboard has to know of it.
    pub(super) fn settings(&self) -> Settings {
        Settings {
            themes: self.source.listed(),
            ..self.config.settings(self.keymap.clone())
        }
    }

    /// How it looks before a theme is chosen.
    pub(super) fn appearance(&self) -> Appearance {
        let themes = self.source.themes.clone();
        Appearance::new(
            themes,
            self.config.ui.colors.depth_here(),
            auto(&self.config),
        )
    }
}

impl Dashboard {
    /// Takes over what was changed of the config and of the themes. What is broken is told, and what was stays.
    pub(super) fn reconfigure(&mut self) {
        let loaded = self.configuration.source.load();
        let entries = self.configuration.source.listed();
        if entries != self.model.settings.themes {
            self.take(Msg::Themes(entries));
        }
        let (config, keymap) = match loaded {
            Ok(loaded) => loaded,
            Err(mistake) => return self.tell_broken(mistake.brief()),
        };
        let looks = self
            .appearance
            .configure(config.ui.colors.depth_here(), auto(&config));
        self.redraw();
        if let Err(failure) = looks {
            self.tell_broken(failure);
        }
        if config == self.configuration.config {
            return;
        }
        self.configuration.refresh.send_replace(config.ui.refresh);
        self.jobs.configure(|shared| {
            shared.preferences = Arc::new(config.preferences());
            shared.certificates = config.certificates.reach();
            shared.thresholds = config.certificates.thresholds();
        });
        for host in &mut self.hosts {
            let scanner = self.jobs.shared().scanner(&host.id, host.engine.is_local);
            host.scanner = Arc::new(scanner);
        }
        self.configuration.config = config;
        self.configuration.keymap = keymap;
        let settings = self.configuration.settings();
        self.take(Msg::Configured(Box::new(settings)));
    }

    fn tell_broken(&mut self, failure: Failure) {
        let why = format!("{} (what was in force stays)", failure.why);
        self.take(Msg::Notice(Failure::new(failure.what, why)));
    }
}

/// The themes that `auto` stands for.
fn auto(config: &Config) -> Auto {
    Auto {
        dark: config.ui.theme_dark.get_ref().clone(),
        light: config.ui.theme_light.get_ref().clone(),
    }
}
