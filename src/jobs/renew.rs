//! Renews a certificate, makes servers read it, and sees it served. Whatever fails, the old one stays served.

mod combine;
mod failed;
mod image;
mod programs;
mod reload;
mod resting;
mod served;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::program::Ended;
use combine::{Combine, beside, wrong_with};
use failed::Failed;
use programs::{await_client, run_client, test_config};

use super::tell::Teller;
use super::{Stop, World, engine};
use crate::certs::{Parsed, ParsedCertificate};
use crate::compose::Call;
use crate::domain::plan::{FileIn, RenewalStep};
use crate::domain::units::in_words;
use crate::domain::{ActionName, Failure, Plan, Request};
use crate::renewal::{self, Lineage, Look, read_file};

/// A renewal under way.
pub(super) struct Renewing {
    lineage: Lineage,
    /// How the client ended; none when it was not run.
    ended: Option<Ended>,
    /// What is stored now.
    now: Option<Parsed>,
    /// What has to be said of it.
    said: Vec<String>,
    /// Whether somebody has seen the plan and agreed to it.
    agreed: bool,
    /// Whether a server was restarted, or is another container now.
    restarted: bool,
    /// The servers for which a step failed.
    failed: Vec<Failed>,
}

/// Looks at the certificate and says what will be done.
pub(super) async fn make_plan(
    world: &World,
    request: &Request,
    cancel: &CancellationToken,
) -> Result<(Renewing, Plan), Stop> {
    let Some(wanted) = &request.certificate else {
        let why = "no certificate was named";
        return Err(Failure::new(request.title(), why).into());
    };
    let look = Look {
        backend: world.backend.as_ref(),
        host: &world.host,
        wanted,
        preferences: &world.preferences,
    };
    let mut lineage = tokio::select! {
        biased;
        () = cancel.cancelled() => return Err(Stop::Cancelled),
        lineage = renewal::observe(&look) => lineage?,
    };
    for service in lineage.from_images() {
        let way = image::rebuild(world, &service, cancel).await?;
        let is_local = world.backend.is_local();
        let taken = lineage.take_rebuild(request.action, &service, is_local, way);
        taken.await;
    }
    let plan = renewal::plan(request, &lineage)?;
    let renewing = Renewing {
        lineage,
        ended: None,
        now: None,
        said: Vec::new(),
        agreed: wanted.agreed,
        restarted: false,
        failed: Vec::new(),
    };
    Ok((renewing, plan))
}

impl Renewing {
    /// What was done, as sentences.
    pub(super) fn said(&self) -> Vec<String> {
        self.said.clone()
    }

    /// Takes a step.
    pub(super) async fn perform(
        &mut self,
        world: &World,
        teller: &Teller,
        action: ActionName,
        step: &RenewalStep,
        call: &Call,
    ) -> Result<(), Stop> {
        let cancel = &call.cancel;
        match step {
            RenewalStep::AwaitClient { container, program } => {
                await_client(world, teller, container, program, cancel).await
            }
            RenewalStep::RunClient {
                container,
                name,
                command,
            } => {
                let ended = run_client(world, teller, container, name, command).await?;
                self.ended = Some(ended);
                Ok(())
            }
            RenewalStep::StartClient { container, name } => {
                let ended = resting::start_client(world, teller, container, name).await?;
                self.ended = Some(ended);
                Ok(())
            }
            RenewalStep::RunOnce { container, once } => {
                let ended = resting::run_once(world, teller, container, once, call).await?;
                self.ended = Some(ended);
                Ok(())
            }
            RenewalStep::ReadStored { file } => self.read_stored(world, action, file).await,
            RenewalStep::Combine {
                container,
                name,
                chain,
                key,
                file,
                ..
            } => {
                let combine = Combine {
                    container,
                    name,
                    chain,
                    key: key.as_deref(),
                    file,
                };
                self.combine(world, teller, &combine).await
            }
            RenewalStep::CheckFile { file } => self.check_file(world, file).await,
            RenewalStep::CheckSource { path, .. } => self.check_source(path).await,
            RenewalStep::Rebuild { service, .. } => {
                // The executor carries it out itself: it is a job of its own.
                let what = ActionName::Rebuild.title(service);
                Err(Failure::new(what, "it is not a step of this one").into())
            }
            RenewalStep::CheckImage { service, path, .. } => {
                self.check_image(world, service, path).await
            }
            RenewalStep::TestConfig {
                container,
                name,
                command,
            } => test_config(world, teller, container, name, command).await,
            RenewalStep::Reload {
                container,
                name,
                way,
                mounts,
                ..
            } => {
                self.reload(world, teller, (container, name), way, mounts)
                    .await
            }
            RenewalStep::AwaitServed { endpoints } => {
                self.await_served(world, teller, endpoints, cancel).await
            }
        }
    }

