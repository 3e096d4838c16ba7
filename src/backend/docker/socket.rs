//! Who may open the engine's socket, for the hint when we may not.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The group of the file, when being in it would help: it is not root's, and it may read and write.
pub(super) fn group_of(path: &Path) -> Option<String> {
    let metadata = std::fs::metadata(path).ok()?;
    if metadata.gid() == 0 || metadata.mode() & 0o060 != 0o060 {
        return None;
    }
    let groups = std::fs::read_to_string("/etc/group").ok()?;
    group_name(&groups, metadata.gid())
}

/// The name of a group in a text of the form of `/etc/group`.
fn group_name(groups: &str, gid: u32) -> Option<String> {
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let id: u32 = fields.nth(1)?.parse().ok()?;
        (id == gid && !name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn group_is_named_by_its_id() {
        let groups = "root:x:0:\nbroken\ndocker:x:998:alice,bob\n:x:7:\n";
        assert_eq!(group_name(groups, 998).as_deref(), Some("docker"));
        assert_eq!(group_name(groups, 7), None);
        assert_eq!(group_name(groups, 1), None);
    }

    #[test]
    fn group_that_may_not_write_is_no_help() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::set_permissions(file.path(), PermissionsExt::from_mode(0o640)).unwrap();
        assert_eq!(group_of(file.path()), None);
        assert_eq!(group_of(Path::new("/nonexistent/socket")), None);
    }
}
