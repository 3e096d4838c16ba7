//! What was chosen on screen, kept in one small file of the state folder.
//!
//! Written whole beside its place and renamed, so that none is seen half; under a lock, and with only what changed
//! here, so that two dashboards leave each other's choices.

use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::app::remembered::Remembered;
use crate::domain::Failure;

/// The most that is read: a thousand folded projects with long names.
const MOST_BYTES: u64 = 512 * 1024;

/// What was chosen the last time; what is wrong with the file, where it is broken.
pub fn load(path: &Path) -> (Remembered, Option<Failure>) {
    match read(path) {
        Ok(remembered) => (remembered, None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (Remembered::default(), None),
        Err(error) => {
            let what = format!("read {}", path.display());
            let failure = Failure::new(what, error.to_string())
                .hint("sort, folds and theme begin as the config has them, and are written anew");
            (Remembered::default(), Some(failure))
        }
    }
}

fn read(path: &Path) -> io::Result<Remembered> {
    let mut text = String::new();
    File::open(path)?
        .take(MOST_BYTES)
        .read_to_string(&mut text)?;
    toml::from_str(&text).map_err(|error| io::Error::other(error.message().to_owned()))
}

/// Takes over what changed from `before` to `after`.
fn write(path: &Path, before: &Remembered, after: &Remembered) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let lock = File::create(path.with_extension("lock"))?;
    flock(&lock, FlockOperation::LockExclusive)?;
    // One that is broken is taken the place of.
    let mut all = read(path).unwrap_or_default();
    all.take_over(before, after);
    let text = toml::to_string(&all).map_err(io::Error::other)?;
    let fresh = path.with_extension(format!("new.{}", std::process::id()));
    let mut file = File::create(&fresh)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| fs::rename(&fresh, path));
    if written.is_err() {
        let _ = fs::remove_file(&fresh);
    }
    written
}

/// Keeps what is chosen. The last choice is written also when the dashboard ends.
pub(super) struct Keeper {
    latest: Option<watch::Sender<Remembered>>,
}

impl Keeper {
    /// Keeps in a file; nowhere where there is no home.
    pub(super) fn new(path: Option<PathBuf>, known: Remembered, tracker: &TaskTracker) -> Self {
        let latest = path.map(|path| {
            let (latest, mut wanted) = watch::channel(known.clone());
            tracker.spawn(async move {
                let mut before = known;
                while wanted.changed().await.is_ok() {
                    let after = wanted.borrow_and_update().clone();
                    let (path, from, to) = (path.clone(), before, after.clone());
                    let writing = move || write(&path, &from, &to);
                    if let Ok(Err(error)) = tokio::task::spawn_blocking(writing).await {
                        tracing::warn!(%error, "what was chosen on screen is not kept");
                    }
                    before = after;
                }
            });
            latest
        });
        Self { latest }
    }

    /// Keeps this.
    pub(super) fn keep(&self, remembered: Remembered) {
        if let Some(latest) = &self.latest {
            latest.send_replace(remembered);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::remembered::Chosen;
    use crate::app::{ImageOrder, ServiceOrder, ServiceRow};
    use crate::domain::ProjectId;

    fn chosen() -> Remembered {
        let project = ProjectId {
            host: "home".into(),
            name: "we\"zm\n[x]".into(),
        };
        Remembered {
            services: Some(Chosen {
                chosen: ServiceOrder::Cpu,
                over: ServiceOrder::Name,
            }),
            theme: Some(Chosen {
                chosen: "nord".to_owned(),
                over: "auto".to_owned(),
            }),
            images: Some(ImageOrder::Age),
            folded: [
                ServiceRow::Project(project),
                ServiceRow::Lone("home".into()),
            ]
            .into(),
            ..Remembered::default()
        }
    }

    #[test]
    fn what_was_kept_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/view.toml");
        assert_eq!(load(&path), (Remembered::default(), None));
        write(&path, &Remembered::default(), &chosen()).unwrap();
        assert_eq!(load(&path), (chosen(), None));
        let names: Vec<_> = fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names.len(), 2, "{names:?}");
    }

    #[test]
    fn two_dashboards_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("view.toml");
        let row = |n: usize| ServiceRow::Lone(n.to_string().into());
        std::thread::scope(|scope| {
            for one in 0..4_usize {
                let path = path.clone();
                scope.spawn(move || {
                    let mut before = Remembered::default();
                    for n in 0..25 {
                        let mut after = before.clone();
                        after.folded.insert(row(one * 100 + n));
                        write(&path, &before, &after).unwrap();
                        before = after;
                    }
                });
            }
        });
        assert_eq!(load(&path).0.folded.len(), 100);
    }

    #[test]
    fn a_broken_file_is_told_and_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("view.toml");
        for broken in ["theme = 3", "\u{0}", "images = \"colour\"", "[[folded]"] {
            fs::write(&path, broken).unwrap();
            let (remembered, failure) = load(&path);
            assert_eq!(remembered, Remembered::default());
            assert!(failure.unwrap().what.contains("view.toml"));
        }
        write(&path, &Remembered::default(), &chosen()).unwrap();
        assert_eq!(load(&path), (chosen(), None));
    }

    #[tokio::test]
    async fn the_last_choice_is_written_when_the_dashboard_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("view.toml");
        let tracker = TaskTracker::new();
        let keeper = Keeper::new(Some(path.clone()), Remembered::default(), &tracker);
        keeper.keep(Remembered::default());
        keeper.keep(chosen());
        drop(keeper);
        tracker.close();
        tracker.wait().await;
        assert_eq!(load(&path), (chosen(), None));
    }
}
