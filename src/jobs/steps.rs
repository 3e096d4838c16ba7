//! Performs one operation: one call of the engine, of Compose, or of the user's own command.

mod recreated;
mod renewing;

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::changes::{Change, Changes, Snapshot};
use super::files::Copying;
use super::images::Imaging;
use super::releases::{self, Keep};
use super::renew::Renewing;
use super::tell::Teller;
use super::volumes::{self, Carrying};
use super::watch::{self, Subject};
use super::{Stop, World, engine, project, prune, recreate};
use crate::backend::BackendError;
use crate::compose::{Up, run_command};
use crate::deploy::{self, Observed};
use crate::domain::plan::{ComposeProject, UpImage};
use crate::domain::{Container, Failure, Gate, ImageId, Operation, Plan, ServiceId};

/// Performs a plan's operations, and keeps what they have shown.
pub(super) struct Steps<'a> {
    world: &'a World,
    observed: Option<&'a Observed>,
    plan: Plan,
    teller: &'a Teller,
    /// What each `up` changed.
    pub(super) changes: Changes,
    /// How each gate was passed.
    pub(super) proofs: BTreeMap<ServiceId, String>,
    /// The release that it led to.
    pub(super) release: Option<u64>,
    /// What steps have to say that no gate says, such as what was freed.
    pub(super) said: Vec<String>,
    /// What was taken away from the host.
    removed: prune::Removed,
    /// Whether what ran may run no more.
    touched: bool,
    /// Whether what runs instead is proven.
    proven: bool,
    /// The job's locks, for what outlives us.
    holds: Vec<Arc<File>>,
    /// Whether these are the steps of the way back.
    pub(super) goes_back: bool,
    /// The certificate that is renewed.
    pub(super) renewing: Option<Renewing>,
    /// The volume that is carried to or from a file.
    pub(super) carrying: Option<Carrying>,
    /// What is copied out or in.
    pub(super) copying: Option<Copying>,
    /// The image that is tagged, saved or pulled.
    pub(super) imaging: Option<Imaging>,
}

impl<'a> Steps<'a> {
    pub(super) fn new(
        world: &'a World,
        observed: Option<&'a Observed>,
        plan: Plan,
        teller: &'a Teller,
        holds: Vec<Arc<File>>,
    ) -> Self {
        Self {
            world,
            observed,
            plan,
            teller,
            changes: Changes::default(),
            proofs: BTreeMap::new(),
            release: None,
            said: Vec::new(),
            removed: prune::Removed::default(),
            touched: false,
            proven: false,
            holds,
            goes_back: false,
            renewing: None,
            carrying: None,
            copying: None,
            imaging: None,
        }
    }

    /// Whether a failure now is one of what was deployed, and leads back to what ran before.
    pub(super) fn can_go_back(&self) -> bool {
        self.plan.action.deploys() && self.touched && !self.proven
    }

    /// Whether a deploy is under way that is neither proven nor undone.
    pub(super) fn must_be_decided(&self) -> bool {
        self.can_go_back()
    }

    /// Performs one. Only cancellable operations heed `cancel`.
    pub(super) async fn perform(
        &mut self,
        operation: &Operation,
        cancel: &CancellationToken,
    ) -> Result<(), Stop> {
        let backend = self.world.backend.as_ref();
        match operation {
            Operation::ComposePull { project, service } => {
                let compose = self.world.compose.find().await?;
                compose.pull(project, service, &self.call(cancel)).await?;
            }
            Operation::ComposeBuild { project, service } => {
                let compose = self.world.compose.find().await?;
                compose.build(project, service, &self.call(cancel)).await?;
            }
            Operation::ComposePush { project, service } => {
                let compose = self.world.compose.find().await?;
                compose.push(project, service, &self.call(cancel)).await?;
            }
            Operation::ComposeUp {
                project,
                service,
                scale,
                image,
                expect,
            } => {
                let up = (service.as_str(), *scale, image);
                self.up(project, up, expect.as_ref(), cancel).await?;
            }
            Operation::ProjectPull { .. }
            | Operation::ProjectUp { .. }
            | Operation::ProjectDown { .. } => self.on_project(operation, cancel).await?,
            Operation::RunCommand { command, folder } => {
                run_command(command, folder, &self.call(cancel)).await?;
            }
            Operation::PullImage { .. }
            | Operation::TagImage { .. }
            | Operation::CompareImage { .. }
            | Operation::SaveImage { .. }
            | Operation::KeepSaved { .. } => self.image(operation, cancel).await?,
            Operation::KeepRelease {
                service,
                undone,
                proven,
                keep,
            } => {
                let keep = Keep {
                    service,
                    undone: undone.as_ref(),
                    proven: *proven,
                    count: *keep,
                };
                self.proven |= proven;
                let kept = releases::keep(self.world, keep).await?;
                self.release = kept.filter(|_| *proven);
            }
            Operation::SetAside { container, name } => {
                self.touched = true;
                recreate::set_aside(backend, container, name).await?;
            }
            Operation::CreateLike {
                like,
                name,
                image,
                expect,
            } => {
                recreate::create(backend, like, name, image, expect.as_ref()).await?;
            }
            Operation::StartNamed { name } => self.start_named(name).await?,
            Operation::PutBack { container, name } => {
                recreate::put_back(backend, container, name).await?;
            }
            Operation::StartContainer { container } => {
                engine::act("start", container.short(), backend.start(container).await)?;
            }
            Operation::StopContainer { container } => {
                engine::act("stop", container.short(), backend.stop(container).await)?;
            }
            Operation::RestartContainer { container } => {
                let restarted = backend.restart(container).await;
                engine::act("restart", container.short(), restarted)?;
            }
            Operation::RemoveContainer { container } => engine::remove(backend, container).await?,
            Operation::RemoveImage { .. }
            | Operation::RemoveVolume { .. }
            | Operation::RemoveNetwork { .. }
            | Operation::PruneBuildCache { .. } => self.take_away(operation).await?,
            Operation::Renewal(_)
            | Operation::Volume(_)
            | Operation::Files(_)
            | Operation::OwnCommand(_)
            | Operation::Gate { .. } => self.further(operation, cancel).await?,
        }
        Ok(())
    }

