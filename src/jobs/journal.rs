//! Writes down what a job does. A store that fails costs one warning, never the job.

use std::sync::Arc;

use jiff::Timestamp;

use super::World;
use crate::domain::{Outcome, Plan, Request};
use crate::store::{NewJob, Process, Store, StoreError};

/// A job's place in the store.
pub(super) struct Journal {
    /// None without a store, and when the job could not even be begun there.
    open: Option<(Arc<Store>, i64)>,
    /// What to tell the caller, once.
    warning: Option<String>,
    /// Whether it was told.
    warned: bool,
}

impl Journal {
    pub(super) async fn begin(world: &World, request: &Request) -> Self {
        let mut journal = Self {
            open: None,
            warning: None,
            warned: false,
        };
        let Some(store) = world.store.clone() else {
            return journal;
        };
        let (target, action) = (request.target.clone(), request.action);
        let (who, asked_at) = (world.who.to_string(), Timestamp::now());
        let begun = in_thread(Arc::clone(&store), move |store| {
            store.begin(&NewJob {
                target: &target,
                action,
                who: &who,
                process: Process::current(),
                asked_at,
            })
        });
        match begun.await {
            Ok(job) => journal.open = Some((store, job)),
            Err(why) => journal.warn(&why),
        }
        journal
    }

    pub(super) async fn planned(&mut self, plan: &Plan) {
        let plan = plan.clone();
        self.write(move |store, job| store.planned(job, &plan))
            .await;
    }

    pub(super) async fn step_started(&mut self, step: usize, title: &str, at: Timestamp) {
        let title = title.to_owned();
        self.write(move |store, job| store.step_started(job, step, &title, at))
            .await;
    }

    pub(super) async fn step_ended(&mut self, step: usize, ok: bool, at: Timestamp) {
        self.write(move |store, job| store.step_ended(job, step, ok, at))
            .await;
    }

    pub(super) async fn ended(&mut self, outcome: &Outcome, output: Vec<String>, at: Timestamp) {
        let outcome = outcome.clone();
        self.write(move |store, job| store.ended(job, &outcome, &output, at))
            .await;
    }

    /// What went wrong with the records since the last time this was asked.
    pub(super) fn take_warning(&mut self) -> Option<String> {
        self.warning.take()
    }

    async fn write(
        &mut self,
        entry: impl FnOnce(&Store, i64) -> Result<(), StoreError> + Send + 'static,
    ) {
        let Some((store, job)) = &self.open else {
            return;
        };
        let (store, job) = (Arc::clone(store), *job);
        if let Err(why) = in_thread(store, move |store| entry(store, job)).await {
            self.warn(&why);
        }
    }

    fn warn(&mut self, why: &str) {
        tracing::warn!(why, "the job's records could not be written");
        // Said once; what comes next is tried all the same, most of all how it ended.
        if !self.warned {
            self.warning = Some(format!("this job is not fully recorded: {why}"));
        }
        self.warned = true;
    }
}

pub(super) async fn in_thread<T: Send + 'static>(
    store: Arc<Store>,
    call: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, String> {
    match tokio::task::spawn_blocking(move || call(&store)).await {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}
