//! Asks registries what references mean there now: through the engine, one after the other, slowly, and written down.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::backend::{Backend, BackendError};
use crate::domain::{HostId, RegistryAnswer, RegistryRecord};
use crate::jobs::engine_id;
use crate::store::Store;

/// How long a registry that has had enough is left alone. Docker Hub counts over six hours.
const BACK_OFF: SignedDuration = SignedDuration::from_hours(6);
/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Registries, as asked through an engine.
pub struct Registries {
    /// The engine.
    pub backend: Arc<dyn Backend>,
    /// Its own id, by which answers are remembered.
    pub engine: String,
    /// Where they are remembered, when that is possible.
    pub store: Option<Arc<Store>>,
}

impl Registries {
    /// Through the engine of a host.
    pub async fn on(backend: Arc<dyn Backend>, host: &HostId, store: Option<Arc<Store>>) -> Self {
        // Only what is remembered goes by it.
        let engine = engine_id(&*backend, host).await;
        Self {
            engine: engine.unwrap_or_else(|_| host.as_str().to_owned()),
            backend,
            store,
        }
    }

    /// Asks for each reference, with a pause in between, and tells of each answer. Stops where one has had enough, and
    /// says until when; stops also when the engine is lost.
    pub async fn ask<F: Future<Output = ()>>(
        &self,
        references: &[String],
        pause: Duration,
        mut tell: impl FnMut(RegistryAnswer) -> F,
    ) -> Option<Timestamp> {
        for (n, reference) in references.iter().enumerate() {
            if n > 0 {
                tokio::time::sleep(pause).await;
            }
            let asking = self.backend.registry_digest(reference);
            let answer = tokio::time::timeout(PATIENCE, asking).await;
            let checked_at = Timestamp::now();
            let (digest, error) = match answer {
                Ok(Ok(digest)) => (Some(digest), None),
                Ok(Err(BackendError::RateLimited { why })) => {
                    tracing::info!(reference, why, "the registry has had enough");
                    let until = checked_at + BACK_OFF;
                    self.remember(move |store, engine| store.put_registry_limit(engine, until))
                        .await;
                    return Some(until);
                }
                Ok(Err(error)) if error.is_lost() => return None,
                Ok(Err(error)) => (None, Some(error.to_string())),
                Err(_) => (
                    None,
                    Some(format!("no answer within {} s", PATIENCE.as_secs())),
                ),
            };
            let answer = RegistryAnswer {
                reference: reference.clone(),
                digest,
                checked_at,
                error,
            };
            let record = answer.clone();
            self.remember(move |store, engine| store.put_registry_answer(engine, &record))
                .await;
            tell(answer).await;
        }
        None
    }

    /// What they said before.
    pub async fn recall(&self) -> RegistryRecord {
        let Some(store) = self.store.clone() else {
            return RegistryRecord::default();
        };
        let engine = self.engine.clone();
        let read = tokio::task::spawn_blocking(move || store.registry_record(&engine)).await;
        match read {
            Ok(Ok(record)) => record,
            Ok(Err(error)) => {
                tracing::warn!(%error, "read what registries said");
                RegistryRecord::default()
            }
            // The runtime is ending.
            Err(_) => RegistryRecord::default(),
        }
    }

    /// Without records it is asked again the next time: nothing else hangs on them.
    async fn remember(
        &self,
        write: impl FnOnce(&Store, &str) -> Result<(), crate::store::StoreError> + Send + 'static,
    ) {
        let Some(store) = self.store.clone() else {
            return;
        };
        let engine = self.engine.clone();
        let written = tokio::task::spawn_blocking(move || write(&store, &engine)).await;
        if let Ok(Err(error)) = written {
            tracing::warn!(%error, "write down what registries said");
        }
    }
}
