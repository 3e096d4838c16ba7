//! What the cursor is on.

use std::sync::Arc;

use crate::domain::{
    ActionName, CacheRecord, Certificate, Container, Finding, HostId, Image, Job, ListedRelease,
    Listening, Network, ProjectId, Remedy, Service, ServiceId, ServiceState, Storage, Subject,
    Volume,
};

use super::action::{Context, Spec};
use super::host::Host;
use super::model::{Model, ServiceRow};
use super::overlay::Overlay;
use super::view::{DetailTab, ImagePart, NetworkPart, Pane, View};

impl Model {
    /// Where one is: which keys work, the most special first.
    pub fn contexts(&self) -> Vec<Context> {
        if self.browser.is_some() {
            return vec![Context::Files];
        }
        let detail = self.pane == Pane::Detail;
        match self.view {
            View::Services if detail && self.detail.tab == DetailTab::Logs => {
                vec![Context::Logs, Context::Detail, Context::Services]
            }
            View::Services if detail => vec![Context::Detail, Context::Services],
            View::Services => vec![Context::Services],
            View::Certificates => vec![Context::Certificates],
            View::Volumes => vec![Context::Volumes],
            View::Images if self.image_part == ImagePart::Cache => vec![Context::Cache],
            View::Images => vec![Context::Images],
            View::Logs => vec![Context::Logs],
            View::Jobs => vec![Context::Jobs],
            View::Hosts => vec![Context::Hosts],
            View::Networks => vec![Context::Networks],
            View::Events => vec![Context::Events],
        }
    }

    /// Which keys work in what lies over the view.
    pub fn contexts_over(&self) -> Vec<Context> {
        let Some(Overlay::Findings { cursor }) = &self.overlay else {
            return Vec::new();
        };
        let helps = self.finding(*cursor).and_then(|finding| {
            Some(match (finding.action?, &finding.subject) {
                (Remedy::PruneImages, _) => Context::Images,
                (_, Subject::Certificate(_)) => Context::Certificates,
                _ => Context::Services,
            })
        });
        std::iter::once(Context::Findings).chain(helps).collect()
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

    /// The services an action is for: the marked ones, else the one under the cursor, or all of the project whose
    /// heading that is.
    pub fn targets(&self) -> Vec<ServiceId> {
        if !self.marked.is_empty() {
            return self.marked.iter().cloned().collect();
        }
        if let Some(project) = self.selected_project() {
            return self.services_of(project);
        }
        let selected = self.selected_service();
        selected
            .map(|(_, service, _)| service.id.clone())
            .into_iter()
            .collect()
    }

    /// What the one key to stop and start does, and to which services: of several, what runs is stopped; only when
    /// nothing does, all is started.
    pub fn stop_or_start(&self) -> (ActionName, Vec<ServiceId>) {
        let runs = |id: &ServiceId| {
            self.service(id).is_some_and(|(_, service, _)| {
                service.running > 0 || service.state == ServiceState::Restarting
            })
        };
        let (running, idle): (Vec<_>, Vec<_>) = self.targets().into_iter().partition(runs);
        if running.is_empty() {
            (ActionName::Start, idle)
        } else {
            (ActionName::Stop, running)
        }
    }

    /// The project on whose heading the cursor of the services view is.
    pub const fn selected_project(&self) -> Option<&ProjectId> {
        match &self.services.cursor.selected {
            Some(ServiceRow::Project(project)) => Some(project),
            _ => None,
        }
    }

    /// The services of a project, whatever a filter shows of them. What `compose run` made is none of them.
    pub fn services_of(&self, project: &ProjectId) -> Vec<ServiceId> {
        let Some(host) = self.host(&project.host) else {
            return Vec::new();
        };
        let is_one_off = |container: &Container| {
            let compose = container.compose.as_ref();
            compose.is_some_and(|compose| compose.one_off)
        };
        host.services
            .iter()
            .filter(|service| service.id.project_id().as_ref() == Some(project))
            .filter(|service| !host.containers_of(service).all(is_one_off))
            .map(|service| service.id.clone())
            .collect()
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

    /// Everything that needs somebody, and then what is to be told later.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        let later = self.snoozed.iter().map(|snoozed| &snoozed.finding);
        self.findings.iter().chain(later)
    }

    /// One of these by its place.
    pub fn finding(&self, at: usize) -> Option<&Finding> {
        self.all_findings().nth(at)
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

    /// The place of the volumes view that the cursor is on, with its host.
    pub fn selected_storage(&self) -> Option<(&Host, &Storage)> {
        let id = self.volumes.cursor.selected.as_ref()?;
        let host = self.host(&id.host)?;
        Some((host, host.storing.place(id)?))
    }

    /// The volume the cursor is on, with its host; none on a folder of the host.
    pub fn selected_volume(&self) -> Option<(&Host, &Volume)> {
        let (host, place) = self.selected_storage()?;
        Some((host, place.volume.as_ref()?))
    }

    /// The image the cursor is on, with its host; none where the build cache is listed.
    pub fn selected_image(&self) -> Option<(&Host, &Image)> {
        if self.image_part != ImagePart::Images {
            return None;
        }
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

    /// The entry of the build cache that the cursor is on, with its host; none where images are listed.
    pub fn selected_cache(&self) -> Option<(&Host, &CacheRecord)> {
        if self.image_part != ImagePart::Cache {
            return None;
        }
        self.cached(self.cache.cursor.selected.as_ref()?)
    }

    /// An entry of the build cache of a host.
    pub fn cached(&self, (host, id): &(HostId, Arc<str>)) -> Option<(&Host, &CacheRecord)> {
        let host = self.host(host)?;
        let mut records = host
            .storing
            .engine
            .value
            .iter()
            .flat_map(|usage| &usage.cache);
        Some((host, records.find(|record| *record.id == **id)?))
    }

    /// The network the cursor is on, with its host; none where ports are listed.
    pub fn selected_network(&self) -> Option<(&Host, &Network)> {
        if self.network_part != NetworkPart::Networks {
            return None;
        }
        let (host, id) = self.networks.cursor.selected.as_ref()?;
        let host = self.host(host)?;
        let mut networks = host.networks.value.iter().flatten();
        Some((host, networks.find(|network| network.id == *id)?))
    }

    /// The port the cursor is on, with its host; none where networks are listed.
    pub fn selected_port(&self) -> Option<(&Host, &Listening)> {
        if self.network_part != NetworkPart::Ports {
            return None;
        }
        let id = self.ports.cursor.selected.as_ref()?;
        let host = self.host(&id.host)?;
        Some((host, host.ports.iter().find(|port| port.id == *id)?))
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
