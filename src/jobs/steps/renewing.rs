//! What a renewal asks of the executor, and what is done to a volume or with files.

use std::fs::File;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::Steps;
use crate::domain::plan::{FileStep, RenewalStep, VolumeStep};
use crate::domain::{Operation, Step};
use crate::jobs::Stop;

impl Steps<'_> {
    /// The job's locks.
    pub(in crate::jobs) fn holds(&self) -> Vec<Arc<File>> {
        self.holds.clone()
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
