//! What the cursor is on.

use crate::domain::{
    Certificate, Container, Image, Job, ListedRelease, Service, ServiceId, Volume,
};

use super::action::{Context, Spec};
use super::host::Host;
use super::model::{Model, ServiceRow};
use super::view::{DetailTab, Pane, View};

impl Model {
    /// Where one is: which keys work, the most special first.
    pub fn contexts(&self) -> Vec<Context> {
        let detail = self.pane == Pane::Detail;
        match self.view {
            View::Services if detail && self.detail.tab == DetailTab::Logs => {
                vec![Context::Logs, Context::Detail, Context::Services]
            }
            View::Services if detail => vec![Context::Detail, Context::Services],
            View::Services => vec![Context::Services],
            View::Certificates => vec![Context::Certificates],
            View::Volumes => vec![Context::Volumes],
            View::Images => vec![Context::Images],
            View::Logs => vec![Context::Logs],
            View::Jobs => vec![Context::Jobs],
            View::Hosts => vec![Context::Hosts],
        }
    }

    /// Whether an action works where one is.
    pub fn works_here(&self, spec: &Spec) -> bool {
        let here = self.contexts();
        spec.contexts
            .iter()
            .any(|context| *context == Context::Everywhere || here.contains(context))
    }

    /// The host, service and container that the services view's cursor is on. For a service of several containers the
    /// container is the first that needs a look: the worst state, then the lowest number.
    pub fn selected_service(&self) -> Option<(&Host, &Service, &Container)> {
        match self.services.cursor.selected.as_ref()? {
            ServiceRow::Service(id) => self.service(id),
            ServiceRow::Container(id) => {
                let (host, container) = self
                    .hosts
                    .iter()
                    .find_map(|host| Some((host, host.containers.get(id)?)))?;
                let service = host
                    .services
                    .iter()
                    .find(|service| service.containers.contains(id))?;
                Some((host, service, container))
            }
            ServiceRow::Project(_) | ServiceRow::Lone(_) => None,
        }
    }

    /// A service by its id, with its host and the container that stands for it.
    pub fn service(&self, id: &ServiceId) -> Option<(&Host, &Service, &Container)> {
        let host = self.host(&id.host)?;
        let service = host.service(id)?;
        // `max_by_key` takes the last of equals: reversed, that is the lowest number.
        let container = service
            .containers
            .iter()
            .rev()
            .filter_map(|id| host.containers.get(id))
            .max_by_key(|container| crate::domain::service::container_state(container))?;
        Some((host, service, container))
    }

    /// The services an action is for: the marked ones, else the one under the cursor.
    pub fn targets(&self) -> Vec<ServiceId> {
        if self.marked.is_empty() {
            self.selected_service()
                .map(|(_, service, _)| service.id.clone())
                .into_iter()
                .collect()
        } else {
            self.marked.iter().cloned().collect()
        }
    }

    /// The release that a roll back is for: the one under the cursor where the keys go to the releases of one service;
    /// none is the last good one before what runs.
    pub fn chosen_release(&self) -> Option<&ListedRelease> {
        let in_tab = self.view == View::Services
            && self.pane == Pane::Detail
            && self.detail.tab == DetailTab::Releases;
        let (_, service, _) = self.selected_service()?;
        let releases = &self.detail.releases;
        let is_theirs = releases.service.as_ref() == Some(&service.id);
        (in_tab && is_theirs && self.marked.is_empty()).then(|| releases.selected())?
    }

    /// The certificate the cursor is on, with its host.
    pub fn selected_certificate(&self) -> Option<(&Host, &Certificate)> {
        self.certificate(self.certificates.cursor.selected.as_ref()?)
    }

    /// A certificate by its fingerprint, with its host.
    pub fn certificate(&self, sha256: &str) -> Option<(&Host, &Certificate)> {
        self.hosts.iter().find_map(|host| {
            let found = host.certificates.value.as_ref()?;
            Some((
                host,
                found.certificates.iter().find(|c| c.sha256 == sha256)?,
            ))
        })
    }

    /// The volume the cursor is on, with its host.
    pub fn selected_volume(&self) -> Option<(&Host, &Volume)> {
        let id = self.volumes.cursor.selected.as_ref()?;
        let host = self.host(&id.host)?;
        Some((
            host,
            host.volumes
                .value
                .as_ref()?
                .iter()
                .find(|volume| volume.id == *id)?,
        ))
    }

    /// The image the cursor is on, with its host.
    pub fn selected_image(&self) -> Option<(&Host, &Image)> {
        let (host, id) = self.images.cursor.selected.as_ref()?;
        let host = self.host(host)?;
        Some((
            host,
            host.images
                .value
                .as_ref()?
                .iter()
                .find(|image| image.id == *id)?,
        ))
    }

    /// The job the cursor is on.
    pub fn selected_job(&self) -> Option<&Job> {
        self.job(*self.job_rows.cursor.selected.as_ref()?)
    }

    /// The host the cursor of the hosts view is on.
    pub fn selected_host(&self) -> Option<&Host> {
        self.host(self.host_rows.cursor.selected.as_ref()?)
    }
}
