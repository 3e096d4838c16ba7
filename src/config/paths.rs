//! Where config, state and locks live: the folders of the XDG base directory specification.

use std::path::PathBuf;

use directories::ProjectDirs;

/// Our folders. Made when something is written there, not before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Config and the user's themes: `~/.config/topside`.
    pub config: PathBuf,
    /// Records and our own log: `~/.local/state/topside`.
    pub state: PathBuf,
}

impl Paths {
    /// The folders of this user; none where there is no home.
    pub fn of_user() -> Option<Self> {
        let dirs = ProjectDirs::from("", "", "topside")?;
        Some(Self {
            config: dirs.config_dir().to_owned(),
            state: dirs
                .state_dir()
                .unwrap_or_else(|| dirs.data_local_dir())
                .to_owned(),
        })
    }

    /// The config file.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// The user's own themes.
    pub fn themes(&self) -> PathBuf {
        self.config.join("themes")
    }

    /// The records.
    pub fn store(&self) -> PathBuf {
        self.state.join("topside.db")
    }

    /// The locks that keep two processes from acting on one service at once.
    pub fn locks(&self) -> PathBuf {
        self.state.join("locks")
    }

    /// Compose files as they were before they were edited.
    pub fn edits(&self) -> PathBuf {
        self.state.join("edits")
    }

    /// What was chosen on screen: sort, folds, theme.
    pub fn view(&self) -> PathBuf {
        self.state.join("view.toml")
    }

    /// Our own log, written when `TOPSIDE_LOG` is set.
    pub fn log(&self) -> PathBuf {
        self.state.join("topside.log")
    }
}
