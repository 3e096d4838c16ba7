//! One job at a time per service (or project, or host), across processes: a locked file that says who holds it.
//!
//! The kernel gives a lock back when its process ends however it ends. The files stay: removing one while another
//! process opens it would let two hold "the" lock.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::text::visible;
use crate::domain::units::age;
use crate::domain::{ActionName, Failure, Target};

/// How often a held lock's file is read before it is said to name nobody.
const LOOKS: u32 = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(2);

/// Who holds a lock, as its file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Holder {
    /// The process.
    pub(super) pid: i32,
    /// Who asked.
    pub(super) who: String,
    /// What is being done.
    pub(super) action: String,
    /// Since when.
    pub(super) since: Timestamp,
}

/// A held lock; dropping it gives it back.
#[derive(Debug)]
pub(super) struct Lock {
    file: Arc<File>,
}

impl Lock {
    /// What holds the lock as long as anybody has it open.
    pub(super) fn file(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }

    /// Takes the target's lock, or fails at once with who holds it. `engine` is the engine's own id: the same one may be
    /// reached by several names.
    pub(super) fn take(
        folder: &Path,
        engine: &str,
        target: &Target,
        action: ActionName,
        holder: &Holder,
    ) -> Result<Self, Failure> {
        let what = action.title(target);
        let alone = FlockOperation::NonBlockingLockExclusive;
        let mut file = flocked(folder, engine, target, &what, alone)?;
        // Only for people: when it cannot be written (a full disk), the lock still holds.
        let _ = write_holder(&mut file, holder);
        Ok(Self {
            file: Arc::new(file),
        })
    }

    /// Takes the target's lock together with others who share it, and fails at once where it is held alone. `what` is
    /// what cannot be done then.
    pub(super) fn share(
        folder: &Path,
        engine: &str,
        target: &Target,
        what: &str,
    ) -> Result<Self, Failure> {
        let shared = FlockOperation::NonBlockingLockShared;
        let file = flocked(folder, engine, target, what, shared)?;
        // What one left that was killed while it held it alone: nobody holds it so now.
        let _ = file.set_len(0);
        Ok(Self {
            file: Arc::new(file),
        })
    }
}

/// Opens the target's file and locks it, or fails at once with who holds it.
fn flocked(
    folder: &Path,
    engine: &str,
    target: &Target,
    what: &str,
    how: FlockOperation,
) -> Result<File, Failure> {
    let path = path_of(folder, engine, target);
    let cannot = |error: std::io::Error| {
        let why = format!("the lock {} cannot be used: {error}", path.display());
        Failure::new(what, why)
    };
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(cannot)?;
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        // Nobody's link leads us to another file.
        .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
        .open(&path)
        .map_err(cannot)?;
    let mut looks = 1;
    loop {
        match flock(&file, how) {
            Ok(()) => return Ok(file),
            Err(Errno::WOULDBLOCK) => match holder_of(&mut file) {
                // It is being taken or given back right now: a moment later it is one or the other.
                None if looks < LOOKS => {
                    looks += 1;
                    std::thread::sleep(BETWEEN_LOOKS);
                }
                holder => return Err(held(what, target, holder)),
            },
            Err(error) => return Err(cannot(error.into())),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
        // Closing alone would not do: a child that is being spawned right now has a copy of it until its exec.
        let _ = flock(&self.file, FlockOperation::Unlock);
    }
}

fn write_holder(file: &mut File, holder: &Holder) -> std::io::Result<()> {
    let text = serde_json::to_string(holder)?;
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())
}

fn holder_of(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(4096).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn held(what: &str, target: &Target, holder: Option<Holder>) -> Failure {
    let why = match holder {
        Some(holder) if !is_alive(holder.pid) => format!(
            "{} {target} was cut off, and the Compose that it called is still at it: {} (process {})",
            visible(&holder.action),
            visible(&holder.who),
            holder.pid,
        ),
        Some(holder) => format!(
            "{} {target} has been under way for {}: {} (process {})",
            visible(&holder.action),
            age(holder.since, Timestamp::now()),
            visible(&holder.who),
            holder.pid,
        ),
        // Who shares it says nothing of themselves: there can be many.
        None if matches!(target, Target::Host(_)) => format!(
            "something is being deployed, pulled or saved on {target}: what that is about to use looks unused"
        ),
        None => format!("another topside is at work on {target}"),
    };
    Failure::new(what, why).hint("wait until that job has ended")
}

fn is_alive(pid: i32) -> bool {
    Pid::from_raw(pid).is_none_or(|pid| test_kill_process(pid) != Err(Errno::SRCH))
}

/// A name that people can read, and a digest that keeps `a/b` and `a_b` apart.
fn path_of(folder: &Path, engine: &str, target: &Target) -> PathBuf {
    let (project, name) = match target {
        Target::Service(service) => (service.project.as_deref(), &*service.name),
        Target::Project(project) => (Some(&*project.name), ""),
        // No project or service has such a name.
        Target::Volume(volume) => (Some("volume/"), &*volume.name),
        Target::Image(image) => (Some("image/"), &*image.name),
        Target::Host(_) => (None, ""),
    };
    let parts = [project.unwrap_or_default(), name, engine];
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part.as_bytes());
    }
    let digest = digest
        .finalize()
        .iter()
        .take(6)
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let readable: String = parts
        .join("-")
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' {
                c
            } else {
                '_'
            }
        })
        .take(80)
        .collect();
    folder.join(format!("{readable}-{digest:012x}.lock"))
}
