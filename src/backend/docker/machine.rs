//! What an engine cannot tell of the machine it runs on, for one that this process embeds.

use std::sync::Arc;

use async_trait::async_trait;

use crate::backend::{BackendError, Dial};

/// The machine around an embedded engine.
#[async_trait]
pub trait Machine: Send + Sync {
    /// The way to its ports.
    fn dialer(&self) -> Arc<dyn Dial>;

    /// What one of its programs prints.
    async fn run(&self, words: &[String]) -> Result<Vec<u8>, BackendError>;
}
