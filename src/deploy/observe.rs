//! Asks the engine and Compose what a plan needs. The only file here that is not pure.

use tokio_util::sync::CancellationToken;

use super::observed::{ComposeObserved, Observed, is_member};
use crate::backend::{Backend, BackendError};
use crate::compose::{Call, ComposeError, Finder, project_of};
use crate::domain::{ActionName, Container, ServiceId};

/// The service as it is now. For an action that Compose carries out, its files are looked at too: what Compose says
/// against them is the failure.
pub async fn observe(
    backend: &dyn Backend,
    compose: &Finder,
    action: ActionName,
    service: &ServiceId,
    cancel: &CancellationToken,
) -> Result<Observed, ComposeError> {
    let all = backend
        .containers()
        .await
        .map_err(|error| error.failure("list the containers"))?;
    let containers = inspect_members(backend, &all, service)
        .await
        .map_err(|error| error.failure(format!("inspect the containers of {service}")))?;
    let sharers = all
        .iter()
        .filter(|other| !is_member(other, service))
        .filter(|other| {
            containers.iter().any(|ours| other.uses_network_of(ours))
                || (waits_for(other, service) && other.lost_its_network(all.iter()))
        })
        .cloned()
        .collect();
    let lost_network = containers
        .iter()
        .any(|ours| ours.lost_its_network(all.iter()));
    let compose = match action {
        ActionName::Redeploy => ask_compose(backend, compose, &containers, cancel).await?,
        ActionName::Restart | ActionName::Start | ActionName::Stop | ActionName::Remove => None,
    };
    Ok(Observed {
        service: service.clone(),
        containers,
        sharers,
        lost_network,
        compose,
    })
}

/// Whether Compose starts the container after the service. One that was in the namespace of a container that is gone
/// was in this service's: Compose makes every owner of a namespace a dependency (compose-go, implicit dependencies).
fn waits_for(container: &Container, service: &ServiceId) -> bool {
    let compose = container.compose.as_ref();
    compose.is_some_and(|compose| {
        service.project.as_deref() == Some(&*compose.project)
            && compose.depends_on.iter().any(|name| *name == *service.name)
    })
}

/// The service's containers as they are now, inspected, by their number.
pub async fn members(
    backend: &dyn Backend,
    service: &ServiceId,
) -> Result<Vec<Container>, BackendError> {
    let all = backend.containers().await?;
    inspect_members(backend, &all, service).await
}

async fn inspect_members(
    backend: &dyn Backend,
    all: &[Container],
    service: &ServiceId,
) -> Result<Vec<Container>, BackendError> {
    let mut members = Vec::new();
    for container in all.iter().filter(|c| is_member(c, service)) {
        match backend.inspect(&container.id).await {
            Ok(container) => members.push(container),
            // Removed between the list and now.
            Err(BackendError::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    members.sort_by_key(|container| {
        let number = container
            .compose
            .as_ref()
            .map_or(0, |compose| compose.number);
        (number, container.name.clone())
    });
    Ok(members)
}

async fn ask_compose(
    backend: &dyn Backend,
    finder: &Finder,
    containers: &[Container],
    cancel: &CancellationToken,
) -> Result<Option<ComposeObserved>, ComposeError> {
    // The newest container's labels: an older one may have been left from before a file was renamed.
    let Some(newest) = containers.iter().max_by_key(|container| container.created) else {
        return Ok(None);
    };
    let Some(identity) = newest.compose.as_ref().filter(|identity| !identity.one_off) else {
        return Ok(None);
    };
    let project = project_of(identity)?;
    let call = Call {
        environment: backend.client_environment(),
        events: None,
        cancel: cancel.clone(),
    };
    let compose = finder.find().await?;
    let facts = compose.config_facts(&project, &call).await?;
    let named = facts
        .as_ref()
        .and_then(|facts| facts.get(&identity.service)?.image.as_deref());
    let reference = named.unwrap_or(&newest.image);
    let image = backend
        .image(reference)
        .await
        .map_err(|error| error.failure(format!("look for the image {reference}")))?;
    Ok(Some(ComposeObserved {
        project,
        facts,
        image,
    }))
}
