//! What a renewal asks of the executor.

use std::fs::File;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::Steps;
use crate::domain::Step;
use crate::domain::plan::RenewalStep;
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

    pub(super) async fn renew(
        &mut self,
        step: &RenewalStep,
        cancel: &CancellationToken,
    ) -> Result<(), Stop> {
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
