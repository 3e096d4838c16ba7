//! How full the file systems behind some paths of this machine are.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::statvfs;

use crate::domain::{ByteSize, Filesystem};

/// The file system of a server that is gone answers never.
const PATIENCE: Duration = Duration::from_secs(5);

/// A line of `mountinfo`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mounted {
    point: String,
    source: String,
    kind: String,
}

/// The file systems that hold these paths, each once, in the order of their mount points. What does not answer in a few
/// seconds, or is gone, is left out. Fails where the system does not say what is mounted.
pub async fn filesystems(paths: Vec<PathBuf>) -> io::Result<Vec<Filesystem>> {
    let text = tokio::fs::read("/proc/self/mountinfo").await?;
    let mounts = mounts(&String::from_utf8_lossy(&text));
    let mut behind: Vec<&Mounted> = Vec::new();
    for path in paths {
        // A link may lead to another file system; so may one on the way.
        let resolved = blocking(move || resolved(path)).await.flatten();
        let mounted = resolved.and_then(|path| behind_path(&mounts, &path));
        if let Some(mounted) = mounted
            && !behind.contains(&mounted)
        {
            behind.push(mounted);
        }
    }
    behind.sort_by(|a, b| a.point.cmp(&b.point));
    let mut found = Vec::new();
    for mounted in behind {
        let mounted = mounted.clone();
        if let Some(Ok(filesystem)) = blocking(move || ask(mounted)).await {
            found.push(filesystem);
        }
    }
    Ok(found)
}

/// The path without links, as far as they may be read; none of one that is not there.
fn resolved(path: PathBuf) -> Option<PathBuf> {
    match path.canonicalize() {
        Ok(resolved) => Some(resolved),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(_) => Some(path),
    }
}

/// None when it takes too long. The thread then stays until the system answers.
async fn blocking<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let called = tokio::task::spawn_blocking(call);
    tokio::time::timeout(PATIENCE, called).await.ok()?.ok()
}

fn ask(mounted: Mounted) -> io::Result<Filesystem> {
    let said = statvfs(&*mounted.point)?;
    // POSIX counts blocks in fragments.
    let bytes = |blocks: u64| ByteSize(blocks.saturating_mul(said.f_frsize));
    Ok(Filesystem {
        mount_point: mounted.point,
        source: mounted.source,
        kind: mounted.kind,
        size: bytes(said.f_blocks),
        used: bytes(said.f_blocks.saturating_sub(said.f_bfree)),
        available: bytes(said.f_bavail),
    })
}

/// The deepest mount that the path is in; of several at the same point the last, which hides the others.
fn behind_path<'a>(mounts: &'a [Mounted], path: &Path) -> Option<&'a Mounted> {
    let holds = |mounted: &&Mounted| path.starts_with(&mounted.point);
    mounts
        .iter()
        .filter(holds)
        .max_by_key(|mounted| Path::new(&mounted.point).components().count())
}

/// `proc_pid_mountinfo(5)`: fields 5 (mount point), and after a `-` the kind and the source, with spaces and the like as
/// octal escapes.
fn mounts(text: &str) -> Vec<Mounted> {
    let read = |line: &str| {
        let (before, after) = line.split_once(" - ")?;
        let mut after = after.split(' ');
        let kind = after.next()?.to_owned();
        let source = unescaped(after.next()?);
        let point = unescaped(before.split(' ').nth(4)?);
        Some(Mounted {
            point,
            source,
            kind,
        })
    };
    text.lines().filter_map(read).collect()
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let octal = others.get(..3).filter(|_| *first == b'\\');
        let code = octal.and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 8).ok()
        });
        if let Some(code) = code {
            bytes.push(code);
            rest = &others[3..];
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTINFO: &str = r"22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:26 / /proc rw - proc proc rw
31 22 254:16 / /srv rw,noatime shared:5 master:1 - xfs /dev/vdb rw
32 31 0:44 / /srv/my\040disk rw - nfs4 nas:/vol\0401 rw,vers=4.2
33 22 0:50 / /srv rw - tmpfs tmpfs rw
broken line
";

    #[test]
    fn what_is_mounted_is_read() {
        let mounts = mounts(MOUNTINFO);
        let behind = |path: &str| {
            let found = behind_path(&mounts, Path::new(path)).unwrap();
            (&*found.point, &*found.source, &*found.kind)
        };
        assert_eq!(mounts.len(), 5);
        assert_eq!(behind("/var/lib/docker"), ("/", "/dev/vda1", "ext4"));
        assert_eq!(behind("/srvx"), ("/", "/dev/vda1", "ext4"));
        let hidden = ("/srv", "tmpfs", "tmpfs");
        assert_eq!(behind("/srv/a"), hidden, "the later one hides the other");
        assert_eq!(
            behind("/srv/my disk/a"),
            ("/srv/my disk", "nas:/vol 1", "nfs4")
        );
    }

    #[tokio::test]
    async fn a_path_is_on_a_file_system_that_has_room() {
        let here = std::env::temp_dir();
        let paths = vec![here.clone(), here.join("no such file"), here.clone()];
        let found = filesystems(paths).await.unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        let gone = filesystems(vec![here.join("no such file")]).await;
        assert!(gone.unwrap().is_empty());
        let one = &found[0];
        assert!(one.size.0 > 0 && one.used <= one.size && one.available <= one.size);
        assert!(here.starts_with(&one.mount_point) && !one.kind.is_empty());
        assert!((0.0..=1.0).contains(&one.fullness()));
    }
}
