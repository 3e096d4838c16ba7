//! What the engine says meanwhile: containers that end, start, are made anew; and that it is gone.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use crate::backend::{Backend, BackendError};
use crate::domain::{Container, ContainerId};

use super::super::super::print;
use super::{BREATH, Broken, Follow, Followed};

/// The first wait for an engine that is gone, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

impl<W: Write> Follow<'_, W> {
    /// A container was made, started, or otherwise is not what it was.
    pub(super) async fn changed(
        &mut self,
        backend: &Arc<dyn Backend>,
        id: &ContainerId,
    ) -> Result<(), Broken> {
        if self.followed.get(id).is_some_and(|one| one.is_open) {
            return Ok(());
        }
        let Some(container) = inspect(backend, id).await? else {
            return Ok(());
        };
        self.join(backend, &container).await
    }

    /// Reads the log of a container that runs, if it is one of the chosen.
    async fn join(
        &mut self,
        backend: &Arc<dyn Backend>,
        container: &Container,
    ) -> Result<(), Broken> {
        if !container.is_up() || !self.choice.takes(container) {
            return Ok(());
        }
        let id = &container.id;
        if !self.followed.contains_key(id) {
            let source = self.labels.source(container);
            self.followed.insert(id.clone(), Followed::new(source));
        }
        self.read(backend, id).await
    }

    /// A log ended: its container did, or it runs again already.
    pub(super) async fn ended(
        &mut self,
        backend: &Arc<dyn Backend>,
        id: &ContainerId,
    ) -> Result<(), Broken> {
        let Some(followed) = self.followed.get_mut(id) else {
            return Ok(());
        };
        followed.is_open = false;
        let label = followed.source.label.clone();
        let Some(container) = inspect(backend, id).await? else {
            self.say(&format!("{label} was removed"))?;
            self.followed.remove(id);
            return Ok(());
        };
        if container.is_up() {
            // What its exit code was is gone.
            self.say(&format!("{label} restarted"))?;
            tokio::time::sleep(BREATH).await;
            return self.read(backend, id).await;
        }
        let code = container
            .detail
            .as_ref()
            .and_then(|detail| detail.exit_code);
        let code = code.map_or(String::new(), |code| format!(" ({code})"));
        Ok(self.say(&format!("{label} exited{code}"))?)
    }

    /// Takes up the logs that were read before the engine was gone, and those of what was made since.
    pub(super) async fn go_on(&mut self, backend: &Arc<dyn Backend>) -> Result<(), Broken> {
        let containers = backend.containers().await.map_err(Broken::Lost)?;
        let mut were_open: Vec<ContainerId> = Vec::new();
        for (id, followed) in &mut self.followed {
            if std::mem::take(&mut followed.was_open) {
                were_open.push(id.clone());
            }
        }
        // What was written while nobody could read it is still there, also of those that ended meanwhile.
        for id in &were_open {
            self.read(backend, id).await?;
        }
        for container in &containers {
            self.join(backend, container).await?;
        }
        Ok(())
    }

    /// Waits for the engine.
    pub(super) async fn connect(&mut self, lost: &BackendError) -> Arc<dyn Backend> {
        let what = format!("follow logs at {}", self.connector.address());
        print::failure(&lost.failure(what).hint("waiting for it; Ctrl-C ends"));
        let (mut wait, longest) = WAITS;
        loop {
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(longest);
            if let Ok(backend) = self.connector.connect().await {
                return backend;
            }
        }
    }
}

/// The container as it is now; none when it is no more.
async fn inspect(
    backend: &Arc<dyn Backend>,
    id: &ContainerId,
) -> Result<Option<Container>, Broken> {
    match backend.inspect(id).await {
        Ok(container) => Ok(Some(container)),
        Err(error) if error.is_lost() => Err(Broken::Lost(error)),
        Err(_) => Ok(None),
    }
}
