//! All of the logs of containers in one file, by time.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncWriteExt, BufWriter};

use crate::backend::{Backend, BackendError, LogRequest};
use crate::domain::text::visible;
use crate::domain::{ContainerId, Failure, RawLogLine};
use crate::logs::{Merge, Turn, sanitize};

/// After so many lines it is told how many there are.
const TELL: u64 = 20_000;
/// So much is written at once, in bytes.
const CHUNK: usize = 256 * 1024;

/// A container whose log is saved.
pub(in crate::runtime) struct Saved {
    pub(in crate::runtime) backend: Arc<dyn Backend>,
    pub(in crate::runtime) container: ContainerId,
    pub(in crate::runtime) name: Arc<str>,
}

/// Where it is saved.
pub(in crate::runtime) struct Place {
    /// As it was typed.
    pub(in crate::runtime) said: String,
    pub(in crate::runtime) path: PathBuf,
    pub(in crate::runtime) replace: bool,
}

/// Writes the file, beside its place until it is whole. Returns how many lines there are; no failure where something is
/// at its place already.
pub(in crate::runtime) async fn save<F: Future<Output = ()>>(
    saved: &[Saved],
    place: &Place,
    tell: impl Fn(u64) -> F,
) -> Result<u64, Option<Failure>> {
    let what = format!("write {}", visible(&place.said));
    let failed = |error: io::Error| Some(Failure::new(&what, error.to_string()));
    if !place.replace && fs::try_exists(&place.path).await.map_err(failed)? {
        return Err(None);
    }
    let part = beside(&place.path).map_err(failed)?;
    let open = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&part)
        .await;
    let mut out = BufWriter::with_capacity(CHUNK, open.map_err(failed)?);
    let unfinished = Unfinished(&part);
    tell(0).await;
    let lines = match write(saved, &mut out, &tell).await {
        Ok(lines) => lines,
        Err(Stopped::File(error)) => return Err(failed(error)),
        Err(Stopped::Engine(error)) => return Err(Some(error.failure(what))),
    };
    out.flush().await.map_err(failed)?;
    out.get_ref().sync_all().await.map_err(failed)?;
    // Whoever made the file meanwhile keeps it.
    if place.replace {
        fs::rename(&part, &place.path).await.map_err(failed)?;
    } else {
        match fs::hard_link(&part, &place.path).await {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(None),
            Ok(()) => {}
            // Some file systems have no links.
            Err(_) if !fs::try_exists(&place.path).await.map_err(failed)? => {
                fs::rename(&part, &place.path).await.map_err(failed)?;
            }
            Err(_) => return Err(None),
        }
    }
    drop(unfinished);
    Ok(lines)
}

/// A file that goes when it is dropped; cut off, too, it leaves nothing behind.
struct Unfinished<'a>(&'a Path);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        // Renamed it is not there any more.
        let _ = std::fs::remove_file(self.0);
    }
}

fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut part = std::ffi::OsString::from(".");
    part.push(name);
    part.push(format!(".{}.part", std::process::id()));
    Ok(path.with_file_name(part))
}

enum Stopped {
    File(io::Error),
    Engine(BackendError),
}

type Lines = BoxStream<'static, Result<RawLogLine, BackendError>>;

async fn write<F: Future<Output = ()>>(
    saved: &[Saved],
    out: &mut BufWriter<File>,
    tell: &impl Fn(u64) -> F,
) -> Result<u64, Stopped> {
    let mut logs: Vec<Lines> = Vec::with_capacity(saved.len());
    for one in saved {
        let lines = one
            .backend
            .logs(&one.container, LogRequest::default())
            .await;
        logs.push(lines.map_err(Stopped::Engine)?);
    }
    let several = saved.len() > 1;
    let mut merge = Merge::new(logs.len());
    let mut count = 0;
    let mut text = String::new();
    loop {
        match merge.turn() {
            Turn::Done => return Ok(count),
            Turn::Wants(source) => match logs[source].next().await {
                Some(line) => {
                    let line = line.map_err(Stopped::Engine)?;
                    merge.give(line.at, line);
                }
                None => merge.end(),
            },
            Turn::Item(source, line) => {
                text.clear();
                let (said, _) = sanitize(&line.bytes);
                let name = if several {
                    format!("{} ", visible(&saved[source].name))
                } else {
                    String::new()
                };
                // Writing to a String cannot fail.
                let _ = writeln!(text, "{} {name}{said}", line.at);
                out.write_all(text.as_bytes())
                    .await
                    .map_err(Stopped::File)?;
                count += 1;
                if count.is_multiple_of(TELL) {
                    tell(count).await;
                }
            }
        }
    }
}
