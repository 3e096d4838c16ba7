//! What a planner is given: the service as it is now.

use std::collections::BTreeMap;

use crate::compose::ServiceFacts;
use crate::domain::plan::ComposeProject;
use crate::domain::{
    ActionName, Container, ContainerId, ContainerState, Image, NetworkOf, Plan, ServiceId, Step,
    Target,
};

/// A service as it is now, and what depends on its containers.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// The service.
    pub service: ServiceId,
    /// Its containers, inspected, by their number.
    pub containers: Vec<Container>,
    /// Other services' containers that use the network namespace of one of these. They are left without a network
    /// when that container is started anew: dockerd makes a new namespace each time.
    pub sharers: Vec<Container>,
    /// What only Compose can say; none for services it did not make, and where the action does not need it.
    pub compose: Option<ComposeObserved>,
}

/// What Compose says of a service.
#[derive(Debug, Clone, PartialEq)]
pub struct ComposeObserved {
    /// How its project was started.
    pub project: ComposeProject,
    /// What the files say of each service of the project; none where Compose (v1) cannot tell.
    pub facts: Option<BTreeMap<String, ServiceFacts>>,
    /// The image that the service's reference means on this host now.
    pub image: Option<Image>,
}

impl Observed {
    pub(super) fn plan(&self, action: ActionName, steps: Vec<Step>, notes: Vec<String>) -> Plan {
        Plan {
            action,
            target: Target {
                service: self.service.clone(),
                containers: self.containers.iter().map(|c| c.id.clone()).collect(),
            },
            steps,
            notes,
        }
    }

    /// The service's name, for people.
    pub(super) fn name(&self) -> &str {
        &self.service.name
    }
}

/// Whether a container is an instance of the service. One of `compose run` is none of its service, but a service by
/// its own name in the project, as [`group`](crate::domain::service::group) shows it.
pub fn is_member(container: &Container, service: &ServiceId) -> bool {
    identity(container) == *service
}

pub(super) fn identity(container: &Container) -> ServiceId {
    let mut id = container.service_id();
    if container
        .compose
        .as_ref()
        .is_some_and(|compose| compose.one_off)
    {
        id.name = std::sync::Arc::clone(&container.name);
    }
    id
}

/// Whether the container uses the network namespace of the other.
pub(super) fn shares_network(container: &Container, with: &Container) -> bool {
    let Some(NetworkOf::Container(of)) = &container.network_of else {
        return false;
    };
    // The engine keeps what the client sent: an id, a part of one, or a name.
    of == &with.id || of.as_str() == &*with.name || is_short_for(of, &with.id)
}

fn is_short_for(short: &ContainerId, long: &ContainerId) -> bool {
    short.as_str().len() >= 12 && long.as_str().starts_with(short.as_str())
}

/// Whether its main process runs, is frozen, or is about to run again.
pub(super) fn is_active(container: &Container) -> bool {
    container.is_up() || container.state == ContainerState::Restarting
}
