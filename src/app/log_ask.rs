//! What is typed or chosen about a log, over it.

use tui_input::Input;

use crate::domain::ServiceId;
use crate::logs::Anchor;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogQuestion {
    /// A time to go to.
    Time,
    /// A file that lines are written to.
    File {
        /// Whether all of the log is written, not what is shown.
        everything: bool,
        /// Whether something is there already, so that it is asked whether that is to go.
        exists: bool,
    },
    /// A command that lines are piped to.
    Command,
}

/// A question with a line to type.
#[derive(Debug, Clone)]
pub struct LogAsk {
    /// What is asked for.
    pub question: LogQuestion,
    /// What is typed.
    pub input: Input,
    /// What is wrong with it.
    pub wrong: Option<String>,
}

impl LogAsk {
    /// An empty line for a question.
    pub fn new(question: LogQuestion) -> Self {
        Self {
            question,
            input: Input::default(),
            wrong: None,
        }
    }
}

/// The services of a log, to show or hide their lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogServices {
    /// The services, by name.
    pub services: Vec<ServiceId>,
    /// The selected one.
    pub cursor: usize,
}

/// One line of a log in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogLineView {
    /// What it is known by, while numbers move.
    pub line: Anchor,
    /// The first row shown.
    pub offset: usize,
}

/// Lines of a log that are taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogTaken {
    /// What they are written or piped to.
    pub to: LogTarget,
    /// The lines, each with its line end.
    pub text: String,
}

/// Where lines of a log go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogTarget {
    /// A file.
    File {
        /// Its path.
        path: String,
        /// Whether it may take the place of what is there.
        replace: bool,
    },
    /// The user's pager.
    Pager,
    /// The user's editor.
    Editor,
    /// A command for the shell.
    Command(String),
}
