//! The palette: everything that can be done or gone to, by name.

use tui_input::Input;

use crate::domain::command::CustomCommand;
use crate::domain::{HostId, ServiceId};

use super::action::{Action, Spec};

/// The action that runs a command of the user's own.
pub fn own(commands: &[CustomCommand], name: &str) -> Option<Action> {
    let at = commands.iter().position(|command| command.name == name)?;
    u16::try_from(at).ok().map(Action::Command)
}

/// Everything, by name.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// What is typed.
    pub input: Input,
    /// The selected entry.
    pub cursor: usize,
    /// What matches, best first.
    pub entries: Vec<PaletteEntry>,
}

/// What an entry leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// An action of the table.
    Action(&'static Spec),
    /// A command of the user's own, by its name: its place changes when the config is read again.
    Command(String),
    /// A service.
    Service(ServiceId),
    /// A host.
    Host(HostId),
    /// A theme.
    Theme(String),
}

/// Something in the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteEntry {
    /// What it leads to.
    pub choice: Choice,
    /// Its name.
    pub name: String,
    /// What it does, or is.
    pub about: String,
    /// Whether it works in this view.
    pub works: bool,
}

impl PaletteEntry {
    /// An action of the table.
    pub fn action(spec: &'static Spec, works: bool) -> Self {
        Self {
            choice: Choice::Action(spec),
            name: spec.name.replace('_', " "),
            about: spec.about.to_owned(),
            works,
        }
    }

    /// What it is, where that is no action.
    pub const fn kind(&self) -> &'static str {
        match &self.choice {
            Choice::Action(Spec {
                action: Action::Show(_),
                ..
            }) => "view",
            Choice::Action(_) => "",
            Choice::Command(_) => "command",
            Choice::Service(_) => "service",
            Choice::Host(_) => "host",
            Choice::Theme(_) => "theme",
        }
    }

    /// The action that its key is for.
    pub fn keyed(&self, commands: &[CustomCommand]) -> Option<Action> {
        match &self.choice {
            Choice::Action(spec) => Some(spec.action),
            Choice::Command(name) => own(commands, name),
            Choice::Service(_) | Choice::Host(_) | Choice::Theme(_) => None,
        }
    }
}
