//! The file that a job writes, as somebody named it.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::{metadata, symlink_metadata};

use crate::domain::Failure;
use crate::domain::text::visible;

/// The file's absolute path: what somebody typed may begin with their home, and may be the folder that it is to lie in,
/// where it is called as `in_folder` says.
pub(super) async fn path_of(
    typed: &str,
    in_folder: impl FnOnce() -> String,
) -> Result<String, String> {
    let mut path = typed_path(typed)?;
    if metadata(&path).await.is_ok_and(|about| about.is_dir()) {
        path.push(in_folder());
    }
    let text = path.into_os_string().into_string();
    text.map_err(|path| format!("{} is not UTF-8", path.to_string_lossy()))
}

/// What somebody typed as an absolute path; it may begin with their home.
pub(super) fn typed_path(typed: &str) -> Result<PathBuf, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err("no file is named".to_owned());
    }
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let path = match (typed.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(typed),
    };
    std::path::absolute(&path).map_err(|error| format!("{typed}: {error}"))
}

/// Whether nothing is there yet, in a folder that is. What it fails at is for the caller to say.
pub(super) async fn is_free(file: &str) -> Result<(), Failure> {
    let path = Path::new(file);
    match symlink_metadata(path).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Ok(_) => {
            return Err(
                Failure::new("", format!("there is {} already", visible(file)))
                    .hint("name another file: nothing is written over"),
            );
        }
        Err(error) => return Err(Failure::new("", format!("{}: {error}", visible(file)))),
    }
    let folder = path.parent().unwrap_or(Path::new("/"));
    let failed = |why: &str| {
        let folder = folder.to_string_lossy();
        Failure::new("", format!("{}{why}", visible(&folder)))
    };
    match metadata(folder).await {
        Ok(about) if about.is_dir() => Ok(()),
        Ok(_) => Err(failed(" is no folder")),
        Err(error) => Err(failed(&format!(": {error}"))),
    }
}
