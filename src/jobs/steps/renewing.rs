//! What a renewal asks of the executor, and what is done to a volume, to an image or with files.

use std::fs::File;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::Steps;
use crate::compose::Call;
use crate::domain::plan::{FileStep, RenewalStep, VolumeStep};
use crate::domain::{Operation, Step};
use crate::jobs::custom;
use crate::jobs::{Stop, engine};

impl Steps<'_> {
    /// The job's locks.
    pub(in crate::jobs) fn holds(&self) -> Vec<Arc<File>> {
        self.holds.clone()
    }

    /// How Compose is called.
    pub(super) fn call(&self, cancel: &CancellationToken) -> Call {
        Call {
            environment: self.world.backend.client_environment(),
            tell: Some(self.teller.sink()),
            hold: self.holds.clone(),
            cancel: cancel.clone(),
        }
    }

    /// Whether a step need not be taken, since one before it failed.
    pub(in crate::jobs) fn is_skipped(&self, step: &Step) -> bool {
        let renewing = self.renewing.as_ref();
        renewing.is_some_and(|renewing| renewing.is_skipped(step))
    }

    /// Whether what comes after a step that failed is taken all the same.
    pub(in crate::jobs) fn go_on(&mut self, of: &Step, stop: Stop) -> Result<(), Stop> {
        match &mut self.renewing {
            Some(renewing) => renewing.go_on(of, stop),
            None => Err(stop),
        }
    }

    /// Cut short, a step leaves what the end of the job clears away.
    async fn carry(&mut self, step: &VolumeStep, cancel: &CancellationToken) -> Result<(), Stop> {
        let Some(carrying) = &mut self.carrying else {
            return Ok(());
        };
        let said = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(Stop::Cancelled),
            said = carrying.perform(self.world, self.teller, step) => said?,
        };
        self.said.extend(said);
        Ok(())
    }

    /// The same of files.
    async fn copy(&mut self, step: &FileStep, cancel: &CancellationToken) -> Result<(), Stop> {
        let Some(copying) = &mut self.copying else {
            return Ok(());
        };
        let said = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(Stop::Cancelled),
            said = copying.perform(self.world, self.teller, step) => said?,
        };
        self.said.extend(said);
        Ok(())
    }

    /// An image that is deployed, or that the whole job is about.
    pub(super) async fn image(
        &mut self,
        operation: &Operation,
        cancel: &CancellationToken,
    ) -> Result<(), Stop> {
        let Some(imaging) = &mut self.imaging else {
            return self.deployed_image(operation, cancel).await;
        };
        let said = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(Stop::Cancelled),
            said = imaging.perform(self.world, self.teller, operation) => said?,
        };
        self.said.extend(said);
        Ok(())
    }

    async fn deployed_image(
        &self,
        operation: &Operation,
        cancel: &CancellationToken,
    ) -> Result<(), Stop> {
        let backend = self.world.backend.as_ref();
        match operation {
            Operation::PullImage { reference } => {
                engine::pull(backend, reference, self.teller, cancel).await?;
            }
            Operation::TagImage { image, reference } => {
                engine::tag(backend, image, reference).await?;
            }
            Operation::CompareImage { reference, running } => {
                engine::compare(backend, reference, running, &self.plan.target).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// A step of what is no deploy, and a gate.
    pub(super) async fn further(
        &mut self,
        operation: &Operation,
        cancel: &CancellationToken,
    ) -> Result<(), Stop> {
        match operation {
            Operation::Renewal(step) => self.renew(step, cancel).await,
            Operation::Volume(step) => self.carry(step, cancel).await,
            Operation::Files(step) => self.copy(step, cancel).await,
            Operation::Gate { .. } => self.gate(operation, cancel).await,
            Operation::OwnCommand(own) => {
                let call = self.call(cancel);
                let said = custom::run(self.world, self.teller, own, &call).await?;
                self.said.push(said);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn renew(&mut self, step: &RenewalStep, cancel: &CancellationToken) -> Result<(), Stop> {
        let call = self.call(cancel);
        if let Some(renewing) = &mut self.renewing {
            let action = self.plan.action;
            let done = renewing.perform(self.world, self.teller, action, step, &call);
            done.await?;
            self.said = renewing.said();
        }
        Ok(())
    }
}
