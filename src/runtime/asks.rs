//! Single questions to an engine, each in a task of its own, so that a slow answer holds nothing up.

use std::future::Future;
use std::sync::Arc;

use crate::app::{HostMsg, Msg, NetworkMsg};
use crate::backend::{Backend, BackendError};
use crate::domain::{ConfigTest, Container, ContainerId, Failure, Preferences, ServiceId};
use crate::renewal::{self, look_for_certificates};

use super::host::{HostHandle, Inbox};

/// The engine of a host, or why there is none.
pub(super) fn engine(host: &HostHandle, what: &str) -> Result<Arc<dyn Backend>, Failure> {
    host.engine.now(what)
}

/// Asks something of a host's engine and tells what is to be told of the answer.
fn ask<T, F, Q, A>(
    host: &HostHandle,
    inbox: Inbox,
    what: String,
    question: Q,
    answer: A,
) -> impl Future<Output = ()> + use<T, F, Q, A>
where
    F: Future<Output = Result<T, BackendError>>,
    Q: FnOnce(Arc<dyn Backend>) -> F,
    A: FnOnce(Result<T, Failure>) -> Option<HostMsg>,
{
    let (engine, id) = (engine(host, &what), host.id.clone());
    async move {
        let result = match engine {
            Ok(engine) => question(engine).await.map_err(|error| error.failure(what)),
            Err(failure) => Err(failure),
        };
        if let Some(message) = answer(result) {
            let _ = inbox.send(Msg::Host(id, message)).await;
        }
    }
}

pub(super) fn volumes(host: &HostHandle, inbox: Inbox) -> impl Future<Output = ()> + use<> {
    let question = |engine: Arc<dyn Backend>| async move { engine.volumes().await };
    let answer = |answer| Some(HostMsg::Volumes(answer));
    ask(host, inbox, "list the volumes".to_owned(), question, answer)
}

pub(super) fn networks(host: &HostHandle, inbox: Inbox) -> impl Future<Output = ()> + use<> {
    let question = |engine: Arc<dyn Backend>| async move { engine.networks().await };
    let answer = |answer| Some(HostMsg::Network(NetworkMsg::Networks(answer)));
    let what = "list the networks".to_owned();
    ask(host, inbox, what, question, answer)
}

/// What containers in the host's own network listen on, of those that can be looked at.
pub(super) fn listeners(
    host: &HostHandle,
    containers: Vec<ContainerId>,
    inbox: Inbox,
) -> impl Future<Output = ()> + use<> {
    let is_local = host.engine.is_local;
    let question = move |engine: Arc<dyn Backend>| async move {
        Ok(crate::sockets::listeners(&*engine, is_local, &containers).await)
    };
    let answer = |answer| Some(HostMsg::Network(NetworkMsg::Listeners(answer)));
    let what = "look who listens".to_owned();
    ask(host, inbox, what, question, answer)
}

pub(super) fn images(host: &HostHandle, inbox: Inbox) -> impl Future<Output = ()> + use<> {
    let question = |engine: Arc<dyn Backend>| async move { engine.images().await };
    let answer = |answer| Some(HostMsg::Images(answer));
    ask(host, inbox, "list the images".to_owned(), question, answer)
}

/// A container as it is now; what cannot be told is told by the events.
pub(super) fn inspect(
    host: &HostHandle,
    container: ContainerId,
    inbox: Inbox,
) -> impl Future<Output = ()> + use<> {
    let question = move |engine: Arc<dyn Backend>| async move { engine.inspect(&container).await };
    let answer = |answer: Result<Container, Failure>| {
        let container = answer.ok()?;
        Some(HostMsg::Inspected(Box::new(container)))
    };
    ask(host, inbox, "inspect".to_owned(), question, answer)
}

pub(super) fn inspect_json(
    host: &HostHandle,
    container: ContainerId,
    inbox: Inbox,
) -> impl Future<Output = ()> + use<> {
    let what = format!("inspect {}", container.short());
    let wanted = container.clone();
    let question =
        move |engine: Arc<dyn Backend>| async move { engine.inspect_json(&wanted).await };
    let answer = |answer| Some(HostMsg::InspectJson(container, answer));
    ask(host, inbox, what, question, answer)
}

pub(super) fn certificates(
    host: &HostHandle,
    containers: Vec<Container>,
    preferences: Arc<Preferences>,
    inbox: Inbox,
) -> impl Future<Output = ()> + use<> {
    let (id, scanner) = (host.id.clone(), Arc::clone(&host.scanner));
    let question = move |engine: Arc<dyn Backend>| async move {
        look_for_certificates(&scanner, &*engine, &id, &containers, &preferences).await
    };
    let answer = |answer| Some(HostMsg::Certificates(answer));
    ask(
        host,
        inbox,
        "look for certificates".to_owned(),
        question,
        answer,
    )
}

/// Lets a server check the files that it would load.
pub(super) fn config_test(
    host: &HostHandle,
    service: ServiceId,
    container: ContainerId,
    sha256: String,
    inbox: Inbox,
) -> impl Future<Output = ()> + use<> {
    let question = move |engine: Arc<dyn Backend>| async move {
        Ok(renewal::config_test(&*engine, &container).await)
    };
    let answer = |answer: Result<ConfigTest, Failure>| {
        let said = answer.unwrap_or_else(|failure| ConfigTest::Unknown(failure.why));
        Some(HostMsg::ConfigTested(service, sha256, said))
    };
    let what = "let a server check its files".to_owned();
    ask(host, inbox, what, question, answer)
}
