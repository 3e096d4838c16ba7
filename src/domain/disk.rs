//! Where the disk went: file systems, what fills them, and what a folder holds.
//!
//! Two sorts of bytes are told apart everywhere. What is *on disk* is counted in blocks, as `du` does; what is *apparent*
//! is the length of files, as the engine's `system df` counts it. A sparse file has more of the second, many small files
//! more of the first.

mod split;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{
    ByteSize, ContainerId, Finding, FindingKind, Growth, HostId, ImageId, Remedy, Severity,
    Subject, VolumeId,
};

pub use split::{Holding, Part, Picture, split};

/// What a folder was measured to hold, itself included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct FolderSize {
    /// The blocks it takes, as `du` counts them; a file with several names counts once.
    pub on_disk: ByteSize,
    /// The length of its files, as the engine counts them; a file with several names counts once.
    pub apparent: ByteSize,
    /// How many files, links, sockets and the like.
    pub files: u64,
    /// How many folders, itself included.
    pub folders: u64,
    /// When any of its files was last written.
    pub written: Option<Timestamp>,
    /// Folders that could not be looked into, and so are not in the sum.
    pub unreadable: u64,
}

impl FolderSize {
    /// Takes in what is in a folder below it.
    pub fn add(&mut self, other: &Self) {
        self.on_disk = self.on_disk + other.on_disk;
        self.apparent = self.apparent + other.apparent;
        self.files += other.files;
        self.folders += other.folders;
        self.written = self.written.max(other.written);
        self.unreadable += other.unreadable;
    }
}

/// A folder within one that was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FolderShare {
    /// Its path below the measured one, untrusted; parts that are no UTF-8 are replaced.
    pub path: String,
    /// What it holds.
    pub size: FolderSize,
}

/// A mounted file system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Filesystem {
    /// Where it is mounted.
    pub mount_point: String,
    /// What is mounted: a device, a server's export.
    pub source: String,
    /// Which kind (`ext4`, `nfs4`).
    pub kind: String,
    /// Its size.
    pub size: ByteSize,
    /// What is used of it.
    pub used: ByteSize,
    /// What a user other than root can still write.
    pub available: ByteSize,
}

impl Filesystem {
    /// How full it is for everybody but root, as `df` says it: 0 to 1.
    pub fn fullness(&self) -> f64 {
        let room = self.used.0.saturating_add(self.available.0);
        if room == 0 {
            return 0.0;
        }
        self.used.0 as f64 / room as f64
    }

    /// How full it is, as a sentence.
    pub fn sentence(&self) -> String {
        let (path, left) = (&self.mount_point, self.available);
        let full = self.fullness() * 100.0;
        format!("the disk of {path} is {full:.0} % full, {left} left")
    }

    /// That it is full, or will be soon: said the same wherever that is found.
    pub fn finding(&self, host: &HostId, severity: Severity, what: String) -> Finding {
        let subject = Subject::Filesystem(host.clone(), self.mount_point.clone());
        let found = Finding::new(FindingKind::DiskFull, severity, subject, what);
        found.helped(Some(Remedy::PruneImages))
    }

    /// How bad it is, by how full it is and by how soon it will be. A disk that is 80 % full and stays so is nobody's
    /// worry; one that fills up this week is.
    pub fn severity(&self, growth: Option<Growth>) -> Severity {
        const WARNING: f64 = 0.90;
        const CRITICAL: f64 = 0.97;
        let soon = |hours| {
            let left = growth.and_then(|growth| growth.fills(self.available));
            // A young disk grows fast and has room all the same.
            self.fullness() > 0.5
                && left.is_some_and(|left| left < SignedDuration::from_hours(hours))
        };
        if self.fullness() >= CRITICAL || soon(24) {
            Severity::Critical
        } else if self.fullness() >= WARNING || soon(7 * 24) {
            Severity::Warning
        } else {
            Severity::Fine
        }
    }
}

/// What the engine counts itself (`docker system df -v`): apparent bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EngineUsage {
    /// All layers of all images, each once.
    pub layers: ByteSize,
    /// Each image's part.
    pub images: Vec<ImageShare>,
    /// What each container wrote into its own layer.
    pub written: Vec<(ContainerId, ByteSize)>,
    /// Sizes of volumes, where the engine tells them unasked (before API 1.42).
    pub volumes: Vec<(VolumeId, ByteSize)>,
    /// The build cache.
    pub cache: Vec<CacheRecord>,
}

impl EngineUsage {
    /// What all containers wrote.
    pub fn all_written(&self) -> ByteSize {
        self.written.iter().map(|(_, size)| *size).sum()
    }

    /// How many entries of the build cache a build uses right now.
    pub fn cache_in_use(&self) -> usize {
        self.cache.iter().filter(|record| record.in_use).count()
    }

    /// What the build cache takes; layers that an image has too are that image's.
    pub fn all_cache(&self) -> ByteSize {
        let own = self.cache.iter().filter(|record| !record.shared);
        own.map(|record| record.size).sum()
    }
}

/// How much of an image is its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageShare {
    /// Which.
    pub id: ImageId,
    /// All its layers.
    pub size: ByteSize,
    /// Those that another image has, too; none when the engine did not work it out.
    pub shared: Option<ByteSize>,
}

impl ImageShare {
    /// What goes when it is removed.
    pub fn unique(&self) -> Option<ByteSize> {
        let shared = self.shared?;
        Some(ByteSize(self.size.0.saturating_sub(shared.0)))
    }
}

/// One entry of the build cache.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CacheRecord {
    /// Its id.
    pub id: String,
    /// Its kind: `regular`, `source.local`, `exec.cachemount` …
    pub kind: String,
    /// The instruction that made it, untrusted.
    pub description: String,
    /// Its size.
    pub size: ByteSize,
    /// Whether a build uses it right now.
    pub in_use: bool,
    /// Whether an image has it, too.
    pub shared: bool,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When a build last used it.
    pub last_used: Option<Timestamp>,
    /// How often builds used it.
    pub uses: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_as_bad_as_it_is_full_or_will_be_soon() {
        let severity = |used: u64, a_week: Option<i64>| {
            let filesystem = Filesystem {
                mount_point: "/".to_owned(),
                source: "/dev/vda".to_owned(),
                kind: "ext4".to_owned(),
                size: ByteSize(1_050),
                used: ByteSize(used),
                available: ByteSize(1_000 - used),
            };
            filesystem.severity(a_week.map(|per_week| Growth { per_week }))
        };
        assert_eq!(severity(890, None), Severity::Fine);
        assert_eq!(severity(900, Some(0)), Severity::Warning);
        assert_eq!(severity(970, Some(-50)), Severity::Critical);
        assert_eq!(severity(700, Some(350)), Severity::Warning, "in six days");
        assert_eq!(severity(700, Some(2_200)), Severity::Critical, "tomorrow");
        assert_eq!(severity(400, Some(2_200)), Severity::Fine, "there is room");
    }
}
