//! Disks that are full, or will be soon.

use crate::app::host::Host;
use crate::domain::units::in_words;
use crate::domain::{Finding, Severity, Subject};

/// Those of a host that need somebody.
pub(super) fn findings(host: &Host) -> impl Iterator<Item = Finding> {
    let storing = &host.storing;
    let filesystems = storing.filesystems.value.iter().flatten();
    filesystems.filter_map(|filesystem| {
        let growth = storing.filling.get(&filesystem.mount_point).copied();
        let severity = filesystem.severity(growth);
        let full_in = growth.and_then(|growth| growth.fills(filesystem.available));
        let full_in = full_in.map_or_else(String::new, |span| {
            format!("; at this rate it is full in {}", in_words(span))
        });
        let what = format!(
            "the disk of {} is {:.0} % full, {} left{full_in}",
            filesystem.mount_point,
            filesystem.fullness() * 100.0,
            filesystem.available
        );
        (severity > Severity::Fine).then(|| Finding {
            severity,
            subject: Subject::Filesystem(host.id.clone(), filesystem.mount_point.clone()),
            what,
            action: None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture;
    use crate::app::storage::StorageMsg;

    #[test]
    fn a_full_disk_is_told_with_what_is_left() {
        let mut host = fixture::host();
        let said = |host: &Host| findings(host).map(|one| one.what).collect::<Vec<_>>();
        assert_eq!(said(&host), [""; 0]);
        let mut filesystems = host.storing.filesystems.value.clone().unwrap();
        let free = crate::domain::ByteSize(3 << 30);
        filesystems[0].used.0 += filesystems[0].available.0 - free.0;
        filesystems[0].available = free;
        let answer = StorageMsg::Filesystems(Ok(filesystems));
        host.storing.answer(answer, None, fixture::now());
        assert_eq!(
            said(&host),
            ["the disk of / is 98 % full, 3.0G left; at this rate it is full in 5 days"]
        );
    }
}
