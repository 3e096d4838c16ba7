//! Files of containers, read anew: as they are stored, and as the container's own programs see them.

use crate::backend::{ArchiveKind, ArchiveLimits, Backend, BackendError, ExecRequest};
use crate::certs::{Parsed, parse};
use crate::domain::ContainerId;
use crate::domain::file::absolute;

/// No certificate's file is larger.
const LIMITS: ArchiveLimits = ArchiveLimits {
    total: 2 * 1024 * 1024,
    file: 1024 * 1024,
};

/// How many links in a row are followed.
const MOST_LINKS: usize = 8;

/// Reads a file as the engine has it, through its links.
pub async fn read_file(
    backend: &dyn Backend,
    container: &ContainerId,
    path: &str,
) -> Result<Parsed, BackendError> {
    let mut at = path.to_owned();
    for _ in 0..MOST_LINKS {
        let archive = backend.read_archive(container, &at, LIMITS).await?;
        let Some(entry) = archive.entries.into_iter().next() else {
            break;
        };
        match entry.kind {
            ArchiveKind::File(Some(content)) => return Ok(parse(&content)),
            ArchiveKind::File(None) => {
                return Err(BackendError::Unsupported("it is too large".to_owned()));
            }
            ArchiveKind::Folder => {
                return Err(BackendError::Unsupported("it is a folder".to_owned()));
            }
            ArchiveKind::Link(target) => at = joined(&at, &target),
        }
    }
    Err(BackendError::NotFound(format!(
        "the symbolic links of {path} lead nowhere"
    )))
}

/// Where a link of this path leads.
fn joined(link: &str, target: &str) -> String {
    let folder = link.rsplit_once('/').map_or("", |(folder, _)| folder);
    let whole = if target.starts_with('/') {
        target.to_owned()
    } else {
        format!("{folder}/{target}")
    };
    absolute(&whole)
}

/// What the programs of a container see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnView {
    /// The fingerprint of the first leaf in the file; none where there is none.
    Seen(Option<String>),
    /// It cannot be asked: nothing runs there that could read it out.
    Unknown,
}

/// What a container's own programs see of a file: not the same as the engine's where the file is a bind mount of its own
/// that was replaced (moby: the mount keeps the old inode, the archive API resolves the path on the host).
pub async fn own_view(backend: &dyn Backend, container: &ContainerId, path: &str) -> OwnView {
    let request = ExecRequest {
        container: container.clone(),
        command: vec!["cat".to_owned(), path.to_owned()],
    };
    match backend.exec(request).await {
        Ok(done) if done.exit_code == 0 => {
            let read = parse(&done.output);
            OwnView::Seen(read.first_leaf().map(|leaf| leaf.sha256.clone()))
        }
        Ok(_) | Err(_) => OwnView::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn links_lead_from_their_folder() {
        let live = "/etc/letsencrypt/live/a/cert.pem";
        assert_eq!(
            joined(live, "../../archive/a/cert2.pem"),
            "/etc/letsencrypt/archive/a/cert2.pem"
        );
        assert_eq!(joined("/a", "b"), "/b");
        assert_eq!(joined(live, "/x/./y"), "/x/y");
        assert_eq!(joined("/a/b", "../../../../c"), "/c");
    }
}
