//! Counters of a container straight from its control groups and its process: what the engine itself reads, without
//! waking the engine.
//!
//! Both hierarchies: version 1 (one mount a controller) and version 2 (one tree); on a hybrid machine each controller
//! is taken where it is. All paths hang under a root, so that tests bring their own.

mod place;
mod read;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::backend::Watched;
use crate::domain::{ContainerId, Counters};
use place::{Mounts, Place};
use read::Buffer;

/// Reads counters; remembers where each container's files are.
pub(super) struct Cgroups {
    root: PathBuf,
    mounts: Option<Mounts>,
    places: HashMap<ContainerId, (u32, Place)>,
    buffer: Buffer,
}

impl Cgroups {
    /// The machine whose `/proc` is under `root`.
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            mounts: None,
            places: HashMap::new(),
            buffer: Buffer::new(),
        }
    }

    /// One reading. Fails where the files are not ours to read, or the process is not this container's.
    pub(super) fn counters(&mut self, watched: &Watched, now: Timestamp) -> io::Result<Counters> {
        let pid = watched.pid.ok_or(io::ErrorKind::NotFound)?;
        if !matches!(self.places.get(&watched.id), Some((known, _)) if *known == pid) {
            let place = self.find(&watched.id, pid)?;
            self.places.insert(watched.id.clone(), (pid, place));
        }
        let Some((_, place)) = self.places.get(&watched.id) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let mut counters = match read::counters(place, &mut self.buffer, now, watched.charts) {
            Ok(counters) => counters,
            Err(err) => {
                // Gone, or moved: looked for anew the next time.
                self.places.remove(&watched.id);
                return Err(err);
            }
        };
        if watched.charts {
            let path = self.root.join(format!("proc/{pid}/net/dev"));
            if let Ok((received, sent)) = read::network(&path, &mut self.buffer) {
                counters.received = Some(received);
                counters.sent = Some(sent);
            }
        }
        Ok(counters)
    }

    /// Forgets containers that nobody asks about any more.
    pub(super) fn retain(&mut self, watched: &[Watched]) {
        if self.places.len() > 2 * watched.len() + 16 {
            self.places
                .retain(|id, _| watched.iter().any(|one| one.id == *id));
        }
    }

    fn find(&mut self, id: &ContainerId, pid: u32) -> io::Result<Place> {
        if self.mounts.is_none() {
            let text = std::fs::read_to_string(self.root.join("proc/self/mountinfo"))?;
            self.mounts = Some(Mounts::parse(&text, &self.root));
        }
        let membership = std::fs::read_to_string(self.root.join(format!("proc/{pid}/cgroup")))?;
        self.mounts
            .as_ref()
            .and_then(|mounts| mounts.place(&membership, id.as_str()))
            .ok_or_else(|| io::Error::other("not a cgroup of this container"))
    }
}

#[cfg(test)]
mod tests;
