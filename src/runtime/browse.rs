//! Looks at the files of containers and volumes, and whether there is something on this machine already.

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use crate::app::browser::{FilesEffect, FilesMsg, Page};
use crate::app::{Effect, Msg};
use crate::domain::permission::permission_on_host;
use crate::domain::{HostId, Permission};
use crate::files::Looker;

use super::asks;
use super::dashboard::Dashboard;
use super::host::{HostHandle, Inbox};
use super::pem::at_home;

impl Dashboard {
    /// Looks at files. One question at a time: the engine may have to pack all of a disk for it.
    pub(super) fn browse(&mut self, host: &HostId, wanted: FilesEffect) {
        if matches!(wanted, FilesEffect::Open { .. } | FilesEffect::Stop) {
            self.browsing.cancel();
            self.browsing = self.cancel.child_token();
        }
        let permission = permission_on_host(&self.jobs.shared().preferences, host);
        let may_create = !matches!(permission, Permission::Refused(_));
        let (stop, outbox) = (self.browsing.clone(), self.outbox.clone());
        self.ask(host, |host| {
            carry_out(host, wanted, may_create, stop, outbox)
        });
    }

    /// An effect that only looks at what a host has.
    pub(super) fn look(&mut self, effect: Effect) {
        match effect {
            Effect::Files(host, wanted) => self.browse(&host, wanted),
            other => self.networks(other),
        }
    }
}

fn carry_out(
    host: &HostHandle,
    wanted: FilesEffect,
    may_create: bool,
    stop: CancellationToken,
    inbox: Inbox,
) -> impl Future<Output = ()> + use<> {
    let backend = asks::engine(host, "look at the files");
    async move {
        let tell = async |answer| {
            let _ = inbox.send(Msg::Browsed(answer)).await;
        };
        match wanted {
            FilesEffect::Open { question, place } => {
                let looking = async {
                    let looker = Looker {
                        backend: backend?,
                        may_create,
                    };
                    let passed = |bytes| tell(FilesMsg::Passed(question, bytes));
                    looker.open(&place, Page::MOST, passed).await
                };
                if let Some(answer) = stop.run_until_cancelled(looking).await {
                    tell(FilesMsg::Opened(question, answer)).await;
                }
            }
            FilesEffect::Stop => {}
            FilesEffect::LookHere { typed, name } => {
                let path = at_home(&typed);
                let looking = tokio::task::spawn_blocking(move || is_there(path, &name));
                let exists = looking.await.unwrap_or_default();
                tell(FilesMsg::Here { typed, exists }).await;
            }
        }
    }
}

/// Whether a file would be written over. What is copied to a folder lies in it.
fn is_there(mut path: PathBuf, name: &str) -> bool {
    if path.is_dir() && !name.is_empty() {
        path.push(name);
    }
    path.symlink_metadata().is_ok_and(|about| !about.is_dir())
}
