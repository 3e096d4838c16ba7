//! Whether a container runs what its image reference means on its host now. The registry is not asked for it.

use std::collections::{BTreeMap, HashMap};

use super::reference::{Reference, is_id_of};
use super::release::is_keep_tag;
use super::{Container, ContainerId, ContainerState, Image, ImageId};

/// How the image that a container runs is not what its reference means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Staleness {
    /// The reference means another image of this host by now, which was built or pulled and not deployed.
    Superseded {
        /// That image.
        by: ImageId,
        /// Whether it was made here, and not pulled.
        built: bool,
    },
    /// The reference means nothing here any more, and nothing but keep-tags leads to the image: nobody could bring it
    /// up again.
    LostTag,
}

/// The containers of a host that run something else than what they were made from means now. Known for what was
/// inspected only: the list calls an image whose tag moved on by its id.
pub fn stale<'a>(
    containers: impl Iterator<Item = &'a Container>,
    images: &[Image],
) -> BTreeMap<ContainerId, Staleness> {
    let known = Known::of(images);
    containers
        .filter_map(|container| Some((container.id.clone(), known.staleness(container)?)))
        .collect()
}

/// Whether a container runs as an instance of its service, or would if it did not die.
pub fn serves(container: &Container) -> bool {
    let runs = container.is_up() || container.state == ContainerState::Restarting;
    let is_instance = container.compose.as_ref().is_none_or(|own| !own.one_off);
    runs && is_instance && !container.is_set_aside()
}

/// The images of a host by what they can be looked up by.
struct Known<'a> {
    by_tag: HashMap<(String, String), &'a Image>,
    by_id: HashMap<&'a ImageId, &'a Image>,
}

impl<'a> Known<'a> {
    fn of(images: &'a [Image]) -> Self {
        let tags = images.iter().flat_map(|image| {
            let tags = image.tags.iter().filter_map(|tag| Reference::parse(tag));
            tags.map(move |tag| ((tag.repository, tag.tag), image))
        });
        Self {
            by_tag: tags.collect(),
            by_id: images.iter().map(|image| (&image.id, image)).collect(),
        }
    }

    fn staleness(&self, container: &Container) -> Option<Staleness> {
        let reference = named(container).filter(|_| serves(container))?;
        let running = &container.image_id;
        match self.by_tag.get(&(reference.repository, reference.tag)) {
            Some(image) if image.id == *running => None,
            Some(image) => Some(Staleness::Superseded {
                by: image.id.clone(),
                built: image.digests.is_empty(),
            }),
            None => {
                let tags = self.by_id.get(running).map_or(&[][..], |image| &image.tags);
                let lost = tags.iter().all(|tag| is_keep_tag(tag));
                lost.then_some(Staleness::LostTag)
            }
        }
    }
}

/// The reference a container was made from, where that can come to mean another image: no id, no digest, no keep-tag.
pub fn named(container: &Container) -> Option<Reference> {
    let text = &*container.image;
    if container.detail.is_none() || is_keep_tag(text) || is_id_of(text, &container.image_id) {
        return None;
    }
    Reference::parse(text).filter(|reference| reference.digest.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ComposeIdentity;
    use crate::domain::sample::{container, image, of_compose};

    const KEPT: &str = "topside.keep/wezm/web:3-20260101T000000Z";

    fn of(container: &Container, images: &[Image]) -> Option<Staleness> {
        stale([container].into_iter(), images).remove(&container.id)
    }

    fn superseded(built: bool) -> Staleness {
        let by = "new".into();
        Staleness::Superseded { by, built }
    }

    #[test]
    fn what_the_reference_means_is_not_stale() {
        let images = [image("old", &["nginx:1"], &[])];
        for reference in ["nginx:1", "docker.io/library/nginx:1", "library/nginx:1"] {
            assert_eq!(
                of(&container(reference, "old"), &images),
                None,
                "{reference}"
            );
        }
        let latest = [image("old", &["web:latest"], &[])];
        assert_eq!(of(&container("web", "old"), &latest), None);
    }

    #[test]
    fn a_tag_that_moved_on_leaves_the_running_image_behind() {
        for tags in [&[][..], &[KEPT], &["web:before"]] {
            let images = [image("old", tags, &[]), image("new", &["web:latest"], &[])];
            assert_eq!(
                of(&container("web", "old"), &images),
                Some(superseded(true))
            );
        }
        let pulled = [image("new", &["nginx:1"], &["nginx@sha256:a"])];
        assert_eq!(
            of(&container("nginx:1", "old"), &pulled),
            Some(superseded(false))
        );
    }

    #[test]
    fn an_image_without_a_tag_is_lost_when_its_reference_means_nothing() {
        for tags in [&[][..], &[KEPT]] {
            let images = [image("old", tags, &[]), image("b", &["web:2"], &[])];
            let found = of(&container("web:1", "old"), &images);
            assert_eq!(found, Some(Staleness::LostTag));
        }
        // Not even listed any more: the engine leaves out what others were built from.
        let found = of(&container("web:1", "old"), &[]);
        assert_eq!(found, Some(Staleness::LostTag));
        let renamed = [image("old", &["web:other"], &[])];
        assert_eq!(of(&container("web:1", "old"), &renamed), None);
    }

    #[test]
    fn what_can_mean_only_one_image_never_goes_stale() {
        let images = [image("new", &["nginx:1"], &[])];
        let digits = "a".repeat(64);
        let id = format!("sha256:{digits}");
        for reference in [
            "nginx@sha256:ab",
            "nginx:1@sha256:ab",
            &id,
            &digits,
            KEPT,
            "",
        ] {
            assert_eq!(
                of(&container(reference, "old"), &images),
                None,
                "{reference}"
            );
        }
        let short = container("cafe01", "sha256:cafe0123");
        assert_eq!(of(&short, &images), None);
    }

    #[test]
    fn only_what_runs_as_a_service_is_looked_at() {
        let images = [image("new", &["nginx:1"], &[])];
        let stale = of_compose("h", "5.6.1");
        assert!(of(&stale, &images).is_some());
        let mut other = stale.clone();
        other.state = ContainerState::Restarting;
        assert!(of(&other, &images).is_some());
        other.state = ContainerState::Exited;
        assert_eq!(of(&other, &images), None);
        let mut one_off = stale.clone();
        one_off.compose = one_off.compose.map(|own| ComposeIdentity {
            one_off: true,
            ..own
        });
        assert_eq!(of(&one_off, &images), None);
        let mut set_aside = stale.clone();
        set_aside.name = "web.topside-old".into();
        assert_eq!(of(&set_aside, &images), None);
        // The list calls it by an id when its tag moved: an inspect has to say what it was made from.
        let listed = Container {
            detail: None,
            ..stale
        };
        assert_eq!(of(&listed, &images), None);
    }
}
