//! Releases: the images that a service ran, and the tags that keep them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

mod listed;

pub use listed::{ImagePlace, ListedRelease, kept_by_tag, running};

use super::{ImageId, ServiceId};

/// How a release ended, as far as it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseState {
    /// It was seen to run.
    Good,
    /// It did not prove itself.
    Failed,
    /// It ran, and somebody went back from it.
    RolledBack,
}

impl ReleaseState {
    /// The word shown to people and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Failed => "failed",
            Self::RolledBack => "rolled back",
        }
    }
}

/// One image that a service ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Counts up for each service, from 1; never given twice.
    pub number: u64,
    /// The image.
    pub image: ImageId,
    /// The reference that meant it then, as the service names it.
    pub reference: String,
    /// The digests that registries know it by (`nginx@sha256:…`).
    pub digests: Vec<String>,
    /// The hash of the service's configuration with it, as Compose says it.
    pub config_hash: Option<String>,
    /// Since when the service ran it.
    pub since: Timestamp,
    /// How it ended.
    pub state: ReleaseState,
}

impl Release {
    /// The tag that keeps its image.
    pub fn keep_tag(&self, service: &ServiceId) -> String {
        let since = self.since.strftime("%Y%m%dT%H%M%SZ");
        format!("{}:{}-{since}", keep_repository(service), self.number)
    }

    /// The release that a keep-tag stands for, when it is one of the service's: all that is left of it when the records
    /// are lost.
    pub fn of_keep_tag(
        service: &ServiceId,
        tag: &str,
        image: &ImageId,
        digests: &[String],
    ) -> Option<Self> {
        let (repository, tag) = tag.rsplit_once(':')?;
        if repository != keep_repository(service) {
            return None;
        }
        let (number, since) = tag.split_once('-')?;
        let since = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", since).ok()?;
        Some(Self {
            number: number.parse().ok()?,
            image: image.clone(),
            reference: String::new(),
            digests: digests.to_vec(),
            config_hash: None,
            since: since.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp(),
            state: ReleaseState::Good,
        })
    }
}

/// The registry that stands in every keep-tag; there is none of that name, so nothing is ever pulled or pushed by it.
const KEEPER: &str = "topside.keep";

