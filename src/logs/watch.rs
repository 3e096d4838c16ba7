//! Lines that somebody should know of, whoever looks at the log.

use std::borrow::Cow;

use regex::{RegexSet, RegexSetBuilder};

use super::{Query, QueryError};

/// What all patterns together may take when they are compiled, in bytes.
const COMPILED: usize = 8 << 20;

/// What a line can say that is worth a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// What it means, as a phrase: "ran out of memory".
    pub name: Cow<'static, str>,
    /// A regular expression (the syntax of the crate `regex`); case matters unless it says `(?i)`.
    pub regex: Cow<'static, str>,
}

impl Pattern {
    /// A pattern of the user's.
    pub fn new(name: impl Into<String>, regex: impl Into<String>) -> Self {
        Self {
            name: Cow::Owned(name.into()),
            regex: Cow::Owned(regex.into()),
        }
    }
}

/// What is looked for unless the user says otherwise: what breaks servers, in the words of the system, of the usual
/// languages and databases. Literal beginnings, so that lines without them cost next to nothing.
pub const DEFAULTS: [(&str, &str); 9] = [
    (
        "panicked",
        concat!(
            r"^panic: |goroutine \d+ \[running\]:|\bpanicked at [^ ]+:\d|\bPANIC:  |",
            r"Kernel panic - not syncing|^fatal error: [a-z]|Segmentation fault|segfault at [0-9a-f]|\(core dumped\)",
        ),
    ),
    (
        "ran out of memory",
        concat!(
            r"[Oo]ut of memory|OutOfMemoryError|OOM command not allowed|Cannot allocate memory|",
            r"heap out of memory|Allowed memory size of \d+ bytes exhausted|std::bad_alloc|^MemoryError\b|invoked oom-killer",
        ),
    ),
    (
        "found the disk full",
        concat!(
            r"[Nn]o space left on device|\bENOSPC\b|[Dd]isk quota exceeded|database or disk is full|",
            r"flood stage disk watermark|There is not enough space on the disk",
        ),
    ),
    (
        "found a file system read-only",
        r"[Rr]ead-only file system|\bEROFS\b",
    ),
    (
        "met an expired certificate",
        r"certificate has expired|certificate expired|\bCERT_HAS_EXPIRED\b|CertificateExpiredException",
    ),
    (
        "has too many files open",
        r"[Tt]oo many open files|\bEMFILE\b|\bENFILE\b",
    ),
    (
        "has too many connections",
        r"sorry, too many clients already|Too many connections|remaining connection slots are reserved|worker_connections are not enough",
    ),
    (
        "met a broken disk",
        r"Buffer I/O error on dev|blk_update_request: I/O error|[Ii]nput/output error",
    ),
    (
        "found its data damaged",
        r"database disk image is malformed|invalid page in block \d|Bad file format reading the append only file|CorruptIndexException",
    ),
];

/// Patterns, compiled into one pass.
#[derive(Debug, Clone)]
pub struct Watch {
    set: RegexSet,
    names: Vec<Cow<'static, str>>,
}

impl PartialEq for Watch {
    fn eq(&self, other: &Self) -> bool {
        self.set.patterns() == other.set.patterns() && self.names == other.names
    }
}

/// Why patterns cannot be looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WatchError {
    /// One of them is no expression.
    #[error("“{name}”: {error}")]
    Pattern {
        /// Which.
        name: String,
        /// Why.
        error: QueryError,
    },
    /// Together they are too large.
    #[error("the patterns are too large together: have fewer of them, or repeat less in them")]
    TooLarge,
}

/// The patterns of [`DEFAULTS`].
pub fn defaults() -> Vec<Pattern> {
    DEFAULTS
        .map(|(name, regex)| Pattern {
            name: Cow::Borrowed(name),
            regex: Cow::Borrowed(regex),
        })
        .into()
}

impl Watch {
    /// Compiles patterns.
    ///
    /// # Errors
    /// When one is no expression, or too large.
    pub fn new(patterns: &[Pattern]) -> Result<Self, WatchError> {
        for pattern in patterns {
            Query::regex(&pattern.regex).map_err(|error| WatchError::Pattern {
                name: pattern.name.clone().into_owned(),
                error,
            })?;
        }
        let set = RegexSetBuilder::new(patterns.iter().map(|pattern| &*pattern.regex))
            .size_limit(COMPILED)
            .build()
            .map_err(|_| WatchError::TooLarge)?;
        let names = patterns.iter().map(|pattern| pattern.name.clone());
        Ok(Self {
            set,
            names: names.collect(),
        })
    }

    /// What the pattern of an index means.
    pub fn name(&self, index: usize) -> &str {
        self.names.get(index).map_or("", |name| name)
    }

    /// The index of the first pattern that a line matches; none of nearly every line.
    pub fn of(&self, text: &str) -> Option<usize> {
        // That nothing matches is told by the first bytes of the patterns; which of them does, only by all the line.
        if !self.set.is_match(text) {
            return None;
        }
        self.set.matches(text).iter().next()
    }
}
