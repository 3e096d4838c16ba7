//! How grave a line is, as the program that wrote it says.

mod detect;
mod json;
pub(super) mod keys;
mod prefix;

use std::fmt;
use std::str::FromStr;

/// How grave a line is. Programs have up to a dozen words for it; these are the ones people filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Each step.
    Trace,
    /// What a developer wants to know.
    Debug,
    /// What happens, notices included.
    Info,
    /// Something may be wrong.
    Warn,
    /// Something is wrong.
    Error,
    /// The program cannot go on, or somebody must act at once: critical, alert, emergency, panic.
    Fatal,
}

/// The shortest and the longest word for a level.
const SHORTEST_WORD: usize = "inf".len();
const LONGEST_WORD: usize = "informational".len();

impl Level {
    /// All of them, the least grave first.
    pub const ALL: [Self; 6] = [
        Self::Trace,
        Self::Debug,
        Self::Info,
        Self::Warn,
        Self::Error,
        Self::Fatal,
    ];

    /// The level in a word, in lower case.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }

    /// The level that a line says it has; none when it says none.
    ///
    /// Only the head of the line is looked at, so that the time it takes is bounded. Words within a message ("no error
    /// found", `/errors/404`) are none.
    pub fn of(text: &str) -> Option<Self> {
        detect::level(text)
    }

    /// The level that a program means by a word, whatever its case.
    fn from_word(word: &[u8]) -> Option<Self> {
        // Nearly every word is none, and this is asked of every line.
        let first = word.first()? | 0x20;
        if word.len() < SHORTEST_WORD || !b"acdefinpstvw".contains(&first) {
            return None;
        }
        let mut lower = [0; LONGEST_WORD];
        let lower = lower.get_mut(..word.len())?;
        for (lower, byte) in lower.iter_mut().zip(word) {
            *lower = byte.to_ascii_lowercase();
        }
        Some(match &*lower {
            b"trace" | b"trce" | b"trc" | b"verbose" | b"finest" | b"finer" => Self::Trace,
            b"debug" | b"dbug" | b"dbg" | b"fine" => Self::Debug,
            b"info" | b"inf" | b"information" | b"informational" | b"notice" | b"note" => {
                Self::Info
            }
            b"warning" | b"warn" | b"wrn" => Self::Warn,
            // `eror` is what Grafana's old logger wrote, `fail` .NET's, `severe` Java's.
            b"error" | b"err" | b"eror" | b"fail" | b"severe" => Self::Error,
            b"fatal" | b"ftl" | b"critical" | b"crit" | b"alert" | b"emergency" | b"emerg"
            | b"panic" | b"pnc" | b"dpanic" => Self::Fatal,
            _ => return None,
        })
    }

    /// The level that a program means by one capital letter (gitea, klog, `MongoDB`).
    pub(super) const fn from_letter(letter: u8) -> Option<Self> {
        Some(match letter {
            b'T' => Self::Trace,
            b'D' => Self::Debug,
            b'I' => Self::Info,
            b'W' => Self::Warn,
            b'E' => Self::Error,
            b'F' | b'C' => Self::Fatal,
            _ => return None,
        })
    }

    /// The level of a syslog severity (RFC 5424 §6.2.1); none beyond 7.
    const fn from_syslog(severity: u64) -> Option<Self> {
        Some(match severity {
            0..=2 => Self::Fatal,
            3 => Self::Error,
            4 => Self::Warn,
            5 | 6 => Self::Info,
            7 => Self::Debug,
            _ => return None,
        })
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// What was typed for a level is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no level: write trace, debug, info, warn, error or fatal")]
pub struct UnknownLevel(String);

impl FromStr for Level {
    type Err = UnknownLevel;

    /// Takes the words that programs use too: `warning`, `ERR`, `critical` …
    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        let word = text.trim();
        Self::from_word(word.as_bytes())
            .ok_or_else(|| UnknownLevel(crate::domain::text::visible(word).into_owned()))
    }
}
