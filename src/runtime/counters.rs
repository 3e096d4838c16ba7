//! Reads the counters of the containers on screen, every refresh interval.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::app::{HostMsg, Msg};
use crate::backend::{Backend, Watched};
use crate::domain::HostId;

use super::host::Inbox;

pub(super) async fn keep(
    host: HostId,
    backend: watch::Receiver<Option<Arc<dyn Backend>>>,
    mut wanted: watch::Receiver<Vec<Watched>>,
    mut refresh: watch::Receiver<Duration>,
    inbox: Inbox,
    cancel: CancellationToken,
) {
    let every = |period| {
        let mut tick = interval(period);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tick
    };
    let mut tick = every(*refresh.borrow_and_update());
    loop {
        tokio::select! {
            () = cancel.cancelled() => return,
            _ = tick.tick() => {}
            Ok(()) = refresh.changed() => tick = every(*refresh.borrow_and_update()),
            // New rows came on screen: read them soon, so that their rates are there one interval later.
            changed = wanted.changed() => {
                if changed.is_err() {
                    return;
                }
                tick.reset_after(Duration::from_millis(100).min(tick.period()));
                continue;
            }
        }
        let engine = backend.borrow().clone();
        let watched = wanted.borrow_and_update().clone();
        let Some(engine) = engine.filter(|_| !watched.is_empty()) else {
            continue;
        };
        let counters = tokio::select! {
            () = cancel.cancelled() => return,
            counters = engine.counters(&watched) => counters,
        };
        if !counters.is_empty() {
            let _ = inbox
                .send(Msg::Host(host.clone(), HostMsg::Counters(counters)))
                .await;
        }
    }
}
