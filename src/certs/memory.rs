//! What earlier scans read, so that what has not changed is not read again.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::examine::Reading;
use super::watch::Watch;
use crate::domain::ContainerId;

/// After this even what seems unchanged is read again: times can be set back (`cp -p`, `rsync`).
const OLD: Duration = Duration::from_secs(3600);
/// Origins that are remembered at most; a host has a dozen.
const MOST: usize = 256;

/// By where things lie on the host.
#[derive(Debug, Default)]
pub(super) struct Memory {
    readings: HashMap<String, Remembered>,
}

/// One reading. It holds certificates, and no byte of a key.
#[derive(Debug, Clone)]
pub(super) struct Remembered {
    /// Who read it, at which path, and whether every file counted.
    pub asked: Asked,
    pub reading: Arc<Reading>,
    pub watch: Watch,
    at: Instant,
}

/// What was asked for; another question has another answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub reader: ContainerId,
    pub path: String,
    pub named: bool,
}

impl Memory {
    /// What is remembered of an origin, when it is an answer to this and not too old.
    pub(super) fn recall(&self, origin: &str, asked: &Asked) -> Option<&Remembered> {
        self.readings
            .get(origin)
            .filter(|known| known.asked == *asked && known.at.elapsed() < OLD)
    }
}

/// What the scan that is under way leaves to the next: only what it met itself.
#[derive(Debug, Default)]
pub(super) struct Next(Memory);

impl Next {
    pub(super) fn remember(
        &mut self,
        origin: &str,
        asked: Asked,
        reading: &Arc<Reading>,
        watch: Watch,
    ) {
        if watch.is_good(Timestamp::now()) {
            let remembered = Remembered {
                asked,
                reading: Arc::clone(reading),
                watch,
                at: Instant::now(),
            };
            self.keep(origin, remembered);
        }
    }

    /// Takes over what has not changed, with its age.
    pub(super) fn keep(&mut self, origin: &str, remembered: Remembered) {
        if self.0.readings.len() < MOST {
            self.0.readings.insert(origin.to_owned(), remembered);
        }
    }

    pub(super) fn into_memory(self) -> Memory {
        self.0
    }
}
