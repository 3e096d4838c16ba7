//! Another machine's disks, by what `df` and `du` print there (POSIX; GNU's and busybox' alike).

use crate::domain::{ByteSize, Filesystem, FolderSize};

/// The command that tells how full the file systems behind these paths are.
pub fn df(paths: &[String]) -> Vec<String> {
    let words = ["df", "-P", "-k", "--"].map(str::to_owned);
    words.into_iter().chain(paths.iter().cloned()).collect()
}

/// The command that sums up a folder on its own file system.
pub fn du(path: &str) -> Vec<String> {
    ["nice", "du", "-s", "-k", "-x", "--", path]
        .map(str::to_owned)
        .to_vec()
}

/// Reads what `df -P -k` printed, each file system once. Lines that are something else are left out: errors, and names
/// with line breaks.
pub fn read_df(text: &str) -> Vec<Filesystem> {
    let mut found: Vec<Filesystem> = Vec::new();
    for filesystem in text.lines().skip(1).filter_map(line_of_df) {
        let is_new = |known: &Filesystem| known.mount_point != filesystem.mount_point;
        if found.iter().all(is_new) {
            found.push(filesystem);
        }
    }
    found
}

/// `source blocks used available capacity% mount point`: the names at both ends may have spaces.
fn line_of_df(line: &str) -> Option<Filesystem> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = |at: usize| words.get(at)?.parse::<u64>().ok();
    let at = (4..words.len()).find(|at| {
        let capacity = words[*at].strip_suffix('%');
        capacity.is_some_and(|number| number.parse::<u16>().is_ok())
            && (1..=3).all(|before| number(at - before).is_some())
    })?;
    let size = |before: usize| Some(ByteSize(number(at - before)?.saturating_mul(1024)));
    Some(Filesystem {
        mount_point: words.get(at + 1..)?.join(" "),
        source: words[..at - 3].join(" "),
        kind: String::new(),
        size: size(3)?,
        used: size(2)?,
        available: size(1)?,
    })
    .filter(|filesystem| filesystem.mount_point.starts_with('/'))
}

/// Reads what `du -s -k` printed: only how much is on disk.
pub fn read_du(text: &str) -> Option<FolderSize> {
    let kilobytes: u64 = text.split_whitespace().next()?.parse().ok()?;
    Some(FolderSize {
        on_disk: ByteSize(kilobytes.saturating_mul(1024)),
        ..FolderSize::default()
    })
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn printed(words: &[String]) -> String {
        let output = Command::new(&words[0]).args(&words[1..]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn what_df_and_du_print_here_is_read() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), vec![1; 70_000]).unwrap();
        let path = folder.path().to_string_lossy().into_owned();
        let read = read_df(&printed(&df(&[path.clone(), path.clone()])));
        assert_eq!(read.len(), 1, "{read:?}");
        assert!(read[0].size.0 > 0 && path.starts_with(&*read[0].mount_point));
        let size = read_du(&printed(&du(&path))).unwrap();
        assert!((70_000..200_000).contains(&size.on_disk.0), "{size:?}");
    }

    #[test]
    fn spaces_and_other_lines_are_no_harm() {
        let text = "Filesystem 1024-blocks Used Available Capacity Mounted on
/dev/vda1 100 60 40 60% /
nas:/my disk 10 0 10 0% /mnt/my disk
df: /gone: No such file or directory
tmpfs 5 - - - /x
/dev/vdb 1 2 3 4% relative
";
        let read = read_df(text);
        let names: Vec<(&str, &str)> = read
            .iter()
            .map(|one| (&*one.source, &*one.mount_point))
            .collect();
        assert_eq!(
            names,
            [("/dev/vda1", "/"), ("nas:/my disk", "/mnt/my disk")]
        );
        assert_eq!(read[0].used, ByteSize(60 * 1024));
        assert_eq!(read_du("du: cannot read"), None);
        assert!(read_df("").is_empty());
    }
}
