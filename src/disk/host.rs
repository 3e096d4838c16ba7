//! A host's disk by the cheapest way there is: this machine's own files, `df` and `du` over the ssh connection that is
//! there anyway, else what the engine counts.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::backend::{Backend, BackendError};
use crate::domain::{
    ByteSize, ContainerId, Filesystem, FolderSize, MeasuredBy, StorageId, VolumeId,
};

use super::{Measured, Progress, remote};

/// How often it is told how far a measuring is.
const OFTEN: Duration = Duration::from_millis(250);

/// What is told while places are measured.
#[derive(Debug)]
pub enum Told {
    /// How far one is: its files and bytes so far.
    Progress(StorageId, u64, ByteSize),
    /// One is done: what was found and by whom, or why nothing was.
    Done(StorageId, Result<(Measured, MeasuredBy), String>),
}

/// The disk of a host.
#[derive(Clone)]
pub struct HostDisk {
    /// Its engine.
    pub backend: Arc<dyn Backend>,
    /// Whether the engine runs on this machine.
    pub is_local: bool,
}

impl HostDisk {
    /// The file systems that hold these paths of the host.
    pub async fn filesystems(&self, paths: &[String]) -> Result<Vec<Filesystem>, BackendError> {
        if self.is_local {
            let paths = paths.iter().map(PathBuf::from).collect();
            let found = super::filesystems(paths).await;
            return found.map_err(|error| BackendError::Unsupported(error.to_string()));
        }
        let printed = self.backend.run_on_host(&remote::df(paths)).await?;
        Ok(remote::read_df(&String::from_utf8_lossy(&printed)))
    }

    /// Measures places, each with its path, one after the other. Dropping the future ends it.
    pub async fn measure<F: Future<Output = ()>>(
        &self,
        places: &[(StorageId, String)],
        mut tell: impl FnMut(Told) -> F,
    ) {
        // Asked when it is needed first: it may take the engine minutes.
        let mut of_engine: Option<Result<HashMap<VolumeId, ByteSize>, String>> = None;
        for (id, path) in places {
            let measured = if self.is_local {
                self.walk(id, path, &mut tell).await
            } else {
                self.du(path).await
            };
            let answer = match (measured, id.volume()) {
                (Err(_), Some(volume)) => {
                    if of_engine.is_none() {
                        let sizes = self.backend.volume_sizes().await;
                        let sizes = sizes.map_err(|error| error.to_string());
                        of_engine = Some(sizes.map(|sizes| sizes.into_iter().collect()));
                    }
                    counted(of_engine.as_ref(), &volume)
                }
                (measured, _) => measured,
            };
            tell(Told::Done(id.clone(), answer)).await;
        }
    }

    async fn walk<F: Future<Output = ()>>(
        &self,
        id: &StorageId,
        path: &str,
        tell: &mut impl FnMut(Told) -> F,
    ) -> Result<(Measured, MeasuredBy), String> {
        let progress = Arc::new(Progress::default());
        let mut walk = std::pin::pin!(super::measure(PathBuf::from(path), Arc::clone(&progress)));
        let measured = loop {
            if let Ok(measured) = tokio::time::timeout(OFTEN, &mut walk).await {
                break measured;
            }
            let (files, bytes) = progress.so_far();
            tell(Told::Progress(id.clone(), files, bytes)).await;
        };
        measured
            .map(|measured| (measured, MeasuredBy::Walk))
            .map_err(|error| error.to_string())
    }

    async fn du(&self, path: &str) -> Result<(Measured, MeasuredBy), String> {
        if !path.starts_with('/') {
            return Err("the engine does not say where it lies".to_owned());
        }
        let printed = self.backend.run_on_host(&remote::du(path)).await;
        let printed = printed.map_err(|error| match error {
            BackendError::Unsupported(_) => {
                "only the host itself knows: run topside there, or reach it with ssh".to_owned()
            }
            error => error.to_string(),
        })?;
        let size = remote::read_du(&String::from_utf8_lossy(&printed));
        let size = size.ok_or_else(|| "du printed no size".to_owned())?;
        let biggest = Vec::new();
        Ok((Measured { size, biggest }, MeasuredBy::Du))
    }

    /// How big the logs of containers are that the engine keeps in files.
    pub async fn logs(
        &self,
        data_root: &str,
    ) -> Result<Vec<(ContainerId, ByteSize)>, BackendError> {
        if !self.is_local {
            let why = "how big logs are is known on the host itself alone";
            return Err(BackendError::Unsupported(why.to_owned()));
        }
        let folder = Path::new(data_root).join("containers");
        let read = tokio::task::spawn_blocking(move || logs_in(&folder)).await;
        let failed = |why: String| BackendError::Unsupported(why);
        read.map_err(|error| failed(error.to_string()))?
            .map_err(|error| failed(format!("{data_root}/containers: {error}")))
    }
}

fn counted(
    of_engine: Option<&Result<HashMap<VolumeId, ByteSize>, String>>,
    volume: &VolumeId,
) -> Result<(Measured, MeasuredBy), String> {
    let sizes = match of_engine {
        Some(Ok(sizes)) => sizes,
        Some(Err(why)) => return Err(why.clone()),
        None => return Err("the engine was not asked".to_owned()),
    };
    let size = sizes.get(volume);
    let size = size.ok_or_else(|| "its driver does not tell".to_owned())?;
    let size = FolderSize {
        apparent: *size,
        ..FolderSize::default()
    };
    let biggest = Vec::new();
    Ok((Measured { size, biggest }, MeasuredBy::Engine))
}

/// The logs of each container, rotated and compressed ones too: `ID/ID-json.log*` of the driver json-file,
/// `ID/local-logs/*` of the driver local.
fn logs_in(folder: &Path) -> std::io::Result<Vec<(ContainerId, ByteSize)>> {
    let is_log = |name: &OsStr| name.to_string_lossy().contains("-json.log");
    let mut found = Vec::new();
    for container in std::fs::read_dir(folder)?.flatten() {
        let own = size_of_files(&container.path(), is_log);
        let local = size_of_files(&container.path().join("local-logs"), |_| true);
        let id = container.file_name().to_string_lossy().into_owned();
        found.push((ContainerId::from(id), own + local));
    }
    Ok(found)
}

/// What the files of a folder take on disk; nothing where there is no such folder.
fn size_of_files(folder: &Path, wanted: impl Fn(&OsStr) -> bool) -> ByteSize {
    use std::os::unix::fs::MetadataExt;
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| wanted(&entry.file_name()))
        .filter_map(|entry| entry.metadata().ok())
        .filter(std::fs::Metadata::is_file)
        .map(|metadata| ByteSize(metadata.blocks().saturating_mul(512)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_of_both_drivers_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        std::fs::create_dir_all(at("c1")).unwrap();
        std::fs::create_dir_all(at("c2/local-logs")).unwrap();
        std::fs::write(at("c1/c1-json.log"), vec![b'x'; 100_000]).unwrap();
        std::fs::write(at("c1/c1-json.log.1"), vec![b'x'; 50_000]).unwrap();
        std::fs::write(at("c1/config.v2.json"), vec![b'x'; 90_000]).unwrap();
        std::fs::write(at("c2/local-logs/container.log"), vec![b'x'; 8_192]).unwrap();
        let mut found = logs_in(folder.path()).unwrap();
        found.sort();
        assert_eq!(found[0].0.as_str(), "c1");
        assert!((150_000..170_000).contains(&found[0].1.0), "{found:?}");
        assert_eq!(found[1].1, ByteSize(8_192));
        assert!(logs_in(&at("none")).is_err());
    }
}
