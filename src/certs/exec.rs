//! Reads with a command in the container what the archive API gets silently wrong: files in memory, Swarm's secrets.

use std::time::Duration;

use jiff::Timestamp;

use super::examine::{EMPTY, Reading};
use super::tree::Tree;
use crate::backend::{
    Archive, ArchiveEntry, ArchiveKind, Backend, BackendError, ExecOutput, ExecRequest,
};
use crate::domain::ContainerId;

/// How long a file may take; a pipe would never end.
const LIMIT: Duration = Duration::from_secs(10);
/// Files that are read like this at most; each is a process in the container.
const MOST: usize = 8;

/// Reads what a Swarm's secrets hold, of a folder that the archive API shows full of empty files (Engine 20.10 to 28).
pub(super) async fn fill_in(
    backend: &dyn Backend,
    container: &ContainerId,
    root: &str,
    reading: &mut Reading,
) {
    let (empty, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut reading.problems)
        .into_iter()
        .partition(|(_, why)| why == EMPTY);
    reading.problems = rest;
    for (n, (below, _)) in empty.into_iter().enumerate() {
        let path = format!("{root}{below}");
        let read = if n < MOST {
            read(backend, container, &path).await
        } else {
            Err(BackendError::Unsupported("too many at once".to_owned()))
        };
        match read {
            Ok(tree) => reading.add_linked(&tree, root, &path),
            Err(error) => {
                let why = format!(
                    "a secret of a Swarm, which the archive API shows empty, and in the container: {error}"
                );
                reading.problems.push((below, why));
            }
        }
    }
}

/// The file at a path of a running container, as its own `cat` reads it.
pub(super) async fn read(
    backend: &dyn Backend,
    container: &ContainerId,
    path: &str,
) -> Result<Tree, BackendError> {
    let request = ExecRequest {
        container: container.clone(),
        command: vec!["cat".to_owned(), "--".to_owned(), path.to_owned()],
    };
    let answer = tokio::time::timeout(LIMIT, backend.exec(request)).await;
    let ExecOutput { exit_code, output } = answer.map_err(|_| BackendError::TimedOut {
        seconds: LIMIT.as_secs(),
    })??;
    if output.len() >= ExecOutput::LIMIT {
        let why = format!("larger than {} KiB", ExecOutput::LIMIT / 1024);
        return Err(BackendError::Unsupported(why));
    }
    if exit_code != 0 {
        let words = String::from_utf8_lossy(&output);
        let first = words.lines().next().unwrap_or("cat failed").to_owned();
        return Err(BackendError::NotFound(first));
    }
    Ok(Tree::new(Archive {
        entries: vec![ArchiveEntry {
            path: path.to_owned(),
            kind: ArchiveKind::File(Some(output)),
            modified: Timestamp::UNIX_EPOCH,
        }],
        truncated: false,
    }))
}
