//! A container that took another one's place is started.

use super::Steps;
use crate::domain::Failure;
use crate::jobs::changes::{Change, Snapshot};
use crate::jobs::{engine, recreate};

impl Steps<'_> {
    /// Starts a container by its name.
    pub(super) async fn start_named(&mut self, name: &str) -> Result<(), Failure> {
        self.touched = true;
        let backend = self.world.backend.as_ref();
        let found = recreate::named(backend, name).await;
        let found = found.map_err(|error| error.failure(format!("look for {name}")))?;
        let missing = || Failure::new(format!("start {name}"), "it is not there");
        let container = found.ok_or_else(missing)?;
        engine::act("start", name, backend.start(&container.id).await)?;
        self.observe_recreated().await
    }

    /// What became of a container that was made anew.
    async fn observe_recreated(&mut self) -> Result<(), Failure> {
        let Some(observed) = self.observed else {
            return Ok(());
        };
        let before = Snapshot::of(&observed.containers);
        let Ok(after) = self.snapshot(&observed.service).await else {
            return Ok(());
        };
        let change = Change::between(&before, &after);
        self.changes.insert(observed.service.clone(), change);
        Ok(())
    }
}
