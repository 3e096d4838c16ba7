//! Asks the engine and Compose what a plan needs. The only file here that is not pure.

use tokio_util::sync::CancellationToken;

use super::observed::{ComposeObserved, ImagesObserved, Observed, is_member};
use super::releases;
use crate::backend::{Backend, BackendError};
use crate::compose::{Call, ComposeError, Finder, project_of};
use crate::domain::release::is_keep_tag;
use crate::domain::{ActionName, Container, Failure, ImageId, Preferences, Release, ServiceId};

/// What is looked at, and with what.
pub struct Look<'a> {
    /// The engine.
    pub backend: &'a dyn Backend,
    /// Finds the Compose CLI.
    pub compose: &'a Finder,
    /// What is to be done.
    pub action: ActionName,
    /// The service.
    pub service: &'a ServiceId,
    /// What it ran, as recorded.
    pub recorded: Vec<Release>,
    /// What the config wants.
    pub preferences: &'a Preferences,
    /// Ends what was asked of Compose.
    pub cancel: &'a CancellationToken,
}

/// The service as it is now. For an action that Compose carries out, its files are looked at too: what Compose says
/// against them is the failure.
pub async fn observe(mut look: Look<'_>) -> Result<Observed, ComposeError> {
    let (backend, service) = (look.backend, look.service);
    let everything = backend
        .containers()
        .await
        .map_err(|error| error.failure("list the containers"))?;
    let (set_aside, containers): (Vec<_>, Vec<_>) = inspect_members(backend, &everything, service)
        .await
        .map_err(|error| error.failure(format!("inspect the containers of {service}")))?
        .into_iter()
        .partition(Container::is_set_aside);
    let sharers = everything
        .iter()
        .filter(|other| !is_member(other, service))
        .filter(|other| {
            containers.iter().any(|ours| other.uses_network_of(ours))
                || (waits_for(other, service) && other.lost_its_network(everything.iter()))
        })
        .cloned()
        .collect();
    let lost_network = containers
        .iter()
        .any(|ours| ours.lost_its_network(everything.iter()));
    let mut observed = Observed {
        service: service.clone(),
        containers,
        set_aside,
        sharers,
        lost_network,
        compose: None,
        images: None,
        releases: releases::merged(service, std::mem::take(&mut look.recorded), &[]),
        preferences: look.preferences.clone(),
    };
    if look.action.deploys() {
        observed.compose = ask_compose(&observed, &look).await?;
        observed.images = look_at_images(&observed, backend, &everything).await?;
        if let Some(images) = &observed.images {
            let recorded = observed.releases.iter().cloned().collect();
            observed.releases = releases::merged(service, recorded, &images.all);
        }
    }
    Ok(observed)
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

/// The service's containers as they are now, inspected, by their number; without those that were set aside.
pub async fn members(
    backend: &dyn Backend,
    service: &ServiceId,
) -> Result<Vec<Container>, BackendError> {
    let mut all = backend.containers().await?;
    all.retain(|container| !container.is_set_aside());
    inspect_members(backend, &all, service).await
}

pub(super) async fn inspect_members(
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
    observed: &Observed,
    look: &Look<'_>,
) -> Result<Option<ComposeObserved>, ComposeError> {
    let newest = observed.newest();
    let Some(identity) = newest
        .and_then(|container| container.compose.as_ref())
        .filter(|identity| !identity.one_off)
    else {
        return Ok(None);
    };
    if let Some(container) = newest {
        let what = look.action.title(look.service);
        refuse_borrowed(look.backend, container, what).await?;
    }
    let project = project_of(identity)?;
    let call = Call {
        environment: look.backend.client_environment(),
        tell: None,
        hold: Vec::new(),
        cancel: look.cancel.clone(),
    };
    let compose = look.compose.find().await?;
    let facts = compose.config_facts(&project, &call).await?;
    Ok(Some(ComposeObserved { project, facts }))
}

/// Fails when it is the image that says where the project's files are. A container's labels are its image's and its
/// own together, and Compose writes these into containers only: an image with them wants its maker's files to be run.
pub(super) async fn refuse_borrowed(
    backend: &dyn Backend,
    container: &Container,
    what: String,
) -> Result<(), ComposeError> {
    let borrowed = borrowed_label(backend, &container.image_id).await;
    match borrowed.map_err(|error| error.failure("look at the image's labels"))? {
        None => Ok(()),
        Some(name) => Err(Failure::new(
            what,
            format!(
                "the image of a container, not Compose, gives it the label {name}: what that names is not trusted"
            ),
        )
        .hint("do it with docker compose by hand, if you trust the image")
        .into()),
    }
}

/// The label by which an image, and not Compose, says where a project's files are.
pub async fn borrowed_label(
    backend: &dyn Backend,
    image: &ImageId,
) -> Result<Option<String>, BackendError> {
    let labels = backend.image_labels(image).await?;
    let names = ["working_dir", "config_files", "environment_file"];
    let mut names = names
        .map(|name| format!("com.docker.compose.project.{name}"))
        .into_iter();
    Ok(names.find(|name| labels.contains_key(name)))
}

pub(super) async fn look_at_images(
    observed: &Observed,
    backend: &dyn Backend,
    everything: &[Container],
) -> Result<Option<ImagesObserved>, ComposeError> {
    let named = observed.facts().and_then(|facts| facts.image.clone());
    // One that was rolled back by an override runs under its keep-tag; what the service named is recorded.
    let of_container = || {
        let newest = observed.newest().or_else(|| observed.set_aside.first())?;
        if !is_keep_tag(&newest.image) {
            return Some(newest.image.to_string());
        }
        let release = observed.releases.of_image(&newest.image_id)?;
        (!release.reference.is_empty()).then(|| release.reference.clone())
    };
    let Some(reference) = named.or_else(of_container) else {
        return Ok(None);
    };
    let meant = backend
        .image(&reference)
        .await
        .map_err(|error| error.failure(format!("look for the image {reference}")))?;
    let mut all = backend
        .images()
        .await
        .map_err(|error| error.failure("list the images"))?;
    // The list leaves out an untagged image that another one was built upon.
    if let Some(running) = observed.running_image()
        && !all.iter().any(|image| image.id == *running)
    {
        let hidden = backend.image(running.as_str()).await;
        all.extend(hidden.map_err(|error| error.failure("look for the image that runs"))?);
    }
    let mates = everything
        .iter()
        .filter(|other| *other.image == *reference)
        .map(Container::service_id)
        .filter(|other| *other != observed.service)
        .collect();
    Ok(Some(ImagesObserved {
        reference,
        meant,
        all,
        mates,
    }))
}