    /// The leaf that is to be served.
    fn leaf(&self) -> Option<&ParsedCertificate> {
        self.now.as_ref()?.first_leaf()
    }

    /// Reads what the client stores now, and says by the fingerprint what came of its run.
    async fn read_stored(
        &mut self,
        world: &World,
        action: ActionName,
        file: &FileIn,
    ) -> Result<(), Stop> {
        let what = format!("read {} of {}", file.path, file.name);
        let read = read_file(world.backend.as_ref(), &file.container, &file.path).await;
        let read = read.map_err(|error| engine::failure(&error, what.clone()))?;
        let Some(leaf) = read.first_leaf().cloned() else {
            let failure = Failure::new(what, "it holds no certificate any more");
            return Err(self.client_failed(failure));
        };
        let before = &self.lineage.certificate;
        let is_new = leaf.sha256 != before.sha256;
        let code = self.ended.as_ref().map(|ended| ended.code);
        if action == ActionName::Renew && !is_new && !self.is_idle(code) {
            let code = code.unwrap_or_default();
            let why =
                format!("the client ended with code {code}, and the certificate is what it was");
            let failure = Failure::new(format!("renew {}", self.lineage.name), why)
                .hint("the old one is still served; the client's last lines say why");
            return Err(self.client_failed(failure));
        }
        let missing: Vec<&String> = before
            .names
            .iter()
            .filter(|name| !leaf.names.contains(name))
            .collect();
        if is_new && !missing.is_empty() {
            let names: Vec<&str> = missing.into_iter().map(String::as_str).collect();
            let why = format!(
                "the new certificate is not for {} any more",
                names.join(", ")
            );
            return Err(Failure::new(what, why)
                .hint("nothing was reloaded: the old one is still served")
                .into());
        }
        if Timestamp::now() < leaf.not_before || leaf.not_after < Timestamp::now() {
            let why = format!(
                "it is valid from {} until {}",
                day(leaf.not_before),
                day(leaf.not_after)
            );
            return Err(Failure::new(what, why).hint("nothing was reloaded").into());
        }
        let left = in_words(leaf.not_after.duration_since(Timestamp::now()));
        let until = format!("{} ({left} left)", day(leaf.not_after));
        if is_new {
            self.said.push(format!(
                "renewed: valid until {until}, before {}",
                day(before.not_after)
            ));
            if code.is_some_and(|code| code != 0) {
                self.said.push(
                    "the client failed after it had renewed, in a hook of its own most likely"
                        .to_owned(),
                );
            }
        } else if action == ActionName::Renew {
            if self.is_everywhere(&leaf.sha256) {
                return Err(Stop::NothingNew(format!(
                    "not due: {} is valid until {until}, and served",
                    self.lineage.name
                )));
            }
            self.said.push(format!(
                "not due (valid until {until}), but not served everywhere"
            ));
        } else {
            self.said.push(format!("valid until {until}"));
        }
        self.now = Some(read);
        Ok(())
    }

