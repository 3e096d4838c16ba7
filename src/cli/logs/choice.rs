//! Which containers' logs are meant.

use std::sync::Arc;

use crate::domain::{ActionName, Container, Failure, ServiceId};

use super::super::names;

/// What was chosen; holds for containers that come later too.
pub(super) struct Choice {
    /// None: everything.
    names: Option<Names>,
}

struct Names {
    services: Vec<ServiceId>,
    /// One container of a service that has several.
    containers: Vec<Arc<str>>,
}

impl Choice {
    /// What names on the command line mean.
    pub(super) fn of(containers: &[Container], names: &[String]) -> Result<Self, Failure> {
        if names.is_empty() {
            return Ok(Self { names: None });
        }
        let mut chosen = Names {
            services: Vec::new(),
            containers: Vec::new(),
        };
        for name in names {
            if let Some(one) = containers.iter().find(|one| is_of_a_service(one, name)) {
                chosen.containers.push(Arc::clone(&one.name));
                continue;
            }
            // The order of services is nothing to their logs; any action will do.
            let found = names::find(containers, ActionName::Restart, std::slice::from_ref(name))?;
            chosen.services.extend(found);
        }
        Ok(Self {
            names: Some(chosen),
        })
    }

    /// Whether a container is one of them.
    pub(super) fn takes(&self, container: &Container) -> bool {
        match &self.names {
            None => !container.only_reads_a_volume(),
            Some(names) => {
                names.containers.contains(&container.name)
                    || names.services.contains(&container.service_id())
            }
        }
    }

    /// Whether nothing was named.
    pub(super) fn is_everything(&self) -> bool {
        self.names.is_none()
    }
}

/// Whether a container is called so that belongs to a service of another name, or has this id.
fn is_of_a_service(container: &Container, name: &str) -> bool {
    const SHORT_ID: usize = 12;
    (container.compose.is_some() && &*container.name == name)
        || (name.len() >= SHORT_ID && container.id.as_str().starts_with(name))
}
