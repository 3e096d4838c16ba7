//! Whether a registry has something newer than what runs.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::staleness::{named, serves};
use super::{Container, ContainerId, Image, ImageId, Reference};

/// What a registry last said of a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryAnswer {
    /// The reference that it was asked for.
    pub reference: String,
    /// The digest that it has; what it had before where the last asking failed.
    pub digest: Option<String>,
    /// When it was last asked.
    pub checked_at: Timestamp,
    /// Why the last asking failed, when it did.
    pub error: Option<String>,
}

/// What registries said, as far as it is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistryRecord {
    /// The last answer for each reference.
    pub answers: Vec<RegistryAnswer>,
    /// Until when they want no more questions.
    pub limited_until: Option<Timestamp>,
}

/// What is known of updates for a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// The reference that its registry is asked for.
    pub reference: String,
    /// Whether the registry has another image; none until it was asked.
    pub available: Option<bool>,
}

/// What is known of updates of a host's containers. Those that no registry can be asked about are left out: pinned,
/// made from an id or a keep-tag, not running, or with an image that was only built here.
pub fn updates<'a>(
    containers: impl Iterator<Item = &'a Container>,
    images: &[Image],
    answers: &BTreeMap<String, RegistryAnswer>,
) -> BTreeMap<ContainerId, Update> {
    let by_id: HashMap<&ImageId, &Image> = images.iter().map(|image| (&image.id, image)).collect();
    let of = |container: &Container| {
        let reference = named(container).filter(|_| serves(container))?;
        let running = by_id.get(&container.image_id)?;
        let own = digests_of(running, &reference.repository);
        if own.is_empty() {
            return None;
        }
        let answer = answers.get(&*container.image);
        let digest = answer.and_then(|answer| answer.digest.as_deref());
        Some(Update {
            reference: container.image.to_string(),
            available: digest.map(|digest| !own.contains(&digest)),
        })
    };
    containers
        .filter_map(|container| Some((container.id.clone(), of(container)?)))
        .collect()
}

/// As much of a digest as people compare.
pub fn short_digest(digest: &str) -> &str {
    const SHOWN: usize = "sha256:".len() + 12;
    digest.get(..SHOWN).unwrap_or(digest)
}

/// The digests by which a repository knows an image.
fn digests_of<'a>(image: &'a Image, repository: &str) -> Vec<&'a str> {
    let digest = |text: &'a String| {
        let (name, digest) = text.split_once('@')?;
        let is_its = Reference::parse(name)?.repository == repository;
        is_its.then_some(digest)
    };
    image.digests.iter().filter_map(digest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::{at, container, image};

    fn answer(reference: &str, digest: Option<&str>) -> BTreeMap<String, RegistryAnswer> {
        let answer = RegistryAnswer {
            reference: reference.to_owned(),
            digest: digest.map(str::to_owned),
            checked_at: at(0),
            error: None,
        };
        [(reference.to_owned(), answer)].into()
    }

    fn of(
        reference: &str,
        digests: &[&str],
        answers: &BTreeMap<String, RegistryAnswer>,
    ) -> Option<Update> {
        let container = container(reference, "old");
        let images = [image("old", &["whatever:1"], digests)];
        updates([&container].into_iter(), &images, answers).remove(&container.id)
    }

    #[test]
    fn another_digest_than_all_of_the_running_image_is_an_update() {
        let own = ["nginx@sha256:a", "nginx@sha256:b"];
        for (digest, available) in [
            (Some("sha256:a"), Some(false)),
            (Some("sha256:b"), Some(false)),
            (Some("sha256:c"), Some(true)),
            (None, None),
        ] {
            let update = of("nginx:1", &own, &answer("nginx:1", digest)).unwrap();
            assert_eq!(update.available, available, "{digest:?}");
        }
        let update = of("nginx:1", &own, &BTreeMap::new()).unwrap();
        assert_eq!((update.available, &*update.reference), (None, "nginx:1"));
    }

    #[test]
    fn no_registry_is_asked_about_what_it_does_not_have() {
        let none = BTreeMap::new();
        // Only built here; or pushed elsewhere under another name.
        assert_eq!(of("web:1", &[], &none), None);
        assert_eq!(of("web:1", &["ghcr.io/me/web@sha256:a"], &none), None);
        for fixed in ["nginx@sha256:a", "sha256:old", "topside.keep/web:1-x"] {
            assert_eq!(of(fixed, &["nginx@sha256:a"], &none), None, "{fixed}");
        }
        // The same repository under its other names.
        let own = ["nginx@sha256:a"];
        assert!(of("docker.io/library/nginx", &own, &none).is_some());
        assert!(
            of(
                "localhost:5000/a/web:1",
                &["localhost:5000/a/web@sha256:a"],
                &none
            )
            .is_some()
        );
    }

    #[test]
    fn a_container_whose_image_is_not_known_is_left_out() {
        let container = container("nginx:1", "other");
        let images = [image("old", &[], &["nginx@sha256:a"])];
        assert!(updates([&container].into_iter(), &images, &BTreeMap::new()).is_empty());
    }
}
