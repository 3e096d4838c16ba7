//! Single questions to an engine, each in a task of its own, so that a slow answer holds nothing up.

use std::future::Future;
use std::sync::Arc;

use crate::app::{HostMsg, Msg};
use crate::backend::{Backend, BackendError};
use crate::certs;
use crate::domain::{Container, ContainerId, Failure, HostId};

use super::host::{HostHandle, Inbox};

/// The engine of a host, or why there is none.
pub(super) fn engine(host: &HostHandle, what: &str) -> Result<Arc<dyn Backend>, Failure> {
    host.engine.now(what)
}

/// Asks something and tells the answer.
async fn ask<T, F>(
    engine: Result<Arc<dyn Backend>, Failure>,
    what: &str,
    question: impl FnOnce(Arc<dyn Backend>) -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Result<T, BackendError>>,
{
    question(engine?).await.map_err(|error| error.failure(what))
}

async fn tell(inbox: Inbox, host: HostId, message: HostMsg) {
    let _ = inbox.send(Msg::Host(host, message)).await;
}

pub(super) fn volumes(host: &HostHandle, inbox: Inbox) -> impl Future<Output = ()> + use<> {
    let what = "list the volumes";
    let (engine, id) = (engine(host, what), host.id.clone());
    async move {
        let answer = ask(engine, what, |engine| async move { engine.volumes().await }).await;
        tell(inbox, id, HostMsg::Volumes(answer)).await;
    }
}

pub(super) fn volume_sizes(host: &HostHandle, inbox: Inbox) -> impl Future<Output = ()> + use<> {
    let what = "measure the volumes";
    let (engine, id) = (engine(host, what), host.id.clone());
    async move {
        let answer = ask(
            engine,
            what,
            |engine| async move { engine.volume_sizes().await },
        )
        .await;
        tell(inbox, id, HostMsg::VolumeSizes(answer)).await;
    }
}

pub(super) fn images(host: &HostHandle, inbox: Inbox) -> impl Future<Output = ()> + use<> {
    let what = "list the images";
    let (engine, id) = (engine(host, what), host.id.clone());
    async move {
        let answer = ask(engine, what, |engine| async move { engine.images().await }).await;
        tell(inbox, id, HostMsg::Images(answer)).await;
    }
}

/// A container as it is now; what cannot be told is told by the events.
pub(super) fn inspect(
    host: &HostHandle,
    container: ContainerId,
    inbox: Inbox,
) -> impl Future<Output = ()> + use<> {
    let (engine, id) = (engine(host, "inspect"), host.id.clone());
    async move {
        let question = |engine: Arc<dyn Backend>| async move { engine.inspect(&container).await };
        if let Ok(container) = ask(engine, "inspect", question).await {
            tell(inbox, id, HostMsg::Inspected(Box::new(container))).await;
        }
    }
}

pub(super) fn inspect_json(
    host: &HostHandle,
    container: ContainerId,
    inbox: Inbox,
) -> impl Future<Output = ()> + use<> {
    let what = format!("inspect {}", container.short());
    let (engine, id) = (engine(host, &what), host.id.clone());
    async move {
        let wanted = container.clone();
        let question = |engine: Arc<dyn Backend>| async move { engine.inspect_json(&wanted).await };
        let answer = ask(engine, &what, question).await;
        tell(inbox, id, HostMsg::InspectJson(container, answer)).await;
    }
}

pub(super) fn certificates(
    host: &HostHandle,
    containers: Vec<Container>,
    inbox: Inbox,
) -> impl Future<Output = ()> + use<> {
    let what = "look for certificates";
    let (engine, id) = (engine(host, what), host.id.clone());
    async move {
        let of = id.clone();
        let question =
            |engine: Arc<dyn Backend>| async move { certs::scan(&*engine, &of, &containers).await };
        let answer = ask(engine, what, question).await;
        tell(inbox, id, HostMsg::Certificates(answer)).await;
    }
}