/// Whether a reference is a keep-tag, of whichever service.
pub fn is_keep_tag(reference: &str) -> bool {
    reference
        .strip_prefix(KEEPER)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// The repository of a service's keep-tags: `topside.keep/PROJECT/SERVICE`, or `topside.keep/CONTAINER`.
pub fn keep_repository(service: &ServiceId) -> String {
    let parts = service.project.iter().chain([&service.name]);
    parts.fold(KEEPER.to_owned(), |path, part| {
        format!("{path}/{}", path_component(part))
    })
}

/// A name as a part of a repository's path. Those allow less than names of services do (distribution, reference.go:
/// lower case letters and digits, with single `.`, `_`, `__` or any `-` between): another name gets a digest, which
/// keeps `Web` and `web` apart.
fn path_component(name: &str) -> String {
    const READABLE: usize = 40;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let plain = !name.is_empty()
        && name.len() <= 2 * READABLE
        && name
            .split(['.', '_', '-'])
            .all(|word| !word.is_empty() && word.chars().all(allowed));
    if plain {
        return name.to_owned();
    }
    let readable: String = name
        .to_ascii_lowercase()
        .chars()
        .filter(|c| allowed(*c))
        .take(READABLE)
        .collect();
    let digest = Sha256::digest(name.as_bytes());
    let digest = digest
        .iter()
        .take(6)
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    // No plain name has two dashes in a row.
    format!("x{readable}--{digest:012x}")
}

/// The releases of a service, in the order of their numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Releases(Vec<Release>);

impl Releases {
    /// What the records say, and what only keep-tags say.
    pub fn merged(recorded: Vec<Release>, tagged: impl IntoIterator<Item = Release>) -> Self {
        let mut all = recorded;
        for release in tagged {
            if !all.iter().any(|known| known.number == release.number) {
                all.push(release);
            }
        }
        all.sort_by_key(|release| release.number);
        Self(all)
    }

    /// Each of them, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Release> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One by its number.
    pub fn get(&self, number: u64) -> Option<&Release> {
        self.iter().find(|release| release.number == number)
    }

    /// The number for the next one.
    pub fn next_number(&self) -> u64 {
        self.iter().map(|release| release.number).max().unwrap_or(0) + 1
    }

    /// The release that an image is: the last one of it.
    pub fn of_image(&self, image: &ImageId) -> Option<&Release> {
        self.iter().rev().find(|release| release.image == *image)
    }

    /// Where a roll back from an image leads: the last good release before it; from one that never proved itself, the
    /// last good one of all. What was gone back from is no place to go back to, so that going back twice goes back two.
    pub fn before(&self, image: &ImageId) -> Option<&Release> {
        let current = self
            .of_image(image)
            .filter(|release| release.state != ReleaseState::Failed)
            .map(|release| release.number);
        self.iter().rev().find(|release| {
            release.state == ReleaseState::Good
                && release.image != *image
                && current.is_none_or(|current| release.number < current)
        })
    }

    /// The releases that no longer have to be kept when so many are: the oldest, never the image that runs. Those that
    /// failed are counted on their own: a run of bad deploys pushes no good release out.
    pub fn beyond(&self, keep: usize, running: &ImageId) -> Vec<&Release> {
        let others = self.0.iter().filter(|release| release.image != *running);
        let (failed, others): (Vec<_>, Vec<_>) =
            others.partition(|release| release.state == ReleaseState::Failed);
        let oldest = |list: Vec<_>, keep: usize| {
            let excess = list.len().saturating_sub(keep);
            list.into_iter().take(excess)
        };
        oldest(others, keep.saturating_sub(1))
            .chain(oldest(failed, keep))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(project: Option<&str>, name: &str) -> ServiceId {
        ServiceId {
            host: "home".into(),
            project: project.map(Into::into),
            name: name.into(),
        }
    }

    fn release(number: u64, image: &str, state: ReleaseState) -> Release {
        Release {
            number,
            image: image.into(),
            reference: "web:latest".to_owned(),
            digests: Vec::new(),
            config_hash: None,
            since: Timestamp::from_second(1_700_000_000).unwrap(),
            state,
        }
    }

    fn three() -> Vec<Release> {
        ["a", "b", "c"]
            .iter()
            .zip(1..)
            .map(|(image, number)| release(number, image, ReleaseState::Good))
            .collect()
    }

    #[test]
    fn a_keep_tag_says_which_release_it_keeps() {
        let web = service(Some("wezm"), "web");
        let tag = release(12, "a", ReleaseState::Good).keep_tag(&web);
        assert_eq!(tag, "topside.keep/wezm/web:12-20231114T221320Z");
        assert!(is_keep_tag(&tag) && !is_keep_tag("topside.keeper/web:1"));
        let read = Release::of_keep_tag(&web, &tag, &"a".into(), &[]).unwrap();
        assert_eq!((read.number, read.since.as_second()), (12, 1_700_000_000));
        let other = service(Some("wezm"), "webs");
        assert_eq!(Release::of_keep_tag(&other, &tag, &"a".into(), &[]), None);
        for broken in [
            "topside.keep/wezm/web:x-20231114T221320Z",
            "topside.keep/wezm/web:1",
            "web:1",
        ] {
            assert_eq!(Release::of_keep_tag(&web, broken, &"a".into(), &[]), None);
        }
    }

    #[test]
    fn every_name_has_a_repository_of_its_own() {
        assert_eq!(keep_repository(&service(None, "db")), "topside.keep/db");
        let mut seen = std::collections::BTreeSet::new();
        for name in [
            "web", "Web", "WEB", "a--b", "a-b", "-a", "a_", "ä", "", "x", "a__b",
        ] {
            let repository = keep_repository(&service(Some("p"), name));
            let last = repository.rsplit('/').next().unwrap();
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._".contains(c);
            assert!(last.chars().all(fits) && !last.starts_with('-'), "{last}");
            assert!(seen.insert(repository), "{name}");
        }
    }

    #[test]
    fn going_back_twice_goes_back_two() {
        let mut all = three();
        let releases = Releases::merged(all.clone(), []);
        assert_eq!(releases.before(&"c".into()).unwrap().number, 2);
        all[2].state = ReleaseState::RolledBack;
        let releases = Releases::merged(all.clone(), []);
        assert_eq!(releases.before(&"b".into()).unwrap().number, 1);
        assert_eq!(releases.before(&"a".into()), None);
        // The next deploy is undone to what ran before it, not to what was gone back from.
        all.push(release(4, "d", ReleaseState::Good));
        assert_eq!(
            Releases::merged(all, [])
                .before(&"d".into())
                .unwrap()
                .number,
            2
        );
    }

    #[test]
    fn an_image_that_was_never_recorded_goes_back_to_the_last_good_one() {
        let mut all = three();
        all[2].state = ReleaseState::Failed;
        assert_eq!(
            Releases::merged(all, [])
                .before(&"z".into())
                .unwrap()
                .number,
            2
        );
    }

    #[test]
    fn what_failed_goes_back_to_the_last_good_one_wherever_it_stands() {
        let mut all = three();
        all[0].state = ReleaseState::Failed;
        assert_eq!(
            Releases::merged(all, [])
                .before(&"a".into())
                .unwrap()
                .number,
            3
        );
    }

    #[test]
    fn tags_stand_in_for_lost_records() {
        let mut recorded = three();
        recorded[1].state = ReleaseState::Failed;
        let tagged = [
            release(2, "b", ReleaseState::Good),
            release(9, "i", ReleaseState::Good),
        ];
        let all = Releases::merged(recorded, tagged);
        assert_eq!(all.get(2).unwrap().state, ReleaseState::Failed);
        assert_eq!((all.iter().count(), all.next_number()), (4, 10));
    }

    #[test]
    fn the_running_image_is_always_kept() {
        let all = Releases::merged(three(), []);
        let gone = |keep, running: &str| -> Vec<u64> {
            all.beyond(keep, &running.into())
                .iter()
                .map(|r| r.number)
                .collect()
        };
        assert_eq!(gone(5, "c"), Vec::<u64>::new());
        assert_eq!(gone(2, "c"), [1]);
        assert_eq!(gone(2, "a"), [2]);
        assert_eq!(gone(1, "a"), [2, 3]);
    }
}
