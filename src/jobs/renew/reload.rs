//! Makes a server read its certificates again.

use super::Renewing;
use super::programs::run;
use crate::domain::plan::ReloadWay;
use crate::domain::text::visible;
use crate::domain::{ContainerId, Failure};
use crate::jobs::tell::Teller;
use crate::jobs::{Stop, World, engine};
use crate::renewal::{OwnView, own_view};

impl Renewing {
    /// Makes a server read it again.
    pub(super) async fn reload(
        &mut self,
        world: &World,
        teller: &Teller,
        (container, name): (&ContainerId, &str),
        way: &ReloadWay,
        mounts: &[String],
    ) -> Result<(), Stop> {
        let backend = world.backend.as_ref();
        let what = format!("reload {name}");
        let mut way = way.clone();
        for path in mounts {
            let seen = own_view(backend, container, path).await;
            let is_other = |seen: &Option<String>| {
                self.leaf()
                    .is_some_and(|leaf| seen.as_ref() != Some(&leaf.sha256))
            };
            if matches!(&seen, OwnView::Seen(seen) if is_other(seen)) && way != ReloadWay::Restart {
                teller.say(format!(
                    "{path} is a mount of its own and was replaced: {name} sees the old file until it is restarted"
                ));
                way = ReloadWay::OnlyRestart;
            }
        }
        match &way {
            ReloadWay::Signal(signal) => {
                let sent = backend.signal(container, signal).await;
                sent.map_err(|error| engine::failure(&error, what))?;
                self.said.push(format!("{name} got SIG{signal}"));
            }
            ReloadWay::Command(command) => {
                let ended = run(world, container, command).await;
                let ended = ended.map_err(|error| engine::failure(&error, what.clone()))?;
                if ended.code != 0 {
                    let why = format!("“{}” ended with code {}", command.join(" "), ended.code);
                    return Err(Stop::Failed {
                        failure: Failure::new(what, visible(&why).into_owned())
                            .hint("the old certificate is still served"),
                        log: ended.last,
                    });
                }
                self.said.push(format!("{name} was reloaded"));
            }
            ReloadWay::OnlyRestart if !self.agreed => {
                let why = "only a restart makes it read the new certificate, and nobody has agreed to that";
                return Err(Failure::new(what, why)
                    .hint(
                        "P shows the plan, and Enter there agrees (--yes on the command line); or the label topside.reload: restart",
                    )
                    .into());
            }
            ReloadWay::Restart | ReloadWay::OnlyRestart => {
                let done = backend.restart(container).await;
                engine::act("restart", name, done)?;
                self.restarted = true;
                self.said.push(format!("{name} was restarted"));
            }
        }
        Ok(())
    }
}
