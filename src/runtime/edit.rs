//! A project's Compose files in the user's editor: what they said before is kept, what they say after is read.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::app::edit::{Edited, FilesRead};
use crate::backend::Backend;
use crate::compose::{Call, ComposeError, Finder};
use crate::deploy::{self, LookAtProject};
use crate::domain::plan::ComposeProject;
use crate::domain::text::visible;
use crate::domain::{ActionName, Failure, Preferences, ProjectId};

/// How many files as they were before an edit are kept of a project.
const KEPT: usize = 20;

/// What an edit needs of the dashboard.
pub(super) struct Means {
    pub backend: Arc<dyn Backend>,
    pub compose: Arc<Finder>,
    /// Where files are kept as they were before an edit, if anywhere.
    pub kept: Option<PathBuf>,
}

/// An edit that can be gone on with, or taken back.
pub(super) struct Session {
    pub project: ProjectId,
    files: ComposeProject,
    /// What is edited.
    file: PathBuf,
    /// What the files said before the first edit; none when Compose did not take them.
    before: Option<FilesRead>,
    /// The files as they were before the first edit, and as the last one left them.
    saved: BTreeMap<PathBuf, Saved>,
}

struct Saved {
    before: Vec<u8>,
    after: Option<Vec<u8>>,
}

/// The files that a project was made from, as the user knows them: also the `.env` that Compose reads unasked.
pub(super) async fn files(
    backend: &dyn Backend,
    compose: &Finder,
    project: &ProjectId,
) -> Result<Vec<String>, Failure> {
    let (_, files) = found(backend, compose, project).await?;
    let paths = files.iter().map(|path| path.to_string_lossy().into_owned());
    Ok(paths.collect())
}

async fn found(
    backend: &dyn Backend,
    compose: &Finder,
    project: &ProjectId,
) -> Result<(ComposeProject, Vec<PathBuf>), Failure> {
    let preferences = Preferences::default();
    let cancel = CancellationToken::new();
    let look = LookAtProject {
        backend,
        compose,
        action: ActionName::Up,
        project,
        preferences: &preferences,
        cancel: &cancel,
    };
    let what = format!("edit the files of {}", project.name);
    let found = deploy::project_files(&look).await;
    let found = found.map_err(|error| error.failure(&what))?;
    let named = found
        .files
        .iter()
        .chain(&found.env_files)
        .map(PathBuf::from);
    let mut files: Vec<PathBuf> = named.filter(|path| path.is_file()).collect();
    let unasked = Path::new(&found.working_dir).join(".env");
    if found.env_files.is_empty() && unasked.is_file() {
        files.push(unasked);
    }
    if files.is_empty() {
        return Err(Failure::new(what, "its files are not on this machine"));
    }
    Ok((found, files))
}

/// Begins an edit: reads the files as they are.
pub(super) async fn begin(
    means: &Means,
    project: ProjectId,
    file: &str,
) -> Result<Session, Failure> {
    let (files, paths) = found(&*means.backend, &means.compose, &project).await?;
    let what = format!("edit the files of {}", project.name);
    let mut saved = BTreeMap::new();
    for path in paths {
        let before = fs::read(&path).map_err(|error| {
            let why = format!("{}: {error}", visible(&path.to_string_lossy()));
            Failure::new(&what, why)
        })?;
        let after = None;
        saved.insert(path, Saved { before, after });
    }
    let file = PathBuf::from(file);
    if !saved.contains_key(&file) {
        let why = format!(
            "{} is none of them any more",
            visible(&file.to_string_lossy())
        );
        return Err(Failure::new(what, why));
    }
    let before = read(means, &files).await.ok();
    Ok(Session {
        project,
        files,
        file,
        before,
        saved,
    })
}

/// Has the user edit the file, and looks at what came of it. The terminal has to be the user's.
pub(super) async fn edit(means: &Means, session: &mut Session) -> Edited {
    let what = format!("edit {}", visible(&session.file.to_string_lossy()));
    let editor = match editor(&what) {
        Ok(editor) => editor,
        Err(failure) => return Edited::Failed(failure),
    };
    let ended = Command::new("/bin/sh")
        .args(["-c", &format!("{editor} \"$@\""), &editor])
        .arg(&session.file)
        .current_dir(&session.files.working_dir)
        .stdin(Stdio::inherit())
        .status()
        .await;
    let code = match ended {
        Ok(status) => status.code(),
        Err(error) => return Edited::Failed(Failure::new(what, error.to_string())),
    };
    let mut changed = false;
    for (path, saved) in &mut session.saved {
        saved.after = Some(fs::read(path).unwrap_or_default());
        changed |= saved.after.as_deref() != Some(&saved.before);
    }
    if !changed {
        return match code {
            Some(0) => Edited::Untouched,
            Some(code) => {
                let why = format!("the editor “{}” ended with code {code}", visible(&editor));
                Edited::Failed(Failure::new(what, why).hint("$VISUAL or $EDITOR names it"))
            }
            None => Edited::Failed(Failure::new(what, "the editor was killed")),
        };
    }
    match read(means, &session.files).await {
        Ok(after) => Edited::Taken {
            before: session.before.clone(),
            after,
        },
        Err(failure) => Edited::Refused(failure),
    }
}

