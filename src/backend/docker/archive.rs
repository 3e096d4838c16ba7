//! Files of a container, running or not, through the archive API.

use std::io::{self, Read};
use std::path::{Component, Path};

use bollard::Docker;
use bollard::query_parameters::DownloadFromContainerOptionsBuilder;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use hyper::body::Bytes;
use jiff::Timestamp;
use tar::EntryType;
use tokio::sync::mpsc;

use super::channel::Channel;
use super::error::from_bollard;
use super::request::escape;
use crate::backend::{Archive, ArchiveEntry, ArchiveKind, ArchiveLimits, BackendError};
use crate::domain::ContainerId;

mod stat;

pub(super) use stat::stat;

/// Chunks on their way from the engine to the reader.
const QUEUE: usize = 4;

/// What is below a folder, as the engine packs it.
pub(super) async fn stream(
    channel: &Channel,
    id: &ContainerId,
    folder: &str,
) -> Result<BoxStream<'static, Result<Vec<u8>, BackendError>>, BackendError> {
    // With a dot the names begin with one, and not with the folder's own.
    stream_of(channel, id, &format!("{folder}/.")).await
}

/// A file or folder itself, as the engine packs it.
pub(super) async fn stream_of(
    channel: &Channel,
    id: &ContainerId,
    path: &str,
) -> Result<BoxStream<'static, Result<Vec<u8>, BackendError>>, BackendError> {
    let (id, path) = (escape(id.as_str()), escape(path));
    let url = format!("/containers/{id}/archive?path={path}");
    let flow = channel.flow(&url).await?;
    Ok(flow.map(|chunk| chunk.map(Vec::from)).boxed())
}

/// Reads a file or folder, links unresolved. Stops at a limit; the engine does not mind the early close.
pub(super) async fn read(
    docker: &Docker,
    id: &ContainerId,
    path: &str,
    limits: ArchiveLimits,
) -> Result<Archive, BackendError> {
    let options = DownloadFromContainerOptionsBuilder::default()
        .path(path)
        .build();
    let mut chunks = docker.download_from_container(id.as_str(), Some(options));
    let (sender, receiver) = mpsc::channel::<Bytes>(QUEUE);
    let base = parent(path);
    let reading = tokio::task::spawn_blocking(move || entries(receiver, &base, limits));
    let mut outcome = Ok(());
    while let Some(chunk) = chunks.next().await {
        match chunk {
            // The reader hangs up when it has enough.
            Ok(chunk) => {
                if sender.send(chunk).await.is_err() {
                    break;
                }
            }
            Err(err) => {
                outcome = Err(from_bollard(err));
                break;
            }
        }
    }
    drop(sender);
    let read = reading
        .await
        .map_err(|err| BackendError::Garbage(err.to_string()))?;
    outcome.and(read)
}

fn entries(
    receiver: mpsc::Receiver<Bytes>,
    base: &str,
    limits: ArchiveLimits,
) -> Result<Archive, BackendError> {
    let mut archive = Archive::default();
    let mut tar = tar::Archive::new(Chunks {
        receiver,
        current: Bytes::new(),
        left: limits.total,
    });
    let outcome = tar.entries().and_then(|entries| {
        for entry in entries {
            add(&mut archive, entry?, base, limits)?;
        }
        Ok(())
    });
    match outcome {
        Ok(()) => Ok(archive),
        Err(err) if tar.into_inner().left == 0 => {
            tracing::debug!(%err, "archive stopped at its limit");
            archive.truncated = true;
            Ok(archive)
        }
        Err(err) => Err(BackendError::Garbage(format!("archive: {err}"))),
    }
}

fn add(
    archive: &mut Archive,
    mut entry: tar::Entry<'_, impl Read>,
    base: &str,
    limits: ArchiveLimits,
) -> io::Result<()> {
    let path = absolute(base, &entry.path()?);
    let seconds = entry.header().mtime().unwrap_or_default();
    let modified = i64::try_from(seconds)
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH);
    let kind = match entry.header().entry_type() {
        EntryType::Directory => ArchiveKind::Folder,
        EntryType::Symlink => {
            let target = entry.link_name()?.unwrap_or_default();
            ArchiveKind::Link(target.to_string_lossy().into_owned())
        }
        EntryType::Regular | EntryType::Continuous => {
            if entry.size() > limits.file {
                ArchiveKind::File(None)
            } else {
                // In one piece: a buffer that grows leaves copies behind, and it may hold a private key.
                let size = usize::try_from(entry.size()).unwrap_or_default();
                let mut content = Vec::with_capacity(size);
                entry.read_to_end(&mut content)?;
                ArchiveKind::File(Some(content))
            }
        }
        // A second name of a file that came before has no content of its own.
        EntryType::Link => {
            let first = absolute(base, &entry.link_name()?.unwrap_or_default());
            let first = archive.entries.iter().find(|entry| entry.path == first);
            match first.map(|entry| &entry.kind) {
                Some(ArchiveKind::File(content)) => ArchiveKind::File(content.clone()),
                _ => ArchiveKind::File(None),
            }
        }
        // Devices and pipes have nothing to read.
        _ => return Ok(()),
    };
    archive.entries.push(ArchiveEntry {
        path,
        kind,
        modified,
    });
    Ok(())
}

/// Names in the archive are relative to the folder that holds what was asked for.
fn parent(path: &str) -> String {
    let path = path.trim_end_matches('/').trim_end_matches("/.");
    let end = path.rfind('/').unwrap_or(0);
    path[..end].to_owned()
}

/// The entry's absolute path. What would climb out of the base is kept inside it.
fn absolute(base: &str, name: &Path) -> String {
    let mut path = base.to_owned();
    for part in name.components() {
        if let Component::Normal(part) = part {
            path.push('/');
            path.push_str(&part.to_string_lossy());
        }
    }
    if path.is_empty() {
        "/".to_owned()
    } else {
        path
    }
}

/// The engine's chunks as a reader that ends for good at its limit.
struct Chunks {
    receiver: mpsc::Receiver<Bytes>,
    current: Bytes,
    left: u64,
}

impl Read for Chunks {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other("limit reached"));
        }
        while self.current.is_empty() {
            match self.receiver.blocking_recv() {
                Some(chunk) => self.current = chunk,
                None => return Ok(0),
            }
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let count = out.len().min(self.current.len()).min(most);
        out[..count].copy_from_slice(&self.current.split_to(count));
        self.left -= count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
