//! Up, down and pull of a whole project.
//!
//! Compose carries each out in one call, in the order of its dependencies; what is done around it is what is done
//! around the deploy of one service: what runs is kept before, and watched after.

mod observe;
mod plan;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use observe::{LookAtProject, merged_config, observe_project, project_files};
pub use plan::{plan_project, profiles};

use super::observed::Observed;
use crate::compose::ServiceFacts;
use crate::domain::plan::ComposeProject;
use crate::domain::{Container, Policy, ProjectId, ServiceId};

/// A project as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectObserved {
    /// Which.
    pub id: ProjectId,
    /// How it was started.
    pub project: ComposeProject,
    /// What the files say of each service.
    pub files: BTreeMap<String, ServiceFacts>,
    /// Each service of the files, and each that has a container.
    pub services: BTreeMap<String, Observed>,
    /// What `compose run` made.
    pub one_offs: Vec<Container>,
    /// The files that other containers of it were started with than the newest.
    pub other_files: bool,
}

impl ProjectObserved {
    /// All services that a job on the project may touch.
    pub fn members(&self) -> Vec<ServiceId> {
        self.services.values().map(|o| o.service.clone()).collect()
    }

    /// How freely it may be acted upon: as the strictest of its services.
    pub fn policy(&self) -> Policy {
        let policies = self.services.values().map(|observed| {
            let mut notes = Vec::new();
            observed.own_wishes(&mut notes).policy.unwrap_or_default()
        });
        Policy::strictest(policies)
    }
}
