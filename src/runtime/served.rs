//! Asks the endpoints of a host what they serve.

use std::pin::pin;

use futures_util::StreamExt;

use crate::app::served::ServedMsg;
use crate::app::{HostMsg, Msg};
use crate::domain::endpoint::{Entry, of_containers, of_entries};
use crate::domain::{Certificate, Container};
use crate::probe::{Limits, labels, probe_all};

use super::host::{HostHandle, Inbox};

/// What endpoints are made from.
pub(super) struct Known {
    /// The containers of the host.
    pub containers: Vec<Container>,
    /// The certificates that they store.
    pub certificates: Vec<Certificate>,
    /// What the config names.
    pub entries: Vec<Entry>,
}

/// Asks all of them, a few at once, and tells each answer as it comes.
pub(super) fn ask(
    host: &HostHandle,
    known: Known,
    inbox: Inbox,
) -> impl Future<Output = ()> + use<> {
    let (engine, id) = (host.engine.clone(), host.id.clone());
    async move {
        let tell = async |answer| {
            let message = Msg::Host(id.clone(), HostMsg::Served(answer));
            let _ = inbox.send(message).await;
        };
        // Without an engine nobody knows what it publishes: what was answered before stays.
        if let Ok(engine) = engine.now("ask what is served") {
            let mut problems = Vec::new();
            let labels = labels(&*engine, &known.containers, &mut problems).await;
            let mut endpoints = of_containers(
                &known.containers,
                &labels,
                &known.certificates,
                &mut problems,
            );
            endpoints.extend(of_entries(&id, &known.entries));
            tell(ServedMsg::Asking {
                endpoints: endpoints.clone(),
                problems,
            })
            .await;
            let dial = engine.dialer();
            let mut answers = pin!(probe_all(&dial, endpoints, Limits::default()));
            while let Some(served) = answers.next().await {
                tell(ServedMsg::Answered(Box::new(served))).await;
            }
        }
        tell(ServedMsg::Done).await;
    }
}
