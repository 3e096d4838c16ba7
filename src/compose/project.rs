//! From the labels of a container to the files its project was started with, looked at before anything is run.

use std::path::{Path, PathBuf};

use crate::domain::plan::ComposeProject;
use crate::domain::{ComposeIdentity, Failure, Origin};

/// How the project of a container was started. Fails, naming the path, when its folder or one of its files is not
/// there: on this machine, where Compose runs.
pub fn project_of(identity: &ComposeIdentity) -> Result<ComposeProject, Failure> {
    files_of(&identity.origin())
}

/// The same for an origin.
pub(super) fn files_of(origin: &Origin) -> Result<ComposeProject, Failure> {
    let what = format!("find the Compose files of {}", origin.project);
    let Some(working_dir) = origin.working_dir.as_deref() else {
        return Err(
            Failure::new(what, "its labels do not say where it was started")
                .hint("bring it up once with docker compose, which writes them"),
        );
    };
    let folder = Path::new(working_dir);
    if !folder.is_dir() {
        return Err(missing(what, working_dir));
    }
    if origin.config_files.is_empty() {
        return Err(Failure::new(what, "its labels name no file")
            .hint("bring it up once with docker compose, which writes them"));
    }
    let locate = |file: &String| {
        if file == "-" {
            return Err(
                Failure::new(what.clone(), "it was started from standard input")
                    .hint("write its Compose file and bring it up once from there"),
            );
        }
        if file.contains("://") {
            // Compose fetches it (`-f oci://…`).
            return Ok(file.clone());
        }
        resolve(folder, Path::new(file))
            .map(|path| path.to_string_lossy().into_owned())
            .ok_or_else(|| missing(what.clone(), file))
    };
    Ok(ComposeProject {
        name: origin.project.clone(),
        working_dir: working_dir.to_owned(),
        files: origin
            .config_files
            .iter()
            .map(locate)
            .collect::<Result<_, _>>()?,
        env_files: origin
            .env_files
            .iter()
            .map(locate)
            .collect::<Result<_, _>>()?,
    })
}

fn missing(what: String, path: &str) -> Failure {
    Failure::new(what, format!("{path} is not there")).hint(
        "put it back (also when the engine is on another machine: Compose runs here), or bring the project up from \
         where it is now",
    )
}

/// v2 writes absolute paths. v1 (1.29.2) writes them as they were typed, relative to a folder it does not tell: the
/// project's folder, one above it (`-f sub/compose.yml`), or one beside it (`-f ../compose.yml`).
fn resolve(folder: &Path, file: &Path) -> Option<PathBuf> {
    if file.is_absolute() {
        return file.is_file().then(|| file.to_owned());
    }
    let mut places: Vec<PathBuf> = folder.ancestors().map(|above| above.join(file)).collect();
    places.extend(file.file_name().map(|name| folder.join(name)));
    places.into_iter().find(|place| place.is_file())
}
