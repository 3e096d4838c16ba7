//! What an engine cannot tell of the machine it runs on: asked of the machine itself, or of whoever embeds the engine.

use std::sync::Arc;

use async_trait::async_trait;

use super::DockerBackend;
use crate::backend::{BackendError, Dial};

/// The machine around an embedded engine.
#[async_trait]
pub trait Machine: Send + Sync {
    /// The way to its ports.
    fn dialer(&self) -> Arc<dyn Dial>;

    /// What one of its programs prints.
    async fn run(&self, words: &[String]) -> Result<Vec<u8>, BackendError>;
}

/// What a program of the engine's machine prints, where there is a way to run one.
pub(super) async fn run(
    backend: &DockerBackend,
    words: &[String],
) -> Result<Vec<u8>, BackendError> {
    match (&backend.machine, &backend.tunnel) {
        (Some(machine), _) => machine.run(words).await,
        (None, Some(tunnel)) => tunnel.run(words).await,
        (None, None) => {
            let why = "programs run only on a machine that is reached with ssh";
            Err(BackendError::Unsupported(why.to_owned()))
        }
    }
}
