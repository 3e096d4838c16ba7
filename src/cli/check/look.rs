//! Asks an engine for what a check wants to know, and no longer than it may take.

use std::collections::HashSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use crate::app::findings::findings;
use crate::app::logged::Logged;
use crate::app::{Connection, Host};
use crate::backend::{Backend, BackendError, Connector};
use crate::certs::Scanner;
use crate::disk::HostDisk;
use crate::domain::endpoint::{Entry, of_containers, of_entries};
use crate::domain::{
    ActionName, Certificate, CertificateReach, Container, Failure, FindingKind, ProjectId,
    ServiceId, Severity, Subject,
};
use crate::jobs::engine_id;
use crate::probe::{self, labels, probe_all};
use crate::renewal::look_for_certificates;
use crate::runtime::events::Past;
use crate::runtime::jobs::Shared;
use crate::runtime::storage::Disk as Samples;

use super::arguments::{Check, Part};
use super::observed::{Disk, Observed, ServiceSeen};
use crate::cli::{freshness, names};

/// Inspects under way at once.
const AT_ONCE: usize = 4;
/// So long volumes are measured at most.
const SAMPLING: Duration = Duration::from_secs(3);

/// What a look is made with.
pub(super) struct Look<'a> {
    pub connector: &'a dyn Connector,
    pub shared: &'a Shared,
    /// The endpoints that the config names.
    pub named: &'a [Entry],
    pub wanted: &'a Check,
    pub deadline: Instant,
}