    /// Whether the client said that there is nothing to do: acme.sh does with code 2.
    fn is_idle(&self, code: Option<i64>) -> bool {
        match code {
            None | Some(0) => true,
            Some(2) => self
                .lineage
                .client
                .as_ref()
                .is_some_and(renewal::Client::is_acme_sh),
            Some(_) => false,
        }
    }

    /// Whether every server reads and serves this one already.
    fn is_everywhere(&self, sha256: &str) -> bool {
        let mut files = self.lineage.servers.iter().flat_map(|server| &server.files);
        let mut served = self.lineage.served.iter();
        files.all(|file| file.sha256 == sha256)
            && served.all(|served| served.shows(sha256).unwrap_or(true))
    }

    fn client_failed(&self, failure: Failure) -> Stop {
        let log = self.ended.as_ref().map(|ended| ended.last.clone());
        Stop::Failed {
            failure,
            log: log.unwrap_or_default(),
        }
    }

    /// Makes a server's file of key and chain, unless somebody did. What it was stays beside it; what it becomes is
    /// read and judged before it takes the place.
    async fn combine(
        &mut self,
        world: &World,
        teller: &Teller,
        combine: &Combine<'_>,
    ) -> Result<(), Stop> {
        let backend = world.backend.as_ref();
        let what = format!("combine {} in {}", combine.file, combine.name);
        let Some(leaf) = self.leaf().cloned() else {
            return Err(Failure::new(what, "nothing is known to be stored").into());
        };
        let old = read_file(backend, combine.container, combine.file).await;
        if let Ok(old) = &old
            && old
                .first_leaf()
                .is_some_and(|own| own.sha256 == leaf.sha256)
        {
            teller.say(format!("{} holds it already", combine.file));
            return Ok(());
        }
        let new = beside(combine.file, "new");
        combine.write(world, &new).await?;
        let read = read_file(backend, combine.container, &new).await;
        let read = read.map_err(|error| engine::failure(&error, what.clone()))?;
        let wants_key = combine.key.is_some();
        let stored_chain = self.now.as_ref().map(|now| now.chain);
        let wrong = wrong_with(&read, &leaf, wants_key, stored_chain);
        if let Some(why) = wrong {
            combine.shell(world, "rm -f \"$1\"", &[&new]).await?;
            return Err(Failure::new(what, why)
                .hint("the file is what it was, and the old certificate is still served")
                .into());
        }
        let previous = beside(combine.file, "previous");
        let script = "if [ -e \"$2\" ]; then cp -p \"$2\" \"$3\"; fi; mv -f \"$1\" \"$2\"";
        combine
            .shell(world, script, &[&new, combine.file, &previous])
            .await?;
        self.said.push(format!("combined {}", combine.file));
        Ok(())
    }

    /// Whether a server's file holds what is stored.
    async fn check_file(&self, world: &World, file: &FileIn) -> Result<(), Stop> {
        let what = format!("check {} of {}", file.path, file.name);
        let read = read_file(world.backend.as_ref(), &file.container, &file.path).await;
        let read = read.map_err(|error| engine::failure(&error, what.clone()))?;
        let (Some(leaf), Some(own)) = (self.leaf(), read.first_leaf()) else {
            return Err(Failure::new(what, "it holds no certificate").into());
        };
        if own.sha256 != leaf.sha256 {
            let why = format!(
                "renewed, not combined: it still holds the certificate that is valid until {}",
                day(own.not_after)
            );
            return Err(Failure::new(what, why)
                .hint(
                    "let the client's hook write it, or mount its folder into the client's container so that topside can",
                )
                .into());
        }
        if read.key_match() == Some(false) {
            return Err(
                Failure::new(what, "the private key in it is another certificate's")
                    .hint("nothing was reloaded: the old one is still served")
                    .into(),
            );
        }
        Ok(())
    }
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
