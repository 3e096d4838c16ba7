//! A host looked at once: for `topside status` and `topside findings`.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::app::findings::{Snoozed, findings, put_to_sleep};
use crate::app::logged::Logged;
use crate::app::{Connection, Host};
use crate::backend::{Backend, BackendError, Connector};
use crate::certs::Scanner;
use crate::disk::HostDisk;
use crate::domain::endpoint::Entry;
use crate::domain::{Container, Failure, Finding};
use crate::renewal::look_for_certificates;
use crate::runtime::jobs::Shared;

use super::inspected::inspected;
use super::{freshness, print, served};

/// A host at one moment, and what needs somebody there.
pub(super) struct Seen {
    /// When.
    pub(super) at: Timestamp,
    /// Everything that was asked of it.
    pub(super) host: Host,
    /// What needs somebody, the worst first.
    pub(super) findings: Vec<Finding>,
    /// What somebody wants to hear of later.
    pub(super) snoozed: Vec<Snoozed>,
    /// Why the engine could not be asked.
    pub(super) failure: Option<Failure>,
}

impl Seen {
    /// Looks once. Records that cannot be read hide nothing of the engine's.
    pub(super) async fn of(
        connector: &dyn Connector,
        shared: &Shared,
        named: &[Entry],
        updates: bool,
    ) -> Self {
        let now = Timestamp::now();
        let mut host = Host::new(connector.host().clone(), connector.address());
        let looked = match connector.connect().await {
            Ok(backend) => {
                let look = Look {
                    scanner: shared.scanner(connector.host(), connector.is_local()),
                    is_local: connector.is_local(),
                    backend,
                    shared,
                    named,
                    updates,
                    now,
                };
                look.at(&mut host).await
            }
            Err(error) => Err(error),
        };
        let failure = looked.err().map(|e| e.failure("reach the engine"));
        if let Some(failure) = &failure {
            host.connection = Connection::Lost {
                since: now,
                failure: failure.clone(),
                retry_at: now,
            };
            // When it was lost nobody saw.
            host.listed = false;
        }
        let (jobs, said) = shared.records.jobs().await;
        let (naps, also) = shared.records.snoozes().await;
        if let Some(failure) = said.or(also) {
            print::failure(&failure);
        }
        let hosts = std::slice::from_ref(&host);
        let found = findings(hosts, &jobs, &Logged::default(), &shared.thresholds, now);
        let by_id = |id: &str| naps.iter().find(|snooze| snooze.id == id);
        let (findings, snoozed) = put_to_sleep(found, by_id, now);
        Self {
            at: now,
            host,
            findings,
            snoozed,
            failure,
        }
    }

    /// All of it for scripts, what is to be told later among the rest, and marked.
    pub(super) fn findings_json(&self) -> Vec<Value> {
        let told = self.findings.iter().map(|finding| (finding, None));
        let later = self.snoozed.iter();
        let later = later.map(|one| (&one.finding, Some(&one.snooze)));
        told.chain(later)
            .map(|(finding, snooze)| {
                let mut said = json!(finding);
                said["snoozed"] = Value::from(snooze.is_some());
                said["snoozed_until"] = json!(snooze.and_then(|snooze| snooze.until));
                said
            })
            .collect()
    }
}

/// What the picture is made with.
struct Look<'a> {
    backend: Arc<dyn Backend>,
    scanner: Scanner,
    is_local: bool,
    shared: &'a Shared,
    /// The endpoints that the config names.
    named: &'a [Entry],
    updates: bool,
    now: Timestamp,
}

impl Look<'_> {
    /// Asks the engine for everything that is shown.
    async fn at(&self, host: &mut Host) -> Result<(), BackendError> {
        let (backend, shared, now) = (&self.backend, self.shared, self.now);
        let (info, listed) = tokio::try_join!(backend.info(), backend.containers())?;
        host.info = Some(info);
        let engine = backend;
        let inspected = inspected(&**engine, listed).await?.into_iter();
        host.containers = inspected.map(|one| (one.id.clone(), one)).collect();
        host.listed = true;
        host.connection = Connection::Connected { since: now };
        host.regroup();
        let containers: Vec<Container> = host.containers.values().cloned().collect();
        let wishes = &shared.preferences;
        let looked =
            look_for_certificates(&self.scanner, &**engine, &host.id, &containers, wishes).await?;
        host.certificates.answer(Ok(looked), now);
        served::look(host, &**engine, self.named, shared, now).await;
        self.disk(host).await;
        freshness::look(host, backend, shared, self.updates, now).await
    }

    /// How full the disk of the engine is, where that can be asked.
    async fn disk(&self, host: &mut Host) {
        let Some(info) = &host.info else { return };
        let disk = HostDisk {
            backend: Arc::clone(&self.backend),
            is_local: self.is_local,
        };
        let paths = [info.data_root.clone()];
        if let Ok(found) = disk.filesystems(&paths).await {
            host.storing.filesystems.answer(Ok(found), self.now);
        }
    }
}
