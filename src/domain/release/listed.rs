//! The releases of a service as a person is told of them: which runs, and which can be gone back to.

use serde::{Deserialize, Serialize};

use super::{KEEPER, Release, Releases};
use crate::domain::{Image, ImageId, ServiceId};

/// Where the image of a release is, and so how it can be gone back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImagePlace {
    /// On the host, under its keep-tag: no prune takes it.
    Kept,
    /// On the host, and kept by nothing of ours.
    Unkept,
    /// Not on the host; a registry was known to have it.
    Registry,
    /// Not on the host, and nobody was known to have it.
    Gone,
}

impl ImagePlace {
    /// The word in lists.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Unkept => "not kept",
            Self::Registry => "registry",
            Self::Gone => "gone",
        }
    }

    /// What is said of it to people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Kept => "kept on this host",
            Self::Unkept => "on this host, not kept",
            Self::Registry => "not on this host: pulled by its digest",
            Self::Gone => "gone: no way back to it",
        }
    }
}

/// A release, and where its image is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRelease {
    /// The release.
    pub release: Release,
    /// Where its image is.
    pub place: ImagePlace,
}

impl Releases {
    /// Each of them with where its image is among those of the host, the newest first.
    pub fn listed(&self, service: &ServiceId, images: &[Image]) -> Vec<ListedRelease> {
        let listed = |release: &Release| ListedRelease {
            place: place_of(release, service, images),
            release: release.clone(),
        };
        self.iter().rev().map(listed).collect()
    }
}

fn place_of(release: &Release, service: &ServiceId, images: &[Image]) -> ImagePlace {
    let image = images.iter().find(|image| image.id == release.image);
    match image {
        Some(image) if image.tags.contains(&release.keep_tag(service)) => ImagePlace::Kept,
        Some(_) => ImagePlace::Unkept,
        None if release.digests.is_empty() => ImagePlace::Gone,
        None => ImagePlace::Registry,
    }
}

/// The number of the release that runs, of those listed: the last one of the image.
pub fn running(listed: &[ListedRelease], image: &ImageId) -> Option<u64> {
    let mut of_image = listed.iter().filter(|l| l.release.image == *image);
    of_image.next().map(|listed| listed.release.number)
}

/// The service and the number of the release that a keep-tag keeps, as far as the tag alone can say it.
pub fn kept_by_tag(tag: &str) -> Option<(&str, u64)> {
    let rest = tag.strip_prefix(KEEPER)?.strip_prefix('/')?;
    let (service, tag) = rest.rsplit_once(':')?;
    let (number, _) = tag.split_once('-')?;
    Some((service, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ByteSize, ReleaseState};
    use ImagePlace::{Gone, Kept, Registry, Unkept};
    use jiff::Timestamp;

    fn release(number: u64, image: &str, digests: &[&str]) -> Release {
        Release {
            number,
            image: image.into(),
            reference: "web:latest".to_owned(),
            digests: digests.iter().map(|&digest| digest.to_owned()).collect(),
            config_hash: None,
            since: Timestamp::from_second(1_700_000_000).unwrap(),
            state: ReleaseState::Good,
        }
    }

    fn image(id: &str, tags: Vec<String>) -> Image {
        Image {
            host: "home".into(),
            id: id.into(),
            tags,
            digests: Vec::new(),
            size: ByteSize(1),
            created: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn each_release_says_where_its_image_is() {
        let web = ServiceId {
            host: "home".into(),
            project: Some("wezm".into()),
            name: "web".into(),
        };
        let all = vec![
            release(1, "a", &[]),
            release(2, "b", &["web@sha256:b"]),
            release(3, "c", &[]),
            release(4, "d", &[]),
        ];
        let images = [
            image("c", vec!["web:old".to_owned()]),
            image("d", vec![all[3].keep_tag(&web)]),
        ];
        let listed = Releases::merged(all, []).listed(&web, &images);
        let places: Vec<ImagePlace> = listed.iter().map(|listed| listed.place).collect();
        assert_eq!(places, [Kept, Unkept, Registry, Gone], "the newest first");
        assert_eq!(running(&listed, &"b".into()), Some(2));
        assert_eq!(running(&listed, &"z".into()), None);
    }

    #[test]
    fn a_keep_tag_tells_whose_it_is() {
        let tag = "topside.keep/wezm/web:12-20231114T221320Z";
        assert_eq!(kept_by_tag(tag), Some(("wezm/web", 12)));
        for other in ["web:12-3", "topside.keep/web", "topside.keep/web:x-1"] {
            assert_eq!(kept_by_tag(other), None, "{other}");
        }
    }
}
