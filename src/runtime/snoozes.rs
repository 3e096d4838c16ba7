//! What somebody wants to hear of later, read and written.

use std::sync::Arc;

use crate::app::{Effect, Msg};

use super::dashboard::Dashboard;

impl Dashboard {
    /// Reads what is to be told later, or writes down that something is.
    pub(super) fn about_snoozes(&self, effect: Effect) {
        let (records, outbox) = (Arc::clone(&self.jobs.shared().records), self.outbox.clone());
        // Not cancelled with the rest: what was said just before leaving holds.
        self.tracker.spawn(async move {
            let said = match effect {
                Effect::Snooze(snooze) => records.snooze(snooze).await.err(),
                Effect::Wake(finding) => records.wake(finding).await.err(),
                _ => {
                    let (snoozes, said) = records.snoozes().await;
                    if said.is_none() {
                        let _ = outbox.send(Msg::Snoozes(snoozes)).await;
                    }
                    said
                }
            };
            if let Some(failure) = said {
                let _ = outbox.send(Msg::Notice(failure)).await;
            }
        });
    }
}
