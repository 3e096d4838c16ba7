//! What an engine, or the way to it, can answer instead of doing what was asked.

use crate::domain::Failure;

/// Why an engine did not do what was asked.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum BackendError {
    /// Nothing listens there: the engine is not installed, or not running.
    #[error("nothing listens at {endpoint}: {why}")]
    Unreachable {
        /// Where we looked.
        endpoint: String,
        /// The system's words.
        why: String,
    },
    /// It hung up in the middle of an exchange.
    #[error("the engine hung up in the middle of an answer: {why}")]
    CutOff {
        /// The system's words.
        why: String,
    },
    /// ssh does not lead to another machine's engine.
    #[error("{why}")]
    NoWay {
        /// What failed, with ssh's own words.
        why: String,
        /// What to try in a shell.
        hint: String,
    },
    /// The socket is there, but we may not open it.
    #[error("permission denied at {endpoint}")]
    Forbidden {
        /// Where we looked.
        endpoint: String,
        /// The group that may, and whether the user is in it on paper (a new login is then all it takes).
        group: Option<String>,
    },
    /// The thing asked about is not there (any more).
    #[error("{0}")]
    NotFound(String),
    /// It is in a state that does not allow this.
    #[error("{0}")]
    Conflict(String),
    /// The engine refused or failed, in its own words.
    #[error("{message}")]
    Engine {
        /// The HTTP status.
        status: u16,
        /// The engine's words.
        message: String,
    },
    /// The answer was not what the API says: another program listens there, or it was cut off.
    #[error("unexpected answer: {0}")]
    Garbage(String),
    /// A registry has answered enough for now.
    #[error("{why}")]
    RateLimited {
        /// The registry's or the engine's words.
        why: String,
    },
    /// The user's login to a registry cannot be had.
    #[error("{why}")]
    Credentials {
        /// What failed: a helper program and its words, or the file.
        why: String,
    },
    /// The container's log goes where the engine cannot read it.
    #[error("the logging driver {driver} keeps nothing that the engine can read")]
    LogElsewhere {
        /// Where it goes: `none`, `syslog`, `gelf` …
        driver: String,
    },
    /// No answer in time.
    #[error("no answer within {seconds} s")]
    TimedOut {
        /// How long we waited.
        seconds: u64,
    },
    /// This engine or this way of reaching it cannot do it.
    #[error("{0}")]
    Unsupported(String),
}

impl BackendError {
    /// Whether the engine is gone: what it did not answer is not known, and not its last word.
    pub const fn is_lost(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::CutOff { .. } | Self::NoWay { .. }
        )
    }

    /// The error for a person, with what to do about it.
    pub fn failure(&self, what: impl Into<String>) -> Failure {
        let failure = Failure::new(what, self.to_string());
        match self {
            Self::Unreachable { .. } => failure.hint(
                "start the engine (systemctl start docker), or name another with --host or DOCKER_HOST",
            ),
            Self::CutOff { .. } => failure.hint(
                "it is restarting, or not well: its own log says more (journalctl -u docker)",
            ),
            Self::NoWay { hint, .. } => failure.hint(hint.clone()),
            Self::Forbidden { group: Some(group), .. } => failure.hint(format!(
                "join the group {group} (sudo usermod -aG {group} $USER, then log in again), or run with sudo"
            )),
            Self::Forbidden { group: None, .. } => {
                failure.hint("run as the user who owns the socket, or with sudo")
            }
            Self::Garbage(_) => failure.hint("check that the address is a container engine's"),
            Self::TimedOut { .. } => failure.hint("the engine may be busy or hung: see its log"),
            Self::RateLimited { .. } => failure.hint(
                "try again later, or log in (docker login): registries allow accounts more than strangers",
            ),
            Self::Credentials { .. } => failure.hint(
                "docker pull needs the same login: try it, or log in again (docker login)",
            ),
            Self::LogElsewhere { driver } if driver == "none" => failure.hint(
                "nothing keeps it: to have a log, recreate the container with the logging driver local or json-file",
            ),
            Self::LogElsewhere { driver } => failure.hint(format!(
                "read it where {driver} puts it, or recreate the container with the logging driver local, json-file or journald"
            )),
            Self::NotFound(_)
            | Self::Conflict(_)
            | Self::Engine { .. }
            | Self::Unsupported(_) => failure,
        }
    }
}
