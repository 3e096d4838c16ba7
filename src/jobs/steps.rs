//! Performs one operation: one call of the engine or of Compose.

use std::collections::BTreeMap;

use tokio_util::sync::CancellationToken;

use super::changes::{Change, Changes, Snapshot};
use super::tell::Teller;
use super::watch::{self, Subject};
use super::{Stop, World};
use crate::backend::BackendError;
use crate::compose::{Call, Up};
use crate::deploy;
use crate::domain::plan::ComposeProject;
use crate::domain::text::visible;
use crate::domain::{ContainerId, Failure, Gate, Operation, Plan, ServiceId};

/// Performs a plan's operations, and keeps what they have shown.
pub(super) struct Steps<'a> {
    world: &'a World,
    plan: &'a Plan,
    teller: &'a Teller,
    /// What each `up` changed.
    pub(super) changes: Changes,
    /// How each gate was passed.
    pub(super) proofs: BTreeMap<ServiceId, String>,
}

impl<'a> Steps<'a> {
    pub(super) fn new(world: &'a World, plan: &'a Plan, teller: &'a Teller) -> Self {
        Self {
            world,
            plan,
            teller,
            changes: Changes::default(),
            proofs: BTreeMap::new(),
        }
    }

    /// Performs one. Only cancellable operations heed `cancel`.
    pub(super) async fn perform(
        &mut self,
        operation: &Operation,
        cancel: &CancellationToken,
    ) -> Result<(), Stop> {
        let backend = &self.world.backend;
        match operation {
            Operation::ComposePull { project, service } => {
                let compose = self.world.compose.find().await?;
                compose.pull(project, service, &self.call(cancel)).await?;
            }
            Operation::ComposeUp {
                project,
                service,
                scale,
            } => self.up(project, service, *scale, cancel).await?,
            Operation::StartContainer { container } => {
                engine("start", container, backend.start(container).await)?;
            }
            Operation::StopContainer { container } => {
                engine("stop", container, backend.stop(container).await)?;
            }
            Operation::RestartContainer { container } => {
                engine("restart", container, backend.restart(container).await)?;
            }
            Operation::RemoveContainer { container } => {
                match backend.remove(container).await {
                    // It removed itself when it was stopped (`docker run --rm`), or is at it; the gate waits for it.
                    Err(BackendError::NotFound(_)) => {}
                    Err(BackendError::Conflict(why)) if why.contains("already in progress") => {}
                    other => engine("remove", container, other)?,
                }
            }
            Operation::Gate { service, gate } => {
                let subject = Subject {
                    service,
                    target: &self.plan.target.containers,
                    action: self.plan.action,
                    untouched: self.changes.of(service) == Some(&Change::Nothing),
                };
                let proof = watch::until(self.world, subject, gate, self.teller, cancel).await?;
                // That it runs at a moment proves nothing.
                if !matches!(gate, Gate::Up { .. }) {
                    self.proofs.insert(service.clone(), proof);
                }
            }
        }
        Ok(())
    }

    /// Only this service changes: it is compared with itself before.
    async fn up(
        &mut self,
        project: &ComposeProject,
        service: &str,
        scale: Option<u32>,
        cancel: &CancellationToken,
    ) -> Result<(), Stop> {
        let id = ServiceId {
            host: self.world.host.clone(),
            project: Some(project.name.as_str().into()),
            name: service.into(),
        };
        let before = self.snapshot(&id).await?;
        let compose = self.world.compose.find().await?;
        let up = Up {
            service,
            scale,
            // Compose v1 does not see that the container whose network it names is another one now.
            force_recreate: self.lost_its_network(&id).await?,
        };
        compose.up(project, up, &self.call(cancel)).await?;
        let after = self.snapshot(&id).await?;
        self.changes.insert(id, Change::between(&before, &after));
        Ok(())
    }

    async fn lost_its_network(&self, service: &ServiceId) -> Result<bool, Failure> {
        let all = self.world.backend.containers().await;
        let all = all.map_err(|error| error.failure("list the containers"))?;
        Ok(all
            .iter()
            .filter(|container| deploy::is_member(container, service))
            .any(|container| container.lost_its_network(all.iter())))
    }

    async fn snapshot(&self, service: &ServiceId) -> Result<Snapshot, Failure> {
        let members = deploy::members(self.world.backend.as_ref(), service).await;
        let members = members
            .map_err(|error| error.failure(format!("look at the containers of {service}")))?;
        Ok(Snapshot::of(&members))
    }

    fn call(&self, cancel: &CancellationToken) -> Call {
        Call {
            environment: self.world.backend.client_environment(),
            events: Some(self.teller.events()),
            cancel: cancel.clone(),
        }
    }
}

fn engine(
    verb: &str,
    container: &ContainerId,
    result: Result<(), BackendError>,
) -> Result<(), Failure> {
    result.map_err(|error| {
        let mut failure = error.failure(format!("{verb} {}", container.short()));
        failure.why = visible(&failure.why).into_owned();
        failure
    })
}