impl Look<'_> {
    /// Looks at everything that is wanted. What is not answered in time is a failure among the rest.
    pub(super) async fn observe(&self) -> Observed {
        let began = Instant::now();
        let now = Timestamp::now();
        let mut observed = Observed::nothing(self.connector.host().clone(), now);
        let (snoozes, said) = self.shared.records.snoozes().await;
        observed.snoozes = snoozes;
        observed.count_snoozed = self.wanted.all;
        observed
            .notes
            .extend(said.map(|failure| failure.to_string()));
        match self
            .within("reach the engine", self.connector.connect())
            .await
        {
            Ok(backend) => {
                observed.up = true;
                self.of_engine(&backend, &mut observed).await;
            }
            Err(failure) => observed.failures.push(failure),
        }
        observed.took = began.elapsed();
        observed
    }

    async fn of_engine(&self, backend: &Arc<dyn Backend>, observed: &mut Observed) {
        let parts = [Part::Services, Part::Certificates, Part::Freshness];
        let containers = parts.into_iter().any(|part| self.wanted.wants(part));
        if containers && let Err(failure) = self.of_containers(backend, observed).await {
            observed.failures.push(failure);
        }
        if self.wanted.wants(Part::Services) {
            self.events(backend).await;
        }
        if self.wanted.wants(Part::Disk)
            && let Err(failure) = self.of_disk(backend, observed).await
        {
            observed.failures.push(failure);
        }
    }

    async fn of_containers(
        &self,
        backend: &Arc<dyn Backend>,
        observed: &mut Observed,
    ) -> Result<(), Failure> {
        let mut all = self
            .within("list the containers", backend.containers())
            .await?;
        let only: Option<HashSet<ServiceId>> = match self.wanted.services.as_slice() {
            [] => None,
            // Which action only decides the order.
            named => Some(
                names::find(&all, ActionName::Restart, named)?
                    .into_iter()
                    .collect(),
            ),
        };
        let is_meant = |id: &ServiceId| only.as_ref().is_none_or(|only| only.contains(id));
        if self.wanted.wants(Part::Services) {
            let inspected = self.inspect(&**backend, all.clone(), &is_meant);
            all = self.within("inspect the containers", inspected).await?;
        }
        if self.wanted.wants(Part::Services) || self.wanted.wants(Part::Freshness) {
            self.services(backend, &all, &is_meant, observed).await;
        }
        if self.wanted.wants(Part::Certificates) {
            all.retain(|container| is_meant(&container.service_id()));
            self.certificates(backend, &all, only.is_none(), observed)
                .await?;
        }
        Ok(())
    }

    /// What only an inspect says of the containers that are meant, and of those whose network they use.
    async fn inspect(
        &self,
        backend: &dyn Backend,
        all: Vec<Container>,
        is_meant: &(dyn Fn(&ServiceId) -> bool + Sync),
    ) -> Result<Vec<Container>, BackendError> {
        let sharers: Vec<Container> = all
            .iter()
            .filter(|one| one.network_of.is_some() && is_meant(&one.service_id()))
            .cloned()
            .collect();
        let asked: Vec<_> = all
            .into_iter()
            .map(|container| {
                let wanted = is_meant(&container.service_id())
                    || sharers.iter().any(|one| one.uses_network_of(&container));
                async move {
                    if !wanted {
                        return Ok(Some(container));
                    }
                    match backend.inspect(&container.id).await {
                        Ok(inspected) => Ok(Some(inspected)),
                        // Gone between the list and now.
                        Err(BackendError::NotFound(_)) => Ok(None),
                        Err(error) if error.is_lost() => Err(error),
                        // One container that can't be inspected hides no other.
                        Err(_) => Ok(Some(container)),
                    }
                }
            })
            .collect();
        let mut answers = pin!(futures_util::stream::iter(asked).buffer_unordered(AT_ONCE));
        let mut inspected = Vec::new();
        while let Some(answer) = answers.next().await {
            inspected.extend(answer?);
        }
        Ok(inspected)
    }

    /// The services by the dashboard's own rules, what is wrong with them, and with our records.
    async fn services(
        &self,
        backend: &Arc<dyn Backend>,
        all: &[Container],
        is_meant: &(dyn Fn(&ServiceId) -> bool + Sync),
        observed: &mut Observed,
    ) {
        let now = observed.at;
        let mut host = Host::new(self.connector.host().clone(), self.connector.address());
        host.connection = Connection::Connected { since: now };
        host.listed = true;
        for container in all {
            host.containers
                .insert(container.id.clone(), container.clone());
        }
        host.regroup();
        if self.wanted.wants(Part::Freshness) {
            let looked = freshness::look(&mut host, backend, self.shared, false, now);
            match timeout_at(self.deadline, looked).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    let failure = error.failure("ask how current what runs is");
                    observed.notes.push(failure.to_string());
                }
                Err(_) => observed
                    .notes
                    .push(out_of_time("whether what runs is current")),
            }
        }
        host.services.retain(|service| is_meant(&service.id));
        // Who deploys just now, and what was left half done.
        let (jobs, said) = self.shared.records.jobs().await;
        observed
            .notes
            .extend(said.map(|failure| failure.to_string()));
        let mut found = findings(
            std::slice::from_ref(&host),
            &jobs,
            &Logged::default(),
            &self.shared.thresholds,
            now,
        );
        let projects: HashSet<ProjectId> = host
            .services
            .iter()
            .filter_map(|service| service.id.project_id())
            .collect();
        found.retain(|finding| match &finding.subject {
            Subject::Project(project) => projects.contains(project),
            _ => true,
        });
        if self.wanted.wants(Part::Services) {
            let services = host.services.iter().map(|service| {
                let finding = found
                    .iter()
                    .find(|finding| finding.subject == Subject::Service(service.id.clone()));
                ServiceSeen {
                    id: service.id.clone(),
                    state: service.state,
                    severity: finding.map_or(Severity::Fine, |finding| finding.severity),
                    what: finding.map(|finding| finding.what.clone()),
                }
            });
            observed.services = Some(services.collect());
        } else {
            use FindingKind::{Drift, FilesRefused, StaleImage};
            found.retain(|one| matches!(one.kind, Drift | FilesRefused | StaleImage));
        }
        observed.findings = found;
    }

    /// Writes down what happened since somebody looked last, as far as the engine remembers. Nobody needs it here: what
    /// cannot be written is left out.
    async fn events(&self, backend: &Arc<dyn Backend>) {
        let past = Past {
            host: self.connector.host().clone(),
            records: Arc::clone(&self.shared.records),
        };
        let caught_up = async {
            let Ok(engine) = engine_id(&**backend, self.connector.host()).await else {
                return;
            };
            if let Err(error) = past.catch_up(&engine, &**backend).await {
                tracing::warn!(%error, "events");
            }
        };
        let until = self.deadline.min(Instant::now() + SAMPLING);
        let _ = timeout_at(until, caught_up).await;
    }

    async fn certificates(
        &self,
        backend: &Arc<dyn Backend>,
        containers: &[Container],
        whole: bool,
        observed: &mut Observed,
    ) -> Result<(), Failure> {
        let host = self.connector.host();
        // Volumes that no container mounts stay unread: that takes a container, and a check leaves no trace.
        let mut reach = CertificateReach::default();
        // What no container keeps is no service's.
        if whole && self.connector.is_local() {
            reach.folders.clone_from(&self.shared.certificates.folders);
        }
        let scanner = Scanner::new(reach);
        let wishes = &self.shared.preferences;
        let scan = look_for_certificates(&scanner, &**backend, host, containers, wishes);
        let found = self.within("look for certificates", scan).await?;
        if !self.wanted.no_probe {
            self.probe(backend, containers, &found.certificates, whole, observed)
                .await;
        }
        observed.found = Some(found);
        Ok(())
    }

    /// What is served, as far as it is answered in time. What is stored is known without it.
    async fn probe(
        &self,
        backend: &Arc<dyn Backend>,
        containers: &[Container],
        certificates: &[Certificate],
        whole: bool,
        observed: &mut Observed,
    ) {
        let said = labels(&**backend, containers, &mut observed.notes);
        let Ok(said) = timeout_at(self.deadline, said).await else {
            observed.notes.push(out_of_time("what is served"));
            return;
        };
        let mut endpoints = of_containers(containers, &said, certificates, &mut observed.notes);
        if whole {
            endpoints.extend(of_entries(self.connector.host(), self.named));
        }
        let many = endpoints.len();
        let dial = backend.dialer();
        let mut answers = pin!(probe_all(&dial, endpoints, probe::Limits::default()));
        loop {
            match timeout_at(self.deadline, answers.next()).await {
                Ok(Some(answer)) => observed.served.push(answer),
                Ok(None) => break,
                Err(_) => {
                    let left = many - observed.served.len();
                    let what = format!("what {left} of {many} endpoints serve");
                    observed.notes.push(out_of_time(&what));
                    break;
                }
            }
        }
    }

    async fn of_disk(
        &self,
        backend: &Arc<dyn Backend>,
        observed: &mut Observed,
    ) -> Result<(), Failure> {
        let what = "ask where the engine keeps its data";
        let info = self.within(what, backend.info()).await?;
        let disk = HostDisk {
            backend: Arc::clone(backend),
            is_local: self.connector.is_local(),
        };
        let path = info.data_root;
        let paths = [path.clone()];
        let Ok(answer) = timeout_at(self.deadline, disk.filesystems(&paths)).await else {
            return Err(self.late(&format!("ask how full {path} is")));
        };
        let found = match answer {
            Ok(found) => found,
            Err(BackendError::Unsupported(_)) if !disk.is_local => {
                let note = "the disk is left out: the engine runs on another machine";
                observed.notes.push(note.to_owned());
                return Ok(());
            }
            Err(error) => return Err(error.failure(format!("ask how full {path} is"))),
        };
        let Some(filesystem) = found.into_iter().next() else {
            // The engine is in a machine or a container of its own, behind a socket of ours.
            let note = format!("the disk is left out: the engine's {path} is not on this machine");
            observed.notes.push(note);
            return Ok(());
        };
        let id = self.connector.host().clone();
        let records = Arc::clone(&self.shared.records);
        let samples = Samples { disk, id, records };
        let written = samples.remember_filesystems(std::slice::from_ref(&filesystem));
        // How full it is counts, whether it can be written down or not.
        let _ = timeout_at(self.deadline, written).await;
        // So that the growth of volumes is known where nobody looks at them.
        let until = self.deadline.min(Instant::now() + SAMPLING);
        let _ = timeout_at(self.deadline, samples.sample_volumes(until)).await;
        observed.disk = Some(Disk {
            path,
            mount_point: filesystem.mount_point,
            size: filesystem.size,
            available: filesystem.available,
            used: filesystem.used,
        });
        Ok(())
    }

    /// The answer of the engine, or that it came too late.
    async fn within<T>(
        &self,
        what: &str,
        asked: impl Future<Output = Result<T, BackendError>>,
    ) -> Result<T, Failure> {
        match timeout_at(self.deadline, asked).await {
            Ok(answer) => answer.map_err(|error| error.failure(what)),
            Err(_) => Err(self.late(what)),
        }
    }

    fn late(&self, what: &str) -> Failure {
        let limit = self.wanted.timeout;
        Failure::new(what, format!("no answer within {limit:?}"))
            .hint("give it longer with --timeout, or less to do with --only")
    }
}

fn out_of_time(what: &str) -> String {
    format!("{what} is not known: the time was over (--timeout gives more)")
}
