//! Asks the engine and Compose what a plan for a whole project needs.

use std::collections::{BTreeMap, BTreeSet};

use tokio_util::sync::CancellationToken;

use super::ProjectObserved;
use crate::backend::Backend;
use crate::compose::{Call, ComposeError, Finder, project_of};
use crate::deploy::observe::{inspect_members, look_at_images, refuse_borrowed};
use crate::deploy::observed::{ComposeObserved, Observed};
use crate::deploy::releases;
use crate::domain::plan::ComposeProject;
use crate::domain::{
    ActionName, ComposeIdentity, Container, Failure, Preferences, ProjectId, Release, Releases,
    ServiceId,
};

/// What is looked at, and with what.
pub struct LookAtProject<'a> {
    /// The engine.
    pub backend: &'a dyn Backend,
    /// Finds the Compose CLI.
    pub compose: &'a Finder,
    /// What is to be done.
    pub action: ActionName,
    /// The project.
    pub project: &'a ProjectId,
    /// What the config wants.
    pub preferences: &'a Preferences,
    /// Ends what was asked of Compose.
    pub cancel: &'a CancellationToken,
}

/// The project as it is now, without what is recorded of its releases. What Compose says against its files is the
/// failure.
pub async fn observe_project(look: &LookAtProject<'_>) -> Result<ProjectObserved, ComposeError> {
    let (backend, id) = (look.backend, look.project);
    let all = backend
        .containers()
        .await
        .map_err(|error| error.failure("list the containers"))?;
    let ours: Vec<Container> = all
        .iter()
        .filter(|c| c.service_id().project_id().as_ref() == Some(id))
        .cloned()
        .collect();
    let is_one_off = |c: &Container| c.compose.as_ref().is_some_and(|compose| compose.one_off);
    let (one_offs, ours): (Vec<_>, Vec<_>) = ours.into_iter().partition(is_one_off);
    let identity = newest(look, &ours).await?;
    let project = project_of(&identity)?;
    let call = call(look);
    let compose = look.compose.find().await?;
    let files = compose.services(&project, &call).await?;
    let facts = (!compose.version().is_v1()).then(|| files.clone());
    let with_containers = ours.iter().filter_map(|c| c.compose.as_ref());
    let names: BTreeSet<String> = with_containers
        .map(|compose| compose.service.clone())
        .chain(files.keys().cloned())
        .collect();
    let mut services = BTreeMap::new();
    for name in names {
        let service = ServiceId {
            host: id.host.clone(),
            project: Some(id.name.clone()),
            name: name.as_str().into(),
        };
        let inspected = inspect_members(backend, &ours, &service).await;
        let inspected = inspected
            .map_err(|error| error.failure(format!("inspect the containers of {service}")))?;
        let (set_aside, containers) = inspected.into_iter().partition(Container::is_set_aside);
        let mut observed = Observed {
            service,
            containers,
            set_aside,
            sharers: Vec::new(),
            lost_network: false,
            compose: Some(ComposeObserved {
                project: project.clone(),
                facts: facts.clone(),
            }),
            images: None,
            releases: Releases::default(),
            preferences: look.preferences.clone(),
        };
        if look.action != ActionName::Down {
            observed.images = look_at_images(&observed, backend, &all).await?;
        }
        services.insert(name, observed);
    }
    let other_files = ours
        .iter()
        .filter_map(|container| container.compose.as_ref())
        .any(|other| other.config_files != identity.config_files);
    Ok(ProjectObserved {
        id: id.clone(),
        project,
        files,
        services,
        one_offs,
        other_files,
    })
}

/// The project's files merged into one by Compose.
pub async fn merged_config(look: &LookAtProject<'_>) -> Result<String, ComposeError> {
    let project = project_files(look).await?;
    let compose = look.compose.find().await?;
    compose.merged(&project, &call(look)).await
}

/// The project's files, as the newest of its containers tells them.
pub async fn project_files(look: &LookAtProject<'_>) -> Result<ComposeProject, ComposeError> {
    let all = look.backend.containers().await;
    let mut all = all.map_err(|error| error.failure("list the containers"))?;
    all.retain(|c| c.service_id().project_id().as_ref() == Some(look.project));
    Ok(project_of(&newest(look, &all).await?)?)
}

/// How the container was made that is the newest of these, all of the project: it tells the files as they were last.
async fn newest(
    look: &LookAtProject<'_>,
    ours: &[Container],
) -> Result<ComposeIdentity, ComposeError> {
    let what = format!("find the Compose files of {}", look.project.name);
    let one_off = |c: &&Container| c.compose.as_ref().is_some_and(|compose| compose.one_off);
    let newest = ours
        .iter()
        .filter(|c| !one_off(c))
        .max_by_key(|c| c.created);
    let Some((container, identity)) = newest.and_then(|c| Some((c, c.compose.clone()?))) else {
        return Err(Failure::new(what, "it has no containers here")
            .hint("bring it up once with docker compose up -d: its containers tell its files")
            .into());
    };
    refuse_borrowed(look.backend, container, what).await?;
    Ok(identity)
}

fn call(look: &LookAtProject<'_>) -> Call {
    Call {
        environment: look.backend.client_environment(),
        tell: None,
        hold: Vec::new(),
        cancel: look.cancel.clone(),
    }
}

impl ProjectObserved {
    /// Adds what is recorded of a service's releases.
    pub fn recorded(&mut self, name: &str, recorded: Vec<Release>) {
        if let Some(observed) = self.services.get_mut(name) {
            let images = observed.images.as_ref();
            let images = images.map_or(&[][..], |images| &images.all);
            observed.releases = releases::merged(&observed.service, recorded, images);
        }
    }
}
