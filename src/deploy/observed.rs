//! What a planner is given: the service as it is now.

use std::collections::BTreeMap;

use crate::compose::ServiceFacts;
use crate::domain::plan::ComposeProject;
use crate::domain::{ActionName, Container, ContainerState, Image, Plan, ServiceId, Step, Target};

/// A service as it is now, and what depends on its containers.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// The service.
    pub service: ServiceId,
    /// Its containers, inspected, by their number.
    pub containers: Vec<Container>,
    /// Other services' containers that use the network namespace of one of these. They are left without a network
    /// when that container is started anew: dockerd makes a new namespace each time. Also those that were in the
    /// namespace of a container of this service that is gone.
    pub sharers: Vec<Container>,
    /// Whether one of the containers is in the network namespace of a container that is gone: it cannot be started.
    pub lost_network: bool,
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

/// Whether a container is an instance of the service.
pub fn is_member(container: &Container, service: &ServiceId) -> bool {
    container.service_id() == *service
}

/// Whether its main process runs, is frozen, or is about to run again.
pub(super) fn is_active(container: &Container) -> bool {
    container.is_up() || container.state == ContainerState::Restarting
}
