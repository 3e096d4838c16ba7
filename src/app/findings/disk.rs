//! Disks that are full, or will be soon, and logs that fill them.

use crate::app::host::Host;
use crate::domain::units::in_words;
use crate::domain::{ByteSize, Finding, FindingKind, Remedy, Severity, Subject, log_keeping};

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
        let what = format!("{}{full_in}", filesystem.sentence());
        let grows = growth.map(|growth| growth.per_week);
        let grows = grows
            .and_then(|week| u64::try_from(week).ok())
            .filter(|week| *week > 0);
        let why =
            grows.map(|week| format!("{} of {} more a week", ByteSize(week), filesystem.size));
        (severity > Severity::Fine)
            .then(|| filesystem.finding(&host.id, severity, what).because(why))
    })
}

/// Services whose logs fill the disk.
pub(super) fn logs(host: &Host) -> impl Iterator<Item = Finding> {
    host.services.iter().filter_map(|service| {
        let (what, container, why) = host.containers_of(service).find_map(|container| {
            let detail = container.detail.as_ref()?;
            let size = host.storing.log_size(&container.id)?;
            let a_day = host.storing.log_growth.get(&container.id).copied();
            let what = log_keeping::wrong(&detail.log, size, a_day, detail.restarts > 0)?;
            Some((what, container, detail.log.to_string()))
        })?;
        let subject = Subject::Service(service.id.clone());
        let what = format!("{} {what}", service.id);
        let found = Finding::new(FindingKind::LogGrowth, Severity::Warning, subject, what);
        // Its limits stand in its files, where it has any.
        let helps = container.compose.as_ref().map(|_| Remedy::EditFiles);
        Some(found.because(Some(why)).helped(helps))
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

    #[test]
    fn a_log_that_fills_the_disk_is_told_with_what_helps() {
        let mut host = fixture::host();
        assert_eq!(logs(&host).count(), 0);
        let (id, service) = {
            let container = host.containers.values().next().unwrap();
            (container.id.clone(), container.service_id())
        };
        let mut answer = |mebibytes: u64, minutes: i64| {
            let size = crate::domain::ByteSize(mebibytes << 20);
            let at = fixture::now() + jiff::SignedDuration::from_mins(minutes);
            let answer = StorageMsg::Logs(Ok(vec![(id.clone(), size)]));
            host.storing.answer(answer, None, at);
            logs(&host).map(|one| one.what).collect::<Vec<_>>()
        };
        assert!(answer(10, 0).is_empty());
        assert!(answer(11, 1).is_empty(), "too soon to say how fast");
        let fast = answer(111, 11);
        assert_eq!(fast.len(), 1, "{fast:?}");
        assert!(fast[0].starts_with(&format!("{service} writes 14G of log a day")));
        assert!(answer(112, 21).is_empty(), "no more than that");
        assert!(answer(5_000, 50_000)[0].contains("has a log of 4.9G without a limit"));
    }
}
