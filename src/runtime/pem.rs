//! Certificates as PEM, for the clipboard and for files.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::app::Msg;
use crate::app::pem::{PemAnswer, PemTarget, PemWanted};
use crate::backend::Backend;
use crate::certs::{Pem, read_local_pem, read_pem};
use crate::domain::{ContainerId, Failure};

use super::host::HostHandle;

/// Certificates are public.
const MODE: u32 = 0o644;

/// Reads what is wanted, and writes it where it goes to a file.
pub(super) fn take(
    host: &HostHandle,
    wanted: PemWanted,
) -> impl Future<Output = Msg> + Send + use<> {
    let engine = host.engine.clone();
    async move {
        let backend = engine.now("read the certificate");
        let read = match &backend {
            Ok(backend) => read(Some(&**backend), &wanted.places, &wanted.sha256).await,
            Err(_) => read(None, &wanted.places, &wanted.sha256).await,
        };
        let answer = match (read, &wanted.target) {
            (Err(failure), _) => PemAnswer::Failed(backend.err().unwrap_or(failure)),
            (Ok(pem), PemTarget::CopyLeaf) => PemAnswer::Text(pem.leaf),
            (Ok(pem), PemTarget::CopyChain) => PemAnswer::Text(pem.chain()),
            (Ok(pem), PemTarget::File { path, replace }) => {
                let (file, replace) = (at_home(path), *replace);
                let written =
                    tokio::task::spawn_blocking(move || write(&file, &pem.chain(), replace));
                match written
                    .await
                    .map_err(io::Error::other)
                    .and_then(|done| done)
                {
                    Ok(()) => PemAnswer::Written(path.clone()),
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => PemAnswer::Exists,
                    Err(error) => {
                        let what = format!("write {path}");
                        PemAnswer::Failed(Failure::new(what, error.to_string()))
                    }
                }
            }
        };
        Msg::Pem(wanted.target, answer)
    }
}

/// The first of these places that still holds it.
pub async fn read(
    backend: Option<&dyn Backend>,
    places: &[(Option<ContainerId>, String)],
    sha256: &str,
) -> Result<Pem, Failure> {
    let what = "read the certificate";
    let mut failure = Failure::new(what, "no file that can be read now holds it")
        .hint("a volume that no container mounts is not read for this");
    for (container, path) in places {
        let read = match (container, backend) {
            (Some(container), Some(backend)) => read_pem(backend, container, path, sha256)
                .await
                .map_err(|error| error.failure(what)),
            (Some(_), None) => continue,
            (None, _) => {
                let (file, sha256) = (PathBuf::from(path), sha256.to_owned());
                let read = tokio::task::spawn_blocking(move || read_local_pem(&file, &sha256));
                let read = read.await.map_err(io::Error::other).and_then(|read| read);
                read.map_err(|error| Failure::new(what, format!("{path}: {error}")))
            }
        };
        match read {
            Ok(pem) => return Ok(pem),
            Err(why) => failure = why,
        }
    }
    Err(failure)
}

/// `~/x` as a shell reads it.
pub(super) fn at_home(path: &str) -> PathBuf {
    let home = std::env::var_os("HOME");
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => PathBuf::from(path),
    }
}

/// Writes a file in one go. What is there already stays, unless it may be replaced; then a link is, not what it leads to.
pub fn write(path: &Path, content: &str, replace: bool) -> io::Result<()> {
    let create = |path: &Path| {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(MODE)
            .open(path)?;
        let written = file
            .write_all(content.as_bytes())
            .and_then(|()| file.sync_all());
        if written.is_err() {
            // The first error is the one to tell.
            drop(fs::remove_file(path));
        }
        written
    };
    if !replace {
        return create(path);
    }
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "it names no file"))?;
    if path.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    let mut fresh_name = std::ffi::OsString::from(".");
    fresh_name.push(name);
    fresh_name.push(format!(".{}.new", std::process::id()));
    let fresh = path.with_file_name(fresh_name);
    create(&fresh)?;
    let renamed = fs::rename(&fresh, path);
    if renamed.is_err() {
        drop(fs::remove_file(&fresh));
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten_unasked_and_no_link_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("a.pem"), folder.path().join("other"));
        write(&file, "one", false).unwrap();
        let again = write(&file, "two", false).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&file).unwrap(), "one");
        write(&file, "two", true).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        fs::write(&other, "kept").unwrap();
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink(&other, &file).unwrap();
        assert!(write(&file, "three", false).is_err());
        write(&file, "three", true).unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "kept");
        assert_eq!(fs::read_to_string(&file).unwrap(), "three");
        assert!(write(folder.path(), "x", true).is_err());
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 2, "no half of a file stays");
    }
}
