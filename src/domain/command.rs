//! Commands of the user's own: what is written in the config, and what becomes of it for one service, volume, image.
//!
//! Names come from an engine and are hostile. In a list of words each takes the place of its placeholder within one
//! word. In a line for a shell it never becomes part of the line: the line names it (`"$1"`) and it is handed over as
//! an argument, so that no name can end a quote or begin a command.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::text::visible;
use super::{ContainerId, Failure};

mod quotes;
#[cfg(test)]
pub(crate) mod sample;
mod template;
#[cfg(test)]
mod tests;
pub mod values;

pub use template::{Template, TemplateError, UnknownPlaceholder};

/// Where a command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandPlace {
    /// On the engine's machine: here for a local engine, through ssh for one that is reached through ssh.
    #[default]
    Host,
    /// On the machine where topside runs.
    Here,
    /// In the container.
    Container,
}

/// What a command is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandOn {
    /// A service; in its first container.
    #[default]
    Service,
    /// One container.
    Container,
    /// A whole project.
    Project,
    /// A volume.
    Volume,
    /// An image.
    Image,
    /// A host.
    Host,
}

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Placeholder {
    /// The host's name on the dashboard.
    Host,
    /// The project's name.
    Project,
    /// The folder of the project's Compose files.
    Folder,
    /// The service's name.
    Service,
    /// The container's name.
    Container,
    /// The container's or image's id.
    Id,
    /// The image's reference.
    Image,
    /// The volume's name.
    Volume,
}

impl Placeholder {
    #[cfg(test)]
    const ALL: [Self; 8] = [
        Self::Host,
        Self::Project,
        Self::Folder,
        Self::Service,
        Self::Container,
        Self::Id,
        Self::Image,
        Self::Volume,
    ];

    /// The word between the braces.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Project => "project",
            Self::Folder => "folder",
            Self::Service => "service",
            Self::Container => "container",
            Self::Id => "id",
            Self::Image => "image",
            Self::Volume => "volume",
        }
    }
}

impl CommandOn {
    /// The word in the config.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Container => "container",
            Self::Project => "project",
            Self::Volume => "volume",
            Self::Image => "image",
            Self::Host => "host",
        }
    }

    /// What such a command can name.
    pub const fn placeholders(self) -> &'static [Placeholder] {
        use Placeholder::{Container, Folder, Host, Id, Image, Project, Service, Volume};
        match self {
            Self::Service | Self::Container => {
                &[Service, Container, Id, Image, Project, Folder, Host]
            }
            Self::Project => &[Project, Folder, Host],
            Self::Volume => &[Volume, Host],
            Self::Image => &[Image, Id, Host],
            Self::Host => &[Host],
        }
    }

    /// Whether it has a container to run in.
    pub const fn has_container(self) -> bool {
        matches!(self, Self::Service | Self::Container)
    }
}

/// A command of the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomCommand {
    /// Its name in palette, jobs and on the command line.
    pub name: String,
    /// What it does, in one line.
    pub about: String,
    /// What is run.
    pub run: Template,
    /// Where.
    pub place: CommandPlace,
    /// What it is for.
    pub on: CommandOn,
    /// Whether it is shown before it is run.
    pub confirm: bool,
    /// Whether it has the terminal, rather than being a job.
    pub foreground: bool,
}

/// What the placeholders stand for just now.
pub type Values = BTreeMap<Placeholder, String>;

/// A command as it is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandCall {
    /// The command's name.
    pub name: String,
    /// Program and arguments.
    pub words: Vec<String>,
    /// Where.
    pub place: CommandPlace,
    /// The container it runs in, and its name; none where it runs elsewhere.
    pub container: Option<(ContainerId, String)>,
    /// Whether it is shown before it is run.
    pub confirm: bool,
}

impl CustomCommand {
    /// What is run with these values. Fails where one of them is not there, such as the project of a lone container.
    pub fn call(
        &self,
        values: &Values,
        container: Option<(ContainerId, String)>,
    ) -> Result<CommandCall, Failure> {
        let what = || format!("run {}", visible(&self.name));
        let words = self.run.words(values).map_err(|missing| {
            Failure::new(what(), format!("this {} has no {missing}", self.on.word()))
        })?;
        if words.iter().any(|word| word.contains('\0')) {
            return Err(Failure::new(what(), "a name has a zero byte in it"));
        }
        let container = container.filter(|_| self.place == CommandPlace::Container);
        if self.place == CommandPlace::Container && container.is_none() {
            return Err(Failure::new(what(), "it has no container to run in"));
        }
        Ok(CommandCall {
            name: self.name.clone(),
            words,
            place: self.place,
            container,
            confirm: self.confirm,
        })
    }
}

impl fmt::Display for CommandCall {
    /// As a shell would want it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, word) in self.words.iter().enumerate() {
            let space = if n == 0 { "" } else { " " };
            write!(f, "{space}{}", visible(&super::text::shell_word(word)))?;
        }
        Ok(())
    }
}
