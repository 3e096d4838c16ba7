//! Where certificates are served and stored besides what containers tell, and from when on they are due.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::Mistake;
use crate::domain::endpoint::Entry;
use crate::domain::units::{in_words, parse_span};
use crate::domain::{CertificateReach, Level, Levels, Thresholds};

/// The table `[certificates]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Certificates {
    /// Endpoints that are asked from the first host.
    endpoints: Vec<Named>,
    /// Folders and files of this machine that hold certificates.
    paths: Vec<Absolute>,
    /// Whether volumes that no container mounts are looked into.
    unmounted_volumes: bool,
    /// How little is left of one that is due.
    due: Spanned<Level>,
    /// … and of one that should have been renewed.
    warning: Spanned<Level>,
    /// … and of one that is about to end.
    critical: Spanned<Level>,
    /// The same of those that are made for a few days.
    short_lived: ShortLived,
}

/// The table `[certificates.short_lived]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ShortLived {
    /// Which these are: those with a shorter lifetime than this.
    under: Lifetime,
    due: Spanned<Level>,
    warning: Spanned<Level>,
    critical: Spanned<Level>,
}

/// A lifetime of more than nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lifetime(SignedDuration);

/// Lifetimes that the levels are put in order by: Let's Encrypt's usual one, and that of its profile `shortlived`.
const USUAL: SignedDuration = SignedDuration::from_hours(90 * 24);
const SHORT: SignedDuration = SignedDuration::from_hours(160);

fn unplaced(level: Level) -> Spanned<Level> {
    Spanned::new(0..0, level)
}

impl Default for ShortLived {
    fn default() -> Self {
        let thresholds = Thresholds::default();
        Self {
            under: Lifetime(thresholds.short_under),
            due: unplaced(thresholds.short.due),
            warning: unplaced(thresholds.short.warning),
            critical: unplaced(thresholds.short.critical),
        }
    }
}

impl Default for Certificates {
    fn default() -> Self {
        let long = Thresholds::default().long;
        Self {
            due: unplaced(long.due),
            warning: unplaced(long.warning),
            critical: unplaced(long.critical),
            short_lived: ShortLived::default(),
            endpoints: Vec::new(),
            paths: Vec::new(),
            unmounted_volumes: true,
        }
    }
}

/// An absolute path: topside may be started anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Absolute(PathBuf);

/// One entry; each by itself, so that an error names its place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named(Entry);

impl Certificates {
    /// The endpoints it names.
    pub fn endpoints(&self) -> Vec<Entry> {
        self.endpoints.iter().map(|named| named.0.clone()).collect()
    }

    /// How far a search for certificates goes; each host makes its own of it.
    pub fn reach(&self) -> CertificateReach {
        CertificateReach {
            folders: self.paths.iter().map(|path| path.0.clone()).collect(),
            volumes: self.unmounted_volumes,
        }
    }

    /// From when on certificates are due, a warning, critical.
    pub fn thresholds(&self) -> Thresholds {
        let levels = |[due, warning, critical]: [&Spanned<Level>; 3]| Levels {
            due: *due.get_ref(),
            warning: *warning.get_ref(),
            critical: *critical.get_ref(),
        };
        let [long, short] = self.levels();
        Thresholds {
            long: levels(long),
            short: levels(short),
            short_under: self.short_lived.under.0,
        }
    }

    /// Due, warning and critical, of those that last and of those that do not.
    fn levels(&self) -> [[&Spanned<Level>; 3]; 2] {
        let short = &self.short_lived;
        [
            [&self.due, &self.warning, &self.critical],
            [&short.due, &short.warning, &short.critical],
        ]
    }

    /// Whether each state comes after the milder one; `text` and `path` are for the error.
    pub(super) fn check_order(&self, text: &str, path: &Path) -> Result<(), Mistake> {
        let thresholds = self.thresholds();
        let of_lifetimes = [(thresholds.long, USUAL), (thresholds.short, SHORT)];
        for ((levels, lifetime), places) in of_lifetimes.into_iter().zip(self.levels()) {
            let Some((state, milder)) = levels.disorder(lifetime) else {
                continue;
            };
            let [due, warning, critical] = places.map(Spanned::span);
            let (own, other) = match state {
                "critical" => (critical, warning),
                _ => (warning, due),
            };
            // A default stands nowhere: then it is the other one that somebody wrote.
            let place = if own.is_empty() { other } else { own };
            let span = in_words(lifetime);
            let message = format!(
                "`{state}` would come before `{milder}` (of a certificate for {span}); due is the most that may be left, \
                 then warning, then critical"
            );
            return Err(Mistake::at(path, text, place.start, message));
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Lifetime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_span(&text)
            .map(Self)
            .map_err(|why| serde::de::Error::custom(format!("`{text}` is no lifetime; {why}")))
    }
}

impl<'de> Deserialize<'de> for Absolute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let path = PathBuf::deserialize(deserializer)?;
        if path.is_absolute() {
            return Ok(Self(path));
        }
        let message = format!("`{}` is no absolute path", path.display());
        Err(serde::de::Error::custom(message))
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let entry = Entry::parse(&text).map_err(serde::de::Error::custom)?;
        Ok(Self(entry))
    }
}