    async fn on_project(
        &mut self,
        operation: &Operation,
        cancel: &CancellationToken,
    ) -> Result<(), Stop> {
        match operation {
            Operation::ProjectPull { project, services } => {
                let compose = self.world.compose.find().await?;
                compose
                    .pull_all(project, services, &self.call(cancel))
                    .await?;
            }
            Operation::ProjectUp {
                project,
                services,
                scales,
            } => self.up_all(project, services, scales, cancel).await?,
            Operation::ProjectDown { project } => {
                let compose = self.world.compose.find().await?;
                compose.down(project, &self.call(cancel)).await?;
            }
            _ => {}
        }
        Ok(())
    }

    async fn gate(
        &mut self,
        operation: &Operation,
        cancel: &CancellationToken,
    ) -> Result<(), Stop> {
        let Operation::Gate { service, gate } = operation else {
            return Ok(());
        };
        match self.watch(service, gate, cancel).await {
            Err(stop @ Stop::Failed { .. }) if self.plan.target.project().is_some() => {
                Err(project::failed(self.world, &self.plan, operation, stop).await)
            }
            watched => watched,
        }
    }

    async fn take_away(&mut self, operation: &Operation) -> Result<(), Failure> {
        let (backend, teller) = (self.world.backend.as_ref(), self.teller);
        let removed = &mut self.removed;
        match operation {
            Operation::RemoveImage {
                image,
                tags,
                digests,
                size,
            } => {
                let planned = prune::Planned {
                    image,
                    tags,
                    digests,
                    size: *size,
                };
                removed.image(backend, teller, planned).await?;
            }
            Operation::RemoveVolume { name, size } => {
                volumes::let_go(self.world, name).await;
                removed.volume(backend, teller, name, *size).await?;
            }
            Operation::RemoveNetwork { id, name } => {
                removed.network(backend, teller, id, name).await?;
            }
            Operation::PruneBuildCache { .. } => removed.build_cache(backend).await?,
            _ => {}
        }
        self.said = vec![removed.sentence()];
        Ok(())
    }

    async fn watch(
        &mut self,
        service: &ServiceId,
        gate: &Gate,
        cancel: &CancellationToken,
    ) -> Result<(), Stop> {
        let subject = Subject {
            service,
            target: &self.plan.containers,
            action: self.plan.action,
            untouched: self.changes.of(service) == Some(&Change::Nothing),
        };
        let proof = watch::until(self.world, subject, gate, self.teller, cancel).await?;
        // That it runs at a moment proves nothing.
        if !matches!(gate, Gate::Up { .. }) {
            self.proofs.insert(service.clone(), proof);
        }
        Ok(())
    }

    /// Only this service changes: it is compared with itself before.
    async fn up(
        &mut self,
        project: &ComposeProject,
        (service, scale, image): (&str, Option<u32>, &UpImage),
        expect: Option<&ImageId>,
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
            image,
            overrides: &self.world.lock_dir,
        };
        self.touched |= self.observed.is_some_and(|observed| observed.service == id);
        compose.up(project, up, &self.call(cancel)).await?;
        // It was done: an engine that goes away now is waited for by the gate, and is no fault of what was brought up.
        let Ok(members) = self.members(&id).await else {
            return Ok(());
        };
        if let Some(expect) = expect {
            for member in &members {
                engine::is_of(member, expect)
                    .map_err(|why| Failure::new(format!("bring up {service}"), why))?;
            }
        }
        let after = Snapshot::of(&members);
        self.changes.insert(id, Change::between(&before, &after));
        Ok(())
    }

    /// Each service is compared with itself before.
    async fn up_all(
        &mut self,
        project: &ComposeProject,
        services: &[String],
        scales: &BTreeMap<String, u32>,
        cancel: &CancellationToken,
    ) -> Result<(), Stop> {
        let Some(id) = self.plan.target.project() else {
            return Ok(());
        };
        let before = project::snapshots(self.world, id).await?;
        let compose = self.world.compose.find().await?;
        let call = self.call(cancel);
        compose.up_all(project, services, scales, &call).await?;
        let after = project::snapshots(self.world, id).await?;
        for (service, now) in after {
            let then = before.get(&service).cloned().unwrap_or_default();
            self.changes.insert(service, Change::between(&then, &now));
        }
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

    async fn members(&self, service: &ServiceId) -> Result<Vec<Container>, Failure> {
        let members = deploy::members(self.world.backend.as_ref(), service).await;
        members.map_err(|error: BackendError| {
            error.failure(format!("look at the containers of {service}"))
        })
    }

    async fn snapshot(&self, service: &ServiceId) -> Result<Snapshot, Failure> {
        Ok(Snapshot::of(&self.members(service).await?))
    }
}
