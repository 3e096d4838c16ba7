//! What a planner is given: the service as it is now.

use std::collections::{BTreeMap, BTreeSet};

use crate::compose::ServiceFacts;
use crate::domain::plan::ComposeProject;
use crate::domain::{
    ActionName, Container, ContainerState, Image, ImageId, LabelSource, Plan, Preferences,
    Releases, ServiceId, Step, Wishes,
};

/// A service as it is now, and what depends on its containers.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// The service.
    pub service: ServiceId,
    /// Its containers, inspected, by their number.
    pub containers: Vec<Container>,
    /// Those of a recreation that was not finished: each waits to be put back, or to be removed.
    pub set_aside: Vec<Container>,
    /// Other services' containers that use the network namespace of one of these. They are left without a network
    /// when that container is started anew: dockerd makes a new namespace each time. Also those that were in the
    /// namespace of a container of this service that is gone.
    pub sharers: Vec<Container>,
    /// Whether one of the containers is in the network namespace of a container that is gone: it cannot be started.
    pub lost_network: bool,
    /// What only Compose can say; none for services it did not make, and where the action does not need it.
    pub compose: Option<ComposeObserved>,
    /// The images of the host, and what the service's reference means; none where the action does not need it.
    pub images: Option<ImagesObserved>,
    /// What it ran, as far as that is recorded or its images are kept.
    pub releases: Releases,
    /// What the config wants.
    pub preferences: Preferences,
}

/// What Compose says of a service.
#[derive(Debug, Clone, PartialEq)]
pub struct ComposeObserved {
    /// How its project was started.
    pub project: ComposeProject,
    /// What the files say of each service of the project; none where Compose (v1) cannot tell.
    pub facts: Option<BTreeMap<String, ServiceFacts>>,
}

/// What is known of images.
#[derive(Debug, Clone, PartialEq)]
pub struct ImagesObserved {
    /// How the service names its image.
    pub reference: String,
    /// What that means on this host now.
    pub meant: Option<Image>,
    /// Every image of the host.
    pub all: Vec<Image>,
    /// Other services whose containers name their image by the same reference.
    pub mates: BTreeSet<ServiceId>,
}

impl ImagesObserved {
    /// An image of the host.
    pub fn get(&self, id: &ImageId) -> Option<&Image> {
        self.all.iter().find(|image| image.id == *id)
    }
}

impl Observed {
    pub(super) fn plan(&self, action: ActionName, steps: Vec<Step>, notes: Vec<String>) -> Plan {
        Plan {
            action,
            target: self.service.clone().into(),
            containers: self.containers.iter().map(|c| c.id.clone()).collect(),
            steps,
            notes,
        }
    }

    /// The service's name, for people.
    pub(super) fn name(&self) -> &str {
        &self.service.name
    }

    /// The container that was made last: an older one may have been left from before a file was changed.
    pub fn newest(&self) -> Option<&Container> {
        self.containers
            .iter()
            .max_by_key(|container| container.created)
    }

    /// The image it runs.
    pub fn running_image(&self) -> Option<&ImageId> {
        self.newest().map(|container| &container.image_id)
    }

    /// What the Compose files say of the service.
    pub(super) fn facts(&self) -> Option<&ServiceFacts> {
        self.facts_of(&self.service)
    }

    fn facts_of(&self, service: &ServiceId) -> Option<&ServiceFacts> {
        if service.project != self.service.project {
            return None;
        }
        let facts = self.compose.as_ref()?.facts.as_ref()?;
        facts.get(&*service.name)
    }

    /// What is wanted of this service or of one beside it: the labels of the files count where they can be read, as
    /// those are what the next container gets.
    pub(super) fn wishes(
        &self,
        service: &ServiceId,
        containers: &[&Container],
        notes: &mut Vec<String>,
    ) -> Wishes {
        let labels = match (self.facts_of(service), containers.first()) {
            (Some(facts), _) => Wishes::of_labels(&facts.labels, LabelSource::Files, notes),
            (None, Some(first)) => Wishes::of_labels(&first.labels, LabelSource::Container, notes),
            (None, None) => Wishes::default(),
        };
        self.preferences.of(service, labels)
    }

    /// What is wanted of this service.
    pub fn own_wishes(&self, notes: &mut Vec<String>) -> Wishes {
        let containers: Vec<&Container> = self.newest().into_iter().collect();
        self.wishes(&self.service, &containers, notes)
    }
}

/// Whether a container is an instance of the service.
pub fn is_member(container: &Container, service: &ServiceId) -> bool {
    container.service_id() == *service
}

/// Whether its main process runs, is frozen, or is about to run again.
pub(super) fn is_active(container: &Container) -> bool {
    container.is_up() || container.state == ContainerState::Restarting
}
