//! Finds out how current what runs is: files, Compose, registries.

use std::time::Duration;

use crate::app::freshness::{FreshEffect, FreshMsg};
use crate::app::{HostMsg, Msg};
use crate::compose::stamp;
use crate::domain::{Failure, FilesUnread, Origin};

use super::files;
use super::host::{HostHandle, Inbox};
use super::jobs::Shared;
use super::registries::Registries;

/// Between two questions of a round in the background: registries count them.
const PAUSE: Duration = Duration::from_secs(3);
/// Between two questions that somebody waits for.
const BRIEF: Duration = Duration::from_millis(200);

/// Does what is wanted, and tells what is found.
pub(super) fn carry_out(
    host: &HostHandle,
    wanted: FreshEffect,
    shared: Shared,
    inbox: Inbox,
) -> impl Future<Output = ()> + use<> {
    let (engine, id) = (host.engine.clone(), host.id.clone());
    async move {
        let tell = async |answer| {
            let message = Msg::Host(id.clone(), HostMsg::Fresh(answer));
            let _ = inbox.send(message).await;
        };
        match wanted {
            FreshEffect::LookAtFiles(origins) => {
                // A disk that hangs holds up nobody but this.
                let looked = tokio::task::spawn_blocking(move || look(origins)).await;
                if let Ok(stamps) = looked {
                    tell(FreshMsg::Looked(stamps)).await;
                }
            }
            FreshEffect::ReadFiles(origin, images) => {
                let says = match engine.now("read the Compose files") {
                    Ok(backend) => files::read(&*backend, &shared.compose, &origin, &images).await,
                    Err(failure) => Err(FilesUnread::NoAnswer(failure)),
                };
                tell(FreshMsg::Files(origin, says)).await;
            }
            FreshEffect::Recall => {
                let record = match engine.now("recall what registries said") {
                    Ok(backend) => {
                        let (store, _) = shared.records.existing().await;
                        Registries::on(backend, &id, store).await.recall().await
                    }
                    Err(_) => crate::domain::RegistryRecord::default(),
                };
                tell(FreshMsg::Recalled(record)).await;
            }
            FreshEffect::AskRegistries {
                references,
                on_demand,
            } => {
                let limited_until = match engine.now("ask the registries") {
                    Ok(backend) => {
                        let (store, _) = shared.records.store().await;
                        let registries = Registries::on(backend, &id, store).await;
                        let pause = if on_demand { BRIEF } else { PAUSE };
                        let answered = async |answer| tell(FreshMsg::Answered(answer)).await;
                        registries.ask(&references, pause, answered).await
                    }
                    Err(Failure { .. }) => None,
                };
                tell(FreshMsg::Asked {
                    on_demand,
                    limited_until,
                })
                .await;
            }
        }
    }
}

fn look(origins: Vec<Origin>) -> Vec<(Origin, u64)> {
    let stamped = |origin: Origin| {
        let stamp = stamp(&origin);
        (origin, stamp)
    };
    origins.into_iter().map(stamped).collect()
}
