//! Lines of logs in a file, which is for its owner alone: all of those of containers by time, or what is shown.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::fs::File;
use tokio::io::{AsyncWriteExt, BufWriter};
use tokio::task::spawn_blocking;

use crate::backend::{Backend, BackendError, LogRequest};
use crate::backup::Part;
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
    if !place.replace && tokio::fs::try_exists(&place.path).await.map_err(failed)? {
        return Err(None);
    }
    let mut part = begin(&place.path).await.map_err(failed)?;
    let file = part.file().try_clone().map_err(failed)?;
    let mut out = BufWriter::with_capacity(CHUNK, File::from_std(file));
    tell(0).await;
    let lines = match write(saved, &mut out, &tell).await {
        Ok(lines) => lines,
        Err(Stopped::File(error)) => return Err(failed(error)),
        Err(Stopped::Engine(error)) => return Err(Some(error.failure(what))),
    };
    out.flush().await.map_err(failed)?;
    named(part, out.get_ref(), place, &what).await?;
    Ok(lines)
}

/// Writes lines that are there already to a file, in the same way. Returns how many they are.
pub(in crate::runtime) async fn save_text(
    text: &str,
    place: &Place,
) -> Result<usize, Option<Failure>> {
    let what = format!("write {}", visible(&place.said));
    let failed = |error: io::Error| Some(Failure::new(&what, error.to_string()));
    let mut part = begin(&place.path).await.map_err(failed)?;
    let mut file = File::from_std(part.file().try_clone().map_err(failed)?);
    file.write_all(text.as_bytes()).await.map_err(failed)?;
    file.flush().await.map_err(failed)?;
    named(part, &file, place, &what).await?;
    Ok(text.lines().count())
}

async fn begin(path: &Path) -> io::Result<Part> {
    let path = path.to_owned();
    let begun = spawn_blocking(move || Part::begin(&path)).await;
    begun.map_err(io::Error::other)?
}

/// Gives a file its name, once it is on the disk. Whoever made the file meanwhile keeps it.
async fn named(part: Part, file: &File, place: &Place, what: &str) -> Result<(), Option<Failure>> {
    let failed = |error: io::Error| Some(Failure::new(what, error.to_string()));
    file.sync_all().await.map_err(failed)?;
    let (path, replace) = (place.path.clone(), place.replace);
    let named = spawn_blocking(move || part.name(&path, replace)).await;
    match named.map_err(io::Error::other).and_then(|named| named) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(None),
        named => named.map_err(failed),
    }
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