/// The user's editor, or one that is there.
pub fn editor(what: &str) -> Result<String, Failure> {
    let set = ["VISUAL", "EDITOR"].into_iter().find_map(|name| {
        let editor = env::var(name).ok()?;
        (!editor.trim().is_empty()).then_some(editor)
    });
    let found = set.or_else(|| {
        let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
        let there = |name: &&str| folders.iter().any(|folder| folder.join(name).is_file());
        let found = ["editor", "nano", "vim", "vi"].into_iter().find(there);
        found.map(str::to_owned)
    });
    found.ok_or_else(|| {
        let why = "there is no editor: neither $VISUAL nor $EDITOR is set";
        Failure::new(what, why).hint("export EDITOR=nano, or whichever you like")
    })
}

async fn read(means: &Means, files: &ComposeProject) -> Result<FilesRead, Failure> {
    let call = Call {
        environment: means.backend.client_environment(),
        tell: None,
        hold: Vec::new(),
        cancel: CancellationToken::new(),
    };
    let compose = means.compose.find().await?;
    let what = format!("read the Compose files of {}", files.name);
    let read = async {
        Ok(FilesRead {
            merged: compose.merged(files, &call).await?,
            hashes: compose.config_hashes(files, &call).await?.services,
        })
    };
    read.await
        .map_err(|error: ComposeError| error.failure(what))
}

impl Session {
    /// Keeps the files as they were before the edit, where it changed them: an edit can be found again when it was
    /// not taken back. They can hold secrets: nobody else may read them.
    pub(super) fn keep_old(&self, means: &Means) -> Result<(), Failure> {
        let what = "keep the files as they were before the edit";
        let failed = |error: io::Error| Failure::new(what, error.to_string());
        let Some(kept) = &means.kept else {
            return Ok(());
        };
        let folder = kept.join(self.files.name.replace('/', "_"));
        for (path, saved) in self.changed() {
            let mut builder = DirBuilder::new();
            let made = builder.recursive(true).mode(0o700).create(&folder);
            made.map_err(failed)?;
            let name = path.file_name().map(|name| name.to_string_lossy());
            let now = Timestamp::now().strftime("%Y%m%d-%H%M%S").to_string();
            let kept = folder.join(format!("{now}-{}", name.unwrap_or_default()));
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true).mode(0o600);
            let written = options
                .open(kept)
                .and_then(|mut file| file.write_all(&saved.before));
            written.map_err(failed)?;
        }
        drop_oldest(&folder).map_err(failed)
    }

    /// Makes the files what they were before the edit. One that somebody else changed meanwhile stays as it is.
    pub(super) fn put_back(&self) -> Result<(), Failure> {
        for (path, saved) in self.changed() {
            let shown = path.to_string_lossy();
            let what = format!("put {} back", visible(&shown));
            let now = fs::read(path).unwrap_or_default();
            if Some(&now) != saved.after.as_ref() {
                return Err(Failure::new(what, "it was changed again since the edit"));
            }
            // In place: it keeps its owner, its mode, and its inode, by which containers may have it mounted.
            fs::write(path, &saved.before)
                .map_err(|error| Failure::new(what, error.to_string()))?;
        }
        Ok(())
    }

    fn changed(&self) -> impl Iterator<Item = (&PathBuf, &Saved)> {
        let is_changed = |saved: &Saved| {
            saved
                .after
                .as_ref()
                .is_some_and(|after| *after != saved.before)
        };
        self.saved
            .iter()
            .filter(move |(_, saved)| is_changed(saved))
    }
}

/// Their names begin with the time.
fn drop_oldest(folder: &Path) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    let surplus = files.len().saturating_sub(KEPT);
    files.iter().take(surplus).try_for_each(fs::remove_file)
}
