//! What the files of a project say now, by Compose's own hashes, and whether one of them changed since.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::ffi::OsStr;
use std::fs;
use std::hash::{Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::project::files_of;
use super::{Call, ComposeError, Finder};
use crate::domain::plan::ComposeProject;
use crate::domain::{Failure, FilesSay, FilesUnread, Origin};

/// How long Compose may take: what it includes can lie behind a network.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many files of a folder are looked at.
const MOST: usize = 64;

/// Reads the files of an origin. `environment` leads to the engine: v1 does not do without.
pub async fn files_say(
    finder: &Finder,
    origin: &Origin,
    environment: Vec<(String, String)>,
) -> Result<FilesSay, FilesUnread> {
    // Before Compose reads them: what changes meanwhile is seen the next time.
    let (project, looks) = look_in_background(origin).await?;
    let compose = finder.find().await.map_err(FilesUnread::NoAnswer)?;
    let call = Call {
        environment,
        tell: None,
        cancel: CancellationToken::new(),
        hold: Vec::new(),
    };
    let reading = compose.config_hashes(&project, &call);
    let Ok(read) = tokio::time::timeout(PATIENCE, reading).await else {
        let why = format!("no answer within {} s", PATIENCE.as_secs());
        let failure = Failure::new(format!("read the Compose files of {}", project.name), why);
        return Err(FilesUnread::NoAnswer(failure));
    };
    match read {
        Ok(hashes) => Ok(FilesSay {
            compose: compose.version().to_string(),
            hashes: hashes.services,
            unset: hashes.unset,
            changed: looks.changed,
            stamp: looks.stamp,
        }),
        Err(ComposeError::Failed(failure)) => Err(FilesUnread::Refused {
            failure,
            stamp: looks.stamp,
        }),
        Err(ComposeError::Cancelled) => {
            let what = format!("read the Compose files of {}", project.name);
            Err(FilesUnread::NoAnswer(Failure::new(what, "cancelled")))
        }
    }
}

async fn look_in_background(origin: &Origin) -> Result<(ComposeProject, Looks), FilesUnread> {
    let wanted = origin.clone();
    // A disk that hangs holds up nobody but this.
    let looked = tokio::task::spawn_blocking(move || {
        let project = files_of(&wanted)?;
        if project.files.iter().any(|file| file.contains("://")) {
            let what = format!("read the Compose files of {}", project.name);
            let why = "one of them comes from the network, which nobody asks in passing";
            return Err(Failure::new(what, why));
        }
        let looks = look(&wanted);
        Ok((project, looks))
    });
    match looked.await {
        Ok(found) => found.map_err(FilesUnread::NotHere),
        // The runtime is ending.
        Err(error) => {
            let what = format!("find the Compose files of {}", origin.project);
            let failure = Failure::new(what, error.to_string());
            Err(FilesUnread::NoAnswer(failure))
        }
    }
}

/// What tells the files of an origin from themselves before a change; reads none of them. Blocks.
pub fn stamp(origin: &Origin) -> u64 {
    look(origin).stamp
}

struct Looks {
    stamp: u64,
    changed: Option<Timestamp>,
}

/// Looks at the files that the origin names, and at those of its folder that Compose may read besides: an `.env`, env
/// files of services, what is included or extended.
fn look(origin: &Origin) -> Looks {
    let folder = origin.working_dir.as_deref().map(Path::new);
    let named = origin.config_files.iter().chain(&origin.env_files);
    let mut paths: Vec<PathBuf> = named
        // A relative path is relative to the folder; an absolute one stays as it is.
        .map(|file| folder.unwrap_or(Path::new("/")).join(file))
        .collect();
    paths.extend(folder.map(beside).unwrap_or_default());
    paths.sort();
    paths.dedup();
    let mut hasher = DefaultHasher::new();
    let mut changed = None;
    for path in paths {
        path.hash(&mut hasher);
        let Ok(met) = fs::metadata(&path) else {
            continue;
        };
        let written = (met.mtime(), met.mtime_nsec());
        (written, met.size(), met.ino(), met.dev()).hash(&mut hasher);
        // When it came to be what it is: a file that was put in the place of another keeps the time it was written.
        let nanoseconds = i32::try_from(met.ctime_nsec()).unwrap_or(0);
        changed = changed.max(Timestamp::new(met.ctime(), nanoseconds).ok());
    }
    Looks {
        stamp: hasher.finish(),
        changed,
    }
}

/// The files of a folder whose names say that Compose may read them besides.
fn beside(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let may_be_read = |name: &OsStr| {
        let name = name.to_string_lossy();
        let is_yaml = [".yml", ".yaml"].iter().any(|end| name.ends_with(end));
        // Not just any YAML: what a service writes there every minute would be read every minute.
        name.starts_with(".env") || name.ends_with(".env") || (is_yaml && name.contains("compose"))
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .filter(|entry| may_be_read(&entry.file_name()))
        .map(|entry| entry.path())
        .collect();
    // The same ones each time.
    paths.sort();
    paths.truncate(MOST);
    paths
}

/// What `config --hash` prints.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Hashes {
    /// The hash of each service.
    pub services: BTreeMap<String, String>,
    /// Whether a variable was not set.
    pub unset: bool,
}

impl Hashes {
    /// Reads it: a line for each service on standard output, warnings on standard error.
    pub(super) fn parse<'a>(out: &str, err: impl IntoIterator<Item = &'a str>) -> Self {
        let pair = |line: &str| {
            let (service, hash) = line.trim().rsplit_once(' ')?;
            Some((service.trim().to_owned(), hash.to_owned()))
        };
        Self {
            services: out.lines().filter_map(pair).collect(),
            // Both say it so: `The "A" variable is not set.` and `The A variable is not set.`
            unset: err
                .into_iter()
                .any(|line| line.contains("variable is not set")),
        }
    }
}
