//! Tells when the config or a theme of the user was saved: the kernel says it (inotify), nothing is polled.
//!
//! Folders are watched, not files: editors write beside a file and rename. Where the config is a link (dotfiles are
//! often kept elsewhere), the folder that it leads to is watched too; where its folder is not there yet, the one above.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::configuration::Source;

/// How long it has to be quiet: an editor saves in several steps.
const QUIET: Duration = Duration::from_millis(100);

/// How many of those are waited for at most: a folder where something is written all the time.
const MOST_WAITS: usize = 10;

/// The most that is looked at of a file.
const MOST_BYTES: u64 = 256 * 1024;

/// Tells of each change until nobody listens. Ends where the kernel gives no watch; then nothing is told.
pub(super) async fn watch(source: Source, read: Contents, changed: mpsc::Sender<()>) {
    if let Err(error) = follow(&source, read, &changed).await {
        tracing::warn!(%error, "the config is not read again when it is saved");
    }
}

async fn follow(
    source: &Source,
    mut known: Contents,
    changed: &mpsc::Sender<()>,
) -> io::Result<()> {
    // tokio's pipes only ask for a descriptor that can be polled and read.
    let inotify = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
    let mut inotify = Receiver::from_file_unchecked(inotify.into())?;
    loop {
        // Each time anew: a folder may be there by now. What is watched already stays so.
        for folder in folders(source) {
            let flags = WatchFlags::CLOSE_WRITE
                | WatchFlags::MOVED_TO
                | WatchFlags::MOVED_FROM
                | WatchFlags::CREATE
                | WatchFlags::DELETE
                | WatchFlags::ONLYDIR;
            // One that may not be read is told of when the file is.
            let _ = add_watch(&inotify, &folder, flags);
        }
        // After the watches: what is saved in between is seen by one of the two.
        let files = source.clone();
        let reading = move || Contents::of(&files);
        let now = tokio::task::spawn_blocking(reading).await;
        let now = now.map_err(io::Error::other)?;
        if now != known && changed.send(()).await.is_err() {
            return Ok(());
        }
        known = now;
        tokio::select! {
            seen = something(&mut inotify) => seen?,
            () = changed.closed() => return Ok(()),
        }
        for _ in 0..MOST_WAITS {
            if timeout(QUIET, something(&mut inotify)).await.is_err() {
                break;
            }
        }
    }
}

/// Waits until something happened in one of the folders. What it was is not asked: the files are compared.
async fn something(inotify: &mut Receiver) -> io::Result<()> {
    let mut events = [0; 4096];
    inotify.read(&mut events).await.map(drop)
}

/// The folders in which something may change.
fn folders(source: &Source) -> BTreeSet<PathBuf> {
    let mut folders = BTreeSet::new();
    let mut add = |folder: &Path| {
        let there = folder.ancestors().find(|folder| folder.is_dir());
        folders.extend(there.map(Path::to_owned));
    };
    if let Some(folder) = &source.themes {
        add(folder);
    }
    if let Some(file) = &source.file {
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        add(folder.unwrap_or(Path::new(".")));
        if let Some(folder) = file.canonicalize().ok().as_deref().and_then(Path::parent) {
            add(folder);
        }
    }
    folders
}

/// What the config and the themes say, as a number: other files of the folders change, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents(u64);

impl Contents {
    /// What they say now.
    pub fn of(source: &Source) -> Self {
        let mut hasher = DefaultHasher::new();
        let themes = source
            .themes
            .as_deref()
            .and_then(|dir| std::fs::read_dir(dir).ok());
        let themes = themes
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()));
        let mut files: Vec<PathBuf> = themes
            .filter(|path| path.extension().is_some_and(|end| end == "toml"))
            .chain(source.file.clone())
            .collect();
        files.sort();
        for file in files {
            let mut text = Vec::new();
            let read = std::fs::File::open(&file)
                .and_then(|opened| opened.take(MOST_BYTES).read_to_end(&mut text));
            (file, read.ok(), text).hash(&mut hasher);
        }
        Self(hasher.finish())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    struct Bed {
        folder: tempfile::TempDir,
        told: mpsc::Receiver<()>,
    }

    impl Bed {
        /// A config that is watched; `before` makes its folders.
        fn new(before: impl FnOnce(&Path)) -> Self {
            let folder = tempfile::tempdir().unwrap();
            before(folder.path());
            let (changed, told) = mpsc::channel(1);
            let source = Source {
                file: Some(folder.path().join("topside/config.toml")),
                is_named: false,
                looks_only: false,
                themes: Some(folder.path().join("topside/themes")),
            };
            let read = Contents::of(&source);
            tokio::spawn(watch(source, read, changed));
            Self { folder, told }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        async fn is_told(&mut self) -> bool {
            timeout(Duration::from_secs(5), self.told.recv()).await == Ok(Some(()))
        }

        async fn is_quiet(&mut self) -> bool {
            timeout(Duration::from_millis(600), self.told.recv())
                .await
                .is_err()
        }
    }

    #[tokio::test]
    async fn what_is_saved_is_told_however_it_is() {
        let make = |folder: &Path| fs::create_dir_all(folder.join("topside/themes")).unwrap();
        let mut bed = Bed::new(make);
        fs::write(bed.path("topside/config.toml"), "a").unwrap();
        assert!(bed.is_told().await);
        // As editors do: beside it, and renamed.
        fs::write(bed.path("topside/config.toml~"), "b").unwrap();
        fs::rename(
            bed.path("topside/config.toml~"),
            bed.path("topside/config.toml"),
        )
        .unwrap();
        assert!(bed.is_told().await);
        fs::write(bed.path("topside/themes/mine.toml"), "c").unwrap();
        assert!(bed.is_told().await);
        fs::remove_file(bed.path("topside/themes/mine.toml")).unwrap();
        assert!(bed.is_told().await);
        fs::write(bed.path("topside/notes"), "d").unwrap();
        fs::write(bed.path("topside/config.toml"), "b").unwrap();
        assert!(bed.is_quiet().await);
    }

    #[tokio::test]
    async fn a_folder_that_is_made_later_is_watched() {
        let mut bed = Bed::new(|_| {});
        fs::create_dir_all(bed.path("topside")).unwrap();
        fs::write(bed.path("topside/config.toml"), "a").unwrap();
        assert!(bed.is_told().await);
        fs::create_dir(bed.path("topside/themes")).unwrap();
        fs::write(bed.path("topside/themes/mine.toml"), "b").unwrap();
        assert!(bed.is_told().await);
    }

    #[tokio::test]
    async fn a_config_that_is_a_link_is_watched_where_it_leads() {
        let make = |folder: &Path| {
            fs::create_dir_all(folder.join("topside")).unwrap();
            fs::create_dir_all(folder.join("dotfiles")).unwrap();
            fs::write(folder.join("dotfiles/config.toml"), "a").unwrap();
            let link = folder.join("topside/config.toml");
            std::os::unix::fs::symlink("../dotfiles/config.toml", link).unwrap();
        };
        let mut bed = Bed::new(make);
        fs::write(bed.path("dotfiles/config.toml"), "b").unwrap();
        assert!(bed.is_told().await);
    }
}
