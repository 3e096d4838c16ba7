//! Reads one path of a container, and what the links in it lead to.

use zeroize::Zeroizing;

use super::examine::{Reading, below, examine};
use super::layouts::is_within;
use super::tree::Tree;
use super::watch::Watch;
use crate::backend::{Archive, ArchiveKind, ArchiveLimits, Backend, BackendError, StatKind};
use crate::domain::ContainerId;

pub(super) const MEBIBYTE: u64 = 1024 * 1024;
pub(super) const LIMITS: ArchiveLimits = ArchiveLimits {
    total: 4 * MEBIBYTE,
    file: MEBIBYTE,
};

/// How many links out of one folder are followed: each costs the engine a reading of its own.
const MOST_WAYS_OUT: usize = 16;

/// The folders of CAs that everybody trusts: hundreds of links, and no certificate of anybody's.
const TRUSTED: [&str; 2] = ["/etc/ssl/certs", "/etc/pki/ca-trust"];

/// Reads a path that was looked at before, and says what to watch to see it change.
pub(super) async fn read(
    backend: &dyn Backend,
    container: &ContainerId,
    path: &str,
    named: bool,
) -> Result<(Reading, Watch), BackendError> {
    let mut watch = Watch::default();
    let root = root_of(backend, container, path, &mut watch).await?;
    let archive = backend.read_archive(container, &root, LIMITS).await?;
    let truncated = archive.truncated;
    let tree = Tree::new(archive);
    if tree.is_link(&root) {
        return Err(leads_nowhere());
    }
    watch.add_tree(&tree, &root, named);
    let mut reading = examine(&tree, &root, named, truncated);
    let trusted = |link: &str| TRUSTED.iter().any(|folder| is_within(link, folder));
    let mut ways_out: Vec<&str> = tree.ways_out().filter(|link| !trusted(link)).collect();
    if ways_out.len() > MOST_WAYS_OUT {
        let more = ways_out.len() - MOST_WAYS_OUT;
        let why = format!("{more} more links lead out of the folder");
        reading.problems.push((String::new(), why));
        ways_out.truncate(MOST_WAYS_OUT);
    }
    for link in ways_out {
        match follow(backend, container, link, &mut watch).await {
            Ok(tree) => reading.add_linked(&tree, &root, link),
            Err(error) if error.is_lost() => return Err(error),
            Err(error) => {
                let why = format!("its link leads out of the folder: {error}");
                reading.problems.push((below(&root, link), why));
            }
        }
    }
    Ok((reading, watch))
}

fn leads_nowhere() -> BackendError {
    BackendError::NotFound("its symbolic links lead nowhere".to_owned())
}

/// The path at the end of all links: the engine answers a link with the link alone.
async fn root_of(
    backend: &dyn Backend,
    container: &ContainerId,
    path: &str,
    watch: &mut Watch,
) -> Result<String, BackendError> {
    let stat = match backend.stat_archive(container, path).await {
        Ok(stat) => stat,
        // A loop of links is an internal error of the engine's; the reading tells.
        Err(BackendError::Engine { .. }) => return Ok(path.to_owned()),
        Err(error) => return Err(error),
    };
    watch.add(path, &stat);
    Ok(match stat.kind {
        StatKind::Link(target) if !target.is_empty() => target,
        _ => path.to_owned(),
    })
}

/// Reads the file at the end of a link.
async fn follow(
    backend: &dyn Backend,
    container: &ContainerId,
    link: &str,
    watch: &mut Watch,
) -> Result<Tree, BackendError> {
    let target = root_of(backend, container, link, watch).await?;
    if target == link {
        return Err(leads_nowhere());
    }
    let stat = backend.stat_archive(container, &target).await?;
    if stat.kind != StatKind::File {
        return Err(BackendError::NotFound(format!("{target} is no file")));
    }
    watch.add(&target, &stat);
    let mut archive = backend.read_archive(container, &target, LIMITS).await?;
    keep_only(&mut archive, &target);
    Ok(Tree::new(archive))
}

/// What a file of a container holds, at the end of its links.
pub(super) async fn whole_file(
    backend: &dyn Backend,
    container: &ContainerId,
    path: &str,
) -> Result<Zeroizing<Vec<u8>>, BackendError> {
    let target = root_of(backend, container, path, &mut Watch::default()).await?;
    let mut archive = backend.read_archive(container, &target, LIMITS).await?;
    let mut content = None;
    for entry in &mut archive.entries {
        if let (true, ArchiveKind::File(found)) = (entry.path == target, &mut entry.kind) {
            content = found.take().map(Zeroizing::new);
        }
    }
    content.ok_or_else(|| BackendError::NotFound(format!("{target} is no file, or a large one")))
}

/// What was asked for may have become something else meanwhile.
fn keep_only(archive: &mut Archive, path: &str) {
    archive.entries.retain(|entry| entry.path == path);
}
